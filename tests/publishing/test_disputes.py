"""Disputes, and what the bank of an account states of it."""

from typing import Any

import pytest
from house import House
from pushing import indicator, push, with_cert

from tocsin.identifiers import read
from tocsin.ledger.read import Match
from tocsin.members.access import add_user
from tocsin.members.answerable import MayNot
from tocsin.members.banks import set_banks
from tocsin.members.members import find_member
from tocsin.members.people import disable, find_person
from tocsin.publishing.account_status import NotItsBank, state_account
from tocsin.publishing.dispute import (
    DAYS,
    CannotDispute,
    contested,
    decide_dispute,
    deciders,
    hand_over,
    open_dispute,
)
from tocsin.publishing.erase import erase
from tocsin.publishing.exchange import set_four_eyes
from tocsin.publishing.withdraw import NoSuchObject
from tocsin.publishing.words import BadWords
from tocsin.reports.disputes import Dispute, count_open, find_dispute, list_disputes
from tocsin.reports.statements import statements_on
from tocsin.stix import INDICATOR_EXTENSION, check
from tocsin.times import DAY_MS, now_ms

DOMAIN, IBAN, ACCOUNT = "florist.example", "GB33BUKB20201555555555", "SG:DBSSSGSG:12345678"
PATTERN = f"[domain-name:value = '{DOMAIN}']"
ABOUT = read(DOMAIN, "domain")
NOW = now_ms()


@pytest.fixture
def staffed(house: House) -> House:
    """The small exchange with two moderators, and the domain published in two collections."""
    house.collection("Other")
    with house.database.writing() as connection:
        for login, slug in (("mod-b", "bank-b"), ("mod-c", "bank-c")):
            add_user(connection, login, find_member(connection, slug).key, "moderator", "a long enough password", NOW)
        key = find_member(connection, "police").key
        add_user(connection, "inspector", key, "investigator", "a long enough password", NOW)
    house.submit("bank-a", f"{DOMAIN}\n", to=("Scams", "Other"))
    return house


def contest(house: House, value: str = DOMAIN, by: str = "inspector", slug: str = "police", **more: Any) -> Dispute:
    with house.database.reading() as connection:
        about, key = contested(connection, value), find_member(connection, slug).key
    return open_dispute(house.database, house.exchange, about, "It is a florist.", by, key, now_ms(), **more)


def end(house: House, dispute: Dispute, outcome: str, by: str | None = None) -> Dispute:
    return decide_dispute(
        house.database, house.exchange, dispute.id, outcome, "We rang them.", by or dispute.decider, now_ms()
    )


def ours(house: House, pattern: str, title: str = "Scams") -> dict[str, Any]:
    found: dict[str, Any] = house.indicators(title)[pattern]["extensions"][INDICATOR_EXTENSION]
    return found


def test_a_dispute_marks_every_collection_at_once_with_a_new_version(staffed: House) -> None:
    before = {title: staffed.indicators(title)[PATTERN] for title in ("Scams", "Other")}
    made = contest(staffed)
    for title, old in before.items():
        new = staffed.indicators(title)[PATTERN]
        assert new["id"] == old["id"]
        assert new["modified"] > old["modified"]
        assert ours(staffed, PATTERN, title)["disputed"] is True
        assert new["labels"][-1] == "disputed"
    assert made.due_ms - made.opened_ms == DAYS * DAY_MS


@pytest.mark.parametrize("outcome", ["upheld", "corrected"])
def test_what_is_upheld_loses_the_mark_and_stays(staffed: House, outcome: str) -> None:
    decided = end(staffed, contest(staffed), outcome)
    assert (decided.outcome, decided.decision, decided.decided_by) == (outcome, "We rang them.", decided.decider)
    assert "disputed" not in ours(staffed, PATTERN)
    assert "labels" not in staffed.indicators()[PATTERN]


def test_what_is_withdrawn_ends_everywhere_and_waits_when_it_comes_back(staffed: House) -> None:
    end(staffed, contest(staffed), "withdrawn")
    assert staffed.indicators("Scams") == staffed.indicators("Other") == {}
    again = staffed.submit("bank-b", f"{DOMAIN}\n")
    assert staffed.counts(again) == {"held": 1}


def test_what_is_reported_while_it_is_disputed_carries_the_mark(staffed: House) -> None:
    contest(staffed)
    staffed.collection("Third")
    staffed.submit("bank-c", f"{DOMAIN}\n", to=("Third",))
    assert ours(staffed, PATTERN, "Third")["disputed"] is True


def test_a_mailbox_is_disputed_in_whichever_role(staffed: House) -> None:
    staffed.submit("bank-a", "reply to,sender\nceo@bad.example,\n,ceo@bad.example\n", name="m.csv")
    patterns = [one for one in staffed.indicators() if "ceo@" in one]
    assert len(patterns) == 2
    contest(staffed, "ceo@bad.example")
    assert all(ours(staffed, one)["disputed"] for one in patterns)


