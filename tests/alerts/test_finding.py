"""What is new for a saved search: once, under the rights of its person now, whoever looks."""

from collections.abc import Callable, Iterator, Sequence

import pytest
import sqlalchemy as sa
from alerts.watching import Watch
from house import START, House
from sqlalchemy.engine import Connection

from tocsin.alerts import hits, saved
from tocsin.alerts.hits import Found
from tocsin.alerts.hooks import set_hook
from tocsin.alerts.saved import delete_search, forget_searches, look_at, pause_search, save_search
from tocsin.alerts.tables import saved_hits
from tocsin.ledger.hide import hide
from tocsin.ledger.read import Entry
from tocsin.members.members import find_member, grant, suspend_member
from tocsin.members.people import disable, find_person
from tocsin.projections import alerting
from tocsin.projections.alerting import EVERY_MS, Alerting
from tocsin.publishing.withdraw import withdraw_object
from tocsin.times import HOUR_MS


def test_what_comes_after_a_search_was_saved_is_new(watch: Watch) -> None:
    watch.house.submit("bank-a", "northbank-old.example\n")
    one = watch.save("ines", "northbank")
    watch.look()
    assert watch.of("ines", one) == (0, 0)
    watch.house.submit("bank-a", "northbank-login.example\nelsewhere.example\n")
    watch.look()
    watch.look()
    assert watch.of("ines", one) == (1, 0)


def test_a_newer_version_of_a_hit_is_not_new(watch: Watch) -> None:
    one = watch.save("ines", "northbank")
    watch.house.submit("bank-a", "northbank-login.example\n")
    watch.look()
    seen_all(watch, "ines", one)
    watch.house.submit("bank-b", "northbank-login.example\n")
    watch.look()
    assert len([each for each in watch.house.entries() if each.type == "indicator"]) == 1
    assert watch.of("ines", one) == (0, 0)


def test_what_becomes_a_hit_by_a_newer_version_is_new(watch: Watch) -> None:
    one = watch.save("ines", 'member:"Bank B"')
    watch.house.submit("bank-a", "northbank-login.example\n")
    watch.look()
    assert watch.of("ines", one) == (0, 0)
    watch.house.submit("bank-b", "northbank-login.example\n")
    watch.look()
    assert watch.of("ines", one) == (1, 0)


def test_a_search_narrowed_to_the_thing_itself_tells_of_nothing_that_merely_looks_like_it(watch: Watch) -> None:
    one, other = watch.save("ines", "northbank.example", match="exact"), watch.save("ines", "northbank.example")
    watch.house.submit("bank-a", "n0rthbank.example\nmy-northbank.example\n")
    watch.look()
    assert (watch.of("ines", one), watch.of("ines", other)) == ((0, 0), (2, 0))
    watch.house.submit("bank-a", "northbank.example\n")
    watch.look()
    assert (watch.of("ines", one), watch.of("ines", other)) == ((1, 0), (3, 0))


def test_a_withdrawal_of_a_hit_is_told(watch: Watch) -> None:
    one, other = watch.save("ines", "northbank"), watch.save("ines", "elsewhere")
    watch.house.submit("bank-a", "northbank-login.example\n")
    watch.look()
    seen_all(watch, "ines", one)
    withdraw_all(watch.house)
    watch.look()
    assert watch.of("ines", one) == (0, 1)
    assert watch.of("ines", other) == (0, 0)


def test_what_came_and_went_before_anybody_looked_is_told_as_withdrawn_alone(watch: Watch) -> None:
    one = watch.save("ines", "northbank")
    watch.house.submit("bank-a", "northbank-login.example\n")
    watch.look()
    withdraw_all(watch.house)
    watch.look()
    assert watch.of("ines", one) == (0, 1)
    watch.house.submit("bank-a", "northbank-both.example\n")
    withdraw_all(watch.house)
    watch.look()
    assert watch.of("ines", one) == (0, 2)


def test_writers_wait_for_a_few_statements_however_much_is_withdrawn(watch: Watch) -> None:
    searches = [watch.save("ines", "northbank"), watch.save("bea", "kind:domain")]
    watch.house.submit("bank-a", "".join(f"northbank-{number}.example\n" for number in range(30)))
    watch.look()
    withdraw_all(watch.house)
    deleted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        deleted.extend([statement] * statement.startswith("DELETE FROM saved_hits"))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        watch.look()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert len(deleted) == len(searches)
    assert [watch.of("ines", searches[0]), watch.of("bea", searches[1])] == [(0, 30), (0, 30)]


def test_writers_wait_for_so_many_hits_and_no_more(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerting, "MOST_FOUND", 4)
    searches = [watch.save("ines", f"northbank kind:domain{' ' * number}") for number in range(3)]
    watch.look()
    watch.house.submit("bank-a", "".join(f"northbank-{number}.example\n" for number in range(5)))
    written = []
    watch.now += EVERY_MS
    while watch.alerting.step(watch.now):
        written.append(kept(watch))
        watch.now += EVERY_MS
    # whole entries: two of them have the first hit that is too many
    assert written == [6, 12, 15]
    assert {watch.of("ines", one) for one in searches} == {(5, 0)}


