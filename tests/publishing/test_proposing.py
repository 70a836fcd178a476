"""Corrections that readers propose, and what their sources decide."""

from typing import Any

import pytest
import sqlalchemy as sa
from house import House
from pushing import indicator, push, with_cert
from voting_house import PATTERN, VALUE, entry_of, person, with_readers

from tocsin.identifiers import read
from tocsin.members.access import Principal, add_user
from tocsin.members.members import find_member, grant
from tocsin.publishing.correct import CannotCorrect, Correction
from tocsin.publishing.erase import erase
from tocsin.publishing.feedback import readable_keys
from tocsin.publishing.propose import CannotPropose, Wanted, answer_proposal, propose
from tocsin.publishing.words import BadWords
from tocsin.reports.proposals import (
    MOST_OPEN,
    OPEN_DAYS,
    NoSuchProposal,
    Proposal,
    count_proposed,
    proposals_by,
    proposals_to,
)
from tocsin.reports.tables import proposal_answers, proposals
from tocsin.times import DAY_MS, now_ms

RIGHT = Correction("domain", "RIGHT[.]example", None, None)


@pytest.fixture
def read_by_seven(house: House) -> House:
    with_readers(house)
    house.submit("bank-a", f"{VALUE}\nother.example\n")
    return house


def suggest(house: House, slug: str = "bank-b", correction: Correction | None = RIGHT, **more: Any) -> str:
    pattern = more.pop("pattern", PATTERN)
    collection, entry = entry_of(house, pattern)
    wanted = Wanted(correction, more.pop("words", "It is mistyped."), more.pop("named", False))
    return propose(house.database, collection, entry, person(house, slug), wanted, more.pop("now", now_ms()))


def to(house: House, slug: str) -> list[Proposal]:
    with house.database.reading() as connection:
        key = find_member(connection, slug).key
        return proposals_to(connection, key, readable_keys(connection, key), 100)


def by(house: House, slug: str) -> Proposal:
    with house.database.reading() as connection:
        (one,) = proposals_by(connection, find_member(connection, slug).key, 100)
    return one


def decide(house: House, identity: str, slug: str, *, accepted: bool) -> int:
    who: Principal = person(house, slug)
    return answer_proposal(house.database, house.exchange, house.screening, identity, who, now_ms(), accepted=accepted)


def test_the_source_takes_it_up(read_by_seven: House) -> None:
    identity = suggest(read_by_seven)
    (one,) = to(read_by_seven, "bank-a")
    assert (one.id, one.kind, one.value, one.name) == (identity, "domain", "right.example", None)
    assert by(read_by_seven, "bank-b").state(now_ms()) == "open"
    assert decide(read_by_seven, identity, "bank-a", accepted=True) == 1
    assert set(read_by_seven.indicators()) == {
        "[domain-name:value = 'right.example']",
        "[domain-name:value = 'other.example']",
    }
    assert by(read_by_seven, "bank-b").state(now_ms()) == "taken up"


def test_the_source_declines(read_by_seven: House) -> None:
    identity = suggest(read_by_seven)
    assert decide(read_by_seven, identity, "bank-a", accepted=False) == 0
    assert PATTERN in read_by_seven.indicators()
    assert by(read_by_seven, "bank-b").state(now_ms()) == "declined"
    with pytest.raises(NoSuchProposal):
        decide(read_by_seven, identity, "bank-a", accepted=True)


def test_it_can_be_that_it_is_taken_back(read_by_seven: House) -> None:
    identity = suggest(read_by_seven, correction=None)
    assert decide(read_by_seven, identity, "bank-a", accepted=True) == 1
    assert PATTERN not in read_by_seven.indicators()


def test_each_source_decides_for_itself(read_by_seven: House) -> None:
    read_by_seven.submit("bank-c", f"{VALUE}\n")
    identity = suggest(read_by_seven)
    assert len(to(read_by_seven, "bank-a")) == len(to(read_by_seven, "bank-c")) == 1
    decide(read_by_seven, identity, "bank-c", accepted=False)
    decide(read_by_seven, identity, "bank-a", accepted=True)
    assert PATTERN in read_by_seven.indicators()
    assert by(read_by_seven, "bank-b").state(now_ms()) == "taken up"


