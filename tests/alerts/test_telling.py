"""What is put down to be told: when, in what, once; and what a delivery says when it leaves."""

import pytest
from alerts.watching import Watch
from house import START

from tocsin.alerts import outbox
from tocsin.alerts.answers import PAUSES_MS, Answer, next_try
from tocsin.alerts.hooks import hook_of, remove_hook, send_test, set_hook
from tocsin.alerts.outbox import KEPT_MS, LEASE_MS, Delivery, clear, finish, lease
from tocsin.alerts.people import NotNow, choose_address
from tocsin.alerts.saved import delete_search, describe_search, look_at, pause_search
from tocsin.alerts.tables import deliveries, saved_hits
from tocsin.alerts.telling import HOOK_PAUSE_MS
from tocsin.members.members import find_member, grant
from tocsin.members.people import disable, find_person, set_role
from tocsin.times import DAY_MS, HOUR_MS

KEY = b"k" * 32


def comes(watch: Watch, *names: str) -> None:
    watch.house.submit("bank-a", "".join(f"{name}.example\n" for name in names))
    watch.look()


def test_one_mail_gathers_what_is_due(watch: Watch) -> None:
    watch.mailed_to("ines")
    first, second = watch.save("ines", "northbank", "our brand"), watch.save("ines", "parcel")
    watch.save("ines", "southbank")
    comes(watch, "northbank-one", "northbank-two", "parcel-one")
    (mail,) = watch.due()
    assert mail.kind == "mail"
    assert [(one.search_id, one.name, one.counts.new) for one in watch.says(mail)] == [
        (first.id, "our brand", 2),
        (second.id, "parcel", 1),
    ]
    assert watch.due() == []


@pytest.mark.parametrize(("mails", "pause"), [("at-once", 60_000), ("hourly", HOUR_MS), ("daily", DAY_MS)])
def test_a_search_mails_no_oftener_than_was_chosen(watch: Watch, mails: str, pause: int) -> None:
    watch.mailed_to("ines")
    watch.save("ines", "northbank", mails=mails)
    comes(watch, "northbank-one")
    (first,) = watch.due()
    watch.arrived(first)
    comes(watch, "northbank-two")
    watch.now += pause - 2_000
    assert watch.due() == []
    watch.now += 2_000
    (mail,) = watch.due()
    assert watch.says(mail)[0].counts.new == 1


def test_without_an_address_or_a_choice_no_mail_is_put_down(watch: Watch) -> None:
    watch.save("ines", "northbank")
    watch.mailed_to("bea")
    never = watch.save("bea", "northbank", mails="never")
    comes(watch, "northbank-one")
    assert watch.due() == []
    with watch.house.database.writing() as connection:
        describe_search(connection, never, "name", "at-once", [])
    assert len(watch.due()) == 1


def test_what_was_seen_on_the_page_is_mailed_to_nobody(watch: Watch) -> None:
    watch.mailed_to("ines")
    one = watch.save("ines", "northbank")
    comes(watch, "northbank-one")
    with watch.house.database.writing() as connection:
        look_at(connection, one, watch.now, watch.now)
    assert watch.due() == []


def test_a_mail_that_waits_says_what_may_be_read_when_it_leaves(watch: Watch) -> None:
    watch.mailed_to("ines")
    one = watch.save("ines", "northbank")
    comes(watch, "northbank-one")
    (mail,) = watch.due()
    assert watch.says(mail)[0].counts.new == 1
    with watch.house.database.writing() as connection:
        grant(connection, watch.house.collections["Scams"].key, find_member(connection, "police").key)
    assert watch.says(mail) == []
    with watch.house.database.writing() as connection:
        grant(connection, watch.house.collections["Scams"].key, find_member(connection, "police").key, read=True)
        pause_search(connection, one, watch.now)
    assert watch.says(mail) == []


