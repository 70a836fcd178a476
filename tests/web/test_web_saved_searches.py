"""Saved searches on the pages: saved from the results, told in the header, changed; each is one person's own."""

import re

from saved_world import HOSTILE, finder, page, saved
from web_world import SECRET, World

from tocsin.alerts.people import new_code
from tocsin.identifiers import read
from tocsin.members.members import find_member, grant
from tocsin.publishing.erase import erase
from tocsin.publishing.redecide import remark
from tocsin.times import now_ms

NEWS = "A saved search found something new."


def test_a_search_is_saved_from_its_results_and_tells_what_comes(world: World) -> None:
    inspector, looks = world.person("inspector"), finder(world)
    results = inspector.get("/search?q=northbank&kind=domain").text
    assert "Save this search" in results
    assert 'value="northbank"' in results
    search_id = saved(inspector, kind="domain")
    assert "Nothing new." in page(inspector, search_id)
    world.house.submit("bank-a", "northbank-login.example\nhttps://northbank-login.example/pay\n")
    looks.look()
    assert NEWS in inspector.get("/").text
    listed = inspector.get("/searches").text
    assert "1 new" in listed
    assert NEWS not in listed
    assert "Kind: Domain" in listed
    shown = page(inspector, search_id)
    assert "northbank-login[.]example" in shown
    assert "TLP:GREEN" in shown
    assert f"/indicators/{world.collection_id('Scams')}/" in shown


def test_what_is_new_is_shown_with_the_marking_that_it_has_now(world: World) -> None:
    inspector, looks = world.person("inspector"), finder(world)
    search_id = saved(inspector)
    report = world.house.submit("bank-a", "northbank-login.example\n")
    looks.look()
    remark(world.house.database, world.house.exchange, report.key, now_ms(), owner=True, tlp="amber")
    shown = page(inspector, search_id)
    assert "northbank-login[.]example" in shown
    assert "TLP:AMBER" in shown
    assert "TLP:GREEN" not in shown
    assert inspector.get(f"/api/v1/searches/{search_id}/new").json["hits"][0]["marking"] == "amber"  # type: ignore[index]


def test_what_was_seen_is_new_no_longer(world: World) -> None:
    inspector, looks = world.person("inspector"), finder(world)
    search_id = saved(inspector)
    world.house.submit("bank-a", "northbank-login.example\n")
    looks.look()
    until = re.findall(r'name="until" value="(\d+)"', page(inspector, search_id))[0]
    world.house.submit("bank-a", "northbank-later.example\n")
    looks.now = max(looks.now, int(until) + 1)
    looks.look()
    assert "1 new" in page(inspector, search_id, "seen", until=str(looks.now - 1))
    assert "northbank-later[.]example" in page(inspector, search_id)
    assert "northbank-login" not in page(inspector, search_id)
    page(inspector, search_id, "seen", until="no number")
    page(inspector, search_id, "seen", until="9" * 14)
    assert NEWS not in inspector.get("/").text


def test_a_search_is_its_persons_own(world: World) -> None:
    inspector, looks = world.person("inspector"), finder(world)
    search_id = saved(inspector)
    world.house.submit("bank-a", "northbank-login.example\n")
    looks.look()
    for login in ("clerk", "desk", "admin", "auditor"):
        other = world.person(login)
        assert "Our brand" not in other.get("/searches").text
        assert NEWS not in other.get("/").text
        assert other.get(f"/searches/{search_id}").status_code == 404
        assert other.get(f"/api/v1/searches/{search_id}/new").status_code == 404
        for do in ("seen", "describe", "pause", "delete", "hook", "hook/test", "hook/remove"):
            fields = {"name": "theirs", "mails": "never", "url": "https://hooks.example/"}
            assert other.post(f"/searches/{search_id}/{do}", fields).status_code == 404
    assert "Our brand" in inspector.get("/searches").text


