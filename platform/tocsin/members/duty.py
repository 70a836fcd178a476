"""Whom one reaches at a bank at any hour to stop a payment: shown to whoever recalls one from it."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.tables import duty_contacts, member_banks, members

LONGEST_CONTACT = 300


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A bank's contact: the bank's name, whom to reach, and when that was set, ms."""

    name: str
    contact: str
    set_ms: int


def set_duty_contact(connection: Connection, member_key: int, contact: str | None, by: str, now: int) -> None:
    """Set whom one reaches at a member, None for nobody; ValueError says what cannot be."""
    words = " ".join((contact or "").split())
    if contact is not None and not words:
        raise ValueError("Say whom one reaches: a telephone number with its country code, or an e-mail address.")
    if len(words) > LONGEST_CONTACT:
        raise ValueError(f"The contact has more than {LONGEST_CONTACT} characters.")
    connection.execute(duty_contacts.delete().where(duty_contacts.c.member_key == member_key))
    if contact is not None:
        row = {"member_key": member_key, "contact": words, "set_ms": now, "set_by": by}
        connection.execute(duty_contacts.insert().values(row))


def duty_contact(connection: Connection, member_key: int) -> str | None:
    """Whom one reaches at a member."""
    query = sa.select(duty_contacts.c.contact).where(duty_contacts.c.member_key == member_key)
    return connection.execute(query).scalar()


def on_duty(connection: Connection, banks: Iterable[tuple[str, str]]) -> list[OnDuty]:
    """The contacts of the members that keep accounts under one of these codes (country, bank code), by name."""
    codes = list(banks)
    if not codes:
        return []
    here = [sa.and_(member_banks.c.country == country, member_banks.c.bank_code == code) for country, code in codes]
    query = (
        sa.select(members.c.name, duty_contacts.c.contact, duty_contacts.c.set_ms)
        .distinct()
        .select_from(duty_contacts)
        .join(members, members.c.key == duty_contacts.c.member_key)
        .join(member_banks, member_banks.c.member_key == members.c.key)
        .where(sa.or_(*here), members.c.suspended_ms.is_(None))
        .order_by(members.c.name)
    )
    return [OnDuty(*row) for row in connection.execute(query)]
