"""Any text at all: canonical spellings stay, de-fanging is undone, and nothing but a refusal is ever raised."""

import base64
import hashlib
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tocsin.identifiers import KINDS, NO_HINTS, Hints, Identifier, Unreadable, defang, meant, read, recognise, refang
from tocsin.identifiers.keccak import keccak256

LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58_check(payload: bytes) -> str:
    whole = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(whole, "big"), ""
    while number:
        number, place = divmod(number, 58)
        text = LETTERS[place] + text
    return "1" * (len(whole) - len(whole.lstrip(b"\0"))) + text


def iban(bban: str) -> str:
    digits = "".join(str(int(letter, 36)) for letter in bban + "DE00")
    return f"DE{98 - int(digits) % 97:02}{bban}"


def outcome(text: str, kind: str | None, hints: Hints) -> Identifier | str:
    """What is read, or the words of the refusal."""
    try:
        return read(text, kind, hints) if kind else recognise(text, hints)
    except Unreadable as refused:
        return str(refused)


label = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=20)
domains = st.builds(
    lambda parts, top: ".".join([*parts, top]),
    st.lists(label, min_size=1, max_size=4),
    st.sampled_from(["com", "co.uk", "test", "xn--p1ai"]),
)
pieces = st.lists(
    st.sampled_from(
        [*"[](){}<>.:/\\@#?%&;*+-'\" \t\n\u200b\u200d\uff0e", "dot", "at", "http", "hxxp", "xn--", "com", "SG:",
            "0x", "1", "ü", "\ud800", "\u0660", "IBAN", "&#38;", "&amp;", "::", "127.0.0.1", "bc1", "//"]
    ),
    max_size=30,
).map("".join)  # fmt: skip
paths = st.text(max_size=40) | pieces
VALUES = {
    "domain": domains,
    "url": st.builds(lambda scheme, host, path: f"{scheme}://{host}/{path}", st.sampled_from(["http", "https",
        "ftp"]), domains, paths),
    "ipv4": st.ip_addresses(v=4).map(str),
    "ipv6": st.ip_addresses(v=6).map(str),
    "email": st.builds(lambda local, host: f"{local}@{host}",
        st.text(string.ascii_letters + "0123456789!#$%&'*+-/=?^_{|}~", min_size=1, max_size=30), domains),
    "phone": st.integers(60_000_000, 69_999_999).map(lambda number: f"+65{number}"),
    "iban": st.text(string.digits, min_size=18, max_size=18).map(iban),
    "bank-account": st.text(string.digits, min_size=5, max_size=18).map(lambda number: f"SG:DBSSSGSG:{number}"),
    "payment-proxy": st.integers(60_000_000, 69_999_999).map(lambda number: f"PayNow +65{number}"),
    "wallet": st.binary(min_size=20, max_size=20).flatmap(
        lambda key: st.sampled_from([b"\x00", b"\x05", b"\x30", b"\x4c", b"\x1e", b"\x41",
            b"\x1c\xb8"]).map(lambda version: base58_check(version + key))
    ),
    "social-account": st.builds(lambda platform, mark, name: f"{platform}:{mark}{name}",
        st.sampled_from(["telegram", "line", "discord", "facebook", "youtube", "twitter", "skype"]),
        st.sampled_from(["", "id:"]), st.text(string.ascii_letters + string.digits + "._-@ก់", min_size=1, max_size=24)),
    "app": st.builds(lambda parts: "android:" + ".".join(parts), st.lists(label, min_size=2, max_size=4)),
    "listing": st.builds(lambda market, sort, name: f"{market}:{sort}:{name}",
        st.sampled_from(["carousell", "ebay", "amazon", "etsy"]), st.sampled_from(["item", "shop"]),
        st.text(string.ascii_letters + string.digits, min_size=3, max_size=14)),
    "container": st.builds(lambda owner, number: owner + "U" + number,
        st.text(string.ascii_uppercase, min_size=3, max_size=3), st.text(string.digits, min_size=7, max_size=7)),
    "vessel": st.text(string.digits, min_size=7, max_size=7).map(lambda number: f"imo:{number}"),
    "file-hash": st.sampled_from([16, 20, 32, 64]).flatmap(lambda size: st.binary(min_size=size,
        max_size=size)).map(bytes.hex).filter(lambda text: not text.isdigit()),
}  # fmt: skip


