"""The words of reports: crimes, roles, confidence, dates, countries."""

import pytest

from tocsin.intake import ROLES, claims
from tocsin.intake.columns import letter
from tocsin.intake.countries import country_code
from tocsin.times import parse_stamp


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("BEC", "bec"),
        ("Business E-mail Compromise", "bec"),
        ("business email compromise", "bec"),
        ("Crypto investment scam", "investment-fraud"),
        ("Love scam", "romance-fraud"),
        ("smishing", "phishing"),
        ("Hameçonnage", "phishing"),
        ("penipuan", "other-fraud"),
        ("Malware", "malware"),
        ("card-fraud", "card-fraud"),
        ("strategy", None),
        ("", None),
    ],
)
def test_crime_types(text: str, slug: str | None) -> None:
    assert claims.crime_type(text) == slug


@pytest.mark.parametrize("role", [role for role in ROLES if role])
def test_every_role_is_known_by_its_name(role: str) -> None:
    assert claims.role(role) == claims.role(role.upper().replace("-", " ")) == role


@pytest.mark.parametrize(
    ("text", "value"),
    [("80", 80), ("80 %", 80), ("0.8", 80), ("0,75", 75), ("High", 85), ("low", 15), ("101", None), ("maybe", None)],
)
def test_confidence(text: str, value: int | None) -> None:
    assert claims.confidence(text) == value


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("2024-01-31", "2024-01-31T00:00:00Z"),
        ("20240131", "2024-01-31T00:00:00Z"),
        ("2024/1/31 09:30", "2024-01-31T09:30:00Z"),
        ("2024-01-31 09:30:15 UTC", "2024-01-31T09:30:15Z"),
        ("2024-01-31T09:30:15+07:00", "2024-01-31T02:30:15Z"),
        ("31.01.2024", "2024-01-31T00:00:00Z"),
        ("1706693415", "2024-01-31T09:30:15Z"),
        ("1706693415000", "2024-01-31T09:30:15Z"),
    ],
)
def test_moments(text: str, stamp: str) -> None:
    assert claims.moment(text) == parse_stamp(stamp)


@pytest.mark.parametrize("text", ["", "soon", "2024-13-01", "31/31/2024", "2024-01-31 25:00", "0001-01-01", "12345"])
def test_what_is_no_moment(text: str) -> None:
    assert claims.moment(text) is None


@pytest.mark.parametrize(
    ("text", "code"), [("sg", "SG"), ("Singapore", "SG"), ("Viet Nam", "VN"), ("IDN", "ID"), ("Narnia", None)]
)
def test_countries(text: str, code: str | None) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_letters_of_columns(index: int, letters: str) -> None:
    assert letter(index) == letters
