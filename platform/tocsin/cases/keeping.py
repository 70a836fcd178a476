"""What becomes of closed cases: the rules on how long things are kept hold for the words and files in them too."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.cases.cases import delete_case
from tocsin.cases.tables import cases
from tocsin.policy.keeping import kept_until, rule_for
from tocsin.reports.holds import held_now
from tocsin.reports.keeping import all_rules

_AT_ONCE = 100


def forget_cases(connection: Connection, now: int) -> int:
    """Delete closed cases that no rule keeps any longer, some at a time; how many.

    A case is of no kind of identifier, so only rules for every kind say how long: from the day on which it was closed,
    by its marking. What a hold keeps of a member keeps its cases.
    """
    rules, held = all_rules(connection), held_now(connection, now)
    done = 0
    query = sa.select(cases.c.key, cases.c.member_key, cases.c.tlp, cases.c.closed_ms).where(
        cases.c.closed_ms.is_not(None)
    )
    for row in connection.execute(query.order_by(cases.c.closed_ms)).all():
        until = kept_until(rule_for(rules, None, row.tlp), row.closed_ms)
        if until is not None and until <= now and held.keeping(members=[row.member_key]) is None:
            delete_case(connection, row.key)
            done += 1
            if done == _AT_ONCE:
                break
    return done