def test_what_is_hidden_is_counted_no_longer(watch: Watch) -> None:
    one = watch.save("ines", "northbank")
    watch.house.submit("bank-a", "northbank-login.example\n")
    watch.look()
    (found,) = watch.house.indicators().values()
    with watch.house.database.writing() as connection:
        hide(connection, watch.house.collections["Scams"].key, found["id"])
    assert watch.of("ines", one) == (0, 0)


def test_nobody_is_told_of_a_collection_that_is_not_theirs(watch: Watch) -> None:
    watch.house.collection("Inner", read=("bank-b",), write=("bank-b",))
    mine, theirs = watch.save("ines", "northbank"), watch.save("bea", "northbank")
    watch.house.submit("bank-b", "northbank-inner.example\n", to=("Inner",))
    watch.look()
    assert watch.of("ines", mine) == (0, 0)
    assert watch.of("bea", theirs) == (1, 0)
    assert kept(watch) == 1


def test_whoever_may_read_no_longer_is_told_nothing_of_what_was_found(watch: Watch) -> None:
    inner = watch.house.collection("Inner", read=("bank-b", "police"), write=("bank-b",))
    one = watch.save("ines", "northbank")
    watch.house.submit("bank-b", "northbank-inner.example\n", to=("Inner",))
    watch.look()
    assert watch.of("ines", one) == (1, 0)
    with watch.house.database.writing() as connection:
        grant(connection, inner.key, find_member(connection, "police").key)
    assert watch.counts("ines") == {}


def test_what_was_withdrawn_while_somebody_could_not_read_it_is_not_new_when_it_can_again(watch: Watch) -> None:
    inner = watch.house.collection("Inner", read=("bank-b", "police"), write=("bank-b",))
    one = watch.save("ines", "northbank")
    watch.house.submit("bank-b", "northbank-inner.example\nnorthbank-stays.example\n", to=("Inner",))
    watch.look()
    assert watch.of("ines", one) == (2, 0)
    with watch.house.database.writing() as connection:
        police = find_member(connection, "police").key
        grant(connection, inner.key, police)
    found = next(
        one for one in watch.house.entries("Inner") if b"northbank-inner" in one.body and one.type == "indicator"
    )
    withdraw_object(watch.house.database, watch.house.exchange, found.object_id, "wrong", "desk", START)
    watch.look()
    with watch.house.database.writing() as connection:
        grant(connection, inner.key, police, read=True)
    assert watch.of("ines", one) == (1, 1)


def test_an_account_that_is_closed_finds_nothing(watch: Watch) -> None:
    one, other = watch.save("ines", "northbank"), watch.save("carl", "northbank")
    with watch.house.database.writing() as connection:
        disable(connection, find_person(connection, "ines"), watch.now)
        suspend_member(connection, find_member(connection, "bank-c").key, watch.now)
    watch.house.submit("bank-a", "northbank-login.example\n")
    watch.look()
    assert watch.counts("ines") == watch.counts("carl") == {}
    assert kept(watch) == 0
    assert one.key != other.key


def test_a_paused_search_finds_nothing_and_what_came_meanwhile_stays_untold(watch: Watch) -> None:
    one = watch.save("ines", "northbank")
    change(watch, lambda connection: pause_search(connection, one, watch.now))
    watch.house.submit("bank-a", "northbank-one.example\n")
    watch.look()
    change(watch, lambda connection: pause_search(connection, one, None))
    watch.look()
    assert watch.of("ines", one) == (0, 0)
    watch.house.submit("bank-a", "northbank-two.example\n")
    watch.look()
    assert watch.of("ines", one) == (1, 0)


def test_what_was_withdrawn_while_the_search_rested_is_not_told_as_new(watch: Watch) -> None:
    one = watch.save("ines", "northbank")
    watch.house.submit("bank-a", "northbank-login.example\nnorthbank-stays.example\n")
    watch.look()
    change(watch, lambda connection: pause_search(connection, one, watch.now))
    gone = watch.house.indicators()["[domain-name:value = 'northbank-login.example']"]["id"]
    withdraw_object(watch.house.database, watch.house.exchange, gone, "wrong", "desk", START)
    watch.look()
    change(watch, lambda connection: pause_search(connection, one, None))
    watch.look()
    assert watch.of("ines", one) == (1, 1)


