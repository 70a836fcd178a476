"""One voice: members of one group, and members that copy each other, count once; who copies whom is measured."""

from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from house import START, House

from tocsin.ledger.append import committed
from tocsin.ledger.database import Database
from tocsin.members.members import Member, find_member
from tocsin.members.voices import all_links, voices_of
from tocsin.publishing import process as processing
from tocsin.publishing import settling
from tocsin.publishing.hand_in import terms_for
from tocsin.publishing.process import process
from tocsin.publishing.voices import link, measure, unlink
from tocsin.reports.receiving import receive
from tocsin.reports.tables import assertions
from tocsin.times import HOUR_MS, now_ms

IBAN = "GB33BUKB20201555555555"
PATTERN = f"[bank-account:iban = '{IBAN}']"


def member(house: House, slug: str) -> Member:
    with house.database.reading() as connection:
        return find_member(connection, slug)


def join(house: House, one: str, other: str, why: str = "group") -> int:
    return link(house.database, house.exchange, member(house, one), member(house, other), why, "admin", now_ms())


def part(house: House, one: str, other: str) -> int:
    return unlink(house.database, house.exchange, member(house, one), member(house, other), now_ms())


def verdicts(house: House) -> list[str]:
    with house.database.reading() as connection:
        query = sa.select(assertions.c.verdict).order_by(assertions.c.report_key, assertions.c.n)
        return list(connection.execute(query).scalars())


def test_two_reports_of_one_group_count_once(house: House) -> None:
    join(house, "bank-a", "bank-b")
    house.submit("bank-a", f"{IBAN}\n")
    house.submit("bank-b", f"{IBAN}\n")
    assert verdicts(house) == ["held", "held"]
    assert not house.indicators()
    house.submit("bank-c", f"{IBAN}\n")
    assert verdicts(house) == ["accepted", "accepted", "merged"]
    (extension,) = (one for one in house.indicators()[PATTERN]["extensions"].values() if "kind" in one)
    assert extension["independent_members"] == 2


def test_linking_afterwards_withdraws_and_holds(house: House) -> None:
    house.submit("bank-a", f"{IBAN}\n")
    house.submit("bank-b", f"{IBAN}\n")
    assert PATTERN in house.indicators()
    assert join(house, "bank-b", "bank-a", "declared") == 1
    assert not house.indicators()
    ended = [orjson.loads(entry.body) for entry in house.entries() if entry.revoked]
    assert {one["type"] for one in ended} == {"indicator", "relationship"}
    assert verdicts(house) == ["held", "held"]


def test_unlinking_releases(house: House) -> None:
    join(house, "bank-a", "bank-b")
    for bank in ("bank-a", "bank-b"):
        house.submit(bank, f"{IBAN}\n")
    assert part(house, "bank-a", "bank-b") == 1
    assert PATTERN in house.indicators()
    assert verdicts(house) == ["accepted", "accepted"]


def test_what_stands_on_more_voices_stays_and_counts_fewer(house: House) -> None:
    for bank in ("bank-a", "bank-b", "bank-c"):
        house.submit(bank, f"{IBAN}\n")
    before = house.indicators()[PATTERN]
    join(house, "bank-a", "bank-b")
    after = house.indicators()[PATTERN]
    assert after["id"] == before["id"]
    numbers = [
        extension["independent_members"]
        for one in (before, after)
        for extension in one["extensions"].values()
        if "kind" in extension
    ]
    assert numbers == [3, 2]


def test_whoever_is_linked_through_others_is_the_same_voice(house: House) -> None:
    join(house, "bank-b", "bank-c")
    join(house, "bank-a", "bank-b")
    keys = {slug: member(house, slug) for slug in ("bank-a", "bank-b", "bank-c", "police")}
    assert {one.voice for one in keys.values()} == {keys["bank-a"].key, keys["police"].key}
    assert keys["police"].voice_key is None
    with house.database.reading() as connection:
        same = voices_of(connection, [keys["bank-c"].key])
    assert same == {keys[slug].key for slug in ("bank-a", "bank-b", "bank-c")}
    part(house, "bank-a", "bank-b")
    assert member(house, "bank-a").voice_key is None
    assert member(house, "bank-c").voice_key == keys["bank-b"].key


def test_linking_twice_is_linking_once_and_nobody_is_linked_to_itself(house: House) -> None:
    join(house, "bank-a", "bank-b", "declared")
    join(house, "bank-b", "bank-a", "measured")
    with house.database.reading() as connection:
        assert [one.why for one in all_links(connection)] == ["declared"]
    for one, other, why in (("bank-a", "bank-a", "group"), ("bank-a", "bank-c", "rumour")):
        with pytest.raises(ValueError, match="voice"):
            join(house, one, other, why)


def test_a_killed_change_is_finished_by_the_same_call(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for bank in ("bank-a", "bank-b"):
        house.submit(bank, f"{IBAN}\n")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(settling, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            join(house, "bank-a", "bank-b")
    assert PATTERN in house.indicators()
    join(house, "bank-a", "bank-b")
    assert not house.indicators()


def test_a_report_that_is_being_read_meanwhile_counts_the_new_way(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.submit("bank-a", f"{IBAN}\n")
    waiting = house.receive("bank-b", f"{IBAN}\n")

    def late(database: Database, work: Any) -> Any:
        join(house, "bank-a", "bank-b")
        return committed(database, work)

    monkeypatch.setattr(processing, "committed", late)
    process(house.database, house.exchange, house.screening, waiting)
    assert not house.indicators()
    assert verdicts(house) == ["held", "held"]


def listed(house: House, slug: str, values: list[str], at: int, *, voice: bool = True) -> None:
    """Hand a list in at a moment (ms)."""
    with house.database.writing() as connection:
        one = find_member(connection, slug)
        terms = terms_for(connection, one, tlp="green", collections=("Scams",), voice=voice)
        body = "".join(f"{value}.example\n" for value in values).encode()
        report_id, _ = receive(connection, one.key, slug, body, None, terms, at)
    process(house.database, house.exchange, house.screening, report_id)


def names(prefix: str, count: int) -> list[str]:
    return [f"{prefix}-{n}" for n in range(count)]


def test_a_planted_copy_is_found_and_two_independent_lists_are_not(house: House) -> None:
    own = names("seen-by-b", 60)
    listed(house, "bank-b", own, START)
    listed(house, "bank-a", own[:50] + names("seen-by-a", 10), START + 5 * HOUR_MS)
    listed(house, "bank-c", own[:20] + names("seen-by-c", 100), START + HOUR_MS)
    listed(house, "police", names("seen-by-police", 60), START)
    with house.database.reading() as connection:
        (found,) = measure(connection)
    assert (found.source.slug, found.copier.slug) == ("bank-b", "bank-a")
    assert (found.shared, found.smaller, found.lag_ms) == (50, 60, 5 * HOUR_MS)
    assert not found.one_voice
    join(house, "bank-a", "bank-b", "measured")
    with house.database.reading() as connection:
        assert [one.one_voice for one in measure(connection)] == [True]


def test_few_in_common_prove_nothing(house: House) -> None:
    own = names("seen", 49)
    for bank in ("bank-a", "bank-b"):
        listed(house, bank, own, START)
    with house.database.reading() as connection:
        assert measure(connection) == []


def test_an_open_list_is_no_voice_that_could_be_copied(house: House) -> None:
    own = names("seen", 60)
    listed(house, "bank-a", own, START)
    listed(house, "bank-b", own, START + 1, voice=False)
    with house.database.reading() as connection:
        assert measure(connection) == []