def test_nobody_learns_from_a_search_what_it_may_not_read(world: World) -> None:
    inspector, clerk, looks = world.person("inspector"), world.person("clerk"), finder(world)
    theirs, ours = saved(inspector, "nightjar"), saved(clerk, "nightjar")
    world.house.submit("bank-b", "nightjar-again.example\n", to=(SECRET,))
    looks.look()
    assert "1 new" in inspector.get("/searches").text
    assert "nightjar-again[.]example" in page(inspector, theirs)
    for told in (clerk.get("/searches").text, clerk.get("/").text, page(clerk, ours)):
        assert "nightjar-again" not in told
        assert "1 new" not in told
        assert NEWS not in told
    assert clerk.get(f"/api/v1/searches/{ours}/new").json == {"hits": [], "more": False}
    assert clerk.get("/api/v1/searches").json["searches"][0]["new"] == 0
    with world.house.database.writing() as connection:
        grant(connection, world.house.collections[SECRET].key, find_member(connection, "police").key)
    for told in (inspector.get("/searches").text, inspector.get("/").text, page(inspector, theirs)):
        assert "nightjar-again" not in told
        assert "1 new" not in told
        assert NEWS not in told
    assert inspector.get(f"/api/v1/searches/{theirs}/new").json["hits"] == []


def test_a_search_is_renamed_paused_and_deleted(world: World) -> None:
    inspector = world.person("inspector")
    search_id = saved(inspector)
    assert "Another name" in page(inspector, search_id, "describe", name="Another name", mails="daily")
    assert 'value="daily" selected' in page(inspector, search_id)
    assert "It is paused" in page(inspector, search_id, "pause", rests="yes")
    assert "It is paused" not in page(inspector, search_id, "pause")
    wrong = inspector.post(f"/searches/{search_id}/describe", {"name": " ", "mails": "hourly-ish"})
    assert wrong.status_code == 400
    assert "Write what you call it." in wrong.text
    assert "Choose one of these." in wrong.text
    assert "You have saved no search yet." in page(inspector, search_id, "delete")


def test_what_cannot_be_saved_is_said(world: World) -> None:
    inspector = world.person("inspector")
    for fields, words in (
        ({"q": "", "name": "x"}, "Ask something first."),
        ({"q": "northbank", "name": ""}, "Write what you call it."),
        ({"q": "4111 1111 1111 1111", "name": "x"}, "Leave out the number of the card"),
        ({"q": "northbank", "name": "4111 1111 1111 1111"}, "Leave out the number of the card"),
        ({"q": "n" * 1_001, "name": "x"}, "1,000 characters at most"),
        ({"q": "northbank", "name": "x", "member": "4111 1111 1111 1111"}, "Leave out the number of the card"),
        ({"q": "northbank", "name": "x", "member": "n" * 1_000}, "1,000 characters at most"),
    ):
        assert words in inspector.post("/searches/save", fields, follow_redirects=True).text
    assert "You have saved no search yet." in inspector.get("/searches").text


def test_what_a_filter_names_goes_when_it_is_erased(world: World) -> None:
    inspector, house, kept = world.person("inspector"), world.house, list[object]()
    search_id = saved(inspector, "northbank", member="mailbox@hers.example")
    house.submit("bank-a", "mailbox@hers.example\n")
    gone = read("mailbox@hers.example", "email")
    token = world.services.screening.token
    assert token is not None
    erase(house.database, house.exchange, gone, token, kept.append, "A court ordered it.", "desk", now_ms())
    assert "What was asked for was erased." in page(inspector, search_id)
    assert not [text for table, text in house.stored() if table == "saved_searches" and "mailbox@hers" in text]


def test_hostile_names_and_questions_are_shown_as_text(world: World) -> None:
    inspector = world.person("inspector")
    search_id = saved(inspector, HOSTILE, HOSTILE, member=HOSTILE)
    for told in (inspector.get("/searches").text, page(inspector, search_id)):
        assert "<b>x</b>" not in told
        assert 'href="https://evil.example' not in told