def test_only_the_named_person_decides(staffed: House) -> None:
    dispute = contest(staffed, decider="mod-b")
    for by in ("mod-c", "inspector", "nobody"):
        with pytest.raises(MayNot):
            end(staffed, dispute, "upheld", by)
    with pytest.raises(MayNot):
        hand_over(staffed.database, dispute.id, "mod-c", "inspector", NOW)
    with pytest.raises(CannotDispute):
        hand_over(staffed.database, dispute.id, "inspector", "mod-c", NOW)
    handed = hand_over(staffed.database, dispute.id, "mod-c", "mod-c", NOW)
    assert (handed.decider, handed.due_ms) == ("mod-c", dispute.due_ms)
    end(staffed, handed, "upheld", "mod-c")
    with pytest.raises(CannotDispute, match="decided already"):
        end(staffed, handed, "withdrawn", "mod-c")
    assert staffed.indicators()[PATTERN]


def test_whoever_is_disabled_is_given_no_dispute(staffed: House) -> None:
    with staffed.database.writing() as connection:
        disable(connection, find_person(connection, "mod-b"), NOW)
        assert [login for login, _ in deciders(connection)] == ["mod-c"]
    assert contest(staffed).decider == "mod-c"


def test_with_four_eyes_nobody_decides_on_what_they_contest_or_reported(staffed: House) -> None:
    with staffed.database.writing() as connection:
        set_four_eyes(connection, True)
    staffed.submit("bank-b", f"{DOMAIN}\n", name="b.txt")
    own = contest(staffed, by="mod-c", slug="bank-c", decider="mod-c")
    with pytest.raises(MayNot, match="four eyes"):
        end(staffed, own, "upheld")
    handed = hand_over(staffed.database, own.id, "mod-b", "mod-c", NOW)
    with pytest.raises(MayNot, match="four eyes"):
        end(staffed, handed, "upheld")


def test_whoever_has_the_fewest_decides_and_not_of_the_same_member(staffed: House) -> None:
    staffed.submit("bank-a", "other.example\n")
    assert contest(staffed, by="mod-b", slug="bank-b").decider == "mod-c"
    with staffed.database.reading() as connection:
        assert [login for login, _ in deciders(connection)] == ["mod-b", "mod-c"]
    assert contest(staffed, "other.example").decider == "mod-b"


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_the_due_day_lies_ahead(staffed: House, days: int) -> None:
    with pytest.raises(CannotDispute, match="lie ahead"):
        contest(staffed, due_ms=now_ms() + days * DAY_MS)


def test_what_is_overdue_comes_first(staffed: House) -> None:
    staffed.submit("bank-a", "a.example\nb.example\nc.example\n")
    late = contest(staffed, "b.example", due_ms=now_ms() + DAY_MS)
    later, done = contest(staffed, "a.example", due_ms=now_ms() + 2 * DAY_MS), contest(staffed, "c.example")
    end(staffed, done, "upheld")
    with staffed.database.reading() as connection:
        assert [one.id for one in list_disputes(connection)] == [late.id, later.id, done.id]
        assert [one.id for one in list_disputes(connection, only_open=True)] == [late.id, later.id]
        assert count_open(connection, late.due_ms + 1) == (2, 1)
        own = find_member(connection, "bank-a").key
        assert list_disputes(connection, member_key=own) == []


@pytest.mark.parametrize("value", ["unknown.example", "indicator--11111111-1111-4111-8111-111111111111"])
def test_nothing_can_be_contested_that_is_not_there(staffed: House, value: str) -> None:
    with pytest.raises((NoSuchObject, CannotDispute)):
        contest(staffed, value)


def test_a_second_dispute_about_the_same_and_bad_words_are_refused(staffed: House) -> None:
    contest(staffed)
    with pytest.raises(CannotDispute, match="disputed already"):
        contest(staffed)
    with pytest.raises(BadWords):
        open_dispute(staffed.database, staffed.exchange, ABOUT, "The bank filed an STR.", "mod-b", 1, NOW)


def test_a_pushed_object_keeps_its_bytes_and_ends_when_it_was_wrong(staffed: House) -> None:
    with_cert(staffed)
    push(staffed, "cert", indicator("one", "[domain-name:value = 'pushed.example']"))
    (before,) = (one for one in staffed.entries() if one.owner_key is not None)
    with staffed.database.reading() as connection:
        assert contested(connection, before.object_id) == read("pushed.example", "domain")
    dispute = contest(staffed, before.object_id, decider="mod-b")
    (after,) = (one for one in staffed.entries() if one.owner_key is not None)
    assert after.body == before.body
    end(staffed, dispute, "withdrawn")
    (ended,) = (one for one in staffed.entries() if one.owner_key is not None)
    assert ended.revoked


