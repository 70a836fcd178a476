"""What a member learns of what became of its reports, and the figure that is made of it."""

from pathlib import Path

import pytest
from house import START, House
from voting_house import MORE, PATTERN, VALUE, entry_of, say, weigh_all, with_readers

from tocsin.ledger.receipts import Receipt, Receipts
from tocsin.members.members import find_member, grant
from tocsin.members.voices import link_voices
from tocsin.policy.quality import Tally, quality
from tocsin.publishing.dispute import contested, decide_dispute, open_dispute
from tocsin.publishing.feedback import Doubt, Served, doubts_on, readable_keys, served_by
from tocsin.publishing.tally import DAYS, tally_of
from tocsin.publishing.withdraw import withdraw_object, withdraw_report
from tocsin.reports.reports import Report
from tocsin.reports.votes import keep_check
from tocsin.times import DAY_MS, now_ms

LATER = START + 30 * DAY_MS
READERS = ("bank-b", "bank-c", "police", *MORE)


@pytest.fixture
def receipts(tmp_path: Path) -> Receipts:
    made = Receipts(f"sqlite:///{tmp_path / 'receipts.db'}")
    made.prepare()
    return made


@pytest.fixture
def read_by_seven(house: House) -> House:
    return with_readers(house)


def served(house: House, receipts: Receipts, report: Report, *rows: int) -> dict[int, list[Served]]:
    with house.database.reading() as connection:
        return served_by(connection, house.exchange, receipts, report, rows)


def doubted(house: House, slug: str = "bank-a", now: int | None = None) -> list[Doubt]:
    with house.database.reading() as connection:
        key = find_member(connection, slug).key
        return doubts_on(connection, key, readable_keys(connection, key), now or now_ms())


def tally(house: House, slug: str = "bank-a", *, named_only: bool = False, now: int = LATER) -> Tally:
    with house.database.reading() as connection:
        return tally_of(connection, find_member(connection, slug).key, now, named_only=named_only)


def polled(receipts: Receipts, collection_id: str, slug: str, position: int, text: str = "") -> None:
    receipts.note(Receipt(f"{slug}/machine", collection_id, text, position, position, now_ms()))


def test_where_a_row_is_published_and_whom_it_reached(read_by_seven: House, receipts: Receipts) -> None:
    report = read_by_seven.submit("bank-a", f"{VALUE}\nnothing\n+65 9123 0001\n")
    collection, entry = entry_of(read_by_seven)
    for n, slug in enumerate(READERS):
        polled(receipts, collection.id, slug, entry.position if n < 5 else entry.position - 1)
    say(read_by_seven, "bank-b", "seen")
    found = served(read_by_seven, receipts, report, 0, 1, 2)
    assert found.keys() == {0}
    (one,) = found[0]
    assert (one.stix_id, len(one.fetched), one.seen_by, one.confidence) == (entry.object_id, 5, 0, 50)
    weigh_all(read_by_seven)
    (one,) = served(read_by_seven, receipts, report, 0)[0]
    assert (len(one.fetched), one.seen_by, one.confidence) == (0, 1, 55), "nobody has the new version yet"


def test_a_filter_that_keeps_it_out_did_not_fetch_it(read_by_seven: House, receipts: Receipts) -> None:
    report = read_by_seven.submit("bank-a", f"{VALUE}\n")
    collection, entry = entry_of(read_by_seven)
    for slug, text in (("bank-b", "match[type]=indicator"), ("bank-c", "match[type]=malware")):
        polled(receipts, collection.id, slug, entry.position, text)
    (one,) = served(read_by_seven, receipts, report, 0)[0]
    assert one.fetched == {"bank-b/machine"}


def test_nothing_is_told_of_collections_that_one_does_not_read(read_by_seven: House, receipts: Receipts) -> None:
    read_by_seven.collection("Hidden", read=("police", "bank-b"))
    report = read_by_seven.submit("bank-a", f"{VALUE}\n", to=("Hidden",))
    for slug in ("bank-b", "police"):
        say(read_by_seven, slug, "false", title="Hidden", known=True)
    weigh_all(read_by_seven)
    assert served(read_by_seven, receipts, report, 0) == {}
    assert doubted(read_by_seven) == []
    assert tally(read_by_seven) == Tally()


def test_a_row_that_waits_is_not_called_published_because_others_are(read_by_seven: House, receipts: Receipts) -> None:
    read_by_seven.collection("Other")
    for slug in ("bank-b", "bank-c"):
        read_by_seven.submit(slug, "+65 9123 0001\n", to=("Other",))
    report = read_by_seven.submit("bank-a", "+65 9123 0001\n")
    assert served(read_by_seven, receipts, report, 0) == {}


def test_two_independent_voices_alert_the_source(read_by_seven: House) -> None:
    report = read_by_seven.submit("bank-a", f"{VALUE}\n")
    say(read_by_seven, "bank-b", "false", "shared")
    assert doubted(read_by_seven) == []
    say(read_by_seven, "bank-c", "false", "honest")
    (one,) = doubted(read_by_seven)
    assert (one.value, one.voices, one.whys, one.rows) == (VALUE, 2, {"shared": 1, "honest": 1}, ((report.id, 0),))
    assert doubted(read_by_seven, "bank-b") == []
    assert not {"bank-b", "bank-c", "Bank B"} & set(str(one).split("'"))


