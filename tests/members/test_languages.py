"""The language in which somebody reads, and the one of the exchange."""

from house import START, House

from tocsin.members.people import Person, choose_language
from tocsin.members.sessions import begin_session, find_session
from tocsin.publishing.exchange import default_language, set_default_language


def language(house: House, name: str) -> str | None:
    with house.database.reading() as connection:
        found = find_session(connection, name, START)
    assert found is not None
    return found.person.language


def test_a_language_is_the_persons_in_every_session(house: House, clerk: Person) -> None:
    with house.database.writing() as connection:
        names = [begin_session(connection, clerk.key, START) for _ in range(2)]
    assert [language(house, name) for name in names] == [None, None]
    for code in ("fr", "en"):
        with house.database.writing() as connection:
            choose_language(connection, clerk.key, code)
        assert [language(house, name) for name in names] == [code, code]


def test_the_exchange_has_one_language_at_a_time(house: House) -> None:
    with house.database.writing() as connection:
        assert default_language(connection) is None
        for code in ("fr", "en"):
            set_default_language(connection, code)
            assert default_language(connection) == code
