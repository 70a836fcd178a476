"""Lists that change: what they cover now is withdrawn, and what a person decided stays."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from cachetools import LRUCache
from house import START, House

from tocsin.identifiers import Identifier
from tocsin.members.access import add_user
from tocsin.members.lists import add_entries, entry_named, remove_entries
from tocsin.members.members import describe_member, find_member
from tocsin.publishing import process as processing
from tocsin.publishing import screening_of
from tocsin.publishing.moderate import approve
from tocsin.publishing.relist import Relisting, refresh, relist
from tocsin.reports.list_runs import DONE, NothingWaits, decide_run, newest_run, set_most_at_once, waiting_run
from tocsin.screening import OWN, ListHit
from tocsin.times import now_ms


def listing(*values: str, effect: str = "reject") -> Callable[[Identifier], ListHit | None]:
    def hit(identifier: Identifier) -> ListHit | None:
        if identifier.value not in values:
            return None
        end = "not published" if effect == "reject" else "a moderator decides"
        return ListHit(
            "florists", identifier.value, effect, f"{identifier.value} is on the list of florists, so {end}."
        )  # type: ignore[arg-type]

    return hit


def change(house: House, *values: str, effect: str = "reject") -> int:
    """Another version of the lists, with these values on it; how many assertions it ended."""
    hit = listing(*values, effect=effect)
    house.screening = replace(house.screening, hit=hit, lists_are=f"{effect} {' '.join(values)}")
    return refresh(house.database, house.exchange, house.screening, now_ms())


def patterns(house: House, title: str = "Scams") -> set[str]:
    return {pattern.split("'")[1] for pattern in house.indicators(title)}


def say(house: House, slug: str, *texts: str, open_: bool | None = None) -> None:
    with house.database.writing() as connection:
        key = find_member(connection, slug).key
        add_entries(connection, key, [entry_named(text, OWN, "SG", open_) for text in texts], slug, START)


def again(house: House) -> int:
    return refresh(house.database, house.exchange, house.screening, now_ms())


def test_what_a_list_covers_now_is_withdrawn_with_its_name(house: House) -> None:
    report = house.submit("bank-a", "one.example\ntwo.example\n")
    other = house.submit("bank-b", "one.example\n")
    assert change(house, "one.example") == 2
    assert patterns(house) == {"two.example"}
    (ended,) = [entry for entry in house.entries() if entry.type == "indicator" and entry.revoked]
    assert "one.example" in orjson.loads(ended.body)["pattern"]
    first, second = house.verdicts(report)
    assert (first.verdict, second.verdict) == ("rejected", "accepted")
    assert first.reason == (
        "one.example is on the list of florists, so not published. It was on no list when it came in."
    )
    assert house.verdicts(other)[0].verdict == "rejected"


def test_the_same_lists_again_do_nothing(house: House) -> None:
    house.submit("bank-a", "one.example\ntwo.example\n")
    change(house, "one.example")
    before = [entry.position for entry in house.entries()]
    assert again(house) == 0
    assert [entry.position for entry in house.entries()] == before
    assert len(list(relist(house.database, house.exchange, house.screening, now_ms()))) == 0


def test_what_would_wait_waits(house: House) -> None:
    report = house.submit("bank-a", "one.example\n")
    assert change(house, "one.example", effect="hold") == 1
    assert patterns(house) == set()
    assert house.verdicts(report)[0].verdict == "held"
    moderator(house)
    assert approve(house.database, house.exchange, report.key, None, "mod", now_ms()) == 1
    assert patterns(house) == {"one.example"}
    assert change(house, "one.example") == 0, "a moderator let it through"
    assert patterns(house) == {"one.example"}


def test_what_a_list_was_set_aside_for_stays(house: House) -> None:
    house.screening = replace(house.screening, hit=listing("one.example"))
    report = house.submit("bank-a", "one.example\n", override="it was hijacked on 3 May")
    plain = house.submit("bank-b", "two.example\n", override="all of these were seen by us")
    assert change(house, "one.example", "two.example") == 0
    assert {house.verdicts(one)[0].verdict for one in (report, plain)} == {"accepted"}
    assert patterns(house) == {"one.example", "two.example"}


def test_more_than_a_set_number_waits_for_a_moderator(house: House) -> None:
    house.submit("bank-a", "".join(f"one{n}.example\n" for n in range(7)))
    values = [f"one{n}.example" for n in range(5)]
    with house.database.writing() as connection:
        set_most_at_once(connection, 4)
    assert change(house, *values) == 0
    assert len(patterns(house)) == 7
    with house.database.reading() as connection:
        waits = waiting_run(connection)
    assert waits is not None
    assert (waits.covered, dict(waits.by_list)) == (5, {"florists": 5})
    assert again(house) == 0
    with house.database.writing() as connection:
        decide_run(connection, False, "mod", now_ms())
    assert again(house) == 0
    assert len(patterns(house)) == 7
    assert change(house, *values, "one5.example") == 0, "another change is asked about again"
    with house.database.writing() as connection:
        decide_run(connection, True, "mod", now_ms())
    assert again(house) == 6
    assert patterns(house) == {"one6.example"}
    with house.database.writing() as connection:
        newest = newest_run(connection)
        assert newest is not None
        assert (newest.state, newest.ended, newest.decided_by) == (DONE, 6, "mod")
        with pytest.raises(NothingWaits):
            decide_run(connection, True, "mod", now_ms())


def test_a_killed_run_is_finished_by_the_next(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.publishing.relist._ENDED_AT_ONCE", 2)
    monkeypatch.setattr("tocsin.publishing.relist._LOOKED_AT", 3)
    values = [f"one{n}.example" for n in range(9)]
    house.submit("bank-a", "\n".join(values))
    hit = listing(*values)
    house.screening = replace(house.screening, hit=hit, lists_are="new")
    steps = relist(house.database, house.exchange, house.screening, now_ms())
    done = 0
    while not done:
        done += next(steps)
    steps.close()
    assert len(patterns(house)) == 9 - done == 7
    assert again(house) == 7
    assert patterns(house) == set()


def test_the_worker_takes_a_step_at_a_time(house: House) -> None:
    house.submit("bank-a", "one.example\n")
    screening = replace(house.screening, hit=listing("one.example"), lists_are="new")
    working = Relisting(house.database, house.exchange, screening)
    steps = 0
    while working.step(1_000):
        steps += 1
    assert steps >= 2
    assert patterns(house) == set()
    assert working.step(1_001) == 0


def test_an_object_that_names_something_listed_among_others_ends(house: House) -> None:
    body = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": "indicator--0f1f1ea2-1d12-4f0c-8c1d-1d0e7a3f0001",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
        "pattern": "[domain-name:value = 'one.example' OR domain-name:value = 'two.example']",
        "pattern_type": "stix",
        "valid_from": "2026-01-01T00:00:00.000Z",
    }
    with house.database.writing() as connection:
        describe_member(connection, find_member(connection, "bank-a").key, trusted=True, region=None)
    report = house.submit("bank-a", orjson.dumps({"objects": [body]}), file_format="stix", whole=True)
    assert house.counts(report) == {"accepted": 1}
    assert change(house, "two.example") == 1
    assert house.indicators() == {}
    assert house.verdicts(report)[0].verdict == "rejected"


def test_what_another_member_says_is_its_own_waits(house: House) -> None:
    report = house.submit("bank-a", "own-site.example\nother.example\n")
    say(house, "bank-b", "own-site.example")
    assert again(house) == 1
    assert patterns(house) == {"other.example"}
    assert "on the list of what members say is their own" in house.verdicts(report)[0].reason
    with house.database.writing() as connection:
        key = find_member(connection, "bank-b").key
        assert remove_entries(connection, key, [entry_named("own-site.example", OWN)]) == 1
    assert again(house) == 0


def test_what_is_private_touches_nobody_elses_reports(house: House) -> None:
    theirs = house.submit("bank-a", "own-site.example\n")
    say(house, "bank-b", "own-site.example", "6123 4567", open_=False)
    assert again(house) == 0
    assert house.verdicts(theirs)[0].verdict == "accepted"
    mine = house.submit("bank-b", "value\nown-site.example\n+65 6123 4567\n", file_format="csv")
    assert [one.verdict for one in house.verdicts(mine)] == ["rejected", "rejected"]


def test_an_imitation_is_said_in_verdict_and_indicator(house: House) -> None:
    say(house, "bank-b", "east-bank.example", "brand:Rivo Pay")
    report = house.submit("bank-a", "eastbank-login.example\nrivopay.test\nother.example\n")
    assert [one.reason.partition(": ")[0] for one in house.verdicts(report)] == [
        "Published. It imitates east-bank.example",
        "Published. It imitates Rivo Pay",
        "Published.",
    ]
    said = {
        pattern.split("'")[1]: next(iter(one["extensions"].values())).get("impersonates")
        for pattern, one in house.indicators().items()
    }
    assert said == {"eastbank-login.example": "east-bank.example", "rivopay.test": "Rivo Pay", "other.example": None}


def test_what_stands_is_marked_when_a_brand_is_protected(house: House) -> None:
    house.submit("bank-a", "eastbank-login.example\n")
    say(house, "bank-b", "east-bank.example")
    again(house)
    (one,) = house.indicators().values()
    assert next(iter(one["extensions"].values()))["impersonates"] == "east-bank.example"


def test_a_list_that_changes_while_a_report_is_read_is_applied_to_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id = house.receive("bank-a", "own-site.example\n")
    judge = processing.judge

    def late(*given: object, **named: object) -> object:
        found = judge(*given, **named)  # type: ignore[arg-type]
        say(house, "bank-b", "own-site.example")
        again(house)
        return found

    monkeypatch.setattr(processing, "judge", late)
    report = processing.process(house.database, house.exchange, house.screening, report_id)
    assert house.verdicts(report)[0].verdict == "accepted"
    assert again(house) == 1
    assert patterns(house) == set()


def moderator(house: House) -> None:
    with house.database.writing() as connection:
        add_user(connection, "mod", find_member(connection, "police").key, "moderator", "correct horse battery", START)


class Crowded(LRUCache[Any, Any]):
    """What is kept for the blink of an eye, because other threads keep so much."""

    def __setitem__(self, key: Any, value: Any, *more: Any) -> None:
        super().__setitem__(key, value)
        self.clear()


def test_lists_that_others_pushed_out_of_memory_are_made_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening_of, "_KEPT", Crowded(maxsize=64))
    say(house, "bank-a", "own.example")
    assert house.counts(house.submit("bank-a", "own.example\n")) == {"rejected": 1}
