"""What a list's member has said in its collection already, so that it is not said again every day."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import Identifier
from tocsin.publishing.facts import DAYS_VALID
from tocsin.reports.tables import ACTIVE, assertions, report_collections, reports
from tocsin.times import DAY_MS


@dataclass(frozen=True, slots=True)
class Known:
    """`said`: when each subject that is published was last handed in, ms. `decided`: subjects that wait for a person,
    or were refused by one or by the collection's filter.

    `screened_out`: kind and value of what screening refused; an allow list that has changed since may let it in.
    """

    said: dict[bytes, int] = field(default_factory=dict)
    decided: set[bytes] = field(default_factory=set)
    screened_out: set[tuple[str, str]] = field(default_factory=set)

    def is_due(self, subject: bytes, identifier: Identifier, now: int) -> bool:
        """Whether something that is listed has to be handed in (again).

        An indicator holds for a term counted from the last report of it: what stays listed is said again when half of
        the term is over, so that it never ends while the list names it.
        """
        if subject in self.said:
            days = DAYS_VALID.get(identifier.kind)
            return days is not None and now - self.said[subject] > days * DAY_MS // 2
        return subject not in self.decided


def known(connection: Connection, member_key: int, collection_key: int, tlp: str) -> Known:
    """What stands of a member in a collection. What was said under another marking counts as not said."""
    query = (
        sa.select(
            assertions.c.subject,
            assertions.c.kind,
            assertions.c.value,
            assertions.c.verdict,
            reports.c.tlp,
            sa.func.max(reports.c.received_ms),
        )
        .join(reports, reports.c.key == assertions.c.report_key)
        .join(report_collections, report_collections.c.report_key == reports.c.key)
        .where(
            reports.c.member_key == member_key,
            report_collections.c.collection_key == collection_key,
            assertions.c.state == ACTIVE,
        )
        .group_by(assertions.c.subject, assertions.c.kind, assertions.c.value, assertions.c.verdict, reports.c.tlp)
    )
    return _sorted_out(((*row,) for row in connection.execute(query)), tlp)


def _sorted_out(rows: Iterable[tuple[bytes | None, str | None, str | None, str, str, int]], tlp: str) -> Known:
    found = Known()
    for subject, kind, value, verdict, marking, received in rows:
        if subject is not None and verdict in ("held", "rejected"):
            found.decided.add(subject)
        elif subject is not None and marking == tlp:
            found.said[subject] = max(received, found.said.get(subject, 0))
        elif subject is None and kind is not None and value is not None:
            found.screened_out.add((kind, value))
    return found
