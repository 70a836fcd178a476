"""What readers say of indicators: what it changes, when, and what it never does."""

import pytest
import sqlalchemy as sa
from house import House
from pushing import indicator, push, with_cert
from voting_house import PATTERN, VALUE, entry_of, person, say, told, weigh_all, with_readers

from tocsin.identifiers import read
from tocsin.ledger.collections import freeze_collection
from tocsin.ledger.read import Match, last_seq
from tocsin.members.members import find_member, grant
from tocsin.members.voices import link_voices
from tocsin.policy.confidence import FRESH_DAYS, LASTING_DAYS
from tocsin.publishing.erase import erase
from tocsin.publishing.refilter import release
from tocsin.publishing.voices import link, unlink
from tocsin.publishing.voting import CannotVote, ballot_of, vote
from tocsin.publishing.weigh import Hourly
from tocsin.publishing.withdraw import withdraw_object, withdraw_report
from tocsin.reports.tables import votes
from tocsin.stix import check
from tocsin.times import DAY_MS, HOUR_MS, now_ms


@pytest.fixture
def read_by_seven(house: House) -> House:
    with_readers(house)
    house.submit("bank-a", f"{VALUE}\n")
    return house


def newest(house: House) -> int:
    with house.database.reading() as connection:
        return last_seq(connection)


def test_what_readers_say_moves_the_confidence(read_by_seven: House) -> None:
    assert told(read_by_seven) == (50, 0, 0)
    say(read_by_seven, "bank-b", "seen")
    assert told(read_by_seven) == (50, 0, 0), "not before the hour"
    assert weigh_all(read_by_seven) == 1
    assert told(read_by_seven) == (55, 1, 0)
    for slug in ("bank-c", "bank-d"):
        say(read_by_seven, slug, "false")
    assert weigh_all(read_by_seven) == 1
    assert told(read_by_seven) == (25, 1, 2)
    for entry in read_by_seven.entries():
        check(entry.body)


def test_who_says_so_is_nowhere_in_what_is_served(read_by_seven: House) -> None:
    say(read_by_seven, "bank-e", "seen")
    say(read_by_seven, "bank-f", "false")
    weigh_all(read_by_seven)
    bodies = b"".join(entry.body for entry in read_by_seven.entries(match=Match(versions=("all",))))
    for secret in (b"Bank E", b"Bank F", b"bank-e", b"bank-f", b"clerk of"):
        assert secret not in bodies


def test_whoever_changes_its_mind_within_the_hour_makes_no_version(read_by_seven: House) -> None:
    before = newest(read_by_seven)
    for says in ("seen", "false", "seen", None):
        say(read_by_seven, "bank-b", says)
    assert weigh_all(read_by_seven) == 1
    assert newest(read_by_seven) == before
    with read_by_seven.database.reading() as connection:
        assert connection.execute(sa.select(votes)).all() == [], "what was taken back is gone"


def test_more_of_the_same_beyond_what_counts_makes_no_version(read_by_seven: House) -> None:
    for slug in ("bank-b", "bank-c", "bank-d"):
        say(read_by_seven, slug, "seen")
    weigh_all(read_by_seven)
    assert told(read_by_seven) == (65, 3, 0)
    before = newest(read_by_seven)
    for slug in ("bank-e", "bank-f", "police", "bank-b"):
        say(read_by_seven, slug, "seen")
    weigh_all(read_by_seven)
    assert newest(read_by_seven) == before


def test_weighing_again_does_nothing(read_by_seven: House) -> None:
    say(read_by_seven, "bank-b", "false")
    assert (weigh_all(read_by_seven), weigh_all(read_by_seven)) == (1, 0)


def test_votes_age_without_anybody_doing_anything(read_by_seven: House) -> None:
    now = now_ms()
    for slug in ("bank-b", "bank-c"):
        say(read_by_seven, slug, "false", now=now)
    weigh_all(read_by_seven, now)
    assert told(read_by_seven) == (20, 0, 2)
    assert weigh_all(read_by_seven, now + (FRESH_DAYS - 1) * DAY_MS) == 0
    assert weigh_all(read_by_seven, now + FRESH_DAYS * DAY_MS + HOUR_MS) == 1
    assert told(read_by_seven) == (40, 0, 1)
    assert weigh_all(read_by_seven, now + LASTING_DAYS * DAY_MS + HOUR_MS) == 1
    assert told(read_by_seven) == (50, 0, 0)
    assert weigh_all(read_by_seven, now + 4_000 * DAY_MS) == 0


