"""Names, numbers and ranges that are set aside for examples, tests and private use, and mean nobody in public."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from tocsin.identifiers import Identifier, proxied

_TOP_LEVELS = frozenset(("example", "invalid", "localhost", "test", "local", "internal", "arpa"))
_NAMES = frozenset(("example.com", "example.net", "example.org", "example.edu"))
_PHONES = (
    re.compile(r"\+1\d{3}55501\d\d"),  # North America
    re.compile(r"\+44(?:20794600|1134960|1144960|1154960|1164960|1174960|1184960|1214960|1314960|1414960)\d{2,3}"),
    re.compile(r"\+44(?:20794|7700900|8081570|9098790|3069990)\d{3,6}"),  # Ofcom, numbers for drama
    re.compile(r"\+61[2378]5550\d{4}|\+61491570\d{3}"),  # ACMA, numbers for fiction
)
_TEST_CARDS = frozenset(
    ("411111:1111", "424242:4242", "401288:1881", "555555:4444", "510510:5100", "378282:0005", "371449:8431",
     "601111:1117", "353011:0000", "305693:5904")
)  # fmt: skip
"""First six and last four digits of the numbers that payment services publish for tests."""

_IBANS = frozenset(("GB33BUKB20201555555555", "GB29NWBK60161331926819", "DE89370400440532013000"))


def reserved(identifier: Identifier) -> str | None:
    """Why this identifier means nobody in public, as a sentence; None where it may mean somebody."""
    kind, value = identifier.kind, identifier.value
    if kind == "domain":
        return _name(value)
    if kind == "email":
        return _name(value.rpartition("@")[2])
    if kind == "url":
        host = urlsplit(value).hostname or ""
        return _address(host) or _name(host)
    if kind in ("ipv4", "ipv6"):
        return _address(value)
    if kind == "phone" and any(pattern.fullmatch(value) for pattern in _PHONES):
        return f"{value} is a number kept for films and examples."
    if (behind := proxied(identifier)) is not None:
        return reserved(behind)
    if kind == "iban" and value in _IBANS:
        return f"{value} is a well-known example and nobody's account."
    if kind == "payment-card" and value[:11] in _TEST_CARDS:
        return f"A card that begins with {value[:6]} and ends with {value[7:11]} is a number for tests."
    if kind == "app" and value.startswith("android:com.example."):
        return f"{value} is a name kept for examples."
    if kind == "bank-account" and _is_test_code(value.split(":")[1]):
        return f"{value} names a bank by a SWIFT code that is kept for tests."
    return None


def _name(host: str) -> str | None:
    if host.rpartition(".")[2] in _TOP_LEVELS or any(host == one or host.endswith("." + one) for one in _NAMES):
        return f"{host} is a name kept for examples, tests or private use."
    return None


def _address(text: str) -> str | None:
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return None
    if not address.is_global or address.is_multicast:
        return f"{text} is an address for private use, documentation or another special purpose."
    return None


def _is_test_code(code: str) -> bool:
    """ISO 9362: a 0 in the eighth place marks a test code."""
    return len(code) >= 8 and code[7] == "0" and code[:6].isalpha()
