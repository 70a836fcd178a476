"""What is related, on the pages and over the API: complete for whoever may read it, and nothing for anybody else."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from house import START
from web_world import SECRET, SECRET_VALUE, World, close_world, open_world

from tocsin.ledger.collections import Collection
from tocsin.members.limits import Limits
from tocsin.members.members import add_member, find_member, grant
from tocsin.members.tokens import new_token
from tocsin.reports.loss import Loss
from tocsin.screening import ListHit

MULE, SECOND = "DE75512108001245126199", "FR7630006000011234567890189"


def domain(name: str) -> str:
    return f"[domain-name:value = '{name}']"


def related(world: World, url: str, slug: str = "police", query: str = "") -> Any:
    tokens = vars(world).setdefault("tokens", {})
    if slug not in tokens:
        tokens[slug] = world.token_of(slug)
    return world.app.test_client().get(f"/api/v1{url}/related{query}", headers=tokens[slug])


def values(answer: Any) -> list[str]:
    return [one["value"] for one in answer.json["related"]]


def test_page_table_and_api_say_the_same(world: World) -> None:
    world.house.submit("bank-a", "one.example\ntwo.example\nhttps://three.example/x\n")
    world.house.submit("bank-b", "https://login.one.example/x\n")
    world.index()
    url = world.indicator_url("Scams", domain("one.example"))
    told = related(world, url).json
    assert [(one["value"], one["bases"], one["who"]) for one in told["related"]] == [
        ("two.example", ["report"], "1 member: Bank A"),
        ("https://three.example/x", ["report"], "1 member: Bank A"),
        ("https://login.one.example/x", ["domain"], "the two names"),
    ]
    person = world.person("inspector")
    for page in (person.get(url).text, person.get(f"{url}/related").text):
        for one in told["related"]:
            assert one["shown"] in page
            assert one["why"] in page
            assert one["who"] in page
            assert f"TLP:{one['marking'].upper()}" in page
    assert (told["folded"], told["more"], told["searched"], told["money"]) == ([], False, True, [])


def test_the_page_is_made_without_what_may_not_be_read(world: World) -> None:
    """Who reads one end and not the other, or both and not what joins them, gets what it got before."""
    world.house.submit("bank-b", "seen.example\n")
    world.house.submit("bank-c", "other.example\n")
    world.index()
    url = world.indicator_url("Scams", domain("seen.example"))
    before = {slug: related(world, url, slug).data for slug in ("bank-a", "police")}
    world.house.submit("bank-b", f"seen.example\nother.example\nunseenthing.example\n{SECRET_VALUE}\n", to=(SECRET,))
    world.index()
    assert related(world, url, "bank-a").data == before["bank-a"]
    assert values(related(world, url, "police")) == ["nightjar-only.example", "other.example", "unseenthing.example"]
    page = world.person("clerk").get(f"{url}/related").text
    assert "unseenthing" not in page
    assert "nightjar" not in page
    assert SECRET not in page


def test_what_may_not_be_read_is_not_there(world: World) -> None:
    world.house.submit("bank-b", f"unseenthing.example\n{SECRET_VALUE}\n", to=(SECRET,))
    world.index()
    url = world.indicator_url(SECRET, domain("unseenthing.example"))
    answer, missing = related(world, url, "bank-a"), related(world, f"{url}x", "bank-a")
    assert answer.status_code == missing.status_code == 404
    assert answer.data == missing.data
    assert world.person("clerk").get(f"{url}/related").status_code == 404


def test_a_folded_group_opens_for_whoever_was_shown_it(world: World) -> None:
    world.house.submit("bank-a", "\n".join(f"n{number}.example" for number in range(130)))
    world.index()
    url = world.indicator_url("Scams", domain("n60.example"))
    told = related(world, url).json
    assert told["related"] == []
    (fold,) = told["folded"]
    assert fold["at_least"] > 25
    assert fold["who"] == "1 member: Bank A"
    opened = related(world, url, query=f"?via={fold['via']}")
    assert len(values(opened)) == 129
    person = world.person("inspector")
    page = person.get(f"{url}/related?via={fold['via']}")
    assert page.text.count("<tr>") == 101
    assert "Next page" in page.text
    assert person.get(f"{url}/related?via={fold['via']}&page=2").text.count("<tr>") == 30
    assert values(related(world, url, "bank-b", f"?via={fold['via']}")) == [], "another member calls it something else"
    assert values(related(world, url, query="?via=nothing")) == []


def test_a_folded_number_counts_nothing_that_is_hidden(world: World) -> None:
    """Rows that wait or were refused are in no number."""
    rows = "\n".join(f"+44 20 7946 0{number}" for number in range(100, 160))
    world.house.submit("bank-a", f"one.example\n{rows}\ntwo.example\n")
    world.index()
    told = related(world, world.indicator_url("Scams", domain("one.example"))).json
    assert [one["value"] for one in told["related"]] == ["two.example"]
    assert told["folded"] == []


def worlds_of_two_sources(furnished: Path, folder: Path) -> dict[str, list[bytes]]:
    """What others get where one bank or the other handed in without its name, and nothing else differs."""
    answers = {}
    for source in ("bank-d", "bank-e"):
        shutil.copytree(furnished, folder / source)
        world = open_world(folder / source)
        scams: Collection = world.house.collections["Scams"]
        with world.house.database.writing() as connection:
            for slug in ("bank-d", "bank-e"):
                member = add_member(connection, slug, slug.title(), "bank", "SG", START)
                grant(connection, scams.key, member.key, read=True, write=True)
        many = "\n".join(f"n{number}.example" for number in range(40))
        row = f"domain,mule iban,beneficiary iban\nthree.example,{MULE},{SECOND}\n"
        world.house.submit(source, f"one.example\ntwo.example\n{many}\n", unattributed=True)
        world.house.submit(source, row, unattributed=True, basis="consent")
        world.house.submit("bank-a", f"one.example\nthree.example\n{MULE}\n{SECOND}\n", basis="consent")
        world.index()
        found = []
        for pattern in (domain("one.example"), domain("three.example"), f"[bank-account:iban = '{MULE}']"):
            url = world.indicator_url("Scams", pattern)
            for slug in ("police", "bank-a", "bank-c"):
                found.append(related(world, url, slug).data)
            for login in ("clerk", "inspector", "desk"):
                text = world.person(login).get(f"{url}/related").text
                found.append(re.sub(r'name="csrf_token" value="[^"]+"', "", text).encode())
        answers[source] = found
        close_world(world)
    return answers


def test_two_sources_without_a_name_cannot_be_told_apart(furnished: Path, tmp_path: Path) -> None:
    answers = worlds_of_two_sources(furnished, tmp_path)
    one, other = answers.values()
    # groups are named by a key over the report, the same in both worlds
    assert one == other
    assert any(b"without a name" in answer for answer in one), "it is there to be seen"
    assert not any(name in answer.lower() for answer in one for name in (b"bank-d", b"bank-e"))


def test_a_shared_host_is_not_followed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def hit(identifier: Any) -> ListHit | None:
        return ListHit("hosts", "host.example", "reject", "Shared.") if identifier.value == "host.example" else None

    world.house.submit("bank-a", "https://host.example/one\n")
    world.house.submit("bank-b", "https://host.example/two\n")
    world.index()
    object.__setattr__(world.services.screening, "hit", hit)
    told = related(world, world.indicator_url("Scams", "[url:value = 'https://host.example/one']")).json
    assert told["related"] == []
    assert [(one["domain"], one["at_least"]) for one in told["folded"]] == [("host.example", 0)]
    page = world.person("inspector").get(world.indicator_url("Scams", "[url:value = 'https://host.example/one']"))
    assert "Many use host[.]example" in page.text


def test_many_under_one_domain_are_folded(world: World) -> None:
    world.house.submit("bank-a", "one.example\n")
    for number in range(30):
        world.house.submit("bank-b", f"https://x{number}.one.example/\n")
    world.index()
    told = related(world, world.indicator_url("Scams", domain("one.example"))).json
    assert told["related"] == []
    assert [(one["basis"], one["at_least"]) for one in told["folded"]] == [("domain", 30)]


def test_without_search_the_rest_is_there(world: World) -> None:
    world.house.submit("bank-a", "one.example\ntwo.example\n")
    url = world.indicator_url("Scams", domain("one.example"))
    dark = world.without_search()
    assert values(related(dark, url)) == ["two.example"]
    assert related(dark, url).json["searched"] is False
    assert "Search is down" in dark.person("inspector").get(f"{url}/related").text


def test_the_graph_may_ask_this_server_and_no_other(world: World) -> None:
    world.house.submit("bank-a", "one.example\ntwo.example\n")
    url = world.indicator_url("Scams", domain("one.example"))
    policy = world.person("inspector").get(f"{url}/related").headers["Content-Security-Policy"]
    assert [part.strip() for part in policy.split(";") if "connect-src" in part] == ["connect-src 'self'"]


def test_what_was_withdrawn_has_no_relations(world: World) -> None:
    world.house.submit("bank-a", "one.example\ntwo.example\n")
    world.index()
    url = world.indicator_url("Scams", domain("one.example"))
    other = world.indicator_url("Scams", domain("two.example"))
    world.person("desk").post(f"{url}/withdraw", {"reason": "It is harmless."})
    world.index()
    assert values(related(world, url)) == values(related(world, other)) == []
    assert "Withdrawn" in world.person("inspector").get(url).text


def test_hostile_values_stay_text(world: World) -> None:
    hostile = 'https://one.example/"><script>alert(1)</script>'
    world.house.submit("bank-a", f"one.example {hostile}\n")
    world.index()
    page = world.person("inspector").get(world.indicator_url("Scams", domain("one.example")) + "/related").text
    assert "<script>alert" not in page
    assert "&#39;" not in re.findall(r'data-words="([^"]*)"', page)[:1]


def test_a_token_of_few_collections_opens_no_report_of_others(world: World) -> None:
    """Amounts stand in reports that the token does not reach."""
    for slug in ("bank-b", "bank-c"):
        world.house.submit(slug, f"{MULE}\n{SECOND}\n", basis="consent")
    row = f"mule iban,beneficiary iban\n{MULE},{SECOND}\n"
    world.house.submit("bank-b", row, to=("Scams", SECRET), basis="consent", loss=Loss(5_000, "SGD"))
    world.index()
    url = world.indicator_url("Scams", f"[bank-account:iban = '{MULE}']")
    assert [one["amounts"] for one in related(world, url, "bank-b").json["money"]] == [["50.00 SGD"]]
    with world.house.database.writing() as connection:
        member = find_member(connection, "bank-b")
        scams = world.house.collections["Scams"].key
        token = new_token(connection, member.key, "narrow", START, limits=Limits(collections=frozenset((scams,))))
    headers = {"Authorization": f"Bearer {token}"}
    narrow = world.app.test_client().get(f"/api/v1{url}/related", headers=headers).json
    assert [one["amounts"] for one in narrow["money"]] == [[]]
    assert related(world, url, "police").json["money"] == narrow["money"]


def test_the_page_leads_to_money_that_only_its_own_member_knows_of(world: World) -> None:
    victim = "GB33BUKB20201555555555"
    world.house.submit("bank-c", f"{MULE}\n", basis="consent")
    world.house.submit("bank-a", f"victim iban,mule iban\n{victim},{MULE}\n", basis="consent", loss=Loss(5_000, "SGD"))
    world.index()
    url = world.indicator_url("Scams", f"[bank-account:iban = '{MULE}']")
    own, other, moderator = (world.person(login) for login in ("clerk", "inspector", "desk"))
    assert f"{url}/related#money" in own.get(url).text
    for person, told in ((own, True), (other, False), (moderator, True)):
        page = person.get(f"{url}/related").text
        assert (victim in page) == told
        assert ("50.00 SGD" in page) == told
