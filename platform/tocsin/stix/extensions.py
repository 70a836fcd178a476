"""The extension definitions that the exchange's objects use (STIX 2.1 section 7.3), ready to be served."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from tocsin.identifiers import entity, wallet
from tocsin.identifiers.stix_form import NEW_SCO
from tocsin.stix.markings import HANDLING, PAP, PAP_EXTENSION, TLP_EXTENSION

INDICATOR_EXTENSION = "extension-definition--8372d74f-e909-4c30-99c3-88d8f087471e"
"""What an indicator says beyond STIX: its kind, roles, crime types, number of independent members, sources, dates."""

ACCOUNT_EXTENSION = "extension-definition--bdc93c69-fcec-4ef0-afb8-6d90b835b2df"
"""What a bank account without IBAN needs: country, bank code, branch code, the bank's own number."""

WALLET_EXTENSION = wallet.EXTENSION
"""Chain (CAIP-2) or family of chains, and asset, of a wallet as far as its address tells them."""

SCHEMAS = {
    INDICATOR_EXTENSION: "indicator.json",
    ACCOUNT_EXTENSION: "bank-account.json",
    WALLET_EXTENSION: "wallet.json",
}
"""The JSON Schemas of our own extensions: files in the folder `schemas`."""

OBJECT_SCHEMAS = {entity.TYPE: "entity-identifier.json"}
"""The JSON Schemas of our own types of objects, in the same folder."""

_TOCSIN = "identity--5d8f0f6c-4d0c-4f39-8f0e-6f0c7c5fd3d1"
_DOGESEC = "identity--9779a2db-f98c-5f4b-8d08-8ee04e02dbb5"
_CISA = "identity--b3bca3c2-1f3d-4b54-b44f-dac42c3a8f01"
_CREATED = "2026-01-01T00:00:00.000Z"
_PUBLISHED = "https://raw.githubusercontent.com/muchdogesec/stix2extensions/main/automodel_generated/schemas/scos/"
_TLP_PUBLISHED = (
    "https://github.com/oasis-open/cti-stix-common-objects/tree/master/extension-definition-specifications/tlp-2.0"
)


def _identity(identity: str, created: str, name: str) -> dict[str, Any]:
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": identity,
        "created": created,
        "modified": created,
        "name": name,
        "identity_class": "organization",
    }


def _definition(identity: str, author: str, created: str, **said: str) -> dict[str, Any]:
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": identity,
        "created_by_ref": author,
        "created": created,
        "modified": created,
        "name": said["name"],
        "description": said["description"],
        "schema": said["schema"],
        "version": said.get("version", "1.0.0"),
        "extension_types": [said.get("extension_type", "property-extension")],
    }


def _new_sco(object_type: str, name: str) -> dict[str, Any]:
    return _definition(
        NEW_SCO[object_type],
        _DOGESEC,
        "2020-01-01T00:00:00.000Z",
        name=name,
        description=f"The observable type {object_type}, as stix2extensions publishes it.",
        schema=f"{_PUBLISHED}{object_type}.json",
        version="1.0",
        extension_type="new-sco",
    )


_OBJECTS = (
    _identity(_TOCSIN, _CREATED, "Tocsin"),
    _identity(_DOGESEC, "2020-01-01T00:00:00.000Z", "dogesec"),
    _identity(_CISA, "2021-01-01T00:00:01.000Z", "Cybersecurity and Infrastructure Security Agency"),
    _definition(
        INDICATOR_EXTENSION,
        _TOCSIN,
        _CREATED,
        name="Shared fraud indicator",
        description="How many independent members report an identifier, in which roles, for which crimes, since when.",
        schema="tocsin/stix/schemas/indicator.json",
    ),
    _definition(
        ACCOUNT_EXTENSION,
        _TOCSIN,
        _CREATED,
        name="Bank account without IBAN",
        description="Country, bank and branch of an account whose number means nothing without them.",
        schema="tocsin/stix/schemas/bank-account.json",
    ),
    _definition(
        WALLET_EXTENSION,
        _TOCSIN,
        _CREATED,
        name="Chain of a wallet",
        description="The chain or the family of chains that an address belongs to, and the asset.",
        schema="tocsin/stix/schemas/wallet.json",
    ),
    _definition(
        NEW_SCO[entity.TYPE],
        _TOCSIN,
        _CREATED,
        name="EntityIdentifier",
        description="What names a thing that STIX has no object for, with its kind: a listing, a token of a card.",
        schema="tocsin/stix/schemas/entity-identifier.json",
        extension_type="new-sco",
    ),
    _new_sco("bank-account", "BankAccount"),
    _new_sco("phone-number", "Phonenumber"),
    _new_sco("cryptocurrency-wallet", "CryptocurrencyWallet"),
    _definition(
        TLP_EXTENSION,
        _CISA,
        "2022-10-01T00:00:00.000Z",
        name="TLP 2.0",
        description="The Traffic Light Protocol 2.0 as markings of STIX objects.",
        schema=_TLP_PUBLISHED,
    ),
)

EXTENSIONS: dict[str, bytes] = {one["id"]: orjson.dumps(one) for one in _OBJECTS}
"""Definitions and the identities of their authors, as bytes by id, authors first."""

_PAP_DEFINITION = orjson.dumps(
    _definition(
        PAP_EXTENSION,
        _CISA,
        "2022-11-28T00:00:00.000Z",
        name="PAP",
        description="The Permissible Actions Protocol as markings of STIX objects.",
        schema="https://github.com/oasis-open/cti-stix-common-objects/tree/main/extension-definition-specifications/"
        "pap-marking-definition-f8d",
    )
)


def rarer_markings(refs: Iterable[str]) -> dict[str, bytes]:
    """What objects with these marking references need beside what every collection has: bodies by id."""
    wanted = set(refs)
    found = {one.id: one.body for one in (*PAP.values(), *HANDLING.values()) if one.id in wanted}
    if any(one.id in found for one in PAP.values()):
        found = {PAP_EXTENSION: _PAP_DEFINITION, **found}
    return found


def definitions_for(content: Mapping[str, Any]) -> list[str]:
    """The ids of the extension definitions given here that an object uses."""
    used = content.get("extensions")
    known = {*EXTENSIONS, PAP_EXTENSION}
    return [identity for identity in used if identity in known] if isinstance(used, dict) else []
