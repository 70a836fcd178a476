"""Reports without a name in the database: their place in lists, questions about them, requests to know their source."""

import sqlalchemy as sa
from house import START, House
from sqlalchemy.engine import Connection

from tocsin.members.access import Principal, add_user, find_user
from tocsin.members.members import find_member
from tocsin.reports.enquiries import answer_enquiry, ask_source, count_waiting, enquiries_to, list_enquiries
from tocsin.reports.reports import list_reports
from tocsin.reports.tables import assertions, reports
from tocsin.reports.unmasking import approve_unmasking, ask_unmasking, list_unmaskings, notices_to
from tocsin.times import DAY_MS


def person(connection: Connection, login: str, slug: str, role: str = "moderator") -> Principal:
    add_user(connection, login, find_member(connection, slug).key, role, "a long password", START)
    found = find_user(connection, login)
    assert found is not None
    return found


def unname(connection: Connection, report_key: int, received: int) -> None:
    connection.execute(
        reports.update().where(reports.c.key == report_key).values(unattributed=True, received_ms=received)
    )


def test_what_has_no_name_stands_at_the_beginning_of_its_day(house: House) -> None:
    """For others, not for its own member: between two others' it would say when it came."""
    noon = START - START % DAY_MS + DAY_MS // 2
    made = [house.submit(slug, f"n{n}.example\n") for n, slug in enumerate(("bank-b", "bank-a", "bank-b", "bank-a"))]
    made.append(house.submit("bank-c", "late.example\n"))
    with house.database.writing() as connection:
        for n, one in enumerate(made):
            connection.execute(reports.update().where(reports.c.key == one.key).values(received_ms=noon + n))
        for one in (made[1], made[3]):
            unname(connection, one.key, noon + made.index(one))
        own = [one.key for one in list_reports(connection, seen_by=made[1].member_key)]
        others = [one.key for one in list_reports(connection, seen_by=made[4].member_key)]
    assert own == [one.key for one in reversed(made)]
    assert others[:3] == [made[4].key, made[2].key, made[0].key]
    ids = {one.key: one.id for one in made}
    assert [ids[key] for key in others[3:]] == sorted((made[1].id, made[3].id))


def test_a_question_finds_its_source_and_forgets_what_was_erased(house: House) -> None:
    report = house.submit("bank-a", "shop.example\n")
    with house.database.writing() as connection:
        asker = person(connection, "inspector", "police", "investigator")
        source = person(connection, "clerk", "bank-a", "contributor")
        subject = connection.execute(sa.select(assertions.c.subject)).scalar_one()
        collection = house.collections["Scams"].key
        identity = ask_source(connection, asker, collection, "indicator--x", subject, report.member_key, "Why?", START)
        (one,) = enquiries_to(connection, report.member_key)
        assert (one.id, one.kind, one.value, one.state(START)) == (identity, "domain", "shop.example", "open")
        assert count_waiting(connection, report.member_key) == (1, 0)
        answer_enquiry(connection, identity, source, "Because.", START + 1)
        assert count_waiting(connection, report.member_key) == (0, 0)
        connection.execute(assertions.update().values(subject=None, value=None))
        (one,) = list_enquiries(connection)
    assert (one.value, one.answer, one.state(START)) == (None, "Because.", "answered")


def test_a_request_is_kept_with_who_when_and_why(house: House) -> None:
    """Two members have moderators, which are too few to ask for two members."""
    report = house.submit("bank-a", "shop.example\n")
    with house.database.writing() as connection:
        unname(connection, report.key, START)
        connection.execute(
            reports.update().values(
                terms=sa.func.replace(reports.c.terms, '"unattributed": false', '"unattributed": true')
            )
        )
        (report,) = list_reports(connection)
        first, second = (person(connection, login, "bank-b") for login in ("one", "two"))
        person(connection, "own", "bank-a")
        identity = ask_unmasking(connection, report, first, "A life.", START)
        assert notices_to(connection, report.member_key, START) == []
        found = approve_unmasking(connection, identity, second, START + 1)
        (notice,) = notices_to(connection, report.member_key, START + 1)
        assert list_unmaskings(connection, START + 1) == [found] == [notice]
    assert (found.asked_by, found.approved_by, found.reason, found.member_name) == ("one", "two", "A life.", "Bank A")
