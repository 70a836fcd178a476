"""Every way in which people write a payment proxy: the canonical value, or the reason; national ids as tokens alone."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.identifiers import KINDS, NO_HINTS, Hints, Identifier, Unreadable, Withheld, is_secret, read, recognise

NRIC, FIN, MYKAD, THAI_ID, HKID = "S1234567D", "G1234567X", "770305-02-1234", "1-2345-67890-12-1", "A123456(3)"


def token(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def of(country: str | None = None, scheme: str | None = None) -> Hints:
    return Hints(country=country, bank=scheme, token=token)


def secret(purpose: str, number: str) -> str:
    return token(f"{purpose}\n{number}")


def outcome(text: str, hints: Hints) -> Identifier | Unreadable:
    """What is read, or the refusal."""
    try:
        return read(text, "payment-proxy", hints)
    except Unreadable as refused:
        return refused


VALID: dict[str, list[tuple[str, Hints]]] = {
    "paynow:phone:+6561234567": [
        ("PayNow +65 6123 4567", NO_HINTS), ("paynow: 6123-4567", NO_HINTS), ("PAYNOW 61234567", NO_HINTS),
        ("6123 4567", of("SG")), ("6123 4567", of(None, "PayNow")), ("6123 4567", of("TH", "paynow number")),
        ("paynow:phone:+6561234567", NO_HINTS), ("６１２３ ４５６７", of("SG")), ("Pay Now no. 6123 4567", NO_HINTS),
        ("paynow phone 6123 4567", NO_HINTS), ("61\u200b234567", of("SG")),
    ],
    "paynow:wallet:+6561234567#GRAB": [("PayNow +6561234567#grab", NO_HINTS), ("6123 4567 # GRAB", of("SG"))],
    "paynow:business:00192200M": [("PayNow 00192200M", NO_HINTS), ("00192200-M", of("SG"))],
    f"paynow:national-id:{secret('national-id:SG', NRIC)}": [
        (f"PayNow {NRIC}", of()), (NRIC.lower(), of("SG")), ("S 1234567 D", of("SG")),
        ("S1234567D", of("MY", "paynow")),
        (f"paynow national-id {NRIC}", of()),
    ],
    f"paynow:national-id:{secret('national-id:SG', FIN)}": [(FIN, of("SG"))],
    "promptpay:phone:+66812345678": [
        ("PromptPay 081-234-5678", NO_HINTS), ("พร้อมเพย์ 0812345678", NO_HINTS), ("0812345678", of("TH")),
        ("๐๘๑-๒๓๔-๕๖๗๘", of("TH")), ("0066812345678", of("TH")), ("+66 81 234 5678", of("TH")),
        ("081 234 5678", of(None, "พร้อมเพย์")),
        ("Prompt Pay: 0812345678", NO_HINTS),
    ],
    f"promptpay:national-id:{secret('national-id:TH', '1234567890121')}": [
        (THAI_ID, of("TH")), ("1234567890121", of("TH")), (f"PromptPay {THAI_ID}", of()), ("๑๒๓๔๕๖๗๘๙๐๑๒๑", of("TH")),
        ("1 2345 67890 12 1", of(None, "promptpay id")),
    ],
    "promptpay:business:0123456789016": [("0-1234-56789-01-6", of("TH")), ("PromptPay 0123456789016", NO_HINTS)],
    "promptpay:wallet:140001234567890": [("140001234567890", of("TH")), ("140-0012-3456-7890", of("TH"))],
    "duitnow:phone:+60123456789": [
        ("DuitNow 012-345 6789", NO_HINTS), ("0123456789", of("MY")), ("+60 12-345 6789", of("MY")),
        ("duit now 0123456789", NO_HINTS),
    ],
    f"duitnow:national-id:{secret('national-id:MY', '770305021234')}": [
        (MYKAD, of("MY")), ("770305021234", of("MY")), (f"DuitNow ID {MYKAD}", of()),
        (f"duitnow national-id {MYKAD}", of()),
    ],
    "duitnow:business:201901000005": [("201901000005", of("MY")), ("DuitNow 2019 0100 0005", NO_HINTS)],
    "duitnow:business:1234567X": [("1234567-X", of("MY")), ("duitnow business 1234567-X", NO_HINTS)],
    f"duitnow:passport:{secret('passport:MY', 'X1234567')}": [
        ("DuitNow passport X1234567", of()), ("duitnow:passport:x1234567", of()),
    ],
    "fps:id:1234567": [
        ("FPS 1234567", NO_HINTS), ("FPS ID: 1234567", NO_HINTS), ("轉數快 1234567", NO_HINTS), ("1234567", of("HK")),
    ],
    "fps:id:123456789": [("123456789", of("HK")), ("fps identifier 123 456 789", NO_HINTS)],
    "fps:phone:+85291234567": [("FPS 9123 4567", NO_HINTS), ("+852-91234567", of("HK"))],
    "fps:email:name@example.com": [("FPS Name@Example.com", NO_HINTS), ("name@example.com", of("HK", "fps"))],
    f"fps:national-id:{secret('national-id:HK', 'A1234563')}": [(HKID, of("HK")), ("A1234563", of("HK"))],
    "payid:phone:+61412345678": [("PayID 0412 345 678", NO_HINTS), ("+61 412 345 678", of("AU"))],
    "payid:email:name@example.com": [("PayID: name@example.com", NO_HINTS), ("NAME@example.com", of("AU"))],
    "payid:business:83914571673": [("83 914 571 673", of("AU"))],
    "upi:id:name@okexample": [
        ("UPI name@okexample", NO_HINTS), ("Name@OKexample", of("IN")), ("UPI ID: name@okexample", NO_HINTS),
        ("vpa name@okexample", NO_HINTS),
        ("upi:id:name@okexample", NO_HINTS),
    ],
    "upi:phone:+919876543210": [("98765 43210", of("IN"))],
    "bakong:id:name_1@abaa": [
        ("Bakong name_1@abaa", NO_HINTS), ("name_1@ABAA", of("KH")), ("បាគង name_1@abaa", NO_HINTS),
    ],
    "gcash:phone:+639171234567": [("GCash 0917 123 4567", NO_HINTS), ("+63 917 123 4567", of(None, "gcash"))],
    "gopay:phone:+6281234567890": [("GoPay 0812-3456-7890", NO_HINTS)],
    "momo:phone:+84912345678": [("MoMo 0912 345 678", NO_HINTS)],
    "kbzpay:phone:+959781234567": [("KBZPay ၀၉၇၈၁၂၃၄၅၆၇", NO_HINTS)],
    "tng:phone:+60123456789": [("Touch 'n Go 012-3456789", NO_HINTS)],
}  # fmt: skip

INVALID: list[tuple[str, Hints, str]] = [
    ("6123 4567", NO_HINTS, "several payment systems"),
    ("name", of("PH"), "several payment systems"),
    ("PayNow +66 81 234 5678", NO_HINTS, "PayNow takes"),
    ("S1234567A", of("SG"), "PayNow takes"),
    ("1-2345-67890-12-2", of("TH"), "PromptPay takes"),
    ("12345", of("TH"), "PromptPay takes"),
    ("200801012345", of("MY"), "may be two"),
    ("A1234567", of("MY"), "DuitNow takes"),
    ("A123456(4)", of("HK"), "FPS takes"),
    ("12345678901234567890", of("HK"), "FPS takes"),
    ("name@bank.example", of("IN"), "UPI takes"),
    ("nobody", of("KH"), "Bakong takes"),
    ("GCash +65 6123 4567", NO_HINTS, "GCash takes"),
    ("๐๘๑234๕๖๗๘", of("TH"), "several scripts|PromptPay takes"),
    ("duitnow passport 1", of(), "passport"),
    (f"PayNow {NRIC}", NO_HINTS, "never kept"),
    ("PayNow", NO_HINTS, "several payment systems"),
    ("", of("SG"), "not repeated"),
]  # fmt: skip

ROWS = [(text, hints, value) for value, spellings in VALID.items() for text, hints in spellings]


@pytest.mark.parametrize(("text", "hints", "value"), ROWS)
def test_a_spelling_gives_the_one_proxy(text: str, hints: Hints, value: str) -> None:
    found = read(text, "payment-proxy", hints)
    assert found.value == value
    assert read(value, "payment-proxy") == found
    assert recognise(value) == found


@pytest.mark.parametrize(("text", "hints", "reason"), INVALID)
def test_what_is_no_proxy_says_why(text: str, hints: Hints, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(text, "payment-proxy", hints)


@pytest.mark.parametrize("text", ["S1234567A", NRIC, "1-2345-67890-12-2", "A123456(4)", "200801012345"])
@pytest.mark.parametrize("hints", [of("SG"), of("TH"), of("MY"), of("HK"), NO_HINTS, Hints(country="SG")])
def test_nothing_repeats_a_number_that_may_be_an_id(text: str, hints: Hints) -> None:
    found = outcome(text, hints)
    if isinstance(found, Unreadable):
        assert isinstance(found, Withheld)
        assert text not in str(found)
        return
    assert is_secret(found, text) != (":national-id:" not in found.value)
    if is_secret(found, text):
        assert text.replace("-", "") not in repr((found, KINDS["payment-proxy"].observable(found)))


def test_equal_digits_of_two_sorts_have_different_tokens() -> None:
    assert secret("national-id:TH", "1234567890121") != secret("national-id:MY", "1234567890121")


@given(st.text(max_size=60), st.sampled_from(["SG", "TH", "MY", "HK", "AU", "IN", "KH", "PH", None]))
def test_any_text_is_a_proxy_or_refused(text: str, country: str | None) -> None:
    found = outcome(text, of(country))
    if isinstance(found, Unreadable):
        assert str(found).isprintable()
    else:
        assert read(found.value, "payment-proxy") == found


def test_a_proxy_is_a_user_account_of_its_payment_system() -> None:
    made = KINDS["payment-proxy"].observable(read("PayNow 6123 4567", "payment-proxy"))
    assert made["type"] == "user-account"
    assert (made["account_type"], made["user_id"]) == ("paynow", "paynow:phone:+6561234567")
