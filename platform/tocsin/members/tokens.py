"""Tokens and client certificates: what a member's machines prove themselves with."""

import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy.engine import Connection

from tocsin.members.access import CERTIFICATE, SECRET, digest_of, limits_of
from tocsin.members.limits import NO_LIMITS, Limits, check_limits
from tocsin.members.tables import members, token_collections, tokens


class NoSuchToken(LookupError):
    """No token is called that."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token or certificate as it is listed; moments in ms. What it proves itself with is not kept."""

    member: str
    name: str
    kind: str
    limits: Limits
    created_ms: int
    revoked_ms: int | None
    every_s: int | None
    made_by: str | None

    def state(self, now: int) -> str:
        """`works`, `over` or `revoked`."""
        if self.revoked_ms is not None:
            return "revoked"
        return "works" if self.limits.until_ms is None or now < self.limits.until_ms else "over"


def new_token(
    connection: Connection,
    member_key: int,
    name: str,
    now: int,
    every_s: int | None = None,
    *,
    limits: Limits = NO_LIMITS,
    by: str | None = None,
) -> str:
    """A new token of a member, returned once and kept as its SHA-256 only; ValueError says what cannot be.

    `every_s`: how often it means to poll, s; None where nobody needs to know when it does not.
    """
    token = "tocsin_" + secrets.token_urlsafe(32)
    _add(connection, member_key, name, SECRET, digest_of(token), now, every_s, limits, by)
    return token


def add_certificate(
    connection: Connection,
    member_key: int,
    name: str,
    pem: bytes,
    now: int,
    every_s: int | None = None,
    *,
    limits: Limits = NO_LIMITS,
    by: str | None = None,
) -> str:
    """Let in whoever holds a client certificate, until it ends; its SHA-256. ValueError says what cannot be."""
    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise ValueError("The file is not a certificate in PEM form.") from None
    ends = int(certificate.not_valid_after_utc.timestamp() * 1000)
    if ends <= now:
        raise ValueError("The certificate has ended.")
    until = min(ends, limits.until_ms or ends)
    fingerprint = certificate.fingerprint(SHA256()).hex()
    kept = Limits(limits.scope, limits.collections, limits.networks, until)
    _add(connection, member_key, name, CERTIFICATE, fingerprint, now, every_s, kept, by)
    return fingerprint


def all_tokens(connection: Connection, member_key: int | None = None) -> list[Token]:
    """The tokens and certificates of one member or of all, the ended ones too; by member and name."""
    limited: dict[int, set[int]] = {}
    for token_key, collection_key in connection.execute(sa.select(token_collections)):
        limited.setdefault(token_key, set()).add(collection_key)
    query = sa.select(members.c.slug, tokens).join(members, members.c.key == tokens.c.member_key)
    if member_key is not None:
        query = query.where(tokens.c.member_key == member_key)
    rows = connection.execute(query.order_by(members.c.slug, tokens.c.name))
    return [_token(row, frozenset(limited.get(row.key, ())) or None) for row in rows]


def set_interval(connection: Connection, member_key: int, name: str, every_s: int | None) -> None:
    """Change how often a token means to poll, s; NoSuchToken when there is none that works."""
    this = sa.and_(tokens.c.member_key == member_key, tokens.c.name == name, tokens.c.revoked_ms.is_(None))
    if not connection.execute(tokens.update().where(this).values(every_s=every_s)).rowcount:
        raise NoSuchToken("There is no such token, or it is revoked already.")


def revoke_token(connection: Connection, token: str, now: int, member_key: int | None = None) -> None:
    """End a token, given itself or, with the member, its name; NoSuchToken when there is none that still works."""
    this = tokens.c.sha256 == digest_of(token)
    if member_key is not None:
        this = sa.and_(tokens.c.member_key == member_key, sa.or_(this, tokens.c.name == token))
    ended = connection.execute(
        tokens.update().where(this, tokens.c.revoked_ms.is_(None)).values(revoked_ms=now)
    ).rowcount
    if not ended:
        raise NoSuchToken("There is no such token, or it is revoked already.")


def _add(
    connection: Connection,
    member_key: int,
    name: str,
    kind: str,
    sha256: str,
    now: int,
    every_s: int | None,
    limits: Limits,
    by: str | None,
) -> None:
    if not name.strip():
        raise ValueError("A token needs a name.")
    check_limits(limits, now)
    same = sa.and_(tokens.c.member_key == member_key, tokens.c.name == name)
    if connection.execute(sa.select(tokens.c.key).where(same)).first() is not None:
        raise ValueError(f"This member already has a token called {name!r}.")
    if connection.execute(sa.select(tokens.c.key).where(tokens.c.sha256 == sha256)).first() is not None:
        raise ValueError("This certificate is registered already.")
    key = connection.execute(
        tokens.insert()
        .values(
            member_key=member_key,
            name=name,
            kind=kind,
            sha256=sha256,
            created_ms=now,
            every_s=every_s,
            scope=" ".join(sorted(limits.scope)),
            networks=" ".join(map(str, limits.networks)),
            until_ms=limits.until_ms,
            made_by=by,
        )
        .returning(tokens.c.key)
    ).scalar_one()
    if limits.collections:
        rows = [{"token_key": key, "collection_key": one} for one in sorted(limits.collections)]
        connection.execute(token_collections.insert(), rows)


def _token(row: Any, collections: frozenset[int] | None) -> Token:
    limits = limits_of(row, collections)
    return Token(row.slug, row.name, row.kind, limits, row.created_ms, row.revoked_ms, row.every_s, row.made_by)
