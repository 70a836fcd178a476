"""The rules on how long things are kept, and the runs that went by them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS
from tocsin.policy.keeping import Rule, check_rule, in_order
from tocsin.reports.tables import keeping_rules, keeping_runs
from tocsin.stix import TLP

_EVERY = "*"


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule, with who set it and when (ms)."""

    rule: Rule
    set_ms: int
    set_by: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run that went through. `forgotten`: how many by kind; `held`: how many were due, and a hold kept them."""

    began_ms: int
    ended_ms: int
    forgotten: Mapping[str, int]
    held: int


def set_rule(connection: Connection, rule: Rule, by: str, now: int) -> None:
    """Set a rule, in place of the one for the same kind and marking; ValueError says what about it cannot be."""
    check_rule(rule, KINDS, TLP)
    remove_rule(connection, rule.kind, rule.tlp)
    values = {"kind": rule.kind or _EVERY, "tlp": rule.tlp or _EVERY, "days": rule.days, "set_ms": now, "set_by": by}
    connection.execute(keeping_rules.insert().values(values))


def remove_rule(connection: Connection, kind: str | None, tlp: str | None) -> bool:
    """Take the rule for this kind and marking away; whether there was one."""
    this = sa.and_(keeping_rules.c.kind == (kind or _EVERY), keeping_rules.c.tlp == (tlp or _EVERY))
    return connection.execute(keeping_rules.delete().where(this)).rowcount > 0


def all_kept(connection: Connection) -> list[Kept]:
    """Every rule, the most specific first."""
    found = {}
    for row in connection.execute(sa.select(keeping_rules)):
        rule = Rule(row.days, *(None if one == _EVERY else one for one in (row.kind, row.tlp)))
        found[rule] = Kept(rule, row.set_ms, row.set_by)
    return [found[rule] for rule in in_order(found)]


def all_rules(connection: Connection) -> list[Rule]:
    """The rules alone, the most specific first."""
    return [one.rule for one in all_kept(connection)]


def note_run(connection: Connection, run: Run) -> None:
    """Remember a run that went through."""
    connection.execute(
        keeping_runs.insert().values(
            began_ms=run.began_ms,
            ended_ms=run.ended_ms,
            forgotten=json.dumps(dict(run.forgotten), sort_keys=True),
            held=run.held,
        )
    )


def last_run(connection: Connection) -> Run | None:
    """The last run that went through, None before the first."""
    row = connection.execute(sa.select(keeping_runs).order_by(keeping_runs.c.began_ms.desc()).limit(1)).first()
    return Run(row.began_ms, row.ended_ms, json.loads(row.forgotten), row.held) if row is not None else None
