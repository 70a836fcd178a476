"""Which bank codes members keep accounts under: who may state what the account's own bank knows."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.tables import member_banks


def set_banks(connection: Connection, member_key: int, banks: Iterable[tuple[str, str]]) -> None:
    """Set the codes (country, bank code) of a member, in place of those it had."""
    connection.execute(member_banks.delete().where(member_banks.c.member_key == member_key))
    rows = [{"member_key": member_key, "country": country, "bank_code": code} for country, code in sorted(set(banks))]
    if rows:
        connection.execute(member_banks.insert(), rows)


def banks_of_member(connection: Connection, member_key: int) -> frozenset[tuple[str, str]]:
    """Country and bank code of the banks that a member is."""
    query = sa.select(member_banks.c.country, member_banks.c.bank_code).where(member_banks.c.member_key == member_key)
    return frozenset((country, code) for country, code in connection.execute(query))
