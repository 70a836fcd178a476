"""The country that an identifier itself names."""

import pytest

from tocsin.identifiers import Hints, country_of, read


@pytest.mark.parametrize(
    ("text", "kind", "country"),
    [
        ("+65 6123 4567", "phone", "SG"),
        ("+44 20 7946 0123", "phone", "GB"),
        ("+1 202 555 0143", "phone", "US"),
        ("+1 416 555 0143", "phone", "CA"),
        ("+66 2 000 0000", "phone", "TH"),
        ("+800 1234 5678", "phone", None),
        ("GB33BUKB20201555555555", "iban", "GB"),
        ("bad.co.uk", "domain", "GB"),
        ("bad.com.my", "domain", "MY"),
        ("bad.com", "domain", None),
        ("bad.eu", "domain", None),
        ("boss@bad.vn", "email", "VN"),
        ("https://a.sg@bad.com.la:8443/x.my", "url", "LA"),
        ("http://198.51.100.7/x.sg", "url", None),
        ("198.51.100.7", "ipv4", None),
    ],
)
def test_country(text: str, kind: str, country: str | None) -> None:
    found = read(text, kind, Hints())
    assert country_of(found.kind, found.value) == country
