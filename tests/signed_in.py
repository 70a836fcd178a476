"""A browser of somebody who signed in: a password takes long to check by design, so tests of other things skip it."""

from flask.testing import FlaskClient

from tocsin.ledger.database import Database
from tocsin.members.people import find_person
from tocsin.members.sessions import begin_session
from tocsin.times import now_ms


def session_of(database: Database, login: str) -> str:
    """What names a new session of somebody."""
    with database.writing() as connection:
        return begin_session(connection, find_person(connection, login).key, now_ms())


def sign_in(client: FlaskClient, database: Database, login: str) -> None:
    """Give this browser a session of somebody."""
    name = session_of(database, login)
    with client.session_transaction() as session:
        session["name"] = name
