"""What the bank of an account states of it: only that bank can, and no more than state and date ever leave."""

from sqlalchemy.engine import Connection

from tocsin.identifiers import Identifier, banks_of
from tocsin.ledger.append import committed
from tocsin.ledger.database import Database
from tocsin.members.banks import banks_of_member
from tocsin.publishing.dispute import open_within, settle_value
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.standing import subject_of
from tocsin.publishing.words import BadWords, checked
from tocsin.reports.disputes import open_dispute_on
from tocsin.reports.statements import LONGEST_SOURCE, STATUSES, VICTIM, keep_statement

_VICTIM = "The account's bank states that its customer is a victim."


class NotItsBank(PermissionError):
    """The member does not keep this account."""


def keeps_account(connection: Connection, member_key: int, about: Identifier) -> bool:
    """Whether a member is the bank of this account, by the codes that are registered for it."""
    banks = banks_of(about)
    return bool(banks) and not banks.isdisjoint(banks_of_member(connection, member_key))


def state_account(
    database: Database,
    exchange: Exchange,
    about: Identifier,
    status: str,
    source: str,
    member_key: int,
    by: str,
    now: int,
) -> None:
    """Keep what the account's bank states, one of STATUSES, and say it in every collection; the newest stands.

    That the customer is a victim contests the account by itself. NotItsBank or BadWords say what cannot be.
    """
    if status not in STATUSES:
        raise BadWords("Choose one of the list.")
    said = checked(source, "Say how you know: a system, a case, a person.", LONGEST_SOURCE)

    def work(connection: Connection, now: int) -> None:
        if not keeps_account(connection, member_key, about):
            raise NotItsBank("Only the account's own bank can state that.")
        keep_statement(connection, subject_of(about, None).key, member_key, by, status, said, now)
        if status == VICTIM and open_dispute_on(connection, about.kind, about.value) is None:
            open_within(connection, exchange, about, _VICTIM, by, member_key, now)
        else:
            settle_value(connection, exchange, about, now)

    committed(database, work, now)