def test_one_voice_twice_alerts_nobody(read_by_seven: House) -> None:
    with read_by_seven.database.writing() as connection:
        members = [find_member(connection, slug) for slug in ("bank-a", "bank-b", "bank-c", "bank-d")]
        link_voices(connection, members[0], members[1], "group", "desk", now_ms())
        link_voices(connection, members[2], members[3], "group", "desk", now_ms())
    read_by_seven.submit("bank-a", f"{VALUE}\n")
    for slug in ("bank-b", "bank-c", "bank-d"):
        say(read_by_seven, slug, "false")
    assert doubted(read_by_seven) == []


def test_what_was_checked_is_quiet_until_somebody_else_calls_it_wrong(read_by_seven: House) -> None:
    report = read_by_seven.submit("bank-a", f"{VALUE}\n")
    now = now_ms()
    for slug in ("bank-b", "bank-c"):
        say(read_by_seven, slug, "false", now=now)
    (one,) = doubted(read_by_seven)
    with read_by_seven.database.writing() as connection:
        keep_check(connection, (one.collection_key, one.subject), report.member_key, "clerk", now + 60_000)
        keep_check(connection, (one.collection_key, one.subject), report.member_key, "clerk", now + 60_001)
    assert doubted(read_by_seven) == []
    say(read_by_seven, "bank-d", "false", now=now + 120_000)
    assert [one.voices for one in doubted(read_by_seven)] == [3]


def test_a_source_that_took_it_back_is_not_alerted(read_by_seven: House) -> None:
    report = read_by_seven.submit("bank-a", f"{VALUE}\n")
    for slug in ("bank-b", "bank-c"):
        say(read_by_seven, slug, "false")
    withdraw_report(read_by_seven.database, read_by_seven.exchange, report.key, "mistake", "clerk", now_ms())
    assert doubted(read_by_seven) == []


def test_the_tally_has_every_part(read_by_seven: House) -> None:
    names = [f"n{n}.example" for n in range(20)]
    read_by_seven.submit("bank-a", "\n".join([*names, "nothing of the kind", "+65 9123 0001"]))
    now = now_ms()
    patterns = [f"[domain-name:value = '{name}']" for name in names]
    say(read_by_seven, "bank-b", "seen", pattern=patterns[0], now=now)
    for slug in ("bank-b", "bank-c"):
        say(read_by_seven, slug, "false", pattern=patterns[1], now=now)
    _, entry = entry_of(read_by_seven, patterns[2])
    withdraw_object(read_by_seven.database, read_by_seven.exchange, entry.object_id, "wrong", "desk", now)
    for name, outcome in ((names[3], "upheld"), (names[4], "withdrawn")):
        with read_by_seven.database.reading() as connection:
            about, key = contested(connection, name), find_member(connection, "police").key
        made = open_dispute(read_by_seven.database, read_by_seven.exchange, about, "Ours.", "clerk of police", key, now)
        decide_dispute(read_by_seven.database, read_by_seven.exchange, made.id, outcome, "Checked.", made.decider, now)
    assert tally(read_by_seven, now=now) == Tally(), "a report of years ago does not count"
    assert tally(read_by_seven) == Tally(
        rows=22, faulty=1, published=20, wrong=2, doubted=1, seen=1, disputed=2, lost=1
    )


def test_reports_without_a_name_count_for_the_member_alone(read_by_seven: House) -> None:
    read_by_seven.submit("bank-a", "\n".join(f"n{n}.example" for n in range(30)))
    read_by_seven.submit("bank-a", "\n".join(f"u{n}.example" for n in range(30)), unattributed=True)
    assert tally(read_by_seven).published == 60
    assert tally(read_by_seven, named_only=True).published == 30


def test_old_reports_and_those_it_does_not_read_count_no_more(read_by_seven: House) -> None:
    read_by_seven.submit("bank-a", "\n".join(f"n{n}.example" for n in range(30)))
    assert quality(tally(read_by_seven)).figure == 100
    assert tally(read_by_seven, now=START + (DAYS + 1) * DAY_MS) == Tally()
    with read_by_seven.database.writing() as connection:
        key = find_member(connection, "bank-a").key
        grant(connection, read_by_seven.collections["Scams"].key, key, write=True)
    assert tally(read_by_seven) == Tally()


def test_a_victims_own_is_no_fault(read_by_seven: House) -> None:
    read_by_seven.submit("bank-a", "email,role\nvictim@bad.example,victim\nceo@bad.example,sender\n", name="x.csv")
    found = tally(read_by_seven)
    assert (found.rows, found.faulty, found.published) == (1, 0, 1)


def test_what_was_taken_back_in_time_is_no_fault(read_by_seven: House) -> None:
    report = read_by_seven.submit("bank-a", f"{VALUE}\n")
    withdraw_report(read_by_seven.database, read_by_seven.exchange, report.key, "mistake", "clerk", now_ms())
    found = tally(read_by_seven)
    assert (found.rows, found.published, found.wrong) == (1, 1, 0)
    assert PATTERN not in read_by_seven.indicators()
