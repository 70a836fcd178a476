"""What is asked: one box of text, made into terms once for both engines, and plain filters."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from typing import get_args

from tocsin.identifiers import Token
from tocsin.search.document import one_word
from tocsin.search.expression import EVERYTHING, All, Has, Node, decides
from tocsin.search.grammar import Reading, read_question
from tocsin.search.spelled import quoted, thing
from tocsin.search.spelling import LONGEST
from tocsin.search.tiers import Why
from tocsin.times import now_ms

LARGEST_PAGE = 100
FARTHEST = 10_000
"""Hits beyond this many have no page number: they are reached from hit to hit, by `after`."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits must have; None lets all through. `revoked` None shows both live and revoked ones.

    `match` is why they are found, where a thing is looked for.
    """

    kind: str | None = None
    crime_type: str | None = None
    country: str | None = None
    tlp: str | None = None
    collection: str | None = None
    member: str | None = None
    revoked: bool | None = None
    match: Why | None = None

    @classmethod
    def read(cls, said: Mapping[str, str]) -> "Filters":
        """The filters that a form or an address names, as texts; an empty one lets all through."""
        named = {one.name: said.get(one.name) or None for one in fields(cls) if one.name not in ("revoked", "match")}
        revoked = {"yes": True, "no": False}.get(said.get("revoked", ""))
        return cls(**named, revoked=revoked, match=_WHYS.get(said.get("match", "")))

    def conditions(self) -> tuple[Node, ...]:
        """The filters as conditions."""
        wanted = {"kind": self.kind, "country": self.country, "tlp": self.tlp, "collection": self.collection}
        found: list[Node] = [Has(name, (value,)) for name, value in wanted.items() if value is not None]
        if self.crime_type is not None:
            found.append(Has("crime_types", (self.crime_type,)))
        if self.member is not None:
            found.append(Has("sources", (one_word(self.member),)))
        if self.revoked is not None:
            found.append(Has("revoked", ("yes" if self.revoked else "no",)))
        return tuple(found)


_WHYS: dict[str, Why] = {why: why for why in get_args(Why)}
NO_FILTERS = Filters()

Place = tuple[int, int]
"""Where a hit stands in the order of hits: the number of its tier, and its seq."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question. `remarks` say what of `text` was not understood; `after` is the last hit that was seen, and then
    `offset` counts from there; with a `limit` of 0 hits are only counted, which is cheaper; `facets`: whether what was
    found is counted by facets and reasons too; `match`: only what is found for this reason.
    """

    text: str
    wanted: Node = EVERYTHING
    offset: int = 0
    limit: int = 25
    after: Place | None = None
    facets: bool = False
    match: Why | None = None
    remarks: tuple[str, ...] = field(default=(), compare=False)


def parse(
    text: str,
    filters: Filters = NO_FILTERS,
    *,
    token: Token | None = None,
    country: str | None = None,
    offset: int = 0,
    limit: int = 25,
    after: Place | None = None,
    facets: bool = False,
) -> Query:
    """The question that somebody typed. Any text is one: a long one is cut, a large page made smaller.

    `token` makes what stands for numbers that are never kept, so that those are found too; `country` (ISO 3166
    alpha-2) is where a local number is taken to be from, besides all countries.
    """
    text = text.encode("utf-8", "replace").decode().strip()[:LONGEST]
    reading = Reading(partial(thing, token=token, country=country), quoted, now_ms(), [])
    asked = read_question(text, reading)
    limit = min(max(limit, 1), LARGEST_PAGE)
    conditions = filters.conditions()
    return Query(
        text=text,
        wanted=All((asked, *conditions)) if conditions else asked,
        offset=min(max(offset, 0), FARTHEST - limit),
        limit=limit,
        after=after,
        facets=facets,
        # mere conditions are no reason: to narrow by one is to hide everything
        match=filters.match if decides(asked) else None,
        remarks=tuple(dict.fromkeys(reading.remarks)),
    )
