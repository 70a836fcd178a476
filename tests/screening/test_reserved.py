"""Names, numbers and ranges that mean nobody in public."""

import pytest

from tocsin.identifiers import Hints, read
from tocsin.screening.reserved import reserved


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("domain", "example.com"),
        ("domain", "deep.below.example.org"),
        ("domain", "bank.example"),
        ("domain", "login.test"),
        ("email", "someone@bank.example"),
        ("url", "https://bank.example/login"),
        ("url", "http://192.168.0.1/admin"),
        ("url", "http://[::1]/"),
        ("ipv4", "192.0.2.1"),
        ("ipv4", "10.1.2.3"),
        ("ipv4", "127.0.0.1"),
        ("ipv4", "224.0.0.9"),
        ("ipv6", "2001:db8::1"),
        ("ipv6", "fe80::1"),
        ("phone", "+12025550123"),
        ("phone", "+442079460123"),
        ("phone", "+61491570156"),
        ("iban", "GB33BUKB20201555555555"),
        ("payment-card", "411111:1111:0123456789abcdef0123456789abcdef"),
        ("app", "android:com.example.app"),
    ],
)
def test_it_means_nobody(kind: str, value: str) -> None:
    assert reserved(read(value, kind)) is not None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("domain", "example.com.sg"),
        ("domain", "notexample.com"),
        ("domain", "example.co"),
        ("email", "example.com@gmail.com"),
        ("url", "https://evil-pages.com/example.com"),
        ("ipv4", "8.8.8.8"),
        ("ipv6", "2001:4860:4860::8888"),
        ("phone", "+6591234567"),
        ("phone", "+12025551234"),
        ("file-hash", "a" * 64),
    ],
)
def test_it_may_mean_somebody(kind: str, value: str) -> None:
    assert reserved(read(value, kind)) is None


@pytest.mark.parametrize(("code", "for_tests"), [("KASITHB0", True), ("KASITHBK", False)])
def test_a_swift_code_for_tests_names_no_bank(code: str, for_tests: bool) -> None:
    account = read("0011223344", "bank-account", Hints(country="TH", bank=code))
    assert (reserved(account) is not None) is for_tests
