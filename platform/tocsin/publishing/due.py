"""What no rule keeps any longer: found in small steps, by reading alone.

Three things are looked at: identifiers with every assertion on them, rows that are about no subject, and files of
which no row says anything any more. What is held, or disputed and not decided, is due and stays.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS, kept
from tocsin.intake import ROLES
from tocsin.policy.keeping import Rule, in_order
from tocsin.publishing.emptying import rows_about
from tocsin.publishing.standing import Subject, subject_of
from tocsin.reports.disputes import disputed_values
from tocsin.reports.holds import Held, held_now
from tocsin.reports.keeping import all_rules
from tocsin.reports.tables import ERASED, RECEIVED, assertions, report_bytes, reports
from tocsin.times import DAY_MS

OTHER, FILE = "other", "file"
"""What is counted that is no identifier: a row that names none, the bytes of a report."""

_FOREVER = sa.literal(2**62, sa.BigInteger)
_AT_ONCE = 500


class Terms(NamedTuple):
    """By what it is decided: the rules and what is held at the moment `now` (ms). `token` makes a keyed hash."""

    rules: list[Rule]
    held: Held
    now: int
    token: Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of some keys, and what would be, were it not `held`.

    `keys` name it for looking again, `subjects`, `rows` and `owners` (pushed objects, with whose they are) what goes
    with it, `files` the keys of reports. `kinds` counts it; `values` are its words.
    """

    keys: tuple[Any, ...] = ()
    subjects: tuple[Subject, ...] = ()
    rows: tuple[Any, ...] = ()
    owners: Mapping[str, set[int | None]] = field(default_factory=dict)
    files: tuple[int, ...] = ()
    kinds: Counter[str] = field(default_factory=Counter)
    values: tuple[tuple[str, str], ...] = ()
    held: int = 0


class Pass(NamedTuple):
    """One of the three: the next keys after one, and what is due of some keys."""

    start: Any
    following: Callable[[Connection, Any], list[Any]]
    look: Callable[[Connection, Terms, list[Any]], Due]


def terms_of(connection: Connection, token: Callable[[str], bytes], now: int) -> Terms:
    """What is decided by at this moment."""
    return Terms(all_rules(connection), held_now(connection, now), now, token)


def _next_subjects(connection: Connection, after: bytes) -> list[bytes]:
    query = sa.select(assertions.c.subject).distinct().where(assertions.c.subject > after)
    return [bytes(one) for one in connection.execute(query.order_by(assertions.c.subject).limit(_AT_ONCE)).scalars()]


def _due_subjects(connection: Connection, terms: Terms, keys: list[bytes]) -> Due:
    """Every subject that an identifier has goes with the others: they share an observable."""
    due = _ripe(connection, terms, keys)
    named = {(row.kind, row.value): row.subject for row in due}
    subjects = {pair: [subject_of(kept(*pair), role) for role in ROLES] if pair[0] in KINDS else [] for pair in named}
    every = {one.key: one for some in subjects.values() for one in some}
    others = every.keys() - {bytes(row.subject) for row in due}
    fresh = _said(connection, others) - {bytes(row.subject) for row in _ripe(connection, terms, list(others))}
    rows = defaultdict(list)
    for row in rows_about(connection, assertions.c.subject.in_(list(every))):
        rows[row.kind, row.value].append(row)
    living = _living_objects(connection, terms, rows.values())
    disputed = disputed_values(connection)
    found, held = [], 0
    for pair, some in subjects.items():
        mine = {one.key for one in some}
        if not some or mine & fresh:
            continue
        if pair in disputed or _is_held(terms, rows[pair]) or not mine.isdisjoint(terms.held.subjects):
            held += 1
        elif not any(row.object_id in living for row in rows[pair]):
            found.append(pair)
    return Due(
        keys=tuple(bytes(named[pair]) for pair in found),
        subjects=tuple({one.key: one for pair in found for one in subjects[pair]}.values()),
        rows=tuple(row for pair in found for row in rows[pair]),
        owners=_owners(row for pair in found for row in rows[pair]),
        kinds=Counter(kind for kind, _ in found),
        values=tuple(found),
        held=held,
    )


def _next_rows(connection: Connection, after: tuple[int, int]) -> list[tuple[int, int]]:
    query = (
        sa.select(assertions.c.report_key, assertions.c.n)
        .where(
            assertions.c.subject.is_(None), assertions.c.state != ERASED, sa.tuple_(*map(sa.literal, after)) < _PLACE
        )
        .order_by(assertions.c.report_key, assertions.c.n)
    )
    return [(row[0], row[1]) for row in connection.execute(query.limit(_AT_ONCE))]


def _due_rows(connection: Connection, terms: Terms, keys: list[tuple[int, int]]) -> Due:
    query = (
        sa.select(assertions.c.report_key, assertions.c.n)
        .join(reports, reports.c.key == assertions.c.report_key)
        .where(_PLACE.in_(keys), assertions.c.state != ERASED, _until(terms) <= terms.now)
    )
    ripe = [(row[0], row[1]) for row in connection.execute(query)]
    rows = rows_about(connection, _PLACE.in_(ripe)) if ripe else []
    living = _living_objects(connection, terms, [rows])
    free = [row for row in rows if not _is_held(terms, [row])]
    found = [row for row in free if row.object_id not in living]
    return Due(
        keys=tuple((row.report_key, row.n) for row in found),
        rows=tuple(found),
        owners=_owners(found),
        kinds=Counter(row.kind or OTHER for row in found),
        values=tuple((row.kind or OTHER, row.value or row.object_id or f"{row.id}:{row.n}") for row in found),
        held=len(rows) - len(free),
    )


