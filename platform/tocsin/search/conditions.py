"""Conditions of a question, by name: what they ask of which field, and what is said where they make no sense. Pure."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tocsin.identifiers import KINDS
from tocsin.search.document import one_word
from tocsin.search.expression import NOTHING, Has, Node, Within
from tocsin.stix import CRIME_TYPES, TLP
from tocsin.stix.crime import with_variants
from tocsin.times import DAY_MS

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?Z?)?)?)?", re.A | re.I)
_AGO = re.compile(r"(\d{1,4})([dwmy])", re.A | re.I)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_SCORE = re.compile(r"\d{1,3}", re.A)
_YES = {"yes": "yes", "true": "yes", "1": "yes", "no": "no", "false": "no", "0": "no"}

Said = list[str]
"""Remarks on what was not understood, each a sentence."""


def condition(name: str, sign: str, value: str, now: int, said: Said) -> Node:
    """The condition `name` `sign` `value`, such as `kind` `:` `iban,phone`; one that makes no sense fits nothing."""
    if sign in (":", "=") or name == "confidence":
        return CONDITIONS[name](value, sign, now, said)
    return _senseless(f"{name} is asked for with a colon, such as {name}:{value}.", said)


def crimes(slugs: tuple[str, ...]) -> Has:
    """Types of crime and their variants, as in the filter of a collection; others are labels of partners' objects."""
    return Has("crime_types", with_variants(slugs))


def _kind(value: str, _: str, __: int, said: Said) -> Node:
    return Has("kind", _known("kind", _each(value), (*KINDS, "other"), said))


def _crime(value: str, _: str, __: int, said: Said) -> Node:
    named = _each(value)
    _known("type of crime", named, tuple(CRIME_TYPES), said)
    return crimes(named)


def _tlp(value: str, _: str, __: int, said: Said) -> Node:
    named = tuple(one.removeprefix("tlp:").replace("-", "+") for one in _each(value))
    return Has("tlp", _known("marking", named, tuple(TLP), said))


def _country(value: str, _: str, __: int, said: Said) -> Node:
    named = _each(value)
    for one in named:
        if len(one) != 2 or not one.isalpha():
            said.append(f"A country is asked for by two letters, such as country:SG; {one} is none.")
    return Has("country", tuple(map(str.upper, named)))


def _member(value: str, _: str, __: int, ___: Said) -> Node:
    return Has("sources", tuple(filter(None, map(one_word, value.split(",")))))


def _role(value: str, _: str, __: int, ___: Said) -> Node:
    return Has("roles", _each(value))


def _source(value: str, _: str, __: int, said: Said) -> Node:
    return Has("source", _known("source", _each(value), ("member", "open-list"), said))


def _collection(value: str, _: str, __: int, ___: Said) -> Node:
    return Has("collection", _each(value))


def _revoked(value: str, _: str, __: int, said: Said) -> Node:
    answer = _YES.get(value.lower())
    if answer is None:
        said.append(f"revoked is yes or no, not {value}.")
    return Has("revoked", (answer,) if answer else ())


def _since(value: str, _: str, now: int, said: Said) -> Node:
    span = _span(value, now)
    words = f"since takes a date such as since:2026-11-01, or a time such as since:7d; {value} is neither."
    return Within("modified", low=span[0]) if span else _senseless(words, said)


def _new(value: str, _: str, now: int, said: Said) -> Node:
    span = _span(value, now)
    words = f"new takes a date such as new:2026-11-01, or a time such as new:7d; {value} is neither."
    return Within("created", low=span[0]) if span else _senseless(words, said)


def _until(value: str, _: str, now: int, said: Said) -> Node:
    span = _span(value, now)
    words = f"until takes a date such as until:2026-11-01, or a time such as until:7d; {value} is neither."
    return Within("modified", high=span[1]) if span else _senseless(words, said)


def _confidence(value: str, sign: str, _: int, said: Said) -> Node:
    if not _SCORE.fullmatch(value):
        return _senseless(f"confidence is a number from 0 to 100, such as confidence>50; {value} is none.", said)
    score = int(value)
    low = {">": score + 1, ">=": score, ":": score, "=": score}.get(sign)
    high = {"<": score - 1, "<=": score, "=": score, ":": score}.get(sign)
    return Within("confidence", low, high)


def _senseless(words: str, said: Said) -> Node:
    """Says why a condition fits nothing."""
    said.append(words)
    return NOTHING


def _each(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in value.lower().split(",") if one.strip()))


def _known(what: str, named: tuple[str, ...], known: tuple[str, ...], said: Said) -> tuple[str, ...]:
    for one in named:
        if one not in known:
            said.append(f"There is no {what} {one}. There are: {', '.join(known)}.")
    return tuple(one for one in named if one in known)


def _span(text: str, now: int) -> tuple[int, int] | None:
    """The first and the last ms of what `text` names: a year, month, day or minute, or so long ago."""
    if text.lower() == "today":
        return now - now % DAY_MS, now
    if ago := _AGO.fullmatch(text):
        moment = now - int(ago[1]) * _DAYS[ago[2].lower()] * DAY_MS
        return moment, moment
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups())
    try:
        start = datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=UTC)
        if hour is not None:
            end = start + timedelta(seconds=1 if second is not None else 60)
        elif day is not None:
            end = start + timedelta(days=1)
        else:
            end = start.replace(month=start.month % 12 + 1) if month else start.replace(year=start.year + 1)
            end = end.replace(year=start.year + 1) if month == 12 else end
    except (ValueError, OverflowError):
        return None
    return _ms(start), _ms(end) - 1


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


CONDITIONS: dict[str, Callable[[str, str, int, Said], Node]] = {
    "kind": _kind,
    "crime": _crime,
    "country": _country,
    "member": _member,
    "tlp": _tlp,
    "role": _role,
    "source": _source,
    "collection": _collection,
    "new": _new,
    "since": _since,
    "until": _until,
    "confidence": _confidence,
    "revoked": _revoked,
}
"""By the name that stands before the colon."""
