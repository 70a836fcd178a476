"""Every way in which a text that somebody typed may be kept: what it says, without its disguise, canonical. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from tocsin.identifiers import PUBLISHED, Hints, Identifier, Token, Unreadable, digits, read, recognise, refang
from tocsin.identifiers.schemes import SCHEMES
from tocsin.identifiers.spelling import plain
from tocsin.search.document import lookalike_terms, looks_of
from tocsin.search.expression import Thing
from tocsin.search.lookalike import label_of, near
from tocsin.search.spelling import BETWEEN, LONGEST, bare, host_of, squeeze, trigrams, word_row, words

SHORTEST_PREFIX = 2
SHORTEST_SUBSTRING = 3
_FORMATTED_NUMBER = re.compile(r"[\d\s()+/.\-]+")
_SHORTEST_NUMBER = 5
_NUMBER_KINDS = frozenset({"phone", "bank-account"})
_NATIONAL = ("bank-account", "passport", "identity-document")
"""Kinds whose values are of a country, of which people leave out the name."""

_LONGEST_NUMBER = 60
_SCHEME = re.compile(r"^[a-z][a-z0-9+.\-]*:(?://)?", re.I)
_NAME = re.compile(r"[\w\-]+")
_MANY_WORDS = 12
"""A longer text is prose, which is no identifier."""


def thing(text: str, token: Token | None = None, country: str | None = None) -> Thing:
    """What `text` may stand for.

    `token` makes what stands for numbers that are never kept; `country` (ISO 3166 alpha-2) is where a local number is
    taken to be from, besides all countries.
    """
    found = _meant(text, token, country)
    typed, other = _forms(text, [one for one in found if "token" not in one.properties])
    tokens = [squeeze(one.value) for one in found if "token" in one.properties]
    every = _different((*typed, *other))
    parts = _shortest((one for one in every if len(one) >= SHORTEST_SUBSTRING), str.__contains__)
    return Thing(
        whole=_different((*typed, *tokens)),
        exact=_different((*every, *tokens)),
        prefixes=_shortest((one for one in every if len(one) >= SHORTEST_PREFIX), str.startswith),
        substrings=tuple(map(trigrams, parts)),
        looks=_different(term for one in found for term in looks_of(one.kind, one.value)),
        lookalikes=_lookalikes(text, found),
        words=words(text),
    )


def quoted(text: str) -> Thing:
    """Exactly these characters or words in this order, and nothing that only looks so."""
    literal = squeeze(text)[:LONGEST]
    row = word_row(text)
    return Thing(
        whole=(literal,) if literal else (),
        exact=(literal,) if literal else (),
        substrings=(trigrams(literal),) if len(literal) >= SHORTEST_SUBSTRING else (),
        words=row[: row.index(BETWEEN)] if BETWEEN in row else row,
        phrase=True,
    )


def _meant(text: str, token: Token | None, country: str | None) -> tuple[Identifier, ...]:
    """What it is read as, likeliest first; or else what single words of it are."""
    if not text or len(text.split()) > _MANY_WORDS:
        return ()
    found: dict[tuple[str, str], Identifier] = {}
    for one in _readings(text, token, country):
        found.setdefault((one.kind, one.value), one)
    if not found:
        behind_scheme = _SCHEME.sub("", text).partition("?")[0]
        for word in (behind_scheme, *text.split()):
            for one in _read_any(word, Hints(token=token)):
                found.setdefault((one.kind, one.value), one)
    return tuple(found.values())


def _readings(text: str, token: Token | None, country: str | None) -> Iterator[Identifier]:
    certain = tuple(_read_any(text, Hints(token=token)))
    yield from certain
    try:
        spelling = plain(text)
    except Unreadable:
        return
    for kind in PUBLISHED.values():
        if kind.looks_like(spelling) and all(kind.name != one.kind for one in certain):
            yield from _read(spelling, kind.name, Hints(token=token))
    if not certain:
        yield from _of_a_country(spelling, token, country)


def _of_a_country(spelling: str, token: Token | None, country: str | None) -> Iterator[Identifier]:
    """What it would be in a file from there, of each country whose schemes are known, the asker's first."""
    if len(spelling) > _LONGEST_NUMBER or not any(map(str.isdecimal, spelling)):
        return
    if country is not None:
        yield from _read_any(spelling, Hints(token=token, country=country))
    named, _, rest = spelling.partition(" ")
    if named.upper() in SCHEMES:
        yield from _read(rest, "bank-account", Hints(country=named.upper()))
    for place in dict.fromkeys((country, *SCHEMES)):
        for name in _NATIONAL:
            yield from _read(spelling, name, Hints(token=token, country=place))


def _read_any(text: str, hints: Hints) -> Iterator[Identifier]:
    try:
        yield recognise(text, hints)
    except Unreadable:
        return


def _read(spelling: str, kind: str, hints: Hints) -> Iterator[Identifier]:
    try:
        yield read(spelling, kind, hints)
    except Unreadable:
        return


def _forms(text: str, found: Sequence[Identifier]) -> tuple[list[str], list[str]]:
    """How the thing itself may be spelled, and what else of it may stand elsewhere."""
    uncovered = squeeze(refang(text))
    typed = [squeeze(text), uncovered, *(squeeze(one.value) for one in found)]
    typed += [bare(host_of(value)).strip("[]") for value in typed if bare(value) == bare(host_of(value))]
    other = [bare(uncovered), *(bare(squeeze(one.value)) for one in found)]
    is_number = any(one.kind in _NUMBER_KINDS for one in found) or _FORMATTED_NUMBER.fullmatch(text)
    number = digits(squeeze(text))
    if is_number and len(number.lstrip("0")) >= _SHORTEST_NUMBER:
        (other if found else typed).extend((number, number.lstrip("0")))
    return typed, other


def _different(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form[:LONGEST] for form in forms if form))


def _shortest(forms: Iterable[str], covers: Callable[[str, str], bool]) -> tuple[str, ...]:
    """The forms without those that a shorter one finds as well: `covers(long, short)`."""
    kept: list[str] = []
    for form in sorted(forms, key=len):
        if not any(covers(form, short) for short in kept):
            kept.append(form)
    return tuple(kept)


def _lookalikes(text: str, found: tuple[Identifier, ...]) -> tuple[str, ...]:
    if found:
        return tuple(dict.fromkeys(term for one in found for term in lookalike_terms(one.kind, one.value)))
    return near(label_of(squeeze(text))) if _NAME.fullmatch(text) else ()
