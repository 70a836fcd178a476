"""Pushing STIX objects in tests: an exchange with a trusted member and a moderator, objects, what became of them."""

import json
import uuid
from typing import Any

from house import START, House

from tocsin.members.access import add_user
from tocsin.members.members import add_member, find_member, grant
from tocsin.publishing.moderate import approve
from tocsin.reports.reports import Report
from tocsin.times import now_ms

NOW = now_ms()
AT = "2026-01-01T00:00:00.000Z"
IBAN_PATTERN = "[bank-account:iban = 'GB33BUKB20201555555555']"


def with_cert(house: House) -> House:
    """The exchange with a member whose objects need no moderator, and a moderator."""
    with house.database.writing() as connection:
        cert = add_member(connection, "cert", "Cert", "agency", "SG", START, trusted=True)
        grant(connection, house.collections["Scams"].key, cert.key, read=True, write=True)
        key = find_member(connection, "police").key
        add_user(connection, "mod", key, "moderator", "correct horse battery", NOW)
    return house


def stix(kind: str, seed: str, /, **more: Any) -> dict[str, Any]:
    versioned = {"created": AT, "modified": AT}
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid.UUID(int=hash_of(seed), version=4)}"} | (
        versioned | more
    )


def hash_of(name: str) -> int:
    return uuid.uuid5(uuid.NAMESPACE_DNS, name).int


def indicator(seed: str, pattern: str, **more: Any) -> dict[str, Any]:
    return stix("indicator", seed, pattern=pattern, pattern_type="stix", valid_from=AT) | more


def tool(name: str, **more: Any) -> dict[str, Any]:
    return stix("tool", name, name=name) | more


def push(house: House, slug: str, *objects: dict[str, Any]) -> Report:
    body = json.dumps({"objects": objects})
    return house.submit(slug, body, file_format="stix", whole=True)


def verdict(house: House, report: Report) -> tuple[str, str]:
    """The only row's verdict and reason."""
    [one] = house.verdicts(report)
    return one.verdict, one.reason


def ids(house: House, title: str = "Scams") -> list[str]:
    return [entry.object_id for entry in house.entries(title) if entry.owner_key is not None]


def release(house: House, report: Report) -> int:
    return approve(house.database, house.exchange, report.key, None, "mod", NOW)
