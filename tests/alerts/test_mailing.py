"""Mails: what is in them, how they are handed over, and what cannot get into them."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from alerts.receiving import mail_server, trusting

from tocsin.alerts.mail import MailServer, Text, is_address, message, send

TEXT = Text("Two searches", "Überweisung, โอนเงิน\n", "https://exchange.example/searches#mail")
HERE = MailServer("127.0.0.1", 0, "off", "tocsin@exchange.example")


def made(to: str = "ines@desk.example", text: Text = TEXT, server: MailServer = HERE) -> bytes:
    return bytes(message(server, to, text, "abc", 1_700_000_000))


def test_a_mail_says_how_to_stop_it_and_keeps_its_id() -> None:
    mail = message_from_bytes(made(), policy=default)
    assert mail["To"] == "ines@desk.example"
    assert mail["From"] == "tocsin@exchange.example"
    assert mail["Message-ID"] == "<abc@exchange.example>"
    assert mail["List-Unsubscribe"] == "<https://exchange.example/searches#mail>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == ["Überweisung, โอนเงิน"]
    assert mail.get_content_charset() == "utf-8"


def test_no_line_end_gets_into_a_header() -> None:
    mail = message_from_bytes(made(text=Text("one\r\nBcc: all@bank.example\n\nbody", "x\n")), policy=default)
    assert mail["Subject"] == "one Bcc: all@bank.example body"
    assert mail["Bcc"] is None
    for hostile in ("a@b.example\nBcc: c@d.example", "a@b.example,c@d.example", "a b@c.example", "@b.example", ""):
        assert not is_address(hostile)


@pytest.mark.parametrize("text", ["ines@desk.example", "i.nes+tag@mail.desk.example", "o'neil@desk.example"])
def test_mailboxes_are_known(text: str) -> None:
    assert is_address(text)


NO_MAILBOXES = (
    *("ines", "ines@", "ines@desk", ".ines@desk.example", "i..nes@desk.example", "ines.@desk.example"),
    *("ïnes@desk.example", "ines@-desk.example", '"in es"@desk.example', "<ines@desk.example>", "ines@127.0.0.1"),
    "a" * 65 + "@desk.example",
)


@pytest.mark.parametrize("text", NO_MAILBOXES)
def test_what_is_no_mailbox_is_refused(text: str) -> None:
    assert not is_address(text)


def test_a_mail_is_handed_over_by_starttls_with_name_and_password(tmp_path: Path) -> None:
    with mail_server(tmp_path, login=("tocsin", "a password")) as box:
        server = MailServer("localhost", box.port, "starttls", "tocsin@exchange.example", "tocsin", "a password")
        mail = message(server, "ines@desk.example", TEXT, "abc", 0)
        assert send(server, mail, trusting(tmp_path)).arrived
        wrong = MailServer("localhost", box.port, "starttls", "tocsin@exchange.example", "tocsin", "another")
        answer = send(wrong, mail, trusting(tmp_path))
    assert [one.rcpt_tos for one in box.mails] == [["ines@desk.example"]]
    assert answer.words == "The mail server does not accept the exchange’s name and password."
    assert "a password" not in repr(server)


def test_nothing_goes_in_the_clear_where_tls_is_wanted(tmp_path: Path) -> None:
    with mail_server(tmp_path, tls=False) as box:
        server = MailServer("localhost", box.port, "starttls", "tocsin@exchange.example")
        answer = send(server, message(server, "ines@desk.example", TEXT, "abc", 0), trusting(tmp_path))
    assert not answer.arrived
    assert box.mails == []


def test_a_mail_server_with_another_certificate_gets_nothing(tmp_path: Path) -> None:
    with mail_server(tmp_path) as box:
        server = MailServer("localhost", box.port, "starttls", "tocsin@exchange.example")
        assert not send(server, message(server, "ines@desk.example", TEXT, "abc", 0)).arrived
    assert box.mails == []


def test_what_the_server_refuses_is_said(tmp_path: Path) -> None:
    with mail_server(tmp_path, tls=False) as box:
        box.refuse = "451 Later"
        server = MailServer("127.0.0.1", box.port, "off", "tocsin@exchange.example")
        answer = send(server, message(server, "ines@desk.example", TEXT, "abc", 0))
    assert (answer.words, answer.hopeless) == ("The mail server answered 451.", False)
    gone = MailServer("127.0.0.1", box.port, "off", "tocsin@exchange.example")
    assert "could not be reached" in send(gone, message(gone, "ines@desk.example", TEXT, "abc", 0)).words


def test_a_mail_that_was_taken_has_arrived_however_the_server_ends(tmp_path: Path) -> None:
    with mail_server(tmp_path, tls=False) as box:
        box.farewell = "421 Too busy to say good-bye"
        server = MailServer("127.0.0.1", box.port, "off", "tocsin@exchange.example")
        assert send(server, message(server, "ines@desk.example", TEXT, "abc", 0)).arrived
    assert len(box.mails) == 1
