"""Indicators as MISP says them: which attribute or object each kind of identifier becomes."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid5

import orjson
from pymisp import MISPAttribute, MISPEvent, MISPObject

from feeds.listed import UNMARKED_TLP, Listed, holds, is_disputed, listed_in
from tocsin.identifiers import Identifier
from tocsin.ledger.read import Entry
from tocsin.stix import CRIME_TYPES, observed, pap_of, tlp_of
from tocsin.times import parse_stamp

_ATTRIBUTES = {
    "domain": ("domain", "Network activity"),
    "url": ("url", "Network activity"),
    "ipv4": ("ip-dst", "Network activity"),
    "ipv6": ("ip-dst", "Network activity"),
    "phone": ("phone-number", "Financial fraud"),
    "iban": ("iban", "Financial fraud"),
    "app": ("mobile-application-id", "Payload delivery"),
}
_OTHER = ("other", "Financial fraud")
"""What MISP has no attribute for."""

_NOT_DETECTED = ("phone-number", "other")
_MAILBOXES = {"email-addr": "email", "from_ref": "email-src", "sender_ref": "email-src"}
_COINS = {"BTC": "btc", "XMR": "xmr", "DASH": "dash"}
_LANGUAGES = {"stix": "stix2-pattern", "yara": "yara", "sigma": "sigma", "snort": "snort", "suricata": "snort"}


def add_indicator(event: MISPEvent, entry: Entry, now: int, contested: frozenset[tuple[str, str]] = frozenset()) -> int:
    """Add what an indicator names to an event; the moment of its last change, in seconds.

    What is withdrawn, expired at `now` (ms), harmless or erased is added as deleted, so that it ends where it was
    taken over. Ids and moments follow from the indicator: the same state makes the same event. `contested` are the
    kinds and values of what is disputed: it is not for detection, and says so.
    """
    content: dict[str, Any] = orjson.loads(entry.body)
    deleted = not holds(content, now)
    changed = parse_stamp(content["modified"])
    if deleted and not entry.revoked and "valid_until" in content:
        changed = max(changed, min(now, parse_stamp(content["valid_until"])))
    unique = UUID(entry.object_id.partition("--")[2])
    named: list[Listed | None] = [*listed_in(content)] or [None]
    for n, said in enumerate(named):
        identity = unique if n == 0 else uuid5(unique, str(n))
        common = {"timestamp": changed // 1000, "deleted": deleted, "comment": _comment(content, said)}
        if said is None:
            made = _add_pattern(event, content, identity, common)
        else:
            made = _add(event, said, identity, common)
        disputed = is_disputed(content) or _is_among(said, contested)
        for attribute in made:
            if disputed:
                attribute.to_ids = False
                attribute.add_tag("tocsin:disputed")
            if (pap := pap_of(content)) is not None:
                attribute.add_tag(f"PAP:{pap.upper()}")
            attribute.add_tag(f"tlp:{tlp_of(content) or UNMARKED_TLP}")
            for crime in said.crime_types if said else ():
                attribute.add_tag(f'tocsin:crime-type="{crime}"')
                if (tag := CRIME_TYPES[crime].misp) is not None:
                    attribute.add_tag(tag)
    return changed // 1000


def _is_among(said: Listed | None, values: frozenset[tuple[str, str]]) -> bool:
    return said is not None and (said.identifier.kind, said.identifier.value) in values


def _add(event: MISPEvent, said: Listed, identity: UUID, common: dict[str, Any]) -> Sequence[MISPAttribute]:
    """The attribute, or the attributes of an object, that one value becomes."""
    common |= {name: date for name, date in (("first_seen", said.first_seen), ("last_seen", said.last_seen)) if date}
    identifier = said.identifier
    if identifier.kind == "bank-account":
        return _add_object(event, "bank-account", dict(_account(identifier)), identity, common)
    if identifier.kind in ("payment-proxy", "social-account", "sms-sender"):
        return _add_object(event, "user-account", _user_account(identifier), identity, common)
    asset = identifier.properties.get("asset", "")
    if identifier.kind == "wallet" and asset not in _COINS:
        parts = {"address-crypto": identifier.value} | ({"symbol": asset} if asset else {})
        return _add_object(event, "coin-address", parts, identity, common)
    misp_type, category = _type_of(said)
    more = {"category": category, "to_ids": misp_type not in _NOT_DETECTED}
    # MISP's type is the name of an app in its store
    value = identifier.properties["name"] if identifier.kind == "app" else identifier.value
    return [_add_attribute(event, type=misp_type, value=value, uuid=str(identity), **more, **common)]


def _type_of(said: Listed) -> tuple[str, str]:
    identifier = said.identifier
    match identifier.kind:
        case "email":
            part = next((part for part in _MAILBOXES if part in said.path), None)
            return _MAILBOXES[part] if part else "email-reply-to", "Payload delivery"
        case "wallet":
            return _COINS[identifier.properties["asset"]], "Financial fraud"
        case "file-hash":
            return identifier.properties["algorithm"].replace("-", "").lower(), "Payload delivery"
    return _ATTRIBUTES.get(identifier.kind, _OTHER)


def _user_account(identifier: Identifier) -> dict[str, str]:
    """An account as MISP's object has it, by the names that STIX has for its parts."""
    parts = observed(identifier)
    names = {"account_type": "account-type", "account_login": "username", "user_id": "user-id"}
    return {relation: str(parts[name]) for name, relation in names.items() if name in parts}


def _account(identifier: Identifier) -> Iterator[tuple[str, str]]:
    """An account as MISP's object has it; MISP drops a `bank-account-nr` that is not digits alone."""
    told = identifier.properties
    if told["account_number"].isdecimal():
        yield "account", told["account_number"]
    yield "swift" if told["bank_code"][:6].isalpha() else "institution-code", told["bank_code"]
    if "branch_code" in told:
        yield "branch", told["branch_code"]
    yield "text", identifier.value


def _add_object(
    event: MISPEvent, template: str, parts: dict[str, str], identity: UUID, common: dict[str, Any]
) -> Sequence[MISPAttribute]:
    made = MISPObject(template)
    made.from_dict(uuid=str(identity), **common)
    for relation, value in parts.items():
        own = {"uuid": str(uuid5(identity, relation)), "timestamp": common["timestamp"], "deleted": common["deleted"]}
        made.add_attribute(relation, value=value, **own)
    event.add_object(made)
    return made.attributes


def _add_pattern(
    event: MISPEvent, content: dict[str, Any], identity: UUID, common: dict[str, Any]
) -> Sequence[MISPAttribute]:
    """What names nothing that can be read: the pattern itself, in its own language."""
    misp_type = _LANGUAGES.get(content.get("pattern_type", "stix"), "text")
    return [_add_attribute(event, type=misp_type, value=content["pattern"], uuid=str(identity), **common)]


def _add_attribute(event: MISPEvent, **said: Any) -> MISPAttribute:
    attribute = MISPAttribute(strict=True)
    attribute.from_dict(**said)
    event.attributes.append(attribute)
    return attribute


def _comment(content: dict[str, Any], said: Listed | None) -> str:
    words = [*(said.crime_types if said else ())]
    if isinstance(content.get("confidence"), int):
        words.append(f"confidence {content['confidence']}")
    if said is not None and said.members is not None:
        words.append(f"{said.members} independent members")
    if said is not None and said.impersonates is not None:
        words.append(f"imitates {said.impersonates}")
    return ", ".join(words)
