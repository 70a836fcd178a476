"""From a hit to whoever is told: mails and webhooks as they arrive, and what happens where they do not."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import orjson
import pytest
from alerts.receiving import Mailbox, Received, mail_server, trusting, webhook_server
from alerts.watching import KEY, Watch

from tocsin.alerts import delivering as delivering_module
from tocsin.alerts.case_news import CaseNews
from tocsin.alerts.delivering import Delivering
from tocsin.alerts.hooks import hook_of, send_test, set_hook
from tocsin.alerts.mail import MailServer
from tocsin.alerts.people import choose_address, chosen_by
from tocsin.alerts.posting import Letter, Posting, signature
from tocsin.alerts.tables import deliveries
from tocsin.alerts.telling import tell_due
from tocsin.members.members import find_member, grant
from tocsin.members.people import choose_language
from tocsin.web import alert_mails

BASE = "https://exchange.example"
VALUE = "northbank-login.example"


@pytest.fixture
def received(tmp_path: Path) -> Iterator[Received]:
    with webhook_server(tmp_path) as made:
        yield made


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Mailbox]:
    with mail_server(tmp_path, tls=False) as made:
        yield made


@pytest.fixture
def messenger(watch: Watch, box: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Delivering:
    monkeypatch.setattr(delivering_module, "now_ms", lambda: watch.now)
    return Delivering(
        watch.house.database,
        Posting(frozenset({"localhost"}), trusting(tmp_path)),
        MailServer("127.0.0.1", box.port, "off", "tocsin@exchange.example"),
        alert_mails.texts("Test exchange", BASE),
        BASE,
        KEY,
    )


def comes(watch: Watch, value: str = VALUE) -> None:
    watch.house.submit("bank-a", f"{value}\n")
    watch.look()
    tell_due(watch.house.database, watch.now, mails=True)


def hooked(watch: Watch, received: Received) -> str:
    one = watch.save("ines", "northbank", "Our brand", mails="never")
    with watch.house.database.writing() as connection:
        set_hook(connection, KEY, one, received.url, watch.now)
    return one.id


def test_a_webhook_says_how_many_and_which_and_never_what(
    watch: Watch, messenger: Delivering, received: Received
) -> None:
    search_id = hooked(watch, received)
    comes(watch)
    assert messenger.step(watch.now) == 1
    ((_, headers, body),) = received.requests
    said = orjson.loads(body)
    assert said["type"] == "saved-search.found"
    assert said["id"] == headers["webhook-id"]
    assert said["data"] == {
        "search": {"id": search_id, "name": "Our brand"},
        "new": 1,
        "or_more": False,
        "withdrawn": 0,
        "stix_ids": [one["id"] for one in watch.house.indicators().values()],
        "url": f"{BASE}/api/v1/searches/{search_id}/new",
    }
    assert b"northbank" not in body
    with watch.house.database.reading() as connection:
        hook = hook_of(connection, KEY, watch.again("ines", search_id).key)
    assert hook is not None
    letter = Letter(headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert headers["webhook-signature"] == signature(hook[1], letter)
    assert messenger.step(watch.now) == 0


def test_a_webhook_that_fails_comes_again_with_the_same_id(
    watch: Watch, messenger: Delivering, received: Received
) -> None:
    hooked(watch, received)
    received.status = 503
    comes(watch)
    messenger.step(watch.now)
    assert messenger.step(watch.now + 4_999) == 0
    received.status = 200
    watch.now += 5_000
    assert messenger.step(watch.now) == 1
    assert len({headers["webhook-id"] for _, headers, _ in received.requests}) == 1
    assert len(received.requests) == 2


def test_what_may_be_read_no_longer_is_not_in_a_later_try(
    watch: Watch, messenger: Delivering, received: Received
) -> None:
    hooked(watch, received)
    received.status = 503
    comes(watch)
    messenger.step(watch.now)
    with watch.house.database.writing() as connection:
        grant(connection, watch.house.collections["Scams"].key, find_member(connection, "police").key)
    watch.now += 5_000
    assert messenger.step(watch.now) == 1
    assert len(received.requests) == 1
    assert waiting(watch) == 0


def test_a_test_says_that_it_is_one(watch: Watch, messenger: Delivering, received: Received) -> None:
    search_id = hooked(watch, received)
    with watch.house.database.writing() as connection:
        send_test(connection, watch.again("ines", search_id), watch.now)
    messenger.step(watch.now)
    assert orjson.loads(received.requests[0][2])["type"] == "saved-search.test"
    hook = watch.again("ines", search_id).hook
    assert hook is not None
    assert hook.answer == "It took it."


def test_a_mail_has_counts_names_and_links_and_nothing_else(watch: Watch, messenger: Delivering, box: Mailbox) -> None:
    watch.mailed_to("ines")
    one = watch.save("ines", "northbank", "Our brand https://evil.example/")
    comes(watch)
    assert messenger.step(watch.now) == 1
    mail = read(box)
    assert mail["To"] == "ines@desk.example"
    assert mail["Subject"] == "Test exchange: A saved search found something"
    text = mail.get_content()
    assert "1 new" in text
    assert f"{BASE}/searches/{one.id}" in text
    assert "https://evil.example" not in text
    assert "northbank" not in str(mail)
    assert mail["List-Unsubscribe"] == f"<{BASE}/searches#mail>"


def test_a_mail_is_in_the_language_of_its_reader_where_there_is_one(
    watch: Watch, messenger: Delivering, box: Mailbox
) -> None:
    watch.mailed_to("ines")
    watch.save("ines", "northbank", "Notre marque")
    with watch.house.database.writing() as connection:
        choose_language(connection, watch.keys["ines"], "fr")
    comes(watch)
    assert messenger.step(watch.now) == 1
    assert "Notre marque" in read(box).get_content()


def test_a_mail_that_cannot_be_handed_over_waits_and_its_reason_is_kept(
    watch: Watch, messenger: Delivering, box: Mailbox
) -> None:
    watch.mailed_to("ines")
    watch.save("ines", "northbank")
    box.refuse = "451 Later"
    comes(watch)
    messenger.step(watch.now)
    assert waiting(watch) == 1
    box.refuse = ""
    watch.now += 5_000
    messenger.step(watch.now)
    assert len(box.mails) == 1
    assert waiting(watch) == 0


def test_a_code_goes_to_the_address_that_is_to_be_confirmed(watch: Watch, messenger: Delivering, box: Mailbox) -> None:
    with watch.house.database.writing() as connection:
        choose_address(connection, watch.keys["ines"], "ines@desk.example", watch.now)
    assert messenger.step(watch.now) == 1
    text = read(box).get_content()
    assert any(line.strip().isdecimal() and len(line.strip()) == 8 for line in text.splitlines())
    with watch.house.database.reading() as connection:
        assert not chosen_by(connection, watch.keys["ines"]).confirmed


def test_one_that_cannot_be_made_keeps_no_other_from_being_sent(
    watch: Watch, messenger: Delivering, box: Mailbox, received: Received
) -> None:
    watch.mailed_to("ines")
    hooked(watch, received)
    watch.save("ines", "northbank")

    def breaks(*_: object) -> None:
        raise KeyError("words")

    comes(watch)
    broken = replace(messenger, texts=replace(messenger.texts, of_searches=breaks))  # type: ignore[arg-type]
    assert broken.step(watch.now) == 2
    assert len(received.requests) == 1
    assert box.mails == []
    assert waiting(watch) == 1


def test_mails_of_cases_say_how_many_and_no_more() -> None:
    texts = alert_mails.texts("Test exchange", BASE)
    one = texts.of_cases(None, CaseNews(shared=1, met=2, due=3))
    assert one.body.splitlines()[:7:2] == [
        "A case was shared with you.",
        "Cases of yours meet 2 others.",
        "3 tasks are due within a day.",
        f"{BASE}/cases",
    ]


def read(box: Mailbox) -> EmailMessage:
    (envelope,) = box.mails
    assert isinstance(envelope.content, bytes)
    return message_from_bytes(envelope.content, policy=default)  # type: ignore[return-value]


def waiting(watch: Watch) -> int:
    with watch.house.database.reading() as connection:
        rows = connection.execute(deliveries.select()).all()
    return sum(row.done_ms is None for row in rows)
