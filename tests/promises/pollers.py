"""Pollers as they are in the world: how each keeps its place, by what its next request asks."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from tocsin.times import parse_stamp, taxii_stamp

LAST = "X-TAXII-Date-Added-Last"
FIRST = "X-TAXII-Date-Added-First"


class Response(Protocol):
    """What a poller needs of an answer."""

    status_code: int

    @property
    def headers(self) -> Any: ...


@dataclass
class Poller:
    """One client: what it asks for, what it has, and the place that it keeps; `step` is a request.

    Styles: `next` (only `next` while there is more, then the date header), `date` (the date header alone), `both`
    (both, as the standard's wording has it), `stale` (keeps the `next` of its last run for ever and sends a new
    date with it), `seconds` (dates cut to whole seconds, the server's own page size), `again` (asks for everything
    each time it is through).
    """

    style: str
    filters: dict[str, str] = field(default_factory=dict)
    limit: int | None = None
    date: str | None = None
    next: str | None = None
    held: dict[tuple[str, str], bool] = field(default_factory=dict)
    """Whether it is revoked, by id and version."""
    saved: tuple[str | None, dict[tuple[str, str], bool]] | None = None

    def query(self) -> dict[str, str]:
        """The next request's query."""
        query = dict(self.filters)
        if self.limit is not None:
            query["limit"] = str(self.limit)
        if self.next is not None and self.style != "date":
            query["next"] = self.next
        if self.date is not None and (self.next is None or self.style in ("both", "stale", "date")):
            query["added_after"] = self.date
        if self.next is not None and self.style in ("next", "stale"):
            # these leave out what the `next` was made under
            query = {name: value for name, value in query.items() if not name.startswith("match[")}
        return query

    def take(self, page: dict[str, Any], last: str | None) -> bool:
        """Take an answer in: a page, and the date of its last entry; whether there is more to ask for now."""
        for one in page.get("objects", ()):
            self.held[one["id"], one.get("modified", one.get("created", ""))] = bool(one.get("revoked"))
        more = bool(page.get("more"))
        assert not more or ("next" in page and page["objects"]), "more is always with next, and never with nothing"
        if more:
            self.next = page["next"]
        elif self.style != "stale":
            self.next = None
        if self.style != "again" or more:
            self.date = self._place(last)
        else:
            self.date = None
        return more

    def save(self) -> None:
        """Keep place and objects where a crash cannot reach them."""
        self.saved = (self.date, dict(self.held))

    def crash(self) -> None:
        """Start again from what was saved."""
        self.date, self.held = (self.saved[0], dict(self.saved[1])) if self.saved else (None, {})
        self.next = None

    def newest(self) -> dict[str, tuple[str, bool]]:
        """The newest version that it has of each object, and whether that is revoked."""
        found: dict[str, tuple[str, bool]] = {}
        for (one, version), revoked in self.held.items():
            if one not in found or version > found[one][0]:
                found[one] = (version, revoked)
        return found

    def _place(self, last: str | None) -> str | None:
        if last is None or self.style != "seconds":
            return last or self.date
        position = parse_stamp(last)
        return taxii_stamp(position - position % 1_000)


STYLES = ("next", "date", "both", "stale", "seconds", "again")