def test_a_mail_to_an_account_that_was_closed_says_nothing(watch: Watch) -> None:
    watch.mailed_to("ines")
    watch.save("ines", "northbank")
    comes(watch, "northbank-one")
    (mail,) = watch.due()
    with watch.house.database.writing() as connection:
        set_role(connection, find_person(connection, "ines"), "auditor")
    assert watch.says(mail)[0].counts.new == 1
    with watch.house.database.writing() as connection:
        disable(connection, find_person(connection, "ines"), watch.now)
    assert watch.says(mail) == []


def test_a_webhook_tells_at_most_once_a_minute(watch: Watch) -> None:
    one = hooked(watch)
    comes(watch, "northbank-one")
    (first,) = watch.due()
    assert (first.kind, watch.says(first)[0].ids) == ("hook", tuple(ids(watch)))
    watch.arrived(first)
    comes(watch, "northbank-two")
    assert watch.due() == []
    watch.now += HOOK_PAUSE_MS
    (second,) = watch.due()
    assert watch.says(second)[0].counts.new == 1
    with watch.house.database.writing() as connection:
        assert remove_hook(connection, watch.again("ines", one))
        assert hook_of(connection, KEY, watch.again("ines", one).key) is None


def test_a_webhook_that_is_replaced_has_another_secret_and_tells_nothing_old(watch: Watch) -> None:
    one = hooked(watch)
    comes(watch, "northbank-one")
    (waiting,) = watch.due()
    with watch.house.database.writing() as connection:
        finish(connection, waiting, Answer(False, "It answered 500."), watch.now)
        set_hook(connection, KEY, watch.again("ines", one), "https://other.example/", watch.now)
    watch.now += HOOK_PAUSE_MS
    assert watch.due() == []


def test_pauses_grow_and_then_it_is_given_up(watch: Watch) -> None:
    one = hooked(watch)
    comes(watch, "northbank-one")
    for number, pause in enumerate(PAUSES_MS, 1):
        (waiting,) = watch.due()
        assert waiting.tries == number
        fails(watch, waiting)
        assert watch.due() == []
        hook = watch.again("ines", one).hook
        assert hook is not None
        assert (hook.answer, hook.stopped_ms) == ("It answered 500.", None)
        watch.now += pause
    (last,) = watch.due()
    fails(watch, last)
    hook = watch.again("ines", one).hook
    assert hook is not None
    assert hook.stopped_ms == watch.now
    comes(watch, "northbank-two")
    watch.now += HOOK_PAUSE_MS
    assert watch.due() == []


def test_a_test_that_arrives_lets_a_webhook_go_on(watch: Watch) -> None:
    one = hooked(watch)
    comes(watch, "northbank-one")
    (waiting,) = watch.due()
    with watch.house.database.writing() as connection:
        finish(connection, waiting, Answer(False, "It answered 410.", hopeless=True), watch.now)
    assert stopped(watch, one)
    with watch.house.database.writing() as connection:
        assert send_test(connection, watch.again("ines", one), watch.now)
        assert not send_test(connection, watch.again("ines", one), watch.now)
    (tried,) = watch.due()
    assert tried.kind == "test"
    with watch.house.database.writing() as connection:
        finish(connection, tried, Answer(True, "It took it."), watch.now)
    assert not stopped(watch, one)


def test_a_killed_process_loses_nothing_and_the_id_stays(watch: Watch) -> None:
    hooked(watch)
    comes(watch, "northbank-one")
    (taken,) = watch.due()
    assert watch.due() == []
    watch.now += LEASE_MS + 1
    (again,) = watch.due()
    assert (again.id, again.tries) == (taken.id, 2)


def test_what_is_done_is_done(watch: Watch) -> None:
    hooked(watch)
    comes(watch, "northbank-one")
    (taken,) = watch.due()
    with watch.house.database.writing() as connection:
        finish(connection, taken, Answer(True, "It took it."), watch.now)
        # whoever had it on a lease that was over comes late
        finish(connection, taken, Answer(False, "It answered 500."), watch.now)
    watch.now += DAY_MS
    assert watch.due() == []


