"""Whether others may ask about a report: what its member says of this one, in place of what it says of all."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.tables import members
from tocsin.policy.known_of import lets_ask
from tocsin.reports.tables import reports
from tocsin.reports.terms import read_terms


@dataclass(frozen=True, slots=True)
class Word:
    """What a report itself says, None for nothing; and whether that lets others ask, its markings considered."""

    says: bool | None
    lets_ask: bool


def let_ask_about(connection: Connection, report_key: int, says: bool | None) -> None:
    """Set whether others may ask about a report; None leaves it to what its member says of all."""
    connection.execute(reports.update().where(reports.c.key == report_key).values(may_be_asked=says))


def word_on(connection: Connection, report_key: int) -> Word:
    """What a report says of being asked about."""
    query = (
        sa.select(reports.c.tlp, reports.c.handling, reports.c.terms, reports.c.may_be_asked, members.c.may_be_asked)
        .join(members, members.c.key == reports.c.member_key)
        .where(reports.c.key == report_key)
    )
    tlp, handling, terms, says, member = connection.execute(query).one()
    # objects that were pushed whole take a word of their own
    return Word(says, lets_ask(tlp, handling, member=member and not read_terms(terms).whole, report=says))