def test_a_webhook_shows_its_secret_once(world: World) -> None:
    inspector = world.person("inspector")
    search_id = saved(inspector)
    for url in (
        "http://hooks.example/",
        "https://127.0.0.1/",
        "https://169.254.169.254/",
        "https://a:b@hooks.example/",
    ):
        answer = inspector.post(f"/searches/{search_id}/hook", {"url": url})
        assert answer.status_code == 400
        assert "whsec_" not in answer.text
    made = page(inspector, search_id, "hook", url="https://hooks.example/desk")
    secret = re.findall(r"whsec_[A-Za-z0-9+/=]{44}", made)[0]
    again = page(inspector, search_id)
    assert "hooks[.]example" in again
    assert "whsec_" not in again
    assert secret.encode() not in b"".join(
        text.encode() for table, text in world.house.stored() if table == "search_hooks"
    )
    assert "A test is on its way." in page(inspector, search_id, "hook/test")
    assert "on its way already" in page(inspector, search_id, "hook/test")
    assert "hooks[.]example" not in page(inspector, search_id, "hook/remove")


def test_a_machine_of_the_member_reads_what_a_webhook_woke_it_for(world: World) -> None:
    inspector, looks = world.person("inspector"), finder(world)
    search_id = saved(inspector)
    world.house.submit("bank-a", "northbank-login.example\n")
    looks.look()
    address = f"/api/v1/searches/{search_id}/new"
    ours, theirs = world.token_of("police"), world.token_of("bank-a")
    client = world.person().client
    assert client.get(address, headers=ours).status_code == 404
    page(inspector, search_id, "hook", url="https://hooks.example/desk")
    found = client.get(address, headers=ours).json
    assert [one["value"] for one in found["hits"]] == ["northbank-login.example"]
    assert client.get(address, headers=theirs).status_code == 404
    assert client.get(address).status_code == 401
    assert client.get("/api/v1/searches", headers=ours).json == {"searches": []}


def test_without_a_mail_server_the_page_says_so(world: World) -> None:
    inspector = world.person("inspector")
    assert "Mail is not set up here." in inspector.get("/searches").text
    answer = inspector.post("/searches/mail", {"address": "ines@desk.example"})
    assert answer.status_code == 400


def test_mail_goes_to_an_address_that_was_shown_to_be_ones_own(world: World) -> None:
    mailing = world.that_mails()
    inspector = mailing.person("inspector")
    assert "Have mail sent to you" in inspector.get("/searches").text
    wrong = inspector.post("/searches/mail", {"address": "ines@desk.example\nBcc: all@bank.example"})
    assert wrong.status_code == 400
    assert "Write an e-mail address" in wrong.text
    asked = inspector.post("/searches/mail", {"address": "ines@desk.example"}, follow_redirects=True).text
    assert "A code is on its way." in asked
    key = mailing.house.database
    with key.writing() as connection:
        sent = new_code(connection, mailing.services.seal_key, user_key(mailing, "inspector"), now_ms())
    assert sent is not None
    for _ in range(4):
        assert inspector.post("/searches/mail/code", {"code": "00000000"}).status_code == 400
    right = inspector.post("/searches/mail/code", {"code": sent[1]}, follow_redirects=True).text
    assert "Mail goes to ines@desk.example." in right
    assert (
        "You get mail about cases."
        in inspector.post("/searches/mail/cases", {"cases": "yes"}, follow_redirects=True).text
    )
    assert "No more mail is sent." in inspector.post("/searches/mail", follow_redirects=True).text


def test_a_code_is_tried_a_few_times_and_asked_for_a_few_times(world: World) -> None:
    mailing = world.that_mails()
    inspector, who, key = mailing.person("inspector"), user_key(mailing, "inspector"), mailing.services.seal_key
    for _ in range(3):
        inspector.post("/searches/mail", {"address": "ines@desk.example"})
    late = inspector.post("/searches/mail", {"address": "ines@desk.example"})
    assert "Several codes were sent already." in late.text
    with mailing.house.database.writing() as connection:
        sent = new_code(connection, key, who, now_ms())
    assert sent is not None
    for _ in range(5):
        inspector.post("/searches/mail/code", {"code": "wrong"})
    assert inspector.post("/searches/mail/code", {"code": sent[1]}).status_code == 400


def user_key(world: World, login: str) -> int:
    found = world.services.door.by_login(login)
    assert found is not None
    assert found.user_key is not None
    return found.user_key
