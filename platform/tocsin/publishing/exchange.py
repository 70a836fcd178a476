"""Who the exchange is: the identity that its objects are created by."""

import uuid
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.tables import exchange
from tocsin.stix import exchange_identity


@dataclass(frozen=True, slots=True)
class Exchange:
    """The exchange's own identity. `demonstration`: reserved names, numbers and ranges are let through.

    `namespace` is what the ids of its indicators are made with: a secret, as long as they are to stay the same.
    """

    identity: str
    name: str
    contact: str
    created_ms: int
    demonstration: bool
    namespace: uuid.UUID = field(repr=False)

    def body(self) -> bytes:
        """Its STIX identity object."""
        return exchange_identity(self.identity, self.name, self.created_ms, self.contact)


def found(connection: Connection, name: str, contact: str, now: int, *, demonstration: bool) -> Exchange:
    """Give the exchange an identity, once; what it is afterwards."""
    known = load_exchange(connection)
    if known is not None:
        return known
    values = {
        "identity": f"identity--{uuid.uuid4()}",
        "name": name,
        "contact": contact,
        "created_ms": str(now),
        "demonstration": "yes" if demonstration else "no",
        "namespace": str(uuid.uuid4()),
    }
    connection.execute(exchange.insert(), [{"name": key, "value": value} for key, value in values.items()])
    return _exchange(values)


def rename(connection: Connection, name: str, contact: str | None) -> None:
    """Give the exchange another name, and contact where one is given."""
    for row, value in (("name", name), ("contact", contact)):
        if value:
            connection.execute(exchange.update().where(exchange.c.name == row).values(value=value))


_FOUR_EYES = "four-eyes"


def four_eyes(connection: Connection) -> bool:
    """Whether an approval of what may be a person's takes two moderators, and nobody decides on their own member's."""
    query = sa.select(exchange.c.value).where(exchange.c.name == _FOUR_EYES)
    return connection.execute(query).scalar() == "on"


def set_four_eyes(connection: Connection, on: bool) -> None:
    """Ask for two moderators from now on, or for one."""
    connection.execute(exchange.delete().where(exchange.c.name == _FOUR_EYES))
    connection.execute(exchange.insert().values(name=_FOUR_EYES, value="on" if on else "off"))


_LANGUAGE = "language"
_DEFAULT = sa.select(exchange.c.value).where(exchange.c.name == _LANGUAGE)


def default_language(connection: Connection) -> str | None:
    """The code of the language of pages for which neither a person nor a browser says one; None before it is set."""
    return connection.execute(_DEFAULT).scalar()


def set_default_language(connection: Connection, code: str) -> None:
    """Show pages in this language from now on where nothing else says one."""
    connection.execute(exchange.delete().where(exchange.c.name == _LANGUAGE))
    connection.execute(exchange.insert().values(name=_LANGUAGE, value=code))


def load_exchange(connection: Connection) -> Exchange | None:
    """The exchange's identity, None before `found`."""
    values = {row.name: row.value for row in connection.execute(sa.select(exchange))}
    return _exchange(values) if values else None


def _exchange(values: dict[str, str]) -> Exchange:
    return Exchange(
        identity=values["identity"],
        name=values["name"],
        contact=values["contact"],
        created_ms=int(values["created_ms"]),
        demonstration=values["demonstration"] == "yes",
        namespace=uuid.UUID(values["namespace"]),
    )