def test_two_processes_tell_once(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    one = watch.save("ines", "northbank")
    second = Alerting(watch.house.database, watch.engine, None)  # type: ignore[arg-type]
    assert second.step(watch.now) == 1  # it read the question
    watch.house.submit("bank-a", "northbank-login.example\n")
    found = second._found

    def overtaken(connection: Connection, batch: Sequence[Entry]) -> Iterator[Found]:
        watch.look()
        yield from found(connection, batch)

    monkeypatch.setattr(second, "_found", overtaken)
    assert second.step(watch.now) == 0
    assert watch.of("ines", one) == (1, 0)


def test_alerts_wait_until_search_knows_it(watch: Watch) -> None:
    one = watch.save("ines", "northbank")
    watch.look()
    watch.engine.at = 0
    watch.house.submit("bank-a", "northbank-login.example\n")
    watch.look()
    assert watch.of("ines", one) == (0, 0)
    watch.engine.down = True
    watch.look()
    watch.engine.at, watch.engine.down = None, False
    watch.look()
    assert watch.of("ines", one) == (1, 0)


def test_a_search_for_everything_fills_no_database(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "MOST_NEW", 20)
    one = watch.save("ines", "", kind="domain")
    watch.house.submit("bank-a", "".join(f"northbank-{number}.example\n" for number in range(30)))
    watch.look()
    watch.house.submit("bank-a", "one-more.example\n")
    watch.look()
    assert kept(watch) == 20
    seen_all(watch, "ines", one)
    watch.house.submit("bank-a", "after-all.example\n")
    watch.look()
    assert watch.of("ines", one) == (1, 0)


def test_more_than_is_counted_is_said_to_be_more(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "MOST_NEW", 20)
    one = watch.save("ines", "", kind="domain")
    watch.house.submit("bank-a", "".join(f"southbank-{number}.example\n" for number in range(5)))
    watch.look()
    seen_all(watch, "ines", one)
    withdraw_all(watch.house)
    watch.house.submit("bank-a", "".join(f"northbank-{number}.example\n" for number in range(30)))
    watch.look()
    assert watch.of("ines", one) == (20, 5)
    assert watch.counts("ines")[one.key].or_more
    # what a webhook told makes room, while nobody looks
    change(watch, lambda connection: set_hook(connection, b"k" * 32, one, "https://desk.example/hook", watch.now))
    watch.house.submit("bank-a", "one-more.example\n")
    watch.look()
    assert watch.of("ines", one) == (20, 5)


@pytest.mark.parametrize("over", ["hidden", "closed"])
def test_what_counts_no_longer_takes_no_room(watch: Watch, monkeypatch: pytest.MonkeyPatch, over: str) -> None:
    monkeypatch.setattr(hits, "MOST_NEW", 20)
    flood = watch.house.collection("Flood", read=("bank-b", "police"), write=("bank-b",))
    one = watch.save("ines", "", kind="domain")
    watch.house.submit("bank-b", "".join(f"flood-{number}.example\n" for number in range(20)), to=("Flood",))
    watch.look()
    assert watch.of("ines", one) == (20, 0)
    with watch.house.database.writing() as connection:
        if over == "closed":
            grant(connection, flood.key, find_member(connection, "police").key)
        for found in watch.house.indicators("Flood").values() if over == "hidden" else ():
            hide(connection, flood.key, found["id"])
    watch.house.submit("bank-a", "northbank-login.example\n")
    watch.look()
    assert watch.of("ines", one) == (1, 0)


def test_questions_about_days_are_read_again(watch: Watch) -> None:
    one = watch.save("ines", "since:1d kind:domain")
    watch.look()
    read = watch.alerting._waiting._read[one.key]
    assert read.until == watch.now + HOUR_MS
    watch.now += HOUR_MS
    watch.look()
    assert watch.alerting._waiting._read[one.key] is not read


def test_a_deleted_search_leaves_nothing(watch: Watch) -> None:
    one = watch.save("ines", "northbank")
    watch.house.submit("bank-a", "northbank-login.example\n")
    watch.look()
    watch.mailed_to("ines")
    assert watch.due()
    change(watch, lambda connection: delete_search(connection, one))
    watch.look()
    assert kept(watch) == 0
    assert watch.counts("ines") == {}
    assert watch.alerting._waiting._by_key == {}


def test_what_is_erased_leaves_the_searches_that_name_it(watch: Watch) -> None:
    with watch.house.database.writing() as connection:
        search_id = save_search(connection, watch.keys["ines"], "her-name", "her-name", {}, "never", [b"t"], 0)
    watch.house.submit("bank-a", "her-name.example\n")
    watch.look()
    change(watch, lambda connection: forget_searches(connection, [b"t", b"u"]))
    one = watch.again("ines", search_id)
    assert (one.name, one.question, one.erased) == ("", "", True)
    assert kept(watch) == 0
    change(watch, lambda connection: pause_search(connection, one, None))
    assert watch.again("ines", search_id).paused_ms is not None


def test_a_person_keeps_so_many_searches_and_no_more(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST_SEARCHES", 1)
    watch.save("ines", "northbank")
    watch.save("bea", "northbank")
    with pytest.raises(saved.TooManySaved):
        watch.save("ines", "another")


def seen_all(watch: Watch, login: str, one: saved.Saved) -> None:
    change(watch, lambda connection: look_at(connection, watch.again(login, one.id), watch.now, watch.now))


def change(watch: Watch, work: Callable[[Connection], object]) -> None:
    with watch.house.database.writing() as connection:
        work(connection)


def kept(watch: Watch) -> int:
    with watch.house.database.reading() as connection:
        return len(connection.execute(saved_hits.select()).all())


def withdraw_all(house: House) -> None:
    for found in house.indicators().values():
        withdraw_object(house.database, house.exchange, found["id"], "wrong", "desk", START)