def test_every_row_that_says_it_is_changed_or_none(read_by_seven: House) -> None:
    read_by_seven.submit("bank-a", f"again.example\n{VALUE}\n")
    identity = suggest(read_by_seven)
    assert decide(read_by_seven, identity, "bank-a", accepted=True) == 2
    assert PATTERN not in read_by_seven.indicators()


def test_nobody_else_is_asked_or_can_answer(read_by_seven: House) -> None:
    identity = suggest(read_by_seven)
    for slug in ("bank-b", "bank-c", "police"):
        assert to(read_by_seven, slug) == []
        with pytest.raises(NoSuchProposal):
            decide(read_by_seven, identity, slug, accepted=True)


def test_a_source_that_reads_the_collection_no_more_is_not_told(read_by_seven: House) -> None:
    suggest(read_by_seven)
    with read_by_seven.database.writing() as connection:
        member = find_member(connection, "bank-a")
        grant(connection, read_by_seven.collections["Scams"].key, member.key, write=True)
        assert count_proposed(connection, member.key, readable_keys(connection, member.key), now_ms()) == 0
    assert to(read_by_seven, "bank-a") == []


def test_its_name_is_known_where_it_said_so(read_by_seven: House) -> None:
    suggest(read_by_seven, named=True)
    assert [one.name for one in to(read_by_seven, "bank-a")] == ["Bank B"]


@pytest.mark.parametrize(
    ("correction", "field"),
    [
        (RIGHT._replace(kind="gossip"), "kind"),
        (RIGHT._replace(value="no domain"), "value"),
        (RIGHT._replace(role="king"), "role"),
        (RIGHT._replace(crime_type="gossip"), "crime"),
    ],
)
def test_what_cannot_be_read_is_refused(read_by_seven: House, correction: Correction, field: str) -> None:
    with pytest.raises(CannotPropose) as refusal:
        suggest(read_by_seven, correction=correction)
    assert refusal.value.field == field


def test_words_are_needed_and_checked(read_by_seven: House) -> None:
    for words in ("", "x" * 501, "The bank filed an STR about it."):
        with pytest.raises(BadWords):
            suggest(read_by_seven, words=words)


def test_one_waits_at_a_time_and_not_too_many(read_by_seven: House) -> None:
    suggest(read_by_seven)
    with pytest.raises(CannotPropose, match="already"):
        suggest(read_by_seven)
    names = [f"n{n}.example" for n in range(MOST_OPEN)]
    read_by_seven.submit("bank-a", "\n".join(names))
    for name in names[1:]:
        suggest(read_by_seven, pattern=f"[domain-name:value = '{name}']")
    with pytest.raises(CannotPropose, match="wait for an answer"):
        suggest(read_by_seven, pattern=f"[domain-name:value = '{names[0]}']")
    later = now_ms() + (OPEN_DAYS + 1) * DAY_MS
    assert suggest(read_by_seven, now=later)


def test_whoever_reports_it_corrects_its_own(read_by_seven: House) -> None:
    with pytest.raises(CannotPropose, match="your own report"):
        suggest(read_by_seven, "bank-a")


def test_a_pushed_object_stays_and_the_proposal_waits(house: House) -> None:
    with_readers(with_cert(house))
    with house.database.writing() as connection:
        key = find_member(connection, "cert").key
        add_user(connection, "clerk of cert", key, "contributor", "a long enough password", now_ms())
    push(house, "cert", indicator("one", PATTERN))
    identity = suggest(house)
    with pytest.raises(CannotCorrect, match="STIX object"):
        decide(house, identity, "cert", accepted=True)
    assert by(house, "bank-b").state(now_ms()) == "open"
    assert PATTERN in house.indicators()


def test_erasing_takes_proposals_along(read_by_seven: House) -> None:
    decide(read_by_seven, suggest(read_by_seven), "bank-a", accepted=False)
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
        for table in (proposals, proposal_answers):
            assert connection.execute(sa.select(table)).all() == []


def test_a_row_that_says_it_already_keeps_no_other_from_it(read_by_seven: House) -> None:
    rows = f"domain,crime\n{VALUE},phishing\n"
    read_by_seven.submit("bank-a", rows, name="right.csv")
    identity = suggest(read_by_seven, correction=Correction("domain", VALUE, None, "phishing"))
    assert decide(read_by_seven, identity, "bank-a", accepted=True) == 1
    assert by(read_by_seven, "bank-b").state(now_ms()) == "taken up"
