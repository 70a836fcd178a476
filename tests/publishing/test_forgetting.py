"""Forgetting: what is older than its rule is withdrawn and emptied, may come again, and goes in small steps."""

import hashlib
import json
from collections import Counter
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from house import START, House
from pushing import indicator, tool, with_cert

from tocsin.identifiers import read
from tocsin.ledger.verify import verify_ledger
from tocsin.members.members import find_member
from tocsin.policy.keeping import Rule
from tocsin.publishing import forget as module
from tocsin.publishing.erase import CannotErase, erase
from tocsin.publishing.forget import Daily, due, forget
from tocsin.publishing.hand_in import terms_for
from tocsin.publishing.hold import hold_member, hold_report, hold_value
from tocsin.publishing.process import process
from tocsin.publishing.withdraw import withdraw_object
from tocsin.reports.holds import lift_hold
from tocsin.reports.keeping import last_run, remove_rule, set_rule
from tocsin.reports.receiving import receive
from tocsin.reports.reports import Report
from tocsin.reports.tables import disputes, report_bytes, reports
from tocsin.stix import indicator_id
from tocsin.times import DAY_MS, stamp

OLD = "+6591234567"
OTHER = "+6598765432"
PATTERN = f"[phone-number:value = '{OLD}']"
LATER = START + 400 * DAY_MS


def token(text: str) -> bytes:
    return hashlib.sha256(b"a key" + text.encode()).digest()


def submit(house: House, slug: str, body: str, at: int = START, **terms: Any) -> Report:
    """Hand something in at a moment (ms)."""
    with house.database.writing() as connection:
        one = find_member(connection, slug)
        chosen = terms_for(connection, one, collections=("Scams",), **{"tlp": "green", **terms})
        report_id, _ = receive(connection, one.key, slug, body.encode(), "sheet.csv", chosen, at)
    return process(house.database, house.exchange, house.screening, report_id)


def rule(house: House, days: int, kind: str | None = None, tlp: str | None = None) -> None:
    with house.database.writing() as connection:
        set_rule(connection, Rule(days, kind, tlp), "admin", START)


def run(house: House, now: int = LATER) -> Counter[str]:
    return sum((one.kinds for one in forget(house.database, house.exchange, token, now)), Counter())


def file_of(house: House, report: Report) -> bytes:
    with house.database.reading() as connection:
        query = sa.select(report_bytes.c.body).where(report_bytes.c.report_key == report.key)
        return bytes(connection.execute(query).scalar_one())


@pytest.fixture
def old(house: House) -> House:
    """Two banks reported a phone 400 days ago."""
    for bank in ("bank-a", "bank-b"):
        submit(house, bank, f"phone\n{OLD}\n")
    assert PATTERN in house.indicators()
    return house


def test_without_a_rule_everything_is_kept(old: House) -> None:
    assert run(old) == Counter()
    assert PATTERN in old.indicators()


def test_what_is_older_than_its_rule_goes_everywhere(old: House) -> None:
    rule(old, 365, "phone")
    newest = max(entry.position for entry in old.entries())
    assert old.where(OLD) == ["assertions", "entries", "entry_fields", "report_bytes"]
    assert run(old) == Counter(phone=1)
    assert old.where(OLD) == []
    assert old.where("sheet.csv") == []
    sent = [orjson.loads(entry.body) for entry in old.entries() if entry.position > newest]
    assert sorted((one["type"], one["revoked"]) for one in sent) == [("indicator", True), ("relationship", True)]
    assert all(check["ok"] for check in verify_ledger(old.database))
    assert run(old, LATER + DAY_MS) == Counter()


def test_what_is_younger_than_its_rule_stays(old: House) -> None:
    rule(old, 401, "phone")
    assert run(old) == Counter()
    assert PATTERN in old.indicators()


def test_the_last_word_on_it_counts(old: House) -> None:
    rule(old, 365, "phone")
    submit(old, "bank-c", f"phone\n{OLD}\n", LATER - 2 * DAY_MS)
    assert run(old) == Counter()
    assert run(old, LATER + 364 * DAY_MS) == Counter(phone=1)


