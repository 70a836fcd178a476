"""Notes and tasks of cases: what is due over all of them."""

from cases.conftest import Desk
from house import START

from tocsin.cases.cases import close_case, list_cases
from tocsin.cases.sharing import share
from tocsin.cases.words import set_task, tasks_due, tasks_of, tick_task
from tocsin.members.members import suspend_member


def due(desk: Desk, slug: str, limit: int = 10) -> list[tuple[str, str]]:
    with desk.house.database.reading() as connection:
        return [(case.title, task.words) for case, task in tasks_due(connection, desk.key(slug), limit)]


def test_what_is_due_first_stands_first_over_all_open_cases(desk: Desk) -> None:
    own, other, closed = desk.open("police"), desk.open("bank-a"), desk.open("police")
    police, bank = desk.key("police"), desk.key("bank-a")
    with desk.house.database.writing() as connection:
        share(connection, other.key, police, can_write=False, by="x", now=START)
        set_task(connection, own, police, "no day", None, "x", START)
        set_task(connection, own, police, "later", START + 9, "x", START)
        set_task(connection, other, bank, "sooner", START + 5, "x", START)
        set_task(connection, closed, police, "over", START + 1, "x", START)
        close_case(connection, closed, START)
    assert [words for _, words in due(desk, "police")] == ["sooner", "later", "no day"]
    assert due(desk, "police", 1) == [("Case of bank-a", "sooner")]
    assert due(desk, "bank-a") == [("Case of bank-a", "sooner")]
    assert due(desk, "bank-b") == []
    with desk.house.database.writing() as connection:
        suspend_member(connection, bank, START)
    assert [words for _, words in due(desk, "police")] == ["later", "no day"]


def test_who_did_it_is_told_to_its_own_member(desk: Desk) -> None:
    case = desk.open("bank-a")
    police, bank = desk.key("police"), desk.key("bank-a")
    with desk.house.database.writing() as connection:
        share(connection, case.key, police, can_write=True, by="x", now=START)
        set_task(connection, case, bank, "ask", START + 5, "ann", START)
        (task,) = tasks_of(connection, case, bank)
        assert not task.overdue(START + 5)
        assert task.overdue(START + 6)
        assert tick_task(connection, case, task.id, START + 7, "bob", police)
        assert [one.done_by for one in tasks_of(connection, case, bank)] == [""]
        assert [one.done_by for one in tasks_of(connection, case, police)] == ["bob"]
        assert not tick_task(connection, case, "0" * 32, START, "bob", police)


def test_cases_are_listed_a_page_at_a_time(desk: Desk) -> None:
    ids = [desk.open("police", at=START + n).id for n in range(5)]
    with desk.house.database.reading() as connection:
        first = list_cases(connection, desk.key("police"), limit=3)
        second = list_cases(connection, desk.key("police"), limit=3, offset=3)
        assert list_cases(connection, desk.key("police"), meeting=True) == []
    assert [one.id for one in (*first, *second)] == ids[::-1]
