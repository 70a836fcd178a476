"""What a member does with its own reports: correct a row, take one back, add some."""

import json

import pytest
from house import House, no_lists
from pushing import indicator, push, with_cert

from tocsin.identifiers import Identifier
from tocsin.ledger.read import Match, last_seq
from tocsin.members.access import add_user
from tocsin.members.members import find_member
from tocsin.publishing.correct import CannotCorrect, Correction, amend
from tocsin.publishing.moderate import ask, reject
from tocsin.publishing.withdraw import take_back, withdraw_object, withdraw_report
from tocsin.reports.additions import additions_of, keep_addition
from tocsin.reports.decisions import decisions_on, questions_to
from tocsin.reports.reports import Decided, Report
from tocsin.screening import ListHit
from tocsin.times import now_ms

IBAN = "GB33BUKB20201555555555"
OTHER = "DE89370400440532013000"
NOW = now_ms()


def domain(name: str) -> str:
    return f"[domain-name:value = '{name}']"


def changed(house: House, report: Report, n: int = 0, kind: str = "domain", **said: str | None) -> Decided:
    usual: dict[str, str | None] = {"kind": kind, "value": "right.example", "role": None, "crime_type": None}
    correction = Correction(**{**usual, **said})  # type: ignore[arg-type]
    amend(house.database, house.exchange, house.screening, (report.key, n), correction, "clerk", NOW)
    return house.verdicts(report)[n]


def test_a_published_row_is_corrected_everywhere(house: House) -> None:
    house.collection("Other")
    report = house.submit("bank-a", "wrong.example\nfine.example\n", to=("Scams", "Other"))
    row = changed(house, report)
    assert (row.verdict, row.canonical, row.value) == ("accepted", "right.example", "wrong.example")
    for title in ("Scams", "Other"):
        assert set(house.indicators(title)) == {domain("right.example"), domain("fine.example")}
    with house.database.reading() as connection:
        (taken,) = decisions_on(connection, [(report.key, 0)])[report.key, 0]
    assert (taken.what, taken.by, taken.before["value"], taken.after["value"]) == (
        "amended",
        "clerk",
        "wrong.example",
        "right.example",
    )


def test_readers_get_one_withdrawal_and_one_new_object(house: House) -> None:
    report = house.submit("bank-a", "wrong.example\n")
    with house.database.reading() as connection:
        before = last_seq(connection)
    changed(house, report)
    entries = [one for one in house.entries(match=Match(versions=("all",))) if one.seq > before]
    assert [(one.type, one.revoked) for one in entries if one.type == "indicator"] == [
        ("indicator", False),
        ("indicator", True),
    ]


def test_what_another_member_reports_too_stays(house: House) -> None:
    house.submit("bank-b", "wrong.example\n")
    report = house.submit("bank-a", "wrong.example\n")
    changed(house, report)
    assert set(house.indicators()) == {domain("wrong.example"), domain("right.example")}
    ours = next(iter(house.indicators()[domain("wrong.example")]["extensions"].values()))
    assert ours["independent_members"] == 1


def test_the_crime_alone_is_a_new_version_without_a_withdrawal(house: House) -> None:
    report = house.submit("bank-a", "right.example\n")
    before = house.indicators()[domain("right.example")]
    changed(house, report, crime_type="phishing")
    after = house.indicators()[domain("right.example")]
    assert (after["id"], after["labels"]) == (before["id"], ["phishing"])
    assert not any(one.revoked for one in house.entries(match=Match(versions=("all",))))


def test_a_row_that_was_not_taken_is_put_right(house: House) -> None:
    report = house.submit("bank-a", "fine.example\nnothing of the kind\n")
    assert house.counts(report) == {"accepted": 1, "rejected": 1}
    assert changed(house, report, 1).verdict == "accepted"
    assert set(house.indicators()) == {domain("fine.example"), domain("right.example")}
    with house.database.reading() as connection:
        (taken,) = decisions_on(connection, [(report.key, 1)])[report.key, 1]
    assert taken.before == {}, "nobody else learns what was not taken"


def test_an_account_waits_again_for_its_own_second_voice(house: House) -> None:
    reports = [house.submit(slug, f"{IBAN}\n", name=slug) for slug in ("bank-a", "bank-b")]
    assert len(house.indicators()) == 1
    assert changed(house, reports[0], kind="iban", value=OTHER).verdict == "held"
    assert house.indicators() == {}
    assert house.verdicts(reports[1])[0].verdict == "held", "the other one has lost its second voice"
    assert changed(house, reports[0], kind="iban", value=IBAN).verdict == "merged"
    assert len(house.indicators()) == 1


def test_what_could_not_be_is_refused_and_changes_nothing(house: House) -> None:
    report = house.submit("bank-a", "wrong.example\n")
    with house.database.reading() as connection:
        before = last_seq(connection)
    for said, field in (
        ({"value": "no domain at all"}, "value"),
        ({"kind": "gossip"}, "kind"),
        ({"role": "king"}, "role"),
        ({"crime_type": "gossip"}, "crime"),
        ({"value": "wrong.example"}, "value"),
        ({"role": "victim"}, "value"),
    ):
        with pytest.raises(CannotCorrect) as refusal:
            changed(house, report, **said)
        assert refusal.value.field == field
    with house.database.reading() as connection:
        assert last_seq(connection) == before
    assert house.counts(report) == {"accepted": 1}