def test_a_later_sighting_counts_but_none_that_lies_ahead(house: House) -> None:
    rule(house, 365)
    seen, ahead = stamp(START + 100 * DAY_MS)[:10], stamp(START + 9_000 * DAY_MS)[:10]
    submit(house, "bank-a", f"domain,last seen\nseen.example,{seen}\nahead.example,{ahead}\n")
    assert run(house) == Counter(domain=1)
    assert list(house.indicators()) == ["[domain-name:value = 'seen.example']"]


def test_each_word_is_kept_by_its_own_marking(old: House) -> None:
    rule(old, 30, tlp="green")
    rule(old, 500, tlp="amber")
    submit(old, "bank-c", f"phone\n{OLD}\n", tlp="amber")
    assert run(old) == Counter()
    assert run(old, START + 501 * DAY_MS) == Counter(phone=1)


def test_the_rest_of_a_sheet_stays_with_its_file_until_its_last_row_goes(house: House) -> None:
    rule(house, 365, "phone")
    rule(house, 1_000, "domain")
    report = submit(house, "bank-a", f"phone,domain\n{OLD},shop.example\n{OTHER},\n")
    assert run(house) == Counter(phone=2)
    assert b"shop.example" in file_of(house, report)
    assert run(house, START + 1_001 * DAY_MS) == Counter(domain=1)
    assert file_of(house, report) == b""


def test_what_was_forgotten_may_come_again(old: House) -> None:
    rule(old, 365, "phone")
    run(old)
    again = [submit(old, bank, f"phone\n{OLD}\n", LATER) for bank in ("bank-a", "bank-b")]
    assert [old.counts(report) for report in again] == [{"accepted": 1}, {"merged": 1}]
    found = old.indicators()[PATTERN]
    assert found["id"] == indicator_id(old.exchange.namespace, old.collections["Scams"].id, PATTERN, 2)


def test_what_waits_or_was_withdrawn_or_rejected_goes_too(house: House) -> None:
    rule(house, 365)
    waits = submit(house, "bank-a", f"phone,domain\n{OLD},wrong.example\nno phone of Mr Tan,\n")
    wrong = house.indicators()["[domain-name:value = 'wrong.example']"]["id"]
    withdraw_object(house.database, house.exchange, wrong, "a florist", "admin", START)
    assert run(house) == Counter(phone=1, domain=1, other=1)
    assert [house.where(one) for one in (OLD, "wrong.example", "Mr Tan")] == [[], [], []]
    assert house.counts(waits) == {"rejected": 2, "accepted": 1}
    assert file_of(house, waits) == b""


def test_a_file_that_could_not_be_read_goes_by_the_rule_for_its_marking(house: House) -> None:
    report = submit(house, "bank-a", "")
    broken = submit(house, "bank-a", '{"objects": [', file_format="stix")
    assert (report.state, broken.state) == ("unreadable", "unreadable")
    rule(house, 365, "phone")
    assert run(house) == Counter()
    rule(house, 365, tlp="green")
    assert run(house) == Counter(file=1)
    assert file_of(house, broken) == b""


def test_mail_and_reply_to_go_together(house: House) -> None:
    rule(house, 365)
    submit(house, "bank-a", "email,role\nboss@firm.example,reply-to\n")
    submit(house, "bank-b", "email\nboss@firm.example\n", LATER - DAY_MS)
    before = house.indicators()
    assert len(before) == 2
    assert run(house) == Counter()
    assert house.indicators() == before
    assert run(house, LATER + 365 * DAY_MS) == Counter(email=1)
    assert house.where("boss@firm.example") == []


