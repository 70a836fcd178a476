"""Teaches the `stix2` library the object types and extensions that the exchange uses."""

from functools import cache

import stix2
from stix2 import properties
from tocsin.identifiers.stix_form import NEW_SCO
from tocsin.stix.extensions import ACCOUNT_EXTENSION, INDICATOR_EXTENSION
from tocsin.stix.markings import TLP_EXTENSION

_TEXT = properties.StringProperty


@cache
def register() -> None:
    """Make `stix2.parse(..., allow_custom=False)` accept every object that the exchange makes."""
    for object_type, names in (
        ("phone-number", ("value",)),
        ("cryptocurrency-wallet", ("value",)),
        ("bank-account", ("iban", "account_number")),
    ):
        _observable(object_type, names)
    _extension(
        INDICATOR_EXTENSION,
        [
            ("kind", _TEXT(required=True)),
            ("roles", properties.ListProperty(_TEXT)),
            ("crime_types", properties.ListProperty(_TEXT)),
            ("independent_members", properties.IntegerProperty(required=True, min=0)),
            ("sources", properties.ListProperty(_TEXT)),
            ("first_seen", properties.TimestampProperty(required=True)),
            ("last_seen", properties.TimestampProperty()),
        ],
    )
    _extension(
        ACCOUNT_EXTENSION,
        [
            ("country", _TEXT(required=True)),
            ("bank_code", _TEXT(required=True)),
            ("branch_code", _TEXT()),
            ("account_number_local", _TEXT(required=True)),
        ],
    )
    _extension(TLP_EXTENSION, [("tlp_2_0", _TEXT(required=True))])


def _observable(object_type: str, names: tuple[str, ...]) -> None:
    made = type(object_type.title().replace("-", ""), (), {"__init__": lambda self, **_: None})
    stix2.v21.CustomObservable(
        object_type, [(name, _TEXT()) for name in names], list(names), NEW_SCO[object_type]
    )(made)


def _extension(identity: str, listed: list[tuple[str, properties.Property]]) -> None:
    made = type("Extension", (), {"extension_type": "property-extension"})
    stix2.v21.CustomExtension(identity, listed)(made)
