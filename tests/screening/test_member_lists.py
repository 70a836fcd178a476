"""What the entries of a member's lists cover."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.identifiers import Identifier, Unreadable, read
from tocsin.screening import NETWORK, OWN, Cover, ListEntry, covered

COVERED = covered(
    [
        ListEntry(OWN, "domain", "own-bank.com"),
        ListEntry(OWN, "url", "https://shared-host.com/own-bank/"),
        ListEntry(OWN, "email", "own.bank@gmail.com"),
        ListEntry(OWN, "iban", "GB33BUKB20201555555555"),
        ListEntry(OWN, "ipv4", "203.0.113.9"),
        ListEntry(OWN, NETWORK, "198.51.100.0/24"),
        ListEntry(OWN, NETWORK, "2001:db8::/32"),
    ]
)


@pytest.mark.parametrize(
    ("kind", "value", "cover"),
    [
        ("domain", "own-bank.com", Cover("own-bank.com", False)),
        ("domain", "a.b.own-bank.com", Cover("own-bank.com", False)),
        ("email", "a@mail.own-bank.com", Cover("own-bank.com", False)),
        ("email", "own.bank@gmail.com", Cover("own.bank@gmail.com", False)),
        ("url", "https://www.own-bank.com/", Cover("own-bank.com", False)),
        ("url", "https://www.own-bank.com/a?b", Cover("own-bank.com", True)),
        ("url", "https://shared-host.com/own-bank/", Cover("https://shared-host.com/own-bank/", False)),
        ("url", "https://shared-host.com/own-bank/a/b?c=d", Cover("https://shared-host.com/own-bank/", False)),
        ("iban", "GB33BUKB20201555555555", Cover("GB33BUKB20201555555555", False)),
        ("ipv4", "203.0.113.9", Cover("203.0.113.9", False)),
        ("ipv4", "198.51.100.77", Cover("198.51.100.0/24", False)),
        ("ipv6", "2001:db8::1", Cover("2001:db8::/32", False)),
        ("url", "http://198.51.100.77/a", Cover("198.51.100.0/24", True)),
    ],
)
def test_it_covers(kind: str, value: str, cover: Cover) -> None:
    assert COVERED.cover(read(value, kind)) == cover


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("domain", "notown-bank.com"),
        ("domain", "own-bank.com.evil-host.com"),
        ("email", "other@gmail.com"),
        ("url", "https://shared-host.com/"),
        ("url", "https://shared-host.com/own-bank-login/"),
        ("url", "https://shared-host.com/x/own-bank/"),
        ("domain", "shared-host.com"),
        ("ipv4", "198.51.101.1"),
        ("ipv6", "2001:db9::1"),
        ("file-hash", "a" * 64),
    ],
)
def test_it_covers_nothing_else(kind: str, value: str) -> None:
    assert COVERED.cover(read(value, kind)) is None


@given(st.text(max_size=60), st.sampled_from(["domain", "url", "email", "ipv4", "ipv6"]))
def test_whatever_can_be_read_can_be_looked_up(text: str, kind: str) -> None:
    try:
        identifier = read(text, kind)
    except Unreadable:
        return
    found = COVERED.cover(identifier)
    assert found is None or found.entry


def test_a_phone_is_covered_where_it_is_a_payment_proxy() -> None:
    listed = covered([ListEntry(OWN, "phone", "+6561234567"), ListEntry(OWN, "email", "pay@own-bank.example")])
    assert listed.cover(Identifier("payment-proxy", "paynow:phone:+6561234567")) == Cover("+6561234567", False)
    assert listed.cover(Identifier("payment-proxy", "fps:email:pay@own-bank.example"))
    assert listed.cover(Identifier("payment-proxy", "paynow:phone:+6561234568")) is None
    assert listed.cover(Identifier("payment-proxy", "fps:id:1234567")) is None
