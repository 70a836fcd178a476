"""Promise 5: what a member contributes without its name carries nothing of it, in whatever others can get hold of."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from house import START
from unseen_world import (
    PEERS,
    PEOPLE,
    SOURCE,
    Listed,
    Unseen,
    furnish,
    hand_everything_in,
    listed,
    obtainable,
    open_unseen,
    telling,
)
from web_world import PASSWORD

from tocsin.members.access import add_user
from tocsin.members.circles import set_circle
from tocsin.members.defaults import let_ask
from tocsin.members.members import find_member
from tocsin.members.tables import members
from tocsin.policy.known_of import Circle
from tocsin.publishing import facts, publish, standing
from tocsin.web import attribution

OTHERS = [login for login, (slug, _) in PEOPLE.items() if slug != SOURCE]
UNNAMED = ("sheet-one.example", "pasted-one.example", "pasted-two.example", "api-one.example", "pushed-one.example")


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("furnished")
    furnish(folder)
    return folder


@pytest.fixture(scope="module")
def known(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Listed:
    home = tmp_path_factory.mktemp("listed") / "home"
    shutil.copytree(furnished, home)
    made = open_unseen(home)
    found = listed(made, OTHERS, (*PEERS, "telco"))
    made.tocsin.close()
    return found


def opened(furnished: Path, folder: Path) -> Iterator[Unseen]:
    shutil.copytree(furnished, folder / "home")
    made = open_unseen(folder / "home")
    hand_everything_in(made)
    yield made
    made.tocsin.close()


@pytest.fixture
def unseen(furnished: Path, tmp_path: Path) -> Iterator[Unseen]:
    yield from opened(furnished, tmp_path)


@pytest.fixture(scope="module")
def looked_at(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unseen]:
    """For tests that only look."""
    yield from opened(furnished, tmp_path_factory.mktemp("unseen"))


def test_nothing_that_others_can_obtain_tells_the_source(unseen: Unseen, known: Listed) -> None:
    found = list(obtainable(unseen, OTHERS, (*PEERS, "telco")))
    assert len(found) > 1_000
    assert telling(found, known) == []
    polling = [what for where, what in found if where.endswith(" /polling")]
    assert not any(one in what for one in unseen.reports for what in polling), "a refusal would join report and member"
    # the words are there to be found: what was searched is what was handed in
    everything = "\n".join(what for _, what in found)
    assert all(value in everything for value in UNNAMED)
    assert all(one in everything for one in unseen.reports), "moderators did see the reports"


def test_its_own_people_see_their_own(looked_at: Unseen) -> None:
    for login in ("mabel.quokka", "otto.quokka"):
        person = looked_at.person(login)
        text = "\n".join(person.get(f"/reports/{one}").text for one in looked_at.reports)
        for word in ("quokka-case-77q81.csv", "Quokka Savings", "Wilhelmina code", "quokka[.]example"):
            assert word in text, (login, word)


@pytest.mark.parametrize("broken", ["names", "rows", "moments", "pages"])
def test_the_search_finds_what_a_broken_exchange_tells(
    broken: str, furnished: Path, known: Listed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep that could not fail would show nothing."""
    if broken == "names":
        name_everybody(monkeypatch)
    elif broken == "rows":
        monkeypatch.setattr(attribution, "_veiled", lambda one, _reason: one)
    elif broken == "moments":
        monkeypatch.setattr(facts.Standing, "shown", lambda _self, ms: ms)
    else:
        monkeypatch.setattr(attribution, "hides", lambda *_: False)
    for made in opened(furnished, tmp_path):
        assert telling(obtainable(made, ["moderator-desk"], ["bank-b"]), known)


def name_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    stored, fresh = standing._claimed, publish._Chunk._claim

    def named(claim: standing.Claimed) -> standing.Claimed:
        return claim._replace(standing=claim.standing._replace(named=True))

    monkeypatch.setattr(standing, "_claimed", lambda *some: named(stored(*some)))
    monkeypatch.setattr(publish._Chunk, "_claim", lambda *some: named(fresh(*some)))


def test_stix_says_how_many_and_days_only(looked_at: Unseen) -> None:
    for value in UNNAMED:
        one = looked_at.indicators()[value]
        ours = next(iter(one["extensions"].values()))
        assert ours["independent_members"] == 1
        assert "sources" not in ours
        assert "description" not in one
        assert one["valid_from"].endswith("T00:00:00.000Z")
        assert ours["first_seen"].endswith("T00:00:00.000Z")


def pseudonyms(unseen: Unseen, slug: str) -> set[str]:
    """What a member calls the source, wherever it meets it."""
    said = [one for value in UNNAMED for one in unseen.sources(slug, value)]
    assert len(said) == len(UNNAMED)
    assert not any(one["named"] or one["own"] for one in said)
    held = {one["source"] for one in unseen.sources(slug, "+442079460123") if not one["named"]}
    return {one["source"] for one in said} | held