def _next_files(connection: Connection, after: int) -> list[int]:
    query = sa.select(reports.c.key).where(reports.c.key > after).order_by(reports.c.key)
    return list(connection.execute(query.limit(_AT_ONCE)).scalars())


def _due_files(connection: Connection, terms: Terms, keys: list[int]) -> Due:
    said = sa.select(assertions.c.report_key).where(
        assertions.c.report_key == reports.c.key, assertions.c.state != ERASED
    )
    without_kinds = terms._replace(rules=[rule for rule in terms.rules if rule.kind is None])
    query = (
        sa.select(reports.c.key, reports.c.id, reports.c.member_key)
        .join(report_bytes, report_bytes.c.report_key == reports.c.key)
        .where(reports.c.key.in_(keys), report_bytes.c.body != b"", ~said.exists())
        .where(_until_of(without_kinds, reports.c.received_ms) <= terms.now)
    )
    ripe = connection.execute(query).all()
    found = [row for row in ripe if terms.held.keeping(reports=[row.key], members=[row.member_key]) is None]
    return Due(
        keys=tuple(row.key for row in found),
        files=tuple(row.key for row in found),
        kinds=Counter({FILE: len(found)}),
        values=tuple((FILE, row.id) for row in found),
        held=len(ripe) - len(found),
    )


def _ripe(connection: Connection, terms: Terms, keys: Iterable[bytes]) -> list[Any]:
    """Subjects of which every assertion is older than its own rule allows."""
    query = (
        sa.select(assertions.c.subject, assertions.c.kind, assertions.c.value)
        .join(reports, reports.c.key == assertions.c.report_key)
        .where(assertions.c.subject.in_(list(keys)), assertions.c.state != ERASED)
        .group_by(assertions.c.subject, assertions.c.kind, assertions.c.value)
        .having(sa.func.max(_until(terms)) <= terms.now)
    )
    return list(connection.execute(query))


def _said(connection: Connection, keys: Iterable[bytes]) -> set[bytes]:
    """The subjects among these that any row says something about."""
    query = sa.select(assertions.c.subject).distinct().where(assertions.c.subject.in_(list(keys)))
    return {bytes(one) for one in connection.execute(query).scalars()}


def _living_objects(connection: Connection, terms: Terms, rows: Iterable[Iterable[Any]]) -> set[str]:
    """The pushed objects among those of these rows that another row keeps: one that is not due, or is held."""
    ids = {row.object_id for some in rows for row in some if row.object_id is not None}
    kept = [_until(terms) > terms.now]
    kept += [column.in_(keys) for column, keys in _columns_held(terms.held) if keys]
    query = (
        sa.select(assertions.c.object_id)
        .distinct()
        .join(reports, reports.c.key == assertions.c.report_key)
        .where(assertions.c.object_id.in_(ids), assertions.c.state != ERASED, sa.or_(*kept))
    )
    return set(connection.execute(query).scalars()) if ids else set()


def _columns_held(held: Held) -> list[tuple[Any, list[Any]]]:
    return [
        (assertions.c.subject, list(held.subjects)),
        (reports.c.key, list(held.reports)),
        (reports.c.member_key, list(held.members)),
    ]


def _is_held(terms: Terms, rows: Iterable[Any]) -> bool:
    if not terms.held:
        return False
    listed = list(rows)
    hold = terms.held.keeping(
        tokens=[terms.token(row.object_id) for row in listed if row.object_id is not None],
        reports=[row.report_key for row in listed],
        members=[row.member_key for row in listed],
    )
    return hold is not None


def _owners(rows: Iterable[Any]) -> dict[str, set[int | None]]:
    found: dict[str, set[int | None]] = {}
    for row in rows:
        if row.object_id is not None:
            found.setdefault(row.object_id, set()).add(row.member_key)
    return found


def _until(terms: Terms) -> Any:
    """Until when (ms) an assertion is kept. It counts from its last sighting, which cannot lie ahead."""
    seen = sa.and_(assertions.c.last_seen > reports.c.received_ms, assertions.c.last_seen <= terms.now)
    return _until_of(terms, sa.case((seen, assertions.c.last_seen), else_=reports.c.received_ms))


def _until_of(terms: Terms, last: Any) -> Any:
    cases: list[Any] = [(reports.c.state == RECEIVED, _FOREVER)]
    for rule in in_order(terms.rules):
        fits = [] if rule.kind is None else [assertions.c.kind == rule.kind]
        fits += [] if rule.tlp is None else [reports.c.tlp == rule.tlp]
        cases.append((sa.and_(sa.true(), *fits), last + sa.literal(rule.days * DAY_MS, sa.BigInteger)))
    return sa.case(*cases, else_=_FOREVER)


_PLACE = sa.tuple_(assertions.c.report_key, assertions.c.n)
PASSES = (
    Pass(b"", _next_subjects, _due_subjects),
    Pass((-1, -1), _next_rows, _due_rows),
    Pass(-1, _next_files, _due_files),
)
