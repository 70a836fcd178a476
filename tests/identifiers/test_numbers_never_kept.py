"""Cards, passports and identity documents: a token stands for the number, and no refusal repeats it."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from tocsin.identifiers import KINDS, Hints, Identifier, Unreadable, Withheld, read, recognise

CARD = "4111111111111111"
"""A number that card schemes keep for tests."""


def token(text: str) -> str:
    """A token as an exchange makes it, with a key that everybody knows."""
    return hashlib.sha256(b"test" + text.encode()).hexdigest()[:32]


KEYED = Hints(token=token)


def singapore(digits: str) -> str:
    """A made-up identity number of the S series with its check letter."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, (2, 7, 6, 5, 4, 3, 2), strict=True))
    return f"S{digits}{'JZIHGFEDCBA'[total % 11]}"


@pytest.mark.parametrize(
    "text",
    [CARD, "4111 1111 1111 1111", "4111-1111-1111-1111", "４１１１ １１１１ １１１１ １１１１",
        "Card no: 4111 1111 1111 1111",
        "๔๑๑๑ ๑๑๑๑ ๑๑๑๑ ๑๑๑๑", "៤១១១១១១១១១១១១១១១", "၄၁၁၁၁၁၁၁၁၁၁၁၁၁၁၁", "໔໑໑໑໑໑໑໑໑໑໑໑໑໑໑໑",
            "credit card: 4111111111111111"],
)  # fmt: skip
def test_every_spelling_of_a_card_is_one_token(text: str) -> None:
    found = read(text, "payment-card", KEYED)
    assert found.value == f"411111:1111:{token(f'card{chr(10)}{CARD}')}"
    assert recognise(text, KEYED) == found
    assert read(found.value, "payment-card") == found
    assert CARD not in repr(found)


@pytest.mark.parametrize(
    ("number", "scheme"),
    [(CARD, "visa"), ("5555555555554444", "mastercard"), ("2223003122003222", "mastercard"), ("378282246310005",
        "amex"),
        ("3530111333300000", "jcb"), ("30569309025904", "diners"), ("6011111111111117", "discover"),
        ("6200000000000005", "unionpay")],
)  # fmt: skip
def test_a_card_tells_its_scheme(number: str, scheme: str) -> None:
    assert read(number, "payment-card", KEYED).properties["scheme"] == scheme


@pytest.mark.parametrize(
    ("text", "kind", "country", "value"),
    [
        ("SG:E0000000A", "passport", None, "SG"),
        ("Passport No: SG E0000000A", "passport", None, "SG"),
        ("e 000 0000-a", "passport", "sg", "SG"),
        ("護照: E๐๐๐๐๐๐๐A", "passport", "SG", "SG"),
        ("TH AA0000000", "passport", "SG", "TH"),
        ("NRIC: " + singapore("0000000"), "identity-document", "SG", "SG"),
        ("SG " + singapore("0000000"), "identity-document", None, "SG"),
        ("123 456 789", "identity-document", "VN", "VN"),
    ],
)
def test_a_document_is_its_country_and_a_token(text: str, kind: str, country: str | None, value: str) -> None:
    found = read(text, kind, Hints(country=country, token=token))
    assert found.kind == kind
    assert found.value.startswith(f"{value}:")
    assert set(found.properties) == {"country", "token"}
    assert read(found.value, kind) == found


def test_one_number_of_two_countries_or_sorts_is_two_documents() -> None:
    found = {read(f"{country}:E0000000", kind, KEYED).value for country in ("SG", "CN") for kind in ("passport",)}
    found.add(read("VN:E0000000", "identity-document", KEYED).value)
    found.add(read("VN:E0000000", "passport", KEYED).value)
    assert len({value.partition(":")[2] for value in found}) == 4


@pytest.mark.parametrize(
    ("text", "kind", "hints"),
    [
        ("4111111111111112", "payment-card", KEYED),
        (CARD, "payment-card", Hints()),
        ("4111 1111 1111", "payment-card", KEYED),
        ("E0000000A", "passport", KEYED),
        ("E0000000A", "passport", Hints(country="SG")),
        ("SG:1", "passport", KEYED),
        ("SG:S0000000Z", "identity-document", KEYED),
        ("TH:1234567890123", "identity-document", KEYED),
        ("MY:991332-99-0000", "identity-document", KEYED),
    ],
)
def test_a_refusal_repeats_nothing(text: str, kind: str, hints: Hints) -> None:
    with pytest.raises(Withheld) as refused:
        read(text, kind, hints)
    assert text.partition(":")[2] not in str(refused.value) or ":" not in text
    assert text not in str(refused.value)
    assert refused.value.__cause__ is None


@given(st.text(st.sampled_from("0123456789"), min_size=15, max_size=15))
def test_any_number_of_a_card_is_withheld_wherever_it_stands(digits: str) -> None:
    number = "4" + digits[:14]
    number += luhn.calc_check_digit(number)
    found: Identifier = recognise(number, KEYED)
    assert found.kind == "payment-card"
    assert number not in f"{found} {KINDS['payment-card'].observable(found)}"
    with pytest.raises(Withheld):
        recognise(number)


@pytest.mark.parametrize("text", ["123456789012", "+65 6123 4567", "447911123456", "4915112345678", "12345678"])
def test_a_telephone_number_is_no_card(text: str) -> None:
    try:
        assert recognise(text, KEYED).kind != "payment-card"
    except Withheld:
        pytest.fail("it was taken for a card")
    except Unreadable:
        pass