@pytest.mark.parametrize("kind", VALUES)
@settings(deadline=None)
@given(data=st.data())
def test_a_canonical_spelling_is_read_as_itself(kind: str, data: st.DataObject) -> None:
    try:
        once = read(data.draw(VALUES[kind]), kind)
    except Unreadable:
        return
    assert read(once.value, kind) == once
    assert recognise(once.value) == meant(once, once.value)


@pytest.mark.parametrize("kind", VALUES)
@settings(deadline=None)
@given(data=st.data())
def test_what_is_shown_de_fanged_can_be_pasted_back(kind: str, data: st.DataObject) -> None:
    try:
        once = read(data.draw(VALUES[kind]), kind)
    except Unreadable:
        return
    shown = defang(once.value, kind)
    # the address of a profile is the profile
    assert recognise(shown) == meant(once, once.value)
    if kind in ("domain", "url", "ipv4", "ipv6", "email"):
        assert shown != once.value


def test_the_strategies_give_readable_values() -> None:
    for kind, value in {
        "wallet": base58_check(b"\x30" + bytes(20)),
        "iban": iban("370400440532013000"),
        "file-hash": base64.b16encode(b"\xaa" * 16).decode(),
    }.items():
        assert recognise(value).kind == kind


@pytest.mark.parametrize("kind", [*KINDS, None])
@settings(deadline=None)
@given(text=st.text(max_size=200) | pieces, country=st.sampled_from([None, "SG", "gb", "??"]), bank=st.none() | pieces)
@example(text="http://[", country=None, bank=None)
@example(text="192.0.2.1?&amp;0", country=None, bank=None)
@example(text="xn--\u0660.com", country=None, bank=None)
@example(text="1" * 2048, country="SG", bank=None)
def test_any_text_is_read_or_refused(kind: str | None, text: str, country: str | None, bank: str | None) -> None:
    hints = Hints(country=country, bank=bank, branch=bank)
    found = outcome(text, kind, hints)
    if isinstance(found, str):
        assert found.isprintable()
        return
    assert read(found.value, found.kind) == found
    assert found.value.isprintable()
    assert KINDS[found.kind].observable(found)["id"]
    assert KINDS[found.kind].pattern(found, None)


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None)
@given(text=st.text(max_size=100) | pieces)
def test_looking_at_a_text_never_fails(kind: str, text: str) -> None:
    assert KINDS[kind].looks_like(text) in (True, False)


@settings(deadline=None)
@given(st.text(max_size=100) | pieces)
def test_re_fanging_twice_is_re_fanging_once(text: str) -> None:
    assert refang(refang(text)) == refang(text)


@pytest.mark.parametrize("unit", [" ", "[", "]", ")", "a.", "1", "[.]", "(", "<", "\u200b", "&amp;", "&", "-", ":",
    "@", "1 ", "٠", "xn--", "GB33", "../", "hxxp://", "e\u0301", "公"])  # fmt: skip
def test_long_and_monotonous_text_is_read_or_refused(unit: str) -> None:
    for text in (unit * (2048 // len(unit)), "a" + unit * 1000 + "b", unit * 100_000):
        for kind in KINDS:
            found = outcome(text, kind, NO_HINTS)
            assert len(found) < 400 if isinstance(found, str) else found.kind == kind


@settings(deadline=None)
@given(st.binary(max_size=600))
def test_the_sponge_agrees_with_sha3_of_the_standard_library(message: bytes) -> None:
    assert keccak256(message, padding=0x06) == hashlib.sha3_256(message).digest()


def test_keccak_of_nothing_is_the_published_one() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
