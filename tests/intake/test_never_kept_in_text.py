"""Numbers of cards and documents in running text: found, and none of them repeated."""

import hashlib
import re

import orjson
import pytest

from tocsin.intake import Defaults, Row, read

CARD = "4111111111111111"
"""A number that card schemes keep for tests."""


def token(text: str) -> str:
    return hashlib.sha256(b"key" + text.encode()).hexdigest()[:32]


def rows(text: str, **said: object) -> list[Row]:
    return list(read(text.encode(), None, "text", Defaults(token=token, **said)).rows)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        f"They charged my card {CARD} twice, see bad.example.com",
        "They charged 4111 1111 1111 1111. See bad.example.com",
        "card no: 4111-1111-1111-1111 (bad.example.com)",
        "Amex 3782 822463 10005, see bad.example.com",
        "paid 500 4111 1111 1111 1111 to bad.example.com",
        "4111 1111 1111 1111 123 bad.example.com",
        "4111.1111.1111.1111 bad.example.com",
        "4111\u00a01111\u00a01111\u00a01111 bad.example.com",
        "4111\u200b1111\u200b1111\u200b1111 bad.example.com",
        "4111  1111  1111  1111 bad.example.com",
        "4111 - 1111 - 1111 - 1111 bad.example.com",
        "4111•1111•1111•1111 bad.example.com",
        f"{CARD}/12/27 bad.example.com",
        f"{CARD}|12|27|123 bad.example.com",
        f"card={CARD} bad.example.com",
        f"บัตร{CARD} bad.example.com",
        f"卡号{CARD}见 bad.example.com",
        "my card 411111111111๑๑๑๑ bad.example.com",
    ],
)
def test_a_card_is_found_and_not_repeated(text: str) -> None:
    found = rows(text)
    (card,) = [row for row in found if row.identifier is not None and row.identifier.kind == "payment-card"]
    assert card.secret
    assert card.identifier is not None
    assert card.value == card.identifier.value
    assert not [row for row in found if row is not card and row.secret]
    assert card.span is not None
    start, length = card.span
    assert sum(sign.isdigit() for sign in text[start - 1 : start - 1 + length]) >= 15
    assert text[start - 1 : start - 1 + length] not in repr(found)
    assert "4111 1111" not in repr(found)
    assert CARD not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        "parcel 4111111111111112 is late, see bad.example.com",
        "see https://bad.example.com/pay/4111111111111111/now",
        "see bad.example.com, order x4111111111111111",
        "see bad.example.com, worth 4111111111111111.50",
        "see bad.example.com, worth 0.4111111111111111",
        "see bad.example.com, 2026-11-26 08:04:47 1234 5678 9012 3456",
    ],
)
def test_what_is_no_card_is_left_alone(text: str) -> None:
    assert not [row for row in rows(text) if row.secret]


def test_an_account_with_its_bank_stays_an_account() -> None:
    number = "411111111111116"
    (found,) = rows(f"Bank: Bank Rakyat Indonesia\nAccount number: {number}\nCountry: Indonesia\n")
    assert found.identifier is not None
    assert found.identifier.kind == "bank-account"
    assert not found.secret


def test_a_card_under_the_word_account_is_a_card_where_no_bank_is_named() -> None:
    found = rows(f"account {CARD} and bad.example.com")
    assert [row.secret for row in found if row.identifier is None or row.identifier.kind != "domain"] == [True]
    assert CARD not in repr(found)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("His passport no: SG E0000000A, and bad.example.com", "passport"),
        ("NRIC: S0000001I and bad.example.com", "identity-document"),
        ("National ID number: 1234567890121 and bad.example.com", "identity-document"),
        ("Passport Number - E0000000A and bad.example.com", "passport"),
        ("passport no.E0000000 and bad.example.com", "passport"),
        ("paspor: E0000000 and bad.example.com", "passport"),
        ("hộ chiếu số E0000000 and bad.example.com", "passport"),
        ("หนังสือเดินทาง E0000000 and bad.example.com", "passport"),
        ("护照号码:E0000000 and bad.example.com", "passport"),
        ("nric/fin: S0000001I and bad.example.com", "identity-document"),
        ("NIK 0000000000000001 and bad.example.com", "identity-document"),
        ("căn cước công dân 001 090 000001 and bad.example.com", "identity-document"),
        ("เลขบัตรประชาชน 1234567890121 and bad.example.com", "identity-document"),
        ("no kad pengenalan: 000101-01-0001 and bad.example.com", "identity-document"),
    ],
)
def test_a_named_document_is_withheld(text: str, kind: str) -> None:
    found = [row for row in rows(text, country="SG" if "NRIC" in text else "TH") if row.secret]
    assert len(found) == 1
    written = re.search(r"[A-Z]?\d[\d -]*[A-Z]?(?=,? and)", text)
    assert written is not None
    assert written[0] not in repr(found)
    assert found[0].identifier is None or found[0].identifier.kind == kind


def test_a_document_that_cannot_be_read_is_withheld_too() -> None:
    found = rows("Passport number: 12AB34 and bad.example.com")
    (one,) = [row for row in found if row.secret]
    assert one.problem is not None
    assert "12AB34" not in repr(found)


def test_without_a_key_nothing_is_repeated() -> None:
    found = list(read(f"card {CARD} at bad.example.com".encode(), None, "text").rows)
    assert CARD not in repr(found)
    assert [row.secret for row in found if row.identifier is None] == [True]


@pytest.mark.parametrize(
    "named",
    [
        {"type": "indicator", "pattern": f"[entity-identifier:value = 'payment-card:{CARD}']", "pattern_type": "stix"},
        {
            "type": "indicator",
            "pattern": "[domain-name:value = 'bad.example.com'] FOLLOWEDBY "
            "[user-account:user_id = 'promptpay:national-id:1234567890121']",
            "pattern_type": "stix",
        },
        {"type": "entity-identifier", "value": f"payment-card:{CARD}"},
        {"type": "user-account", "user_id": "promptpay:national-id:1234567890121"},
    ],
)
def test_a_stix_object_with_one_is_known_for_it(named: dict[str, str]) -> None:
    (row,) = read(stix(named), None, "stix", Defaults(token=token)).rows
    assert row.secret


@pytest.mark.parametrize(
    "named",
    [
        {"type": "entity-identifier", "value": f"payment-card:411111:1111:{'0' * 32}"},
        {"type": "user-account", "user_id": f"promptpay:national-id:{'0' * 32}"},
        {"type": "user-account", "user_id": "1234567890121", "account_type": "facebook"},
        {"type": "entity-identifier", "value": "invoice:INV-2026-000123456789"},
    ],
)
def test_a_token_or_any_other_number_in_stix_is_none(named: dict[str, str]) -> None:
    (row,) = read(stix(named), None, "stix", Defaults(token=token)).rows
    assert not row.secret


def stix(named: dict[str, str]) -> bytes:
    identity = f"{named['type']}--00000000-0000-4000-8000-000000000004"
    return orjson.dumps([{**named, "spec_version": "2.1", "id": identity}])
