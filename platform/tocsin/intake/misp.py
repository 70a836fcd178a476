"""MISP events in JSON: attributes, and objects of attributes (MISP core format, draft-dulaunoy-misp-core-format).

What is deleted, sightings and attached files are left aside. An attribute that is not for detection (`to_ids` is
off) is context, such as the address of a report, and comes back with that reason; but many events set the flag nowhere,
and in these only references are context. A person's number or account is read all the same, as MISP never sets the
flag on telephones and it waits here for a second voice in any case.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from tocsin.identifiers import KINDS, NO_HINTS, Hints
from tocsin.intake.claims import crime_type, moment
from tocsin.intake.row import LONGEST_SHOWN, CannotRead, Claim, Defaults, Reading, Row
from tocsin.intake.values import problem_row, row_of
from tocsin.stix import strictest

TYPES: dict[str, tuple[str, str | None]] = {
    "domain": ("domain", None), "hostname": ("domain", None), "url": ("url", None), "uri": ("url", None),
    "link": ("url", None), "ip-src": ("ipv4", None), "ip-dst": ("ipv4", None),
    "email": ("email", None), "email-src": ("email", "sender"), "email-reply-to": ("email", "reply-to"),
    "email-dst": ("email", "victim"), "target-email": ("email", "victim"), "eppn": ("email", None),
    "whois-registrant-email": ("email", None), "dns-soa-email": ("email", None),
    "md5": ("file-hash", None), "sha1": ("file-hash", None), "sha256": ("file-hash", None),
    "sha512": ("file-hash", None),
    "iban": ("iban", None), "bank-account-nr": ("bank-account", None),
    "btc": ("wallet", None), "xmr": ("wallet", None), "dash": ("wallet", None),
    "phone-number": ("phone", None), "prtn": ("phone", None), "whois-registrant-phone": ("phone", None),
}  # fmt: skip
"""What the value of an attribute is, by its type: kind and role. A kind that a value is not is tried as any other."""
PAIRS: dict[str, tuple[str | None, str | None]] = {
    "domain|ip": ("domain", "ip-dst"), "ip-src|port": ("ip-src", None), "ip-dst|port": ("ip-dst", None),
    "hostname|port": ("hostname", None), "filename|md5": (None, "md5"), "filename|sha1": (None, "sha1"),
    "filename|sha256": (None, "sha256"), "filename|sha512": (None, "sha512"), "malware-sample": (None, "md5"),
}  # fmt: skip
"""Types with two values and a bar between them: the type of each, None for what is not read."""
SECRET_TYPES = frozenset(("cc-number", "passport-number", "identity-card-number", "visa-number"))
"""Types whose values are never repeated: numbers of cards and of papers."""
CONTEXT = "The event gives it as context and not for detection (to_ids is off)."

_OF_OBJECTS = {("coin-address", "address"): "btc", ("coin-address", "address-crypto"): "btc"}
_BANKS = ("bic", "aba-rtn", "bsb", "sort-code")
_TLP = {
    "tlp:white": "clear", "tlp:clear": "clear", "tlp:green": "green", "tlp:amber": "amber",
    "tlp:amber+strict": "amber+strict", "tlp:red": "red", "tlp:unclear": "red",
}  # fmt: skip
_MOST_TAGS = 200
_YES = (True, 1, "1", "true")
_REFERENCES = ("External analysis", "Internal reference")
"""Categories of what was written about the matter."""


class _Attribute(NamedTuple):
    """An attribute with what is said around it: its object's name, the event's claim and marking, and
    whether the event sets `to_ids` anywhere."""

    content: dict[str, Any]
    parent: str
    hints: Hints
    claim: Claim
    tlp: str | None
    flagged: bool = True


def looks_like_misp(parsed: Any) -> bool:
    """Whether parsed JSON is an event, several, or the answer of a MISP server that holds them."""
    return bool(_events(parsed))


def read_misp(parsed: Any, defaults: Defaults) -> Reading:
    """A row for every value of the attributes; CannotRead where there is none. `row` counts the attributes."""
    events = _events(parsed)
    attributes = [one for event in events for one in _flagged(list(_attributes(event, defaults)))]
    if not attributes:
        raise CannotRead("The MISP event has no attributes.")
    alive = [one for one in attributes if not _is_deleted(one.content)]
    rows = (row for number, one in enumerate(alive, 1) for row in _rows(number, one))
    secret = any(_text(one.content.get("type")).lower() in SECRET_TYPES for one in attributes)
    return Reading("misp", rows, tuple(_notices(events, attributes, alive)), keepable=not secret)


def _events(parsed: Any) -> list[dict[str, Any]]:
    inner = parsed.get("response", parsed) if isinstance(parsed, dict) else parsed
    listed = inner if isinstance(inner, list) else [inner]
    found = [one.get("Event", one) for one in listed if isinstance(one, dict)]
    return [one for one in found if isinstance(one, dict) and _is_event(one)]


def _is_event(value: dict[str, Any]) -> bool:
    has_parts = any(isinstance(value.get(part), list) for part in ("Attribute", "Object"))
    attributes = value.get("Attribute")
    typed = isinstance(attributes, list) and any(isinstance(one, dict) and "type" in one for one in attributes[:20])
    return has_parts and ("info" in value or "uuid" in value or typed)


def _attributes(event: dict[str, Any], defaults: Defaults) -> Iterator[_Attribute]:
    claim, tlp = _claim(event, defaults.claim), _marking(event, None)
    country = Hints(country=defaults.country) if defaults.country else NO_HINTS
    for content in _listed(event, "Attribute"):
        yield _Attribute(content, "", country, claim, _marking(content, tlp))
    for parent in _listed(event, "Object"):
        inner = _listed(parent, "Attribute")
        hints = _hints(inner, country)
        name = _text(parent.get("name"))
        marked = _marking(parent, tlp)
        for content in inner:
            deleted = {"deleted": True} if _is_deleted(parent) else {}
            yield _Attribute(content | deleted, name, hints, claim, _marking(content, marked))


def _flagged(attributes: list[_Attribute]) -> list[_Attribute]:
    flagged = any(one.content.get("to_ids") in _YES for one in attributes)
    return [one._replace(flagged=flagged) for one in attributes]


def _rows(number: int, attribute: _Attribute) -> Iterator[Row]:
    content = attribute.content
    kind, value = _text(content.get("type")), _text(content.get("value")).strip()
    relation = _text(content.get("object_relation"))
    column = f"{attribute.parent} {relation}".strip() if attribute.parent else kind
    column = (column or "attribute")[:200]
    kind = _OF_OBJECTS.get((attribute.parent, relation), kind)
    claim = _own_claim(content, attribute.claim)
    refused = partial(problem_row, number, column, claim=claim)
    if kind.lower() in SECRET_TYPES:
        row = refused("(not repeated)", "The number of a card or of somebody's papers is not kept here.")
    elif kind in PAIRS:
        yield from _pair(number, column, kind, value, attribute, claim)
        return
    elif kind not in TYPES:
        row = refused(value, f"Attributes of type “{kind[:60]}” name nothing that is shared here.")
    else:
        row = _row(number, column, kind, value, attribute, claim)
    yield replace(row, tlp=attribute.tlp)


def _pair(number: int, column: str, kind: str, value: str, attribute: _Attribute, claim: Claim) -> Iterator[Row]:
    first, _, second = value.rpartition("|") if kind == "malware-sample" else value.partition("|")
    for part, text in zip(PAIRS[kind], (first, second), strict=True):
        if part is not None:
            row = _row(number, column, part, text.strip(), attribute, claim)
            yield replace(row, tlp=attribute.tlp)


def _row(number: int, column: str, kind: str, value: str, attribute: _Attribute, claim: Claim) -> Row:
    wanted, role = TYPES[kind]
    claim = replace(claim, role=role) if role and claim.role is None else claim
    row = row_of(number, column, _with_plus(value, wanted), wanted, claim, attribute.hints)
    if row.identifier is None or not _is_context(attribute) or KINDS[row.identifier.kind].personal:
        return row
    return problem_row(number, column, value, CONTEXT, claim)


def _with_plus(value: str, kind: str) -> str:
    return f"+{value}" if kind == "phone" and value.isascii() and value.isdigit() and value[:1] != "0" else value


def _is_context(attribute: _Attribute) -> bool:
    content = attribute.content
    if content.get("to_ids", True) in _YES:
        return False
    return attribute.flagged or content.get("category") in _REFERENCES or content.get("type") == "link"


def _is_deleted(content: dict[str, Any]) -> bool:
    return content.get("deleted", False) in _YES


def _claim(event: dict[str, Any], claim: Claim) -> Claim:
    """What the event says of all its attributes: the crime by its tags or title, and its day."""
    if claim.crime_type is None:
        said = [*_tags(event), _text(event.get("info"))[:LONGEST_SHOWN]]
        crime = next(filter(None, (crime_type(text.rpartition(":")[2].replace("=", " ")) for text in said)), None)
        claim = replace(claim, crime_type=crime)
    if claim.first_seen is None:
        claim = replace(claim, first_seen=_moment(event.get("date")))
    return claim


def _own_claim(content: dict[str, Any], claim: Claim) -> Claim:
    comment = _text(content.get("comment")).strip()
    note = "; ".join(filter(None, (claim.note, comment)))[:LONGEST_SHOWN] or None
    first, last = _moment(content.get("first_seen")), _moment(content.get("last_seen"))
    return replace(claim, note=note, first_seen=first or claim.first_seen, last_seen=last or claim.last_seen)


def _moment(value: Any) -> int | None:
    """Ms of a date, or of a moment with or without a zone, as MISP writes them; None where it is neither."""
    if not isinstance(value, str) or not value:
        return None
    try:
        when = datetime.fromisoformat(value[:40])
    except ValueError:
        return moment(value[:40])
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return int(when.timestamp() * 1000) if when.year > 1970 else None


def _tags(content: dict[str, Any]) -> list[str]:
    tags = _listed(content, "Tag")[:_MOST_TAGS]
    return [_text(tag.get("name")).strip()[:LONGEST_SHOWN] for tag in tags if not _is_deleted(tag)]


def _marking(content: dict[str, Any], around: str | None) -> str | None:
    """The stricter of what stands around and what the tags of this say; `tlp:unclear` counts as the strictest."""
    said = [_TLP[name] for name in map(str.lower, _tags(content)) if name in _TLP]
    known = [one for one in (around, *said) if one is not None]
    return strictest(known) if known else None


def _hints(attributes: list[dict[str, Any]], country: Hints) -> Hints:
    """The bank of an account, as the other attributes of its object tell it."""
    told = {_text(one.get("type")): _text(one.get("value")).strip()[:200] for one in reversed(attributes)}
    named = {_text(one.get("object_relation")): _text(one.get("value")).strip()[:200] for one in reversed(attributes)}
    bank = next(filter(None, (told.get(kind) for kind in _BANKS)), None) or named.get("institution-name")
    return replace(country, bank=bank or None, branch=named.get("branch") or named.get("institution-code"))


def _listed(content: dict[str, Any], part: str) -> list[dict[str, Any]]:
    items = content.get(part)
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _text(value: Any) -> str:
    return value.replace("\x00", "\ufffd") if isinstance(value, str) else ""


def _notices(events: list[dict[str, Any]], attributes: list[_Attribute], alive: list[_Attribute]) -> Iterator[str]:
    if len(events) > 1:
        yield f"Events read: {len(events):,}."
    if len(attributes) > len(alive):
        yield f"Deleted attributes left aside: {len(attributes) - len(alive):,}."
    if any(not one.flagged for one in alive):
        yield "An event sets to_ids nowhere: all but its references was read."
    sightings = sum(len(_listed(one.content, "Sighting")) for one in attributes)
    if sightings:
        yield f"Sightings left aside: {sightings:,}."
