"""Alerts of cases by mail: only for whoever wants them, as numbers of what may be seen."""

from alerts.watching import Watch

from tocsin.alerts.case_news import CaseNews, meetings_now, news_of, tell_cases
from tocsin.alerts.outbox import Delivery, lease
from tocsin.alerts.people import choose_cases
from tocsin.alerts.readers import readers_now
from tocsin.cases.cases import Case, close_case, find_case, let_meet, open_case
from tocsin.cases.sharing import share, take_back
from tocsin.cases.things import add_things, entry_of_newest
from tocsin.cases.words import set_task
from tocsin.members.members import find_member, grant
from tocsin.members.people import find_person, set_role
from tocsin.times import DAY_MS, HOUR_MS


def wants(watch: Watch, login: str, *, wanted: bool = True) -> None:
    watch.mailed_to(login)
    with watch.house.database.writing() as connection:
        reader = readers_now(connection, [watch.keys[login]])[watch.keys[login]]
        choose_cases(connection, watch.keys[login], meetings_now(connection, reader), watch.now, wanted=wanted)


def case_of(watch: Watch, slug: str) -> Case:
    with watch.house.database.writing() as connection:
        key = find_member(connection, slug).key
        return find_case(connection, open_case(connection, key, "Heron", "", "amber", "x", watch.now), key)


def shared_with(watch: Watch, case: Case, slug: str, at: int) -> None:
    with watch.house.database.writing() as connection:
        share(connection, case.key, find_member(connection, slug).key, can_write=False, by="x", now=at)


def told(watch: Watch) -> list[Delivery]:
    tell_cases(watch.house.database, watch.now)
    with watch.house.database.writing() as connection:
        return lease(connection, watch.now, 100)


def says(watch: Watch, one: Delivery) -> CaseNews:
    with watch.house.database.reading() as connection:
        reader = readers_now(connection, [one.user_key])[one.user_key]
        met = meetings_now(connection, reader) - (one.met or 0)
        return news_of(connection, reader, one.after_ms or 0, one.made_ms, met)


def test_a_case_that_is_shared_is_told_once_to_those_who_want_it(watch: Watch) -> None:
    wants(watch, "ines")
    wants(watch, "bea", wanted=False)
    shared_with(watch, case_of(watch, "bank-c"), "police", watch.now + 1)
    assert told(watch) == []
    watch.now += HOUR_MS
    (mail,) = told(watch)
    assert (mail.kind, mail.user_key, says(watch, mail)) == ("cases", watch.keys["ines"], CaseNews(shared=1))
    watch.arrived(mail)
    watch.now += HOUR_MS // 2
    assert told(watch) == []


def test_what_was_taken_back_before_the_mail_left_is_not_told(watch: Watch) -> None:
    wants(watch, "ines")
    case = case_of(watch, "bank-c")
    shared_with(watch, case, "police", watch.now + 1)
    watch.now += HOUR_MS
    (mail,) = told(watch)
    with watch.house.database.writing() as connection:
        take_back(connection, case.key, find_member(connection, "police").key)
    assert not says(watch, mail).any


def test_whoever_may_open_no_cases_any_longer_is_told_nothing(watch: Watch) -> None:
    wants(watch, "ines")
    shared_with(watch, case_of(watch, "bank-c"), "police", watch.now + 1)
    watch.now += HOUR_MS
    (mail,) = told(watch)
    with watch.house.database.writing() as connection:
        set_role(connection, find_person(connection, "ines"), "contributor")
    assert says(watch, mail) == CaseNews()


def test_a_task_is_told_when_a_day_is_left(watch: Watch) -> None:
    wants(watch, "ines")
    case = case_of(watch, "police")
    with watch.house.database.writing() as connection:
        due = watch.now + DAY_MS + HOUR_MS
        set_task(connection, case, case.member_key, "Call the bank", due, "x", watch.now)
    watch.now += HOUR_MS
    (mail,) = told(watch)
    assert says(watch, mail) == CaseNews(due=1)
    with watch.house.database.writing() as connection:
        close_case(connection, case, watch.now)
    assert not says(watch, mail).any


def test_a_task_that_is_set_for_today_is_told_once(watch: Watch) -> None:
    wants(watch, "ines")
    case = case_of(watch, "police")
    with watch.house.database.writing() as connection:
        set_task(connection, case, case.member_key, "Call the bank", watch.now + 3 * HOUR_MS, "x", watch.now + 1)
    watch.now += HOUR_MS
    (mail,) = told(watch)
    assert says(watch, mail) == CaseNews(due=1)
    watch.arrived(mail)
    watch.now += HOUR_MS
    assert told(watch) == []


def test_a_meeting_is_told_only_while_both_may_read_it(watch: Watch) -> None:
    wants(watch, "ines")
    watch.house.submit("bank-a", "northbank-login.example\n")
    scams = watch.house.collections["Scams"]
    (found,) = watch.house.indicators().values()
    for slug in ("police", "bank-c"):
        case = case_of(watch, slug)
        with watch.house.database.writing() as connection:
            entry = entry_of_newest(connection, scams.key, found["id"])
            assert entry is not None
            add_things(connection, case, case.member_key, [(entry.seq, b"t")], "x", watch.now)
            let_meet(connection, case, watch.now)
    watch.now += HOUR_MS
    (mail,) = told(watch)
    assert says(watch, mail) == CaseNews(met=1)
    watch.now += HOUR_MS
    with watch.house.database.writing() as connection:
        grant(connection, scams.key, find_member(connection, "bank-c").key)
    assert not says(watch, mail).any