def test_a_sighting_keeps_it_valid(read_by_seven: House) -> None:
    before = read_by_seven.indicators()[PATTERN]["valid_until"]
    say(read_by_seven, "bank-b", "seen", now=now_ms() + 60 * DAY_MS)
    weigh_all(read_by_seven, now_ms() + 60 * DAY_MS)
    assert read_by_seven.indicators()[PATTERN]["valid_until"] > before


def test_a_vote_counts_in_its_own_collection_only(read_by_seven: House) -> None:
    other = read_by_seven.collection("Other")
    read_by_seven.submit("bank-b", f"{VALUE}\n", to=("Other",))
    say(read_by_seven, "bank-d", "false")
    weigh_all(read_by_seven)
    assert other.title == "Other"
    assert told(read_by_seven, title="Other") == (50, 0, 0)
    assert told(read_by_seven) == (40, 0, 1)


def test_members_of_one_voice_have_one_vote(read_by_seven: House) -> None:
    with read_by_seven.database.writing() as connection:
        one, other = find_member(connection, "bank-b"), find_member(connection, "bank-c")
        link_voices(connection, one, other, "group", "desk", now_ms())
    for slug in ("bank-b", "bank-c"):
        say(read_by_seven, slug, "false")
    weigh_all(read_by_seven)
    assert told(read_by_seven) == (40, 0, 1)


def test_who_reports_it_has_no_vote_nor_has_its_voice(read_by_seven: House) -> None:
    with pytest.raises(CannotVote, match="reports it itself"):
        say(read_by_seven, "bank-a", "seen")
    with read_by_seven.database.writing() as connection:
        one, other = find_member(connection, "bank-a"), find_member(connection, "bank-b")
        link_voices(connection, one, other, "group", "desk", now_ms())
    say(read_by_seven, "bank-b", "false")
    weigh_all(read_by_seven)
    assert told(read_by_seven) == (50, 0, 0)


def test_whoever_reports_it_later_votes_no_more(read_by_seven: House) -> None:
    say(read_by_seven, "bank-b", "seen")
    weigh_all(read_by_seven)
    report = read_by_seven.submit("bank-b", f"{VALUE}\n")
    assert told(read_by_seven) == (70, 0, 0)
    withdraw_report(read_by_seven.database, read_by_seven.exchange, report.key, "mistake", "clerk", now_ms())
    assert told(read_by_seven) == (55, 1, 0), "it is a reader again, and said so"


def test_linking_members_weighs_what_they_say_anew(read_by_seven: House) -> None:
    for slug in ("bank-b", "bank-c"):
        say(read_by_seven, slug, "seen")
    weigh_all(read_by_seven)
    with read_by_seven.database.reading() as connection:
        one, other, source = (find_member(connection, slug) for slug in ("bank-b", "bank-c", "bank-a"))
    link(read_by_seven.database, read_by_seven.exchange, one, other, "group", "desk", now_ms())
    weigh_all(read_by_seven)
    assert told(read_by_seven) == (55, 1, 0)
    link(read_by_seven.database, read_by_seven.exchange, one, source, "group", "desk", now_ms())
    weigh_all(read_by_seven)
    assert told(read_by_seven) == (50, 0, 0)
    unlink(read_by_seven.database, read_by_seven.exchange, one, source, now_ms())
    weigh_all(read_by_seven)
    assert told(read_by_seven) == (55, 1, 0)


@pytest.mark.parametrize(
    ("says", "why", "words"),
    [("gossip", None, "Choose whether"), ("false", "gossip", "Choose why"), ("false", "", "Choose why")],
)
def test_what_cannot_be_said(read_by_seven: House, says: str, why: str | None, words: str) -> None:
    collection, entry = entry_of(read_by_seven)
    with pytest.raises(CannotVote, match=words):
        vote(read_by_seven.database, collection, entry, person(read_by_seven, "bank-b"), says, why, now_ms())


