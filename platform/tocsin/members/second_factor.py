"""The second factor: codes of an authenticator (TOTP, RFC 6238), and recovery codes for when that is lost."""

import hashlib
import hmac
import secrets
from base64 import b32encode
from dataclasses import dataclass

import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy.engine import Connection

from tocsin.members.tables import recovery_codes, second_factors
from tocsin.sealing import seal, unseal

_DIGITS, _STEP_S = 6, 30
_SECRET_BYTES = 20
_WINDOW = 1
_CODES = 10
_CODE_BYTES = 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator has to be told: the secret in groups of four, and the same as an otpauth URI."""

    groups: str
    uri: str


def begin_enrolment(connection: Connection, key: bytes, user_key: int, login: str, issuer: str) -> Enrolment:
    """A new secret, which counts for nothing until it is confirmed. ValueError where a second factor is there."""
    if has_second_factor(connection, user_key):
        raise ValueError("You have a second factor already. Remove it before you set up another.")
    secret = secrets.token_bytes(_SECRET_BYTES)
    connection.execute(second_factors.delete().where(second_factors.c.user_key == user_key))
    connection.execute(
        second_factors.insert().values(user_key=user_key, secret=seal(key, secret, str(user_key)), last_step=0)
    )
    return _enrolment(secret, login, issuer)


def pending_enrolment(connection: Connection, key: bytes, user_key: int, login: str, issuer: str) -> Enrolment | None:
    """The enrolment that waits to be confirmed, None where there is none."""
    row = connection.execute(_waiting(user_key)).first()
    secret = unseal(key, row.secret, str(user_key)) if row is not None else None
    return _enrolment(secret, login, issuer) if secret is not None else None


def confirm_enrolment(connection: Connection, key: bytes, user_key: int, code: str, now: int) -> list[str] | None:
    """The recovery codes, once, when the code is right: from now on the second factor is asked for. None otherwise."""
    row = connection.execute(_waiting(user_key)).first()
    if row is None or not _take(connection, key, user_key, row.secret, code, now):
        return None
    connection.execute(second_factors.update().where(second_factors.c.user_key == user_key).values(confirmed_ms=now))
    return new_recovery_codes(connection, user_key)


def prove(connection: Connection, key: bytes, user_key: int, code: str, now: int) -> bool:
    """Whether this is a code of the user's authenticator or an unused recovery code. It is taken once."""
    plain = "".join(code.split()).replace("-", "").lower()
    if plain.isdigit():
        mine = sa.and_(second_factors.c.user_key == user_key, second_factors.c.confirmed_ms.is_not(None))
        row = connection.execute(sa.select(second_factors).where(mine)).first()
        return row is not None and _take(connection, key, user_key, row.secret, plain, now)
    this = sa.and_(recovery_codes.c.user_key == user_key, recovery_codes.c.sha256 == _digest(user_key, plain))
    unused = sa.and_(this, recovery_codes.c.used_ms.is_(None))
    return bool(connection.execute(recovery_codes.update().where(unused).values(used_ms=now)).rowcount)


def has_second_factor(connection: Connection, user_key: int) -> bool:
    """Whether a second factor is asked for."""
    mine = sa.and_(second_factors.c.user_key == user_key, second_factors.c.confirmed_ms.is_not(None))
    return connection.execute(sa.select(second_factors.c.user_key).where(mine)).first() is not None


def new_recovery_codes(connection: Connection, user_key: int) -> list[str]:
    """Ten codes, once: only their hashes are kept. Those from before are worth nothing any more."""
    codes = [b32encode(secrets.token_bytes(_CODE_BYTES)).decode().lower() for _ in range(_CODES)]
    connection.execute(recovery_codes.delete().where(recovery_codes.c.user_key == user_key))
    rows = [{"user_key": user_key, "sha256": _digest(user_key, code)} for code in codes]
    connection.execute(recovery_codes.insert(), rows)
    return ["-".join(_groups(code)) for code in codes]


def recovery_codes_left(connection: Connection, user_key: int) -> int:
    """How many recovery codes are unused."""
    unused = sa.and_(recovery_codes.c.user_key == user_key, recovery_codes.c.used_ms.is_(None))
    return connection.execute(sa.select(sa.func.count()).select_from(recovery_codes).where(unused)).scalar_one()


def remove_second_factor(connection: Connection, user_key: int) -> bool:
    """Ask for the password alone again; whether there was a second factor."""
    connection.execute(recovery_codes.delete().where(recovery_codes.c.user_key == user_key))
    return bool(connection.execute(second_factors.delete().where(second_factors.c.user_key == user_key)).rowcount)


def _take(connection: Connection, key: bytes, user_key: int, sealed: bytes, code: str, now: int) -> bool:
    """Whether the code is right for now or a step beside it, and for a later step than any that was taken."""
    secret = unseal(key, sealed, str(user_key))
    if secret is None:
        return False
    totp = _totp(secret)
    present = now // 1000 // _STEP_S
    for step in range(present - _WINDOW, present + _WINDOW + 1):
        if hmac.compare_digest(totp.generate(step * _STEP_S), code.strip().encode()):
            earlier = sa.and_(second_factors.c.user_key == user_key, second_factors.c.last_step < step)
            return bool(connection.execute(second_factors.update().where(earlier).values(last_step=step)).rowcount)
    return False


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, _DIGITS, SHA1(), _STEP_S)  # noqa: S303 - what authenticators speak; HMAC does not suffer


def _enrolment(secret: bytes, login: str, issuer: str) -> Enrolment:
    return Enrolment(
        " ".join(_groups(b32encode(secret).decode())),
        _totp(secret).get_provisioning_uri(login, issuer.replace(":", " ")),
    )


def _groups(text: str) -> list[str]:
    return [text[start : start + 4] for start in range(0, len(text), 4)]


def _waiting(user_key: int) -> sa.Select[tuple[bytes]]:
    mine = sa.and_(second_factors.c.user_key == user_key, second_factors.c.confirmed_ms.is_(None))
    return sa.select(second_factors.c.secret).where(mine)


def _digest(user_key: int, code: str) -> str:
    return hashlib.sha256(f"{user_key}:{code}".encode("utf-8", "surrogatepass")).hexdigest()