def test_what_is_harmless_cannot_be_put_in_its_place(house: House) -> None:
    report = house.submit("bank-a", "wrong.example\n")
    hit = ListHit("list", "right.example", "reject", "right.example is on a list of harmless names.")

    def harmless(one: Identifier) -> ListHit | None:
        return hit if one.value == "right.example" else no_lists(one)

    house.screening = type(house.screening)(hit=harmless, demonstration=True)
    with pytest.raises(CannotCorrect, match="harmless"):
        changed(house, report)


def test_what_was_withdrawn_is_not_corrected(house: House) -> None:
    wrong = house.submit("bank-a", "false.example\n")
    found = house.indicators()[domain("false.example")]["id"]
    withdraw_object(house.database, house.exchange, found, "wrong", "desk", NOW)
    back = house.submit("bank-a", "back.example\n")
    withdraw_report(house.database, house.exchange, back.key, "mistake", "clerk", NOW)
    for report in (wrong, back):
        with pytest.raises(CannotCorrect, match="withdrawn"):
            changed(house, report)


def test_what_was_withdrawn_as_wrong_by_others_waits(house: House) -> None:
    house.submit("bank-b", "right.example\n")
    found = house.indicators()[domain("right.example")]["id"]
    withdraw_object(house.database, house.exchange, found, "wrong", "desk", NOW)
    assert changed(house, house.submit("bank-a", "wrong.example\n")).verdict == "held"
    assert house.indicators() == {}


def test_a_pushed_object_is_nobodys_to_change(house: House) -> None:
    with_cert(house)
    report = push(house, "cert", indicator("one", "[domain-name:value = 'pushed.example']"))
    with pytest.raises(CannotCorrect, match="STIX object"):
        changed(house, report)


def test_one_row_is_taken_back_and_the_others_stay(house: House) -> None:
    report = house.submit("bank-a", "a.example\nb.example\nc.example\n")
    assert take_back(house.database, house.exchange, report.key, [1], "mistyped", "clerk", NOW) == 1
    assert set(house.indicators()) == {domain("a.example"), domain("c.example")}
    assert house.verdicts(report)[1].reason == "Withdrawn: mistyped"
    assert take_back(house.database, house.exchange, report.key, [1], "mistyped", "clerk", NOW) == 0
    house.submit("bank-b", "b.example\n")
    assert domain("b.example") in house.indicators()


def test_nobody_is_asked_about_what_was_taken_back(house: House) -> None:
    with house.database.writing() as connection:
        key = find_member(connection, "bank-c").key
        add_user(connection, "desk", key, "moderator", "a long enough password", NOW)
    report = house.submit("bank-a", f"{IBAN}\n")
    ask(house.database, report.key, None, "desk", NOW, "Sure?")
    take_back(house.database, house.exchange, report.key, [0], "mistyped", "clerk", NOW)
    assert house.counts(report) == {"rejected": 1}
    assert reject(house.database, report.key, None, "desk", NOW, "no") == 0
    with house.database.reading() as connection:
        assert questions_to(connection, report.member_key, 10) == []


def test_what_is_added_stands_beside_the_report(house: House) -> None:
    report, added = house.submit("bank-a", "a.example\n"), house.submit("bank-a", "b.example\n")
    with house.database.writing() as connection:
        keep_addition(connection, added.id, report.key)
    with house.database.reading() as connection:
        assert additions_of(connection, report.key, 10) == (None, [(added.id, added.received_ms)])
        assert additions_of(connection, added.key, 10) == (report.id, [])


def test_a_reason_to_set_lists_aside_is_for_what_was_handed_in_alone(house: House) -> None:
    def harmless(one: Identifier) -> ListHit | None:
        return ListHit("list", one.value, "reject", f"{one.value} is on a list of harmless names.")

    house.screening = type(house.screening)(hit=harmless, demonstration=True)
    report = house.submit("bank-a", "wrong.example\n", override="It was taken over.")
    assert house.counts(report) == {"accepted": 1}
    assert changed(house, report, value="wrong.example", crime_type="phishing").verdict == "accepted"
    with pytest.raises(CannotCorrect, match="harmless"):
        changed(house, report)


def test_a_row_that_is_marked_stricter_than_its_report_stays_out_whatever_is_corrected(house: House) -> None:
    attribute = {"type": "domain", "category": "Network activity", "value": "red.example", "to_ids": True}
    event = {"Event": {"info": "x", "Attribute": [{**attribute, "Tag": [{"name": "tlp:red"}]}]}}
    report = house.submit("bank-a", json.dumps(event), tlp="green")
    for said in ({"value": "red.example", "role": "hosting"}, {"value": "other.example"}):
        with pytest.raises(CannotCorrect, match="under its own marking"):
            changed(house, report, **said)
    assert house.indicators() == {}


@pytest.mark.parametrize("note", ["We filed a STR on this.", None])
def test_a_row_whose_marking_nobody_looked_at_is_corrected_by_nobody(house: House, note: str | None) -> None:
    """It was refused for a word or a number, before anybody saw that it is TLP:RED."""
    value = {"type": "domain", "value": "red.example", "comment": note}
    number = {"type": "cc-number", "value": "4111111111111111"}
    attribute = {"category": "Network activity", "to_ids": True, **(value if note else number)}
    event = {"Event": {"info": "x", "Attribute": [{**attribute, "Tag": [{"name": "tlp:red"}]}]}}
    report = house.submit("bank-a", json.dumps(event), tlp="green")
    assert house.verdicts(report)[0].verdict == "rejected"
    with pytest.raises(CannotCorrect, match="marking"):
        changed(house, report, value="red.example")
    assert house.indicators() == {}