def test_where_few_read_it_takes_their_word_that_they_know(house: House) -> None:
    with_readers(house)
    house.collection("Few", read=("bank-a", "bank-b", "police"))
    house.submit("bank-a", f"{VALUE}\n", to=("Few",))
    with pytest.raises(CannotVote, match="may tell who spoke"):
        say(house, "bank-b", "seen", title="Few")
    say(house, "bank-b", "seen", title="Few", known=True)
    weigh_all(house)
    assert told(house, title="Few") == (55, 1, 0)


def test_what_is_withdrawn_has_no_votes_and_a_return_begins_with_those_it_had(read_by_seven: House) -> None:
    say(read_by_seven, "bank-b", "false")
    collection, entry = entry_of(read_by_seven)
    report = read_by_seven.submit("bank-c", f"{VALUE}\n")
    withdraw_object(read_by_seven.database, read_by_seven.exchange, entry.object_id, "wrong", "desk", now_ms())
    assert weigh_all(read_by_seven) == 1
    assert read_by_seven.indicators() == {}
    with pytest.raises(CannotVote, match="withdrawn"):
        vote(read_by_seven.database, collection, entry, person(read_by_seven, "bank-d"), "seen", None, now_ms())
    assert report.key


def test_a_frozen_collection_says_it_when_it_is_released(read_by_seven: House) -> None:
    collection, _ = entry_of(read_by_seven)
    with read_by_seven.database.writing() as connection:
        freeze_collection(connection, collection.key, now_ms())
    say(read_by_seven, "bank-b", "seen")
    weigh_all(read_by_seven)
    assert told(read_by_seven) == (50, 0, 0)
    release(read_by_seven.database, read_by_seven.exchange, collection, now_ms())
    assert told(read_by_seven) == (55, 1, 0)


def test_a_pushed_object_keeps_its_bytes(house: House) -> None:
    with_readers(with_cert(house))
    push(house, "cert", indicator("one", PATTERN, confidence=80))
    (before,) = (one for one in house.entries() if one.owner_key is not None)
    say(house, "bank-b", "false")
    weigh_all(house)
    (after,) = (one for one in house.entries() if one.owner_key is not None)
    assert after.body == before.body


def test_an_object_that_names_several_values_is_not_counted(house: House) -> None:
    with_readers(with_cert(house))
    pattern = "[domain-name:value = 'a1.example' OR domain-name:value = 'a2.example']"
    push(house, "cert", indicator("two", pattern))
    with pytest.raises(CannotVote, match="several things"):
        say(house, "bank-b", "seen", pattern=pattern)


def test_erasing_takes_votes_along(read_by_seven: House) -> None:
    say(read_by_seven, "bank-b", "false")
    erase(
        read_by_seven.database,
        read_by_seven.exchange,
        read(VALUE, "domain"),
        lambda text: text.encode()[:16],
        lambda _: None,
        "asked",
        "desk",
        now_ms(),
    )
    with read_by_seven.database.reading() as connection:
        assert connection.execute(sa.select(votes)).all() == []


def test_a_reader_is_told_how_it_stands(read_by_seven: House) -> None:
    say(read_by_seven, "bank-b", "false", "shared")
    collection, entry = entry_of(read_by_seven)
    with read_by_seven.database.writing() as connection:
        keys = {slug: find_member(connection, slug).key for slug in ("bank-a", "bank-b", "bank-f")}
        grant(connection, collection.key, keys["bank-f"])
    with read_by_seven.database.reading() as connection:
        own, source = (ballot_of(connection, collection, entry, keys[slug]) for slug in ("bank-b", "bank-a"))
    assert own.said is not None
    assert (own.said.says, own.said.why, own.reports_it, own.readers) == ("false", "shared", False, 6)
    assert (source.said, source.reports_it) == (None, True)


def test_it_is_weighed_once_an_hour(read_by_seven: House) -> None:
    hourly = Hourly(read_by_seven.database, read_by_seven.exchange)
    start = now_ms() // HOUR_MS * HOUR_MS + 2 * HOUR_MS
    say(read_by_seven, "bank-b", "seen")
    assert [hourly.step(start), hourly.step(start + 1)] == [1, 0]
    say(read_by_seven, "bank-c", "seen")
    assert hourly.step(start + 2) == 0
    assert told(read_by_seven) == (55, 1, 0)
    assert hourly.step(start + HOUR_MS) == 1
    assert told(read_by_seven) == (60, 2, 0)
