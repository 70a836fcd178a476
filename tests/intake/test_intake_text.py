"""Identifiers in running text and pasted mails."""

from typing import Any

import pytest

from tocsin.intake import CannotRead, Defaults, Row, read


def found(text: str, **options: Any) -> list[Row]:
    return list(read(text.encode(), format="text", **options).rows)


def values(text: str, **options: Any) -> list[str]:
    return [row.identifier.value if row.identifier else f"! {row.value}" for row in found(text, **options)]


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("Go to hxxps://bad[.]example[.]com/pay.", "https://bad.example.com/pay", "hxxps://bad[.]example[.]com/pay"),
        ("(see http://bad.example.com/a_(b))!", "http://bad.example.com/a_(b)", "http://bad.example.com/a_(b)"),
        ("It was bad.example.com, I think", "bad.example.com", "bad.example.com"),
        ("It was bad.example.com.", "bad.example.com", "bad.example.com"),
        ("under bad.example.com/login?", "http://bad.example.com/login", "bad.example.com/login"),
        ("mail ann [at] example [dot] com today", "ann@example.com", "ann [at] example [dot] com"),
        ("<ann@example.com>;", "ann@example.com", "ann@example.com"),
        ("E-Mail:ann@example.com", "ann@example.com", "ann@example.com"),
        ("call +44 20 7946 0123.", "+442079460123", "+44 20 7946 0123"),
        ("from 192[.]0[.]2[.]1 and", "192.0.2.1", "192[.]0[.]2[.]1"),
        ("from 2001:db8::1 and", "2001:db8::1", "2001:db8::1"),
        ("to GB33 BUKB 2020 1555 5555 55 SWIFT BUKBGB22", "GB33BUKB20201555555555", None),
        (
            "send to 0x52908400098527886E0F7030069857D2E4169EE7.",
            "0x52908400098527886e0f7030069857d2e4169ee7",
            "0x52908400098527886E0F7030069857D2E4169EE7",
        ),
        ("md5 d41d8cd98f00b204e9800998ecf8427e,", "d41d8cd98f00b204e9800998ecf8427e", None),
    ],
)
def test_one_value_in_a_sentence(text: str, value: str, shown: str | None) -> None:
    (row,) = found("Hello,\n" + text)
    assert row.identifier is not None
    assert row.identifier.value == value
    assert row.row == 2
    if shown is not None:
        assert row.value == shown
        assert row.column == str(text.index(shown) + 1)


def test_names_of_files_and_sentences_without_a_blank_are_no_domains() -> None:
    text = "Open invoice.zip, README.md or setup.py.Then wait.Me too, e.g. at 10.30 on 01.02.2024; bad.example.com"
    assert values(text) == ["bad.example.com"]


def test_a_value_is_given_once() -> None:
    assert values("bad.example.com BAD.example.com bad[.]example[.]com worse.example.com") == [
        "bad.example.com",
        "worse.example.com",
    ]


MAIL = """Received: from mx.example.net (mx.example.net [192.0.2.9])
\tby mx.example.org with ESMTP
Message-ID: <1@mailer.example.net>
From: "The Boss" <boss@example.com>
Reply-To: boss@bad.example.com
To: victim@example.org,
 second@example.org
Cc: third@example.org
Subject: urgent

Please pay. Write to boss@bad.example.com or visit bad.example.com
"""


def test_headings_of_a_pasted_mail_give_the_roles() -> None:
    reading = read(MAIL.encode(), format="text")
    assert reading.format == "text"
    assert reading.notices == ("Header lines that only tell how the mail travelled, not searched: 2.",)
    assert [(row.row, row.identifier.value, row.claim.role) for row in reading.rows if row.identifier] == [
        (4, "boss@example.com", "sender"),
        (5, "boss@bad.example.com", "reply-to"),
        (6, "victim@example.org", "victim"),
        (7, "second@example.org", "victim"),
        (8, "third@example.org", "victim"),
        (11, "bad.example.com", None),
    ]


def test_who_was_written_to_is_the_victim_wherever_the_address_stands() -> None:
    rows = found("ann@example.org sent us this:\nFrom: boss@example.com\nTo: ann@example.org")
    assert [(row.value, row.claim.role) for row in rows] == [
        ("ann@example.org", "victim"),
        ("boss@example.com", "sender"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Bank: Example Bank, SWIFT: DEUTDEFF, Account: 00123456",
        "Account Number: 0012 3456\nName: X\n\nSWIFT/BIC: DEUTDEFF",
        "Beneficiary bank: Example\nBIC DEUTDEFF\nA/C No. 00-123456",
        "Country: United Kingdom\nSort code: 60-00-01\nAccount no: 00123456",
    ],
)
def test_an_account_takes_its_bank_from_the_lines_around_it(text: str) -> None:
    (row,) = found(text)
    assert row.identifier is not None, row.problem
    assert row.identifier.value in ("DE:DEUTDEFF:00123456", "GB:600001:00123456")
    assert row.hints.bank in ("DEUTDEFF", "60-00-01")


def test_between_two_banks_no_account_is_guessed_but_the_one_on_its_line_counts() -> None:
    both = "SWIFT: DEUTDEFF\nSWIFT: BNPAFRPP\n"
    (row,) = found(both + "Account: 00123456")
    assert "name the bank" in (row.problem or "")
    assert values(both + "Account: 00123456, SWIFT: BNPAFRPP") == ["FR:BNPAFRPP:00123456"]


def test_a_bank_far_away_is_not_the_bank_of_an_account() -> None:
    (row,) = found("SWIFT: DEUTDEFF\n" + "text\n" * 10 + "Account: 00123456")
    assert row.problem


def test_a_mistyped_iban_behind_its_label_is_told() -> None:
    (row,) = found("Pay to IBAN: GB34 BUKB 2020 1555 5555 55 today")
    assert "checksum" in (row.problem or "")


def test_labelled_telephones_are_read_in_the_members_country() -> None:
    assert values("WhatsApp: 020 7946 0123", defaults=Defaults(country="GB")) == ["+442079460123"]


def test_a_text_without_anything_cannot_be_read() -> None:
    with pytest.raises(CannotRead, match="Nothing that can be shared"):
        found("Dear all, see you at ten. Best, Ann")


@pytest.mark.parametrize(
    ("url", "left"),
    [
        ("https://bad.example.org/x?u=victim@shop.example.org", "https://bad.example.org/x"),
        ("https://bad.example.org/victim@shop.example.org", "https://bad.example.org/"),
        ("https://bad.example.org/a/victim%40shop.example.org/b?c=1", "https://bad.example.org/a/"),
        ("https://bad.example.org/a?u=dmljdGltQHNob3AuZXhhbXBsZS5vcmc", "https://bad.example.org/a"),
        ("https://bad.example.org/a/x-dmljdGltQHNob3AuZXhhbXBsZS5vcmc=/b", "https://bad.example.org/a/"),
        ("https://bad.example.org/x?u=other@shop.example.org", "https://bad.example.org/x?u=other@shop.example.org"),
    ],
)
def test_an_address_leads_to_no_victim_that_the_text_names(url: str, left: str) -> None:
    text = f"The victim's address is victim@shop.example.org\nThe link was {url}\n"
    assert ("victim@shop.example.org", "victim") in [(row.value, row.claim.role) for row in read(text.encode()).rows]
    assert [row.identifier.value for row in read(text.encode()).rows if row.value == url and row.identifier] == [left]
