"""What is asked: one box of text, made into terms once for both engines, and plain filters."""

import re
from dataclasses import dataclass, field

from tocsin.identifiers import Hints, Identifier, Token, Unreadable, recognise, refang
from tocsin.search.document import lookalike_terms
from tocsin.search.lookalike import label_of, near
from tocsin.search.spelling import LONGEST, bare, digits, squeeze, trigrams, words

LARGEST_PAGE = 100
FARTHEST = 10_000
"""Hits beyond this many cannot be paged to: whoever wants more narrows the question or takes an export."""

SHORTEST_PREFIX = 2
SHORTEST_SUBSTRING = 3
_FORMATTED_NUMBER = re.compile(r"[\d\s()+/\-]+", re.ASCII)
_SHORTEST_NUMBER = 5
_NUMBER_KINDS = frozenset({"phone", "bank-account"})
_NAME = re.compile(r"[\w\-]+")


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits must have; None lets all through. `revoked` None shows both live and revoked ones."""

    kind: str | None = None
    crime_type: str | None = None
    country: str | None = None
    tlp: str | None = None
    collection: str | None = None
    revoked: bool | None = None


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Query:
    """A question in terms. A document is found in the first tier that it fits:

    exact: one of `exact` is a whole spelling of it; prefix: one of `prefixes` begins a spelling; substring: the
    trigrams of one of `substrings` follow each other in its value; look-alike: it has one of `lookalikes`; text:
    it has all of `words`. An empty `text` finds everything, as text.
    """

    text: str
    exact: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    substrings: tuple[tuple[str, ...], ...] = ()
    lookalikes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    filters: Filters = field(default=NO_FILTERS)
    offset: int = 0
    limit: int = 25


def parse(
    text: str, filters: Filters = NO_FILTERS, *, token: Token | None = None, offset: int = 0, limit: int = 25
) -> Query:
    """The question that somebody typed. Any text is one: a long one is cut, a large page made smaller.

    `token` makes what stands for numbers that are never kept, so that those are found too.
    """
    text = text.encode("utf-8", "replace").decode().strip()[:LONGEST]
    identifier = _recognised(text, token)
    spellings = _spellings(text, identifier)
    limit = min(max(limit, 1), LARGEST_PAGE)
    return Query(
        text=text,
        exact=spellings,
        prefixes=tuple(one for one in spellings if len(one) >= SHORTEST_PREFIX),
        substrings=tuple(trigrams(one) for one in spellings if len(one) >= SHORTEST_SUBSTRING),
        lookalikes=_lookalikes(text, identifier),
        words=words(text),
        filters=filters,
        offset=min(max(offset, 0), FARTHEST - limit),
        limit=limit,
    )


def _recognised(text: str, token: Token | None) -> Identifier | None:
    try:
        return recognise(text, Hints(token=token))
    except Unreadable:
        return None


def _spellings(text: str, identifier: Identifier | None) -> tuple[str, ...]:
    """Every way to write what was typed: as it stands, without its disguise, canonical, as a plain number."""
    plain = squeeze(refang(text))
    forms = [squeeze(text), plain, bare(plain)]
    if identifier is not None:
        canonical = squeeze(identifier.value)
        forms += [canonical, bare(canonical)]
    is_number = identifier.kind in _NUMBER_KINDS if identifier else _FORMATTED_NUMBER.fullmatch(text)
    number = digits(text)
    if is_number and len(number.lstrip("0")) >= _SHORTEST_NUMBER:
        forms += [number, number.lstrip("0")]
    return tuple(dict.fromkeys(form[:LONGEST] for form in forms if form))


def _lookalikes(text: str, identifier: Identifier | None) -> tuple[str, ...]:
    if identifier is not None:
        return lookalike_terms(identifier.kind, identifier.value)
    return near(label_of(squeeze(text))) if _NAME.fullmatch(text) else ()
