"""How long closed cases are kept."""

from cases.conftest import Desk
from house import START

from tocsin.cases.cases import close_case, list_cases
from tocsin.cases.keeping import forget_cases
from tocsin.policy.keeping import Rule
from tocsin.publishing.forget import forget
from tocsin.reports.holds import MEMBER, set_hold
from tocsin.reports.keeping import set_rule
from tocsin.times import DAY_MS

LATER = START + 31 * DAY_MS


def left(desk: Desk, slug: str = "police") -> list[str]:
    with desk.house.database.reading() as connection:
        return [one.id for one in list_cases(connection, desk.key(slug))]


def test_closed_cases_go_by_the_rules_for_every_kind(desk: Desk) -> None:
    opened, closed, red = desk.open("police"), desk.open("police"), desk.open("police", tlp="red")
    with desk.house.database.writing() as connection:
        close_case(connection, closed, START)
        close_case(connection, red, START)
        set_rule(connection, Rule(10, kind="domain"), "x", START)
        assert forget_cases(connection, LATER) == 0
        set_rule(connection, Rule(30), "x", START)
        set_rule(connection, Rule(60, tlp="red"), "x", START)
        assert forget_cases(connection, START + 29 * DAY_MS) == 0
        assert forget_cases(connection, LATER) == 1
    assert set(left(desk)) == {opened.id, red.id}


def test_a_hold_on_the_member_keeps_its_cases(desk: Desk) -> None:
    case = desk.open("police")
    with desk.house.database.writing() as connection:
        close_case(connection, case, START)
        set_rule(connection, Rule(30), "x", START)
        set_hold(connection, MEMBER, "a court", "x", START, member_key=desk.key("police"))
        assert forget_cases(connection, LATER) == 0


def test_the_daily_run_does_it(desk: Desk) -> None:
    case = desk.open("police")
    with desk.house.database.writing() as connection:
        close_case(connection, case, START)
        set_rule(connection, Rule(30), "x", START)
    for _ in forget(desk.house.database, desk.house.exchange, desk.token, LATER):
        pass
    assert left(desk) == []
