"""What a poll asks for, read from its query (TAXII 2.1 section 3.4)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from tocsin.ledger.read import Match
from tocsin.stix import version_key
from tocsin.times import parse_stamp

Filters = tuple[tuple[str, tuple[str, ...]], ...]
"""Match filters as (name, values), both in alphabetical order: the same filters are equal however they were written."""

FIELDS = ("external_id", "labels", "name", "revoked", "tlp", "value")
"""Optional filters of the TAXII interoperability test document (3.13.2) that are served."""

AT_LEAST = ("confidence-gte", "valid_until-gte")
"""Calculations of the same document that are served. What does not have the property does not match."""

POLL_FILTERS = tuple(sorted(("id", "spec_version", "type", "version", *FIELDS, *AT_LEAST)))
OBJECT_FILTERS = ("spec_version", "version")
VERSIONS_FILTERS = ("spec_version",)

LATEST_MS = 253_402_300_799_999
"""The last millisecond of the year 9999, which is the last that a timestamp can spell."""

_KEYWORDS = ("first", "last", "all")
_LIMIT = re.compile(r"[0-9]+", re.ASCII)
_SPEC_VERSION = re.compile(r"[0-9]\.[0-9]", re.ASCII)
_LONGEST_LIMIT = 9
_SUREST = 100


class BadParameter(ValueError):
    """A query parameter that cannot be served. The message is for the client."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"The parameter {name} {problem}.")


@dataclass(frozen=True, slots=True)
class Poll:
    """A request's query. `added_after` is a position (ms), `next` the text as it came."""

    filters: Filters = ()
    added_after: int | None = None
    limit: int | None = None
    next: str | None = None


NO_QUERY = Poll()


def read_poll(query: MultiDict[str, str], names: Iterable[str]) -> Poll:
    """The poll in `query` at an endpoint that serves the match filters `names`; others are passed over."""
    return Poll(
        filters=read_filters(query, names),
        added_after=_added_after(_single(query, "added_after")),
        limit=_limit(_single(query, "limit")),
        next=_single(query, "next"),
    )


def read_filters(query: MultiDict[str, str], names: Iterable[str]) -> Filters:
    """The match filters in `query`, checked, in the order of `names` (the alphabet's), without what is the default."""
    found = []
    for name in names:
        text = _single(query, f"match[{name}]")
        if text is not None:
            values = _values(name, text)
            if (name, values) != ("version", ("last",)):
                found.append((name, values))
    return tuple(found)


def match_of(filters: Filters) -> Match:
    """The ledger's form of match filters; BadParameter where they are not what `read_filters` lets through."""
    given = {name: _values(name, ",".join(values)) for name, values in filters}
    versions = given.get("version", ("last",))
    return Match(
        ids=given.get("id", ()),
        types=given.get("type", ()),
        versions=tuple(one if one in _KEYWORDS else _version_key(one) for one in versions),
        spec_versions=given.get("spec_version", ()),
        fields=tuple((name, given[name]) for name in FIELDS if name in given),
        at_least=tuple(
            (name.removesuffix("-gte"), given[name][0].removesuffix("Z")) for name in AT_LEAST if name in given
        ),
    )


def _single(query: MultiDict[str, str], name: str) -> str | None:
    if name not in query:
        return None
    values = query.getlist(name)
    if len(values) > 1:
        raise BadParameter(name, "is given more than once")
    if not values[0]:
        raise BadParameter(name, "has no value")
    return values[0]


def _values(name: str, text: str) -> tuple[str, ...]:
    parameter = f"match[{name}]"
    values = [value.strip() for value in text.split(",")]
    if not all(values) or "\0" in text:
        raise BadParameter(parameter, "has an empty value" if "\0" not in text else "holds a NUL character")
    if name == "tlp":
        # the + of amber+strict is a blank in a query string
        values = [value.lower().replace(" ", "+") for value in values]
    if name in AT_LEAST:
        return (_least(parameter, name, values),)
    different = tuple(sorted(set(values)))
    if name == "version":
        _check_versions(parameter, values)
    if name == "spec_version" and not all(_SPEC_VERSION.fullmatch(value) for value in different):
        raise BadParameter(parameter, "takes versions of the STIX specification such as 2.1")
    if name == "revoked" and different != ("true",):
        raise BadParameter(parameter, "takes only 'true'")
    return different


def _least(parameter: str, name: str, values: list[str]) -> str:
    """One value in the form that sorts: a confidence as three digits, a moment in UTC without trailing zeros."""
    if len(values) > 1:
        raise BadParameter(parameter, "takes one value")
    if name == "valid_until-gte":
        try:
            return version_key(values[0].replace(" ", "+")) + "Z"
        except ValueError as error:
            raise BadParameter(parameter, "has to be a date and time like 2026-01-31T09:30:00.125Z") from error
    if not _LIMIT.fullmatch(values[0]) or len(values[0]) > _LONGEST_LIMIT or int(values[0]) > _SUREST:
        raise BadParameter(parameter, "has to be a whole number from 0 to 100")
    return f"{int(values[0]):03d}"


def _check_versions(parameter: str, values: list[str]) -> None:
    if len(set(values)) < len(values):
        raise BadParameter(parameter, "names a version more than once")
    if "all" in values and len(values) > 1:
        raise BadParameter(parameter, "cannot join 'all' with other versions")
    for value in values:
        if value not in _KEYWORDS:
            _version_key(value)


def _version_key(text: str) -> str:
    try:
        parse_stamp(text)
        return version_key(text)
    except ValueError as error:
        raise BadParameter(
            "match[version]", "takes first, last, all, or timestamps like 2026-01-31T09:30:00.125Z"
        ) from error


def _added_after(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        moment = parse_stamp(text)
    except ValueError as error:
        raise BadParameter("added_after", "has to be a date and time like 2026-01-31T09:30:00.125Z") from error
    return min(max(moment, 0), LATEST_MS)


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    digits = text.lstrip("0")
    if not _LIMIT.fullmatch(text) or not digits:
        raise BadParameter("limit", "has to be a whole number of 1 or more")
    return int(digits[:_LONGEST_LIMIT])
