"""Sessions: each can be ended, and each ends by itself."""

import sqlalchemy as sa
from house import START, House

from tocsin.members.members import find_member, suspend_member
from tocsin.members.people import Person, disable, enable, reset_second_factor, set_password, set_role
from tocsin.members.sessions import (
    CODE_MS,
    IDLE_MS,
    LONGEST_MS,
    begin_session,
    end_session,
    end_sessions,
    find_session,
    note_seen,
    sessions_of,
)
from tocsin.members.tables import sessions

MINUTE = 60_000


def begun(house: House, clerk: Person, now: int = START, *, proven: bool = True) -> str:
    with house.database.writing() as connection:
        return begin_session(connection, clerk.key, now, proven=proven)


def lives(house: House, name: str, now: int = START) -> bool:
    with house.database.reading() as connection:
        return find_session(connection, name, now) is not None


def test_a_session_is_found_by_its_name_alone(house: House, clerk: Person) -> None:
    name = begun(house, clerk)
    assert lives(house, name)
    with house.database.reading() as connection:
        kept = connection.execute(sa.select(sessions)).one()
        found = find_session(connection, name, START)
    assert name not in map(str, kept)
    assert not lives(house, kept.sha256)
    assert found is not None
    assert (found.person.login, found.person.member, found.person.role) == ("clerk", "bank-a", "contributor")


def test_it_ends_when_nothing_is_asked(house: House, clerk: Person) -> None:
    name = begun(house, clerk)
    assert lives(house, name, START + IDLE_MS - 1)
    assert not lives(house, name, START + IDLE_MS)


def test_it_ends_whatever_is_asked(house: House, clerk: Person) -> None:
    name, now = begun(house, clerk), START
    while now < START + LONGEST_MS - IDLE_MS:
        now += IDLE_MS // 2
        with house.database.reading() as connection:
            found = find_session(connection, name, now)
        assert found is not None
        note_seen(house.database, found, now)
    assert not lives(house, name, START + LONGEST_MS)


def test_it_is_noted_once_a_minute(house: House, clerk: Person) -> None:
    name = begun(house, clerk)
    for now, seen in ((START + MINUTE - 1, START), (START + MINUTE, START + MINUTE)):
        with house.database.reading() as connection:
            found = find_session(connection, name, now)
        assert found is not None
        note_seen(house.database, found, now)
        with house.database.reading() as connection:
            (again,) = sessions_of(connection, clerk.key, now)
        assert again.seen_ms == seen


def test_a_busy_writer_makes_nobody_wait(house: House, clerk: Person) -> None:
    name, now = begun(house, clerk), START + 5 * MINUTE
    with house.database.reading() as connection:
        found = find_session(connection, name, now)
    assert found is not None
    with house.database.writing() as connection:
        # on PostgreSQL a session is noted beside the writer: there only this row makes it wait
        connection.execute(sessions.update().values(agent="busy"))
        note_seen(house.database, found, now)
    with house.database.reading() as connection:
        (same,) = sessions_of(connection, clerk.key, now)
    assert same.seen_ms == START
    note_seen(house.database, found, now)
    with house.database.reading() as connection:
        (later,) = sessions_of(connection, clerk.key, now)
    assert later.seen_ms == now


def test_while_a_code_is_awaited_there_are_five_minutes(house: House, clerk: Person) -> None:
    name = begun(house, clerk, proven=False)
    assert lives(house, name, START + CODE_MS - 1)
    assert not lives(house, name, START + CODE_MS)
    with house.database.reading() as connection:
        assert sessions_of(connection, clerk.key, START) == []


def test_one_is_ended_or_all_others(house: House, clerk: Person) -> None:
    names = [begun(house, clerk, START + place) for place in range(4)]
    with house.database.writing() as connection:
        here, second, *_ = (one.sha256 for one in reversed(sessions_of(connection, clerk.key, START + 5)))
        assert end_session(connection, clerk.key, second)
        assert not end_session(connection, clerk.key + 1, here), "somebody else's"
        assert end_sessions(connection, clerk.key, here) == 2
    assert [lives(house, name, START + 5) for name in names] == [True, False, False, False]


def test_what_changes_about_a_person_ends_the_sessions(house: House, clerk: Person) -> None:
    changes = {
        "disable": lambda connection: disable(connection, clerk, START),
        "enable": lambda connection: enable(connection, clerk),
        "role": lambda connection: set_role(connection, clerk, "auditor"),
        "password": lambda connection: set_password(connection, clerk, "another long password"),
        "second factor": lambda connection: reset_second_factor(connection, clerk),
        "suspend": lambda connection: suspend_member(connection, find_member(connection, "bank-a").key, START),
        "lift": lambda connection: suspend_member(connection, find_member(connection, "bank-a").key, None),
    }
    for what, change in changes.items():
        name = begun(house, clerk)
        with house.database.writing() as connection:
            change(connection)
        assert not lives(house, name) or what == "lift", what


def test_lifting_a_suspension_brings_no_session_back(house: House, clerk: Person) -> None:
    name = begun(house, clerk)
    with house.database.writing() as connection:
        key = find_member(connection, "bank-a").key
        suspend_member(connection, key, START)
        suspend_member(connection, key, None)
    assert not lives(house, name)


def test_the_oldest_goes_where_there_are_many(house: House, clerk: Person) -> None:
    names = [begun(house, clerk, START + place) for place in range(25)]
    with house.database.reading() as connection:
        assert len(sessions_of(connection, clerk.key, START + 30)) == 20
    assert [lives(house, name, START + 30) for name in names] == [False] * 5 + [True] * 20


def test_what_is_over_is_not_kept(house: House, clerk: Person) -> None:
    begun(house, clerk)
    begun(house, clerk, START + LONGEST_MS)
    with house.database.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(sessions)).scalar_one() == 1