def test_pushed_objects_go_unless_a_later_report_keeps_them(house: House) -> None:
    with_cert(house)
    rule(house, 365)
    kept, gone = tool("kept kit"), tool("gone kit")
    shop = indicator("shop", "[domain-name:value = 'pushed-shop.example']")
    first = submit(house, "cert", json.dumps({"objects": [kept, gone, shop]}), file_format="stix", whole=True)
    newer = {**kept, "modified": "2026-02-01T00:00:00.000Z"}
    submit(house, "cert", json.dumps({"objects": [newer]}), LATER - DAY_MS, file_format="stix", whole=True)
    assert run(house) == Counter(other=1, domain=1)
    assert house.where("gone kit") == []
    assert house.where("pushed-shop") == []
    assert "kept kit" in file_of(house, first).decode()
    assert {entry.object_id: entry.revoked for entry in house.entries() if entry.type == "tool"} == {
        kept["id"]: False,
        gone["id"]: True,
    }


def test_a_pushed_object_stays_whole_while_one_of_the_things_it_named_is_held(house: House) -> None:
    with_cert(house)
    rule(house, 365)
    first = indicator("shop", "[domain-name:value = 'first-shop.example']")
    second = {**first, "modified": "2026-02-01T00:00:00.000Z", "pattern": "[domain-name:value = 'second-shop.example']"}
    for version in (first, second):
        submit(house, "cert", json.dumps({"objects": [version]}), file_format="stix", whole=True)
    with house.database.writing() as connection:
        hold_value(connection, read("second-shop.example", "domain"), token, "case 4", "admin", START)
    assert run(house) == Counter()
    assert any(entry.type == "indicator" for entry in house.entries())
    assert house.where("first-shop.example")


def test_a_preview_says_the_same_and_changes_nothing(old: House) -> None:
    rule(old, 365)
    submit(old, "bank-a", "domain\nshop.example\n")
    submit(old, "bank-a", "domain\nnew-shop.example\n", LATER)
    before = list(old.stored())
    seen = list(due(old.database, token, LATER))
    assert sum((one.kinds for one in seen), Counter()) == Counter(phone=1, domain=1)
    assert {pair for one in seen for pair in one.values} == {("phone", OLD), ("domain", "shop.example")}
    assert list(old.stored()) == before
    assert run(old) == Counter(phone=1, domain=1)


