"""The extension definitions that the exchange's objects use (STIX 2.1 section 7.3), ready to be served."""

from typing import Any

import orjson

from tocsin.identifiers.stix_form import NEW_SCO

INDICATOR_EXTENSION = "extension-definition--8372d74f-e909-4c30-99c3-88d8f087471e"
"""What an indicator says beyond STIX: its kind, roles, crime types, number of independent members, sources, dates."""

ACCOUNT_EXTENSION = "extension-definition--bdc93c69-fcec-4ef0-afb8-6d90b835b2df"
"""What a bank account without IBAN needs: country, bank code, branch code, the bank's own number."""

PROJECT_IDENTITY = "identity--5d8f0f6c-4d0c-4f39-8f0e-6f0c7c5fd3d1"
_STIX2EXTENSIONS_IDENTITY = "identity--9779a2db-f98c-5f4b-8d08-8ee04e02dbb5"
_CREATED = "2026-01-01T00:00:00.000Z"


def _identity(identity: str, name: str, created: str) -> dict[str, Any]:
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": identity,
        "created": created,
        "modified": created,
        "name": name,
        "identity_class": "organization",
    }


def _definition(
    identity: str, author: str, created: str, name: str, description: str, schema: str, extension_type: str
) -> dict[str, Any]:
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": identity,
        "created_by_ref": author,
        "created": created,
        "modified": created,
        "name": name,
        "description": description,
        "schema": schema,
        "version": "1.0.0",
        "extension_types": [extension_type],
    }


def _new_sco(object_type: str, name: str) -> dict[str, Any]:
    schema = f"stix2extensions automodel_generated/schemas/scos/{object_type}.json"
    description = f"The observable type {object_type}, as stix2extensions publishes it."
    created = "2020-01-01T00:00:00.000Z"
    return _definition(
        NEW_SCO[object_type], _STIX2EXTENSIONS_IDENTITY, created, name, description, schema, "new-sco"
    )


_OBJECTS = (
    _identity(PROJECT_IDENTITY, "Tocsin", _CREATED),
    _identity(_STIX2EXTENSIONS_IDENTITY, "dogesec", "2020-01-01T00:00:00.000Z"),
    _definition(
        INDICATOR_EXTENSION,
        PROJECT_IDENTITY,
        _CREATED,
        "Shared fraud indicator",
        "How many independent members report the identifier, in which roles and for which crimes, and since when.",
        "tocsin/stix/schemas/indicator.json",
        "property-extension",
    ),
    _definition(
        ACCOUNT_EXTENSION,
        PROJECT_IDENTITY,
        _CREATED,
        "Bank account without IBAN",
        "Country, bank and branch of an account whose number means nothing without them.",
        "tocsin/stix/schemas/bank-account.json",
        "property-extension",
    ),
    _new_sco("bank-account", "BankAccount"),
    _new_sco("phone-number", "Phonenumber"),
    _new_sco("cryptocurrency-wallet", "CryptocurrencyWallet"),
)

EXTENSIONS: dict[str, bytes] = {one["id"]: orjson.dumps(one) for one in _OBJECTS}
"""Definitions and the identities of their authors, as bytes by id."""