def test_what_is_older_than_thirty_days_is_taken_away(watch: Watch) -> None:
    watch.mailed_to("ines")
    hooked(watch)
    comes(watch, "northbank-one")
    assert len(watch.due()) == 2
    with watch.house.database.writing() as connection:
        assert clear(connection, START + KEPT_MS) == 0
        assert clear(connection, watch.now + KEPT_MS + 1) > 0
        assert connection.execute(deliveries.select()).all() == []
        assert connection.execute(saved_hits.select()).all() == []


def test_nothing_that_waits_has_a_value_or_a_word_in_it(watch: Watch) -> None:
    watch.mailed_to("ines")
    hooked(watch)
    comes(watch, "northbank-secret-one")
    watch.due()
    found = set(watch.house.where("northbank-secret-one")) | set(watch.house.where(ids(watch)[0]))
    assert not {table for table in found if "alert" in table or "saved" in table or "hook" in table}


def test_a_hopeless_answer_is_not_tried_again() -> None:
    assert next_try(1, Answer(False, "no", hopeless=True)) is None
    assert [next_try(number, Answer(False)) for number in range(1, 8)] == [*PAUSES_MS, None]


def test_so_much_is_taken_at_once_the_longest_due_first(watch: Watch) -> None:
    with watch.house.database.writing() as connection:
        made = [outbox.put(connection, "cases", watch.keys["ines"], at, after_ms=0, met=0) for at in (30, 10, 20)]
        taken = lease(connection, 100, 2)
    assert [one.id for one in taken] == [made[1], made[2]]


def test_nobodys_mailbox_is_flooded_by_several_or_for_days(watch: Watch) -> None:
    def asks(login: str, address: str) -> None:
        with watch.house.database.writing() as connection:
            choose_address(connection, watch.keys[login], address, watch.now)

    for login in watch.keys:
        asks(login, "stranger@desk.example")
    with pytest.raises(NotNow):
        asks("ines", "Stranger@desk.example")
    watch.now += HOUR_MS
    for hour in range(1, 6):
        asks("ines", f"other-{hour}@desk.example")
        watch.now += HOUR_MS
    with pytest.raises(NotNow):
        asks("ines", "stranger@desk.example")
    watch.now += DAY_MS
    asks("ines", "stranger@desk.example")


def test_members_take_turns_however_much_one_has_to_tell(watch: Watch) -> None:
    with watch.house.database.writing() as connection:
        slow = [outbox.put(connection, "cases", watch.keys["ines"], at, after_ms=0, met=0) for at in range(10, 16)]
        other = outbox.put(connection, "cases", watch.keys["bea"], 50, after_ms=0, met=0)
        taken = lease(connection, 100, 8, 4)
    assert [one.id for one in taken] == [slow[0], other, *slow[1:4]]


def test_a_search_that_is_deleted_lets_nobody_test_again_at_once(watch: Watch) -> None:
    first, second = hooked(watch), hooked(watch)
    with watch.house.database.writing() as connection:
        assert send_test(connection, watch.again("ines", first), watch.now)
        delete_search(connection, watch.again("ines", first))
        assert not send_test(connection, watch.again("ines", second), watch.now)


def hooked(watch: Watch) -> str:
    one = watch.save("ines", "northbank", mails="at-once")
    with watch.house.database.writing() as connection:
        secret = set_hook(connection, KEY, one, "https://hooks.example/desk", watch.now)
        assert hook_of(connection, KEY, one.key) == ("https://hooks.example/desk", secret)
        assert hook_of(connection, b"o" * 32, one.key) is None
    return one.id


def fails(watch: Watch, one: Delivery) -> None:
    with watch.house.database.writing() as connection:
        finish(connection, one, Answer(False, "It answered 500."), watch.now)


def stopped(watch: Watch, search_id: str) -> bool:
    hook = watch.again("ines", search_id).hook
    return hook is not None and hook.stopped_ms is not None


def ids(watch: Watch) -> list[str]:
    return [one["id"] for one in watch.house.indicators().values()]