def test_a_killed_run_is_gone_on_with(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    rule(house, 365)
    submit(house, "bank-a", "".join(f"old-{n}.example\n" for n in range(5)))
    monkeypatch.setattr(module, "_KEYS_AT_ONCE", 2)
    steps = forget(house.database, house.exchange, token, LATER)
    while not next(steps).kinds:
        pass
    steps.close()  # type: ignore[attr-defined]
    assert len(house.indicators()) == 3
    with house.database.reading() as connection:
        assert last_run(connection) is None
    assert run(house) == Counter(domain=3)
    with house.database.reading() as connection:
        done = last_run(connection)
    assert done is not None
    assert (done.began_ms, dict(done.forgotten)) == (LATER, {"domain": 3})


def test_what_comes_in_or_is_held_between_looking_and_doing_stays(house: House) -> None:
    rule(house, 365)
    submit(house, "bank-a", "first.example\nsecond.example\nthird.example\n")
    steps = forget(house.database, house.exchange, token, LATER)
    next(steps)
    submit(house, "bank-b", "first.example\n", LATER)
    with house.database.writing() as connection:
        hold_value(connection, read("second.example", "domain"), token, "case 4", "admin", LATER)
    assert sum((one.kinds for one in steps), Counter()) == Counter(domain=1)
    assert sorted(house.indicators()) == [f"[domain-name:value = '{one}.example']" for one in ("first", "second")]


@pytest.mark.parametrize("what", ["value", "indicator", "report", "member"])
def test_a_hold_keeps_it_from_both_and_lifting_it_lets_go(old: House, what: str) -> None:
    rule(old, 365)
    report = submit(old, "bank-c", f"phone\n{OLD}\n")
    with old.database.writing() as connection:
        said = ("case 4", "admin", START)
        if what == "report":
            hold = hold_report(connection, report.id, *said)
        elif what == "member":
            hold = hold_member(connection, "bank-c", *said)
        else:
            named = read(OLD, "phone") if what == "value" else old.indicators()[PATTERN]["id"]
            hold = hold_value(connection, named, token, *said)
    seen = list(due(old.database, token, LATER))
    assert sum(one.held for one in seen) == 1
    assert run(old) == Counter()
    with pytest.raises(CannotErase, match=hold):
        erase(old.database, old.exchange, read(OLD, "phone"), token, lambda _: None, "letter", "admin", LATER)
    assert PATTERN in old.indicators()
    withdraw_object(old.database, old.exchange, old.indicators()[PATTERN]["id"], "wrong", "admin", LATER)
    assert PATTERN not in old.indicators()
    assert OLD in file_of(old, report).decode()
    with old.database.writing() as connection:
        lift_hold(connection, hold, "the case is closed", "admin", LATER)
    assert run(old) == Counter(phone=1)
    assert old.where(OLD) == []


def test_a_hold_ends_at_its_date(old: House) -> None:
    rule(old, 365)
    with old.database.writing() as connection:
        hold_value(connection, read(OLD, "phone"), token, "case 4", "admin", START, until_ms=LATER)
    assert run(old, LATER - 1) == Counter()
    assert run(old) == Counter(phone=1)


def test_a_sheet_is_not_torn_up_while_another_line_of_it_is_held(house: House) -> None:
    report = submit(house, "bank-a", f"phone\n{OLD}\n{OTHER}\n")
    with house.database.writing() as connection:
        hold = hold_value(connection, read(OTHER, "phone"), token, "case 4", "admin", START)
    with pytest.raises(CannotErase, match=f"{report.id}.*{hold}"):
        erase(house.database, house.exchange, read(OLD, "phone"), token, lambda _: None, "letter", "admin", LATER)
    assert OLD in file_of(house, report).decode()


def test_a_held_value_is_not_written_down_again(house: House) -> None:
    with house.database.writing() as connection:
        hold_value(connection, read(OLD, "phone"), lambda _: b"a keyed hash", "case 4", "admin", START)
    assert house.where("91234567") == []


def test_what_is_disputed_is_kept_until_it_is_decided(old: House) -> None:
    rule(old, 365)
    with old.database.writing() as connection:
        subject = connection.execute(sa.text("SELECT subject FROM assertions LIMIT 1")).scalar_one()
        key = find_member(connection, "bank-a").key
        said = {"id": "d", "subject": bytes(subject), "kind": "phone", "value": OLD, "opened_ms": START}
        said |= {"opened_by": "x", "member_key": key, "reason": "not hers", "due_ms": LATER, "decider": "desk"}
        connection.execute(disputes.insert().values(said))
    assert run(old) == Counter()
    with old.database.writing() as connection:
        connection.execute(disputes.update().values(decided_ms=LATER, outcome="stands"))
    assert run(old) == Counter(phone=1)
    assert old.where(OLD) == []
    assert old.where("not hers") == []


def test_a_rule_is_replaced_and_taken_away(house: House) -> None:
    rule(house, 30)
    rule(house, 365)
    submit(house, "bank-a", "shop.example\n", LATER - 31 * DAY_MS)
    assert run(house) == Counter()
    with house.database.writing() as connection:
        assert remove_rule(connection, None, None)
        assert not remove_rule(connection, None, None)
    assert run(house, LATER + 4_000 * DAY_MS) == Counter()


def test_it_runs_once_a_day_a_step_at_a_time(house: House) -> None:
    rule(house, 365)
    submit(house, "bank-a", "shop.example\n")
    daily = Daily(house.database, house.exchange, token)
    steps = [daily.step(LATER) for _ in range(20)]
    assert 0 < sum(steps) < 20
    assert not house.indicators()
    submit(house, "bank-a", "other-shop.example\n")
    assert [daily.step(LATER + DAY_MS - 1) for _ in range(9)] == [0] * 9
    again = Daily(house.database, house.exchange, token)
    assert again.step(LATER + DAY_MS - 1) == 0
    assert house.indicators()
    while again.step(LATER + DAY_MS + 3_600_000):
        pass
    assert not house.indicators()
    with house.database.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(reports)).scalar_one() == 2