def test_a_recipient_meets_one_pseudonym_everywhere(looked_at: Unseen) -> None:
    for slug in PEERS:
        (name,) = pseudonyms(looked_at, slug)
        assert name.startswith("Source ")
        if slug in ("desk", "police"):
            moderator = looked_at.person(f"moderator-{slug}")
            for one in looked_at.reports:
                assert name in moderator.get(f"/reports/{one}").text


def test_pseudonyms_of_two_recipients_share_nothing(looked_at: Unseen) -> None:
    names = [next(iter(pseudonyms(looked_at, slug))).removeprefix("Source ") for slug in PEERS]
    assert len(set(names)) == len(names)
    pieces = [{name[n : n + 3] for n in range(len(name) - 2)} for name in names]
    assert not any(one & other for n, one in enumerate(pieces) for other in pieces[n + 1 :])


def test_contributors_see_no_pseudonym(looked_at: Unseen) -> None:
    (name,) = pseudonyms(looked_at, "desk")
    url = f"/indicators/{looked_at.collection.id}/{looked_at.indicators()['api-one.example']['id']}"
    seen = {login: name in looked_at.person(login).get(url).text for login in OTHERS if login.endswith("-desk")}
    assert seen == {login: not login.startswith("contributor") for login in seen}
    assert looked_at.person("contributor-desk").get(f"/api/v1{url}/sources").json == {"sources": []}


def test_whoever_asks_through_the_exchange_learns_of_no_source(unseen: Unseen, known: Listed) -> None:
    """A member that may not read it, and moderators who may, get hold of a question, an answer and no name."""
    with unseen.tocsin.database.writing() as connection:
        let_ask(connection, find_member(connection, SOURCE).key, True)
        set_circle(connection, unseen.collection, Circle(everybody=True))
        add_user(connection, "seeker", find_member(connection, "telco").key, "investigator", PASSWORD, START)
    seeker = unseen.person("seeker")
    assert "Somebody in the exchange knows something" in seeker.get("/search?q=pasted-one.example").text
    assert seeker.post("/ask", {"q": "pasted-one.example", "question": "Who lost money?"}).status_code == 302
    mabel = unseen.person("mabel.quokka")
    (action,) = set(re.findall(r'action="(/enquiries/[^/"]+)"', mabel.get("/enquiries").text))
    assert mabel.post(action, {"answer": "Three customers.", "agrees": "yes"}).status_code == 302
    pages = [seeker.get(url) for url in ("/enquiries", "/search?q=pasted-one.example", "/audit", "/notices")]
    pages += [unseen.person(f"{role}-police").get("/enquiries") for role in ("moderator", "auditor")]
    found = [("seeker", page.text) for page in pages]
    found += obtainable(unseen, [], ["telco", "police"])
    assert "Three customers." in found[0][1]
    assert telling(found, known) == []


def test_whoever_may_not_read_learns_of_no_source(looked_at: Unseen) -> None:
    one = looked_at.indicators()["api-one.example"]["id"]
    path = f"indicators/{looked_at.collection.id}/{one}"
    hidden, missing = looked_at.api("telco", f"{path}/sources"), looked_at.api("telco", f"{path}x/sources")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.data == missing.data


def test_a_voice_that_gave_its_name_has_no_second_line(unseen: Unseen) -> None:
    """One independent member and two lines would say whose the second is."""
    unseen.hand_in(SOURCE, "sheet-one.example\n", unattributed="false")
    (said,) = unseen.sources("police", "sheet-one.example")
    assert said["source"] == "Quokka Savings"


def test_members_of_one_voice_are_one_pseudonym(unseen: Unseen) -> None:
    with unseen.tocsin.database.writing() as connection:
        voice = find_member(connection, SOURCE).key
        connection.execute(members.update().where(members.c.slug == "shop").values(voice_key=voice))
    unseen.hand_in("shop", "api-one.example\n", unattributed="true")
    assert len(unseen.sources("police", "api-one.example")) == 1
    ours = next(iter(unseen.indicators()["api-one.example"]["extensions"].values()))
    assert ours["independent_members"] == 1


def test_no_filter_and_no_word_finds_the_source(looked_at: Unseen) -> None:
    for word in ("quokka", "Quokka Savings", SOURCE, "Wilhelmina", "mabel", "77q81"):
        found: Any = looked_at.api("police", f"search?q={word}").json
        assert found["total"] == 0, word
    facets = looked_at.api("police", "search?q=example").json["facets"]
    assert set(facets) <= {"kind", "crime_type", "country", "tlp", "collection", "member", "revoked"}
    assert not any("Quokka" in name for name, _ in facets["member"])
    for question in ("member:quokka", 'member:"Quokka Savings"', f"member:{SOURCE}"):
        assert looked_at.api("police", f"search?q={question}").json["total"] == 0, question
    assert looked_at.api("police", "search?member=Quokka+Savings").json["total"] == 0
