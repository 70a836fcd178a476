"""Teaches the `stix2` library the object types and extensions that the exchange uses."""

import stix2
from stix2 import properties
from stix2.registry import STIX2_OBJ_MAPS

from tocsin.identifiers.stix_form import NEW_SCO
from tocsin.stix.extensions import ACCOUNT_EXTENSION, INDICATOR_EXTENSION, WALLET_EXTENSION
from tocsin.stix.markings import TLP_EXTENSION

_TEXT = properties.StringProperty
_MOMENT = properties.TimestampProperty
_TEXTS = properties.ListProperty

_OBSERVABLES = {
    "phone-number": ("value",),
    "cryptocurrency-wallet": ("value",),
    "bank-account": ("iban", "account_number"),
    "entity-identifier": ("value",),
}
_EXTENSIONS = {
    INDICATOR_EXTENSION: [
        ("kind", _TEXT(required=True)),
        ("roles", _TEXTS(_TEXT)),
        ("crime_types", _TEXTS(_TEXT)),
        ("independent_members", properties.IntegerProperty(required=True, min=0)),
        ("sources", _TEXTS(_TEXT)),
        ("first_seen", _MOMENT(required=True, precision="millisecond", precision_constraint="min")),
        ("last_seen", _MOMENT(precision="millisecond", precision_constraint="min")),
    ],
    ACCOUNT_EXTENSION: [
        ("country", _TEXT(required=True)),
        ("bank_code", _TEXT(required=True)),
        ("account_number_local", _TEXT(required=True)),
        ("branch_code", _TEXT()),
    ],
    WALLET_EXTENSION: [("chain", _TEXT()), ("namespace", _TEXT()), ("asset", _TEXT())],
    TLP_EXTENSION: [("tlp_2_0", _TEXT(required=True))],
}


def register() -> None:
    """Make `stix2.parse(..., allow_custom=False)` accept every object that the exchange makes.

    What is registered already, by an earlier call or by another package, stays as it is.
    """
    known = STIX2_OBJ_MAPS["2.1"]
    for object_type, names in _OBSERVABLES.items():
        if object_type not in known["observables"]:
            listed = [(name, _TEXT()) for name in names]
            made = type(object_type, (), {})
            stix2.v21.CustomObservable(object_type, listed, list(names), NEW_SCO[object_type])(made)
    for identity, listed in _EXTENSIONS.items():
        if identity not in known["extensions"]:
            made = type(identity, (), {"extension_type": "property-extension"})
            stix2.v21.CustomExtension(identity, listed)(made)
