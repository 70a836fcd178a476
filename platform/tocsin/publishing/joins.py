"""What a collection carries that has something in common with a thing in it, before policy looks at it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import ACCOUNTS, kept
from tocsin.policy.edges import FEW, HOLDER, LOSS, MAIL, REPORT, ROW, THREAD, Group, Join, Thing
from tocsin.publishing.mentions import NEAR, Carrier, Head, Line, heads_of, lines_near, mention
from tocsin.publishing.standing import Claimed, Reached, Subject, reached, subject_of
from tocsin.reports.joints import joined_to
from tocsin.reports.tables import additions
from tocsin.reports.terms import read_terms

MOST_REPORTS = 50
"""Reports of one thing that are looked at, the newest."""
MOST_BESIDE = 2 * FEW
"""Things of one report, beside those of the same row or mail, that are looked at to see whether they are too many."""
MOST_THINGS = 1_000
"""Things that are looked at in one collection."""
WIDE = 500
"""Rows before and after an assertion that are looked at where somebody opens what is folded."""

_HOLDERS_ROW = 20
_MOST_PLACES = 20
"""Places of one thing in one report from which what stands around it is looked at."""
_MAIL = re.compile(r"mail (\d+), ")


@dataclass(slots=True)
class Candidates:
    """What was found: joins by thing, and under what each may be published. `cut`: not everything was looked at.

    `starts` are the assertions that it was found from.
    """

    joins: defaultdict[Thing, list[Join]] = field(default_factory=lambda: defaultdict(list))
    subjects: dict[bytes, Subject] = field(default_factory=dict)
    objects: dict[str, tuple[Thing, str]] = field(default_factory=dict)
    cut: bool = False
    starts: "list[Start]" = field(default_factory=list)
    _known: set[tuple[Thing, str | None]] = field(default_factory=set)

    def add(self, line: Line, head: Head, join: Join) -> None:
        if line.thing not in self.joins and len(self.joins) >= MOST_THINGS:
            self.cut = True
            return
        if line.object_id is not None:
            self.objects[line.object_id] = (line.thing, head.member_name)
        elif (line.thing, line.role) not in self._known:
            self._known.add((line.thing, line.role))
            subject = subject_of(kept(*line.thing), line.role)
            self.subjects[subject.key] = subject
        self.joins[line.thing].append(join)


class Start(NamedTuple):
    """An assertion about the thing that is followed, with what stands around it."""

    head: Head
    line: Line
    around: list[Line]

    @property
    def together(self) -> list[Line]:
        """What stands in the same row, or in the same mail."""
        return [line for line in self.around if _closer(self, line) is not None]


def candidates(
    connection: Connection,
    carrier: Carrier,
    thing: Thing,
    claims: Sequence[Claimed],
    opens: Callable[[Head], bool],
    wide: Group | None = None,
) -> Candidates:
    """What these assertions, on which the collection's indicator on `thing` rests, have in common with others in it.

    `opens` tells whether the reader may open a report, and so learn that it names a loss. `wide` is looked at further.
    """
    newest = sorted(claims, key=lambda one: (-one.standing.received_ms, one.place))
    keys = list(dict.fromkeys(one.place[0] for one in newest))
    found = Candidates(cut=len(keys) > MOST_REPORTS)
    keys = [wide[1]] if wide is not None and wide[1] in keys else keys[:MOST_REPORTS]
    heads, reach = heads_of(connection, keys), reached(connection, keys)
    # small reports first: they tell more, and what is large fills up any limit
    starts = found.starts = sorted(_starts(connection, heads, newest, wide), key=lambda one: len(one.around))
    for start in starts:
        most = MOST_THINGS if wide is not None else MOST_BESIDE
        _beside(found, carrier, thing, start, reach[start.head.key], opens(start.head), most)
    _added(connection, found, carrier, thing, starts, opens)
    _of_one_thread(connection, found, carrier, thing, starts)
    if thing[0] in ACCOUNTS:
        _of_one_holder(connection, found, carrier, thing, starts, reach)
    return found


def _starts(
    connection: Connection, heads: Mapping[int, Head], claims: Iterable[Claimed], wide: Group | None
) -> Iterator[Start]:
    seen: defaultdict[int, int] = defaultdict(int)
    for claim in claims:
        report_key, n = claim.place
        # the same thing over and over in one report: its first places tell enough
        if report_key not in heads or seen[report_key] == _MOST_PLACES:
            continue
        seen[report_key] += 1
        width = WIDE if wide is not None and wide[1] == report_key else NEAR
        around = lines_near(connection, report_key, n, width)
        line = next((one for one in around if one.n == n), None)
        if line is not None:
            yield Start(heads[report_key], line, around)


def _beside(
    found: Candidates, carrier: Carrier, thing: Thing, start: Start, reach: Reached, opened: bool, most: int
) -> None:
    """What stands in the same report, the nearest first: all of the same row or mail, and `most` of the others."""
    here = mention(start.head, start.line)
    rest = LOSS if opened and read_terms(start.head.terms).loss is not None else REPORT
    for line in sorted(start.around, key=lambda one: (abs(one.n - start.line.n), one.n)):
        if line.thing == thing or not carrier.carries(line, start.head, reach):
            continue
        basis = _closer(start, line)
        if basis is None and most == 0:
            continue
        most -= basis is None
        found.add(line, start.head, Join(basis or rest, here, mention(start.head, line)))


def _closer(start: Start, line: Line) -> str | None:
    """How two rows of one report are joined more closely than by the report, None where they are not."""
    if start.head.format == "mail":
        return MAIL if _mail_of(start.line) == _mail_of(line) else None
    return ROW if start.line.row == line.row else None


def _mail_of(line: Line) -> str:
    match = _MAIL.match(line.column)
    return match[1] if match else "1"


def _added(
    connection: Connection,
    found: Candidates,
    carrier: Carrier,
    thing: Thing,
    starts: Sequence[Start],
    opens: Callable[[Head], bool],
) -> None:
    """What the same member added to its report later, or what it added this to; both with its name or both without."""
    first = {one.head.key: one for one in reversed(starts)}
    pairs = additions_around(connection, list(first))
    others = heads_of(connection, {key for some in pairs.values() for key in some})
    reach = reached(connection, others.keys())
    for key, some in pairs.items():
        start = first[key]
        here = mention(start.head, start.line)
        for head in (others[one] for one in some if others[one].unattributed == start.head.unattributed):
            lost = any(opens(one) and read_terms(one.terms).loss is not None for one in (start.head, head))
            for line in lines_near(connection, head.key, NEAR):
                if line.thing != thing and carrier.carries(line, head, reach[head.key]):
                    found.add(line, head, Join(LOSS if lost else REPORT, here, mention(head, line)))


def additions_around(connection: Connection, keys: Sequence[int]) -> dict[int, list[int]]:
    """By report, the other reports of its case: what it adds to, and what adds to either."""
    table = additions
    roots = {key: key for key in keys}
    for key, adds_to in connection.execute(
        sa.select(table.c.report_key, table.c.adds_to).where(table.c.report_key.in_(keys))
    ):
        roots[key] = adds_to
    later: defaultdict[int, list[int]] = defaultdict(list)
    query = sa.select(table.c.adds_to, table.c.report_key).where(table.c.adds_to.in_(set(roots.values())))
    for adds_to, key in connection.execute(query.order_by(table.c.report_key.desc()).limit(MOST_REPORTS)):
        later[adds_to].append(key)
    found = {key: [one for one in (root, *later[root]) if one != key] for key, root in roots.items()}
    return {key: some for key, some in found.items() if some}


def _of_one_holder(
    connection: Connection,
    found: Candidates,
    carrier: Carrier,
    thing: Thing,
    starts: Sequence[Start],
    reach: Mapping[int, Reached],
) -> None:
    """The accounts that stand in a row with the same name, in whatever report."""
    places = {
        (start.head.key, line.n): start
        for start in starts
        for line in start.around
        if line.kind == "name" and line.row == start.line.row and _carries_names(carrier, reach[start.head.key])
    }
    joined = joined_to(connection, HOLDER, places.keys()) if places else {}
    keys = {key for some in joined.values() for key, _ in some}
    heads, reach = heads_of(connection, keys), reached(connection, keys)
    for place, others in joined.items():
        start = places[place]
        here = mention(start.head, start.line)
        for key, n in others:
            for line in _accounts_named(connection, carrier, heads[key], reach[key], n):
                if line.thing != thing:
                    found.add(line, heads[key], Join(HOLDER, here, mention(heads[key], line)))


def _of_one_thread(
    connection: Connection, found: Candidates, carrier: Carrier, thing: Thing, starts: Sequence[Start]
) -> None:
    """What mails of the same thread name, in whatever report."""
    places = {(one.head.key, int(_mail_of(one.line))): one for one in starts if one.head.format == "mail"}
    joined = joined_to(connection, THREAD, places.keys()) if places else {}
    keys = {key for some in joined.values() for key, _ in some}
    heads, reach = heads_of(connection, keys), reached(connection, keys)
    # the first rows of each report, however many of its mails are in the thread
    lines = {key: lines_near(connection, key, NEAR) for key in keys}
    for place, others in joined.items():
        here = mention(places[place].head, places[place].line)
        for key, number in others:
            for line in lines[key]:
                same = int(_mail_of(line)) == number and line.thing != thing
                if same and carrier.carries(line, heads[key], reach[key]):
                    found.add(line, heads[key], Join(THREAD, here, mention(heads[key], line)))


def _accounts_named(connection: Connection, carrier: Carrier, head: Head, reach: Reached, n: int) -> Iterator[Line]:
    """The accounts in the row of a report whose `n`th assertion is a name that still stands there."""
    if not _carries_names(carrier, reach):
        return
    around = lines_near(connection, head.key, n, _HOLDERS_ROW)
    name = next((one for one in around if one.n == n and one.kind == "name"), None)
    for line in around:
        if name is not None and line.row == name.row and line.kind in ACCOUNTS and carrier.carries(line, head, reach):
            yield line


def _carries_names(carrier: Carrier, reach: Reached) -> bool:
    """Whether a report's names may be known to the collection's readers, were they ever shown: they are persons'."""
    return carrier.collection.key in reach.everything
