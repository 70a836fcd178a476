"""Where people get mail: at an address that they showed to be theirs."""

import hmac
import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.alerts.mail import is_address
from tocsin.alerts.outbox import put, put_lately
from tocsin.alerts.tables import alert_people
from tocsin.times import DAY_MS, HOUR_MS

CODE_MS = HOUR_MS
"""How long a code holds."""

MOST_TRIES = 5
MOST_CODES = 3
"""Codes that are sent within an hour, for a person and to an address: nobody's mailbox is flooded from here."""

MOST_CODES_A_DAY = 6

_DIGITS = 8


class NotNow(ValueError):
    """It cannot be done at present; the message says why."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose about mail: the address, whether it is shown to be theirs, and whether of cases too.

    `awaited`: a code is on its way or was sent.
    """

    address: str = ""
    confirmed: bool = False
    awaited: bool = False
    cases: bool = False


def chosen_by(connection: Connection, user_key: int) -> Chosen:
    """What somebody chose; nothing for whoever chose nothing."""
    row = connection.execute(sa.select(alert_people).where(alert_people.c.user_key == user_key)).first()
    if row is None:
        return Chosen()
    confirmed = row.confirmed_ms is not None
    return Chosen(row.address, confirmed, bool(row.address) and not confirmed, row.cases and confirmed)


def choose_address(connection: Connection, user_key: int, address: str, now: int) -> None:
    """Ask for mail at this address, to which a code is sent; NotNow says why it cannot be. An empty one: no mail."""
    connection.execute(alert_people.delete().where(alert_people.c.user_key == user_key))
    if not address:
        return
    if not is_address(address):
        raise NotNow("Write an e-mail address, such as name@bank.example.")
    lately = [put_lately(connection, "address", user_key, now - pause) for pause in (HOUR_MS, DAY_MS)]
    lately[0] += _sent_by_others(connection, address, now - HOUR_MS)
    if lately[0] >= MOST_CODES or lately[1] >= MOST_CODES_A_DAY:
        raise NotNow("Several codes were sent already. Try again later.")
    connection.execute(
        alert_people.insert().values(
            user_key=user_key, address=address, code_tries=0, cases=False, cases_ms=now, cases_met=0
        )
    )
    put(connection, "address", user_key, now)


def new_code(connection: Connection, key: bytes, user_key: int, now: int) -> tuple[str, str] | None:
    """The address of somebody that waits for a code, and a new one for it; None where none is awaited."""
    row = connection.execute(
        sa.select(alert_people.c.address).where(
            alert_people.c.user_key == user_key, alert_people.c.confirmed_ms.is_(None)
        )
    ).first()
    if row is None:
        return None
    code = str(secrets.randbelow(10**_DIGITS)).zfill(_DIGITS)
    kept = {"code": _kept(key, user_key, row.address, code), "code_ms": now, "code_tries": 0}
    connection.execute(alert_people.update().where(alert_people.c.user_key == user_key).values(**kept))
    return row.address, code


def confirm_address(connection: Connection, key: bytes, user_key: int, code: str, now: int) -> bool:
    """Whether this is the code that was sent; then mail goes to the address. A few tries are let be."""
    row = connection.execute(sa.select(alert_people).where(alert_people.c.user_key == user_key)).first()
    if row is None or row.code is None or row.code_ms < now - CODE_MS or row.code_tries >= MOST_TRIES:
        return False
    right = hmac.compare_digest(row.code, _kept(key, user_key, row.address, code))
    after = {"confirmed_ms": now, "code": None} if right else {"code_tries": row.code_tries + 1}
    connection.execute(alert_people.update().where(alert_people.c.user_key == user_key).values(**after))
    return right


def choose_cases(connection: Connection, user_key: int, met: int, now: int, *, wanted: bool) -> None:
    """Say whether alerts of cases come by mail, from now on: `met` are the meetings that are known already."""
    this = sa.and_(alert_people.c.user_key == user_key, alert_people.c.confirmed_ms.is_not(None))
    connection.execute(alert_people.update().where(this).values(cases=wanted, cases_ms=now, cases_met=met))


def address_of(connection: Connection, user_key: int) -> str | None:
    """Where somebody gets mail, None where nowhere."""
    this = sa.and_(alert_people.c.user_key == user_key, alert_people.c.confirmed_ms.is_not(None))
    return connection.execute(sa.select(alert_people.c.address).where(this)).scalar()


def _sent_by_others(connection: Connection, address: str, since: int) -> int:
    """How many codes were put down since a moment (ms) for those who name the same address now."""
    same = sa.select(alert_people.c.user_key).where(sa.func.lower(alert_people.c.address) == address.lower())
    return sum(put_lately(connection, "address", key, since) for key in connection.execute(same).scalars().all())


def _kept(key: bytes, user_key: int, address: str, code: str) -> str:
    return hmac.digest(key, f"{user_key}\n{address}\n{code}".encode(), "sha256").hex()
