"""A dossier as a STIX 2.1 bundle: the pinned versions byte for byte, and a grouping that says what they are."""

import uuid
from typing import Any

import orjson

from tocsin.dossiers.dossier import Dossier
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.versions import rarer_support, support
from tocsin.stix import TLP

_LABELS = {marking.label: marking.id for marking in TLP.values()}


def as_bundle(dossier: Dossier, exchange: Exchange) -> bytes:
    """The bundle. What the pinned versions refer to is in it where it is the exchange's own: markings, its identity."""
    refs = {ref for body in dossier.objects for ref in _refs(body)}
    grouped = _grouping(dossier, exchange) if dossier.objects else []
    own = {one.object_id: one.body for one in (*support(exchange), *rarer_support(refs))}
    used = {*refs, exchange.identity, *_LABELS.values()}
    bodies = [body for identity, body in own.items() if identity in used]
    bodies += [*dict.fromkeys(dossier.objects), *grouped]
    name = uuid.uuid5(uuid.NAMESPACE_OID, dossier.sha256)
    return b'{"type":"bundle","id":"bundle--%s","objects":[%s]}' % (str(name).encode(), b",".join(bodies))


def _grouping(dossier: Dossier, exchange: Exchange) -> list[bytes]:
    content = dossier.content
    case = content["case"]
    things = list(dict.fromkeys(one["object"] for one in content["things"]))
    markings = [_LABELS[content["marking"]]]
    common = {"spec_version": "2.1", "created_by_ref": exchange.identity, "object_marking_refs": markings}
    notes = [
        {
            "type": "note",
            "id": f"note--{uuid.uuid5(uuid.UUID(case['id']), str(n) + one['at'] + one['words'])}",
            "created": one["at"],
            "modified": one["at"],
            "content": one["words"],
            "authors": [one["by"]],
            "object_refs": things,
            **common,
        }
        for n, one in enumerate(content["notes"])
    ]
    grouping: dict[str, Any] = {
        "type": "grouping",
        "id": f"grouping--{case['id']}",
        "created": case["opened"],
        "modified": content["made"],
        "name": case["title"],
        "description": f"{case['about']}\n\n{content['notice']} Whom to ask: {'; '.join(content['contacts'])}".strip(),
        "context": "suspicious-activity",
        "object_refs": [*things, *(one["id"] for one in notes)],
        **common,
    }
    return [orjson.dumps(one) for one in (*notes, grouping)]


def _refs(body: bytes) -> list[str]:
    content = orjson.loads(body)
    refs = [*content.get("object_marking_refs", ()), content.get("created_by_ref"), *content.get("extensions", ())]
    return [ref for ref in refs if isinstance(ref, str)]
