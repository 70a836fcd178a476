"""When lists were applied to what stands, and what waits because they would end much at once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.tables import exchange
from tocsin.reports.tables import list_runs

DONE, WAITS, APPROVED, REFUSED = "done", "waits", "approved", "refused"
"""A run's state: through; more than a person let go at once; a person let it go on; a person did not."""

USUAL_MOST = 100
"""Values that lists end at once without a moderator, where the exchange says nothing else."""

_MOST = "lists-at-once"


class NothingWaits(LookupError):
    """No run of lists waits for anybody."""


@dataclass(frozen=True, slots=True)
class ListRun:
    """One run: `covered` values that stand are on a list, `by_list` says on which; `ended` assertions ended or wait.

    `lists_are` is the state of the lists. Moments are ms.
    """

    key: int
    lists_are: str
    state: str
    began_ms: int
    ended_ms: int | None
    covered: int
    by_list: Mapping[str, int]
    ended: int
    decided_by: str | None
    decided_ms: int | None


def run_of(connection: Connection, lists_are: str) -> ListRun | None:
    """The newest run with the lists in this state."""
    query = sa.select(list_runs).where(list_runs.c.lists_are == lists_are).order_by(list_runs.c.key.desc())
    return _run(connection.execute(query.limit(1)).first())


def newest_run(connection: Connection) -> ListRun | None:
    """The newest run of all."""
    return _run(connection.execute(sa.select(list_runs).order_by(list_runs.c.key.desc()).limit(1)).first())


def waiting_run(connection: Connection) -> ListRun | None:
    """The newest run, if it waits for a moderator: earlier ones were about lists as they are no more."""
    newest = newest_run(connection)
    return newest if newest is not None and newest.state == WAITS else None


def keep_run(
    connection: Connection, lists_are: str, state: str, began: int, now: int, by_list: Mapping[str, int], ended: int
) -> None:
    """Note a run that went through or has to wait; one that somebody approved keeps by whom."""
    values = {
        "lists_are": lists_are,
        "state": state,
        "began_ms": began,
        "ended_ms": now if state == DONE else None,
        "covered": sum(by_list.values()),
        "by_list": json.dumps(dict(by_list)),
        "ended": ended,
    }
    same = sa.and_(list_runs.c.lists_are == lists_are, list_runs.c.state.in_((APPROVED, WAITS)))
    if not connection.execute(list_runs.update().where(same).values(values)).rowcount:
        connection.execute(list_runs.insert().values(values))


def decide_run(connection: Connection, approve: bool, by: str, now: int) -> ListRun:
    """Let what waits go on, or leave what stands as it is; NothingWaits where nothing does. Who may is for callers."""
    waits = waiting_run(connection)
    if waits is None:
        raise NothingWaits("No change of lists waits for a decision.")
    values = {"state": APPROVED if approve else REFUSED, "decided_by": by, "decided_ms": now}
    connection.execute(list_runs.update().where(list_runs.c.key == waits.key).values(values))
    return waits


def most_at_once(connection: Connection) -> int:
    """How many values lists may end at once without a moderator."""
    query = sa.select(exchange.c.value).where(exchange.c.name == _MOST)
    found = connection.execute(query).scalar()
    return USUAL_MOST if found is None else int(found)


def set_most_at_once(connection: Connection, most: int) -> None:
    """Set it."""
    connection.execute(exchange.delete().where(exchange.c.name == _MOST))
    connection.execute(exchange.insert().values(name=_MOST, value=str(most)))


def _run(row: sa.Row[Any] | None) -> ListRun | None:
    if row is None:
        return None
    values = dict(row._mapping)
    return ListRun(**values | {"by_list": json.loads(values["by_list"])})