def test_an_object_that_names_several_values_is_asked_about(staffed: House) -> None:
    with_cert(staffed)
    pattern = "[domain-name:value = 'a1.example' OR domain-name:value = 'a2.example']"
    push(staffed, "cert", indicator("two", pattern))
    (pushed,) = (one for one in staffed.entries() if one.owner_key is not None)
    with staffed.database.reading() as connection, pytest.raises(CannotDispute, match="several values"):
        contested(connection, pushed.object_id)


def keeps(house: House, slug: str, *codes: tuple[str, str]) -> int:
    with house.database.writing() as connection:
        key = find_member(connection, slug).key
        set_banks(connection, key, codes)
    return key


def state(house: House, value: str, kind: str, status: str, member_key: int, source: str = "our ledger") -> None:
    state_account(house.database, house.exchange, read(value, kind), status, source, member_key, "teller", now_ms())


@pytest.mark.parametrize(
    ("value", "kind", "code", "path"),
    [
        (IBAN, "iban", ("GB", "BUKB"), "iban"),
        (IBAN, "iban", ("GB", "BUKBGB22"), "iban"),
        (ACCOUNT, "bank-account", ("SG", "DBSSSGSG"), "account_number"),
    ],
)
def test_the_accounts_own_bank_states_what_it_knows(
    staffed: House, value: str, kind: str, code: tuple[str, str], path: str
) -> None:
    for slug in ("bank-a", "bank-b"):
        staffed.submit(slug, f"{value}\n", name=slug)
    key, other = keeps(staffed, "bank-c", code), keeps(staffed, "bank-b", ("DE", "37040044"))
    state(staffed, value, kind, "restricted", key)
    pattern = f"[bank-account:{path} = '{value}']"
    said = ours(staffed, pattern)["account_status"]
    assert said["status"] == "restricted"
    assert set(said) == {"status", "stated_on"}
    state(staffed, value, kind, "closed", key, "ticket 7 of Mr Tan")
    assert ours(staffed, pattern)["account_status"]["status"] == "closed", "the newest statement stands"
    with pytest.raises(NotItsBank):
        state(staffed, value, kind, "open", other)
    bodies = b"".join(entry.body for entry in staffed.entries(match=Match(versions=("all",))))
    for secret in (b"our ledger", b"ticket 7", b"teller", b"Bank C", b"bank-c"):
        assert secret not in bodies
    indicators = [entry for entry in staffed.entries() if entry.type == "indicator"]
    for entry in indicators:
        check(entry.body)


def test_a_statement_is_there_before_the_account_is_published(staffed: House) -> None:
    state(staffed, IBAN, "iban", "closed", keeps(staffed, "bank-c", ("GB", "BUKB")))
    for slug in ("bank-a", "bank-b"):
        staffed.submit(slug, f"{IBAN}\n", name=slug)
    assert ours(staffed, f"[bank-account:iban = '{IBAN}']")["account_status"]["status"] == "closed"


def test_a_customer_who_is_a_victim_is_disputed_by_itself_once(staffed: House) -> None:
    for slug in ("bank-a", "bank-b"):
        staffed.submit(slug, f"{IBAN}\n", name=slug)
    key = keeps(staffed, "bank-c", ("GB", "BUKB"))
    for _ in range(2):
        state(staffed, IBAN, "iban", "customer-is-victim", key)
    said = ours(staffed, f"[bank-account:iban = '{IBAN}']")
    assert said["disputed"] is True
    assert said["account_status"]["status"] == "customer-is-victim"
    with staffed.database.reading() as connection:
        (dispute,) = list_disputes(connection)
    assert dispute.opened_by == "teller"


@pytest.mark.parametrize(
    ("status", "source"), [("frozen", "x"), ("open", ""), ("open", "x" * 201), ("closed", "closed after STR was filed")]
)
def test_what_cannot_be_stated_is_refused(staffed: House, status: str, source: str) -> None:
    key = keeps(staffed, "bank-c", ("GB", "BUKB"))
    with pytest.raises(BadWords):
        state(staffed, IBAN, "iban", status, key, source)


def test_erasing_takes_disputes_and_statements_along(staffed: House) -> None:
    for slug in ("bank-a", "bank-b"):
        staffed.submit(slug, f"{IBAN}\n", name=slug)
    state(staffed, IBAN, "iban", "customer-is-victim", keeps(staffed, "bank-c", ("GB", "BUKB")))
    with staffed.database.reading() as connection:
        (dispute,) = list_disputes(connection)
        assert statements_on(connection, dispute.subject)
    about = read(IBAN, "iban")
    erase(staffed.database, staffed.exchange, about, lambda text: text.encode()[:16], lambda _: None, "asked", "x", NOW)
    with staffed.database.reading() as connection:
        left = find_dispute(connection, dispute.id)
        assert statements_on(connection, dispute.subject) == []
    assert (left.value, left.reason, left.decided_ms is not None) == ("", "Erased.", True)
