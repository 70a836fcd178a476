"""Under which ids a value is known: what a reader asks for by id is a question about the value, too."""

from sqlalchemy.engine import Connection

from tocsin.identifiers import Unreadable, recognise
from tocsin.intake import ROLES
from tocsin.ledger.collections import all_collections
from tocsin.publishing.emptying import own_ids
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.standing import subject_of


def known_as(connection: Connection, exchange: Exchange, text: str) -> tuple[str, ...]:
    """The text itself, and the ids of what the exchange made of the identifier that it spells, if it spells one."""
    try:
        identifier = recognise(text)
    except Unreadable:
        return (text,)
    subjects = list({one.key: one for one in (subject_of(identifier, role) for role in ROLES)}.values())
    ids = [
        one for collection in all_collections(connection) for one in own_ids(connection, exchange, collection, subjects)
    ]
    return tuple(dict.fromkeys([text, *ids]))
