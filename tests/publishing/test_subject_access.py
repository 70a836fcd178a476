"""What is known of somebody: all of it, nothing of others in the same sheet, and no source that is not seen."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from house import START, House
from pushing import indicator, push, release, with_cert

from tocsin.identifiers import KINDS, read
from tocsin.ledger.receipts import Receipt, Receipts
from tocsin.members.members import add_member, find_member, grant
from tocsin.policy.keeping import Rule
from tocsin.publishing.erase import erase
from tocsin.publishing.hold import hold_member, hold_value
from tocsin.publishing.moderate import reject
from tocsin.publishing.subject_access import Sources, known_of
from tocsin.publishing.withdraw import withdraw_report
from tocsin.reports.keeping import set_rule
from tocsin.reports.tables import disputes
from tocsin.times import DAY_MS, parse_stamp, stamp
from tocsin.web.knowing import as_files

HERS, HIS = "+6591234567", "+6598765432"
SHEET = (
    f"phone,role,crime type,note\n{HERS},mule,bec,seen at the counter of Block 7\n{HIS},mule,bec,Mr Lim of Block 9\n"
)


@pytest.fixture
def receipts(tmp_path: Path) -> Receipts:
    made = Receipts(f"sqlite:///{tmp_path / 'receipts.db'}")
    made.prepare()
    return made


@pytest.fixture
def full(house: House) -> House:
    """Two sheets with two people each; both were published."""
    house.submit("bank-a", SHEET, "mules of Mr Lim.csv", with_text=True, basis="legitimate-interests")
    house.submit("bank-b", SHEET, "mules.csv", tlp="amber")
    return house


def known(house: House, receipts: Receipts, *values: str, **sources: Any) -> dict[str, Any]:
    with house.database.reading() as connection:
        found = Sources(house.exchange, receipts, **sources)
        return known_of(connection, found, [read(one, "phone") for one in values], "admin", START + DAY_MS)


def spelled(found: dict[str, Any]) -> str:
    return "".join(body.decode() for body in as_files(found).values())


def test_it_has_everything_about_the_one(full: House, receipts: Receipts) -> None:
    (one,) = known(full, receipts, HERS)["asked"]
    assert {item["versions"][0]["object"]["type"] for item in one["published"]} == {
        "indicator",
        "phone-number",
        "relationship",
    }
    first, second = one["reported"]
    assert (first["source"], first["source_category"], first["crime_type"]) == ("Bank A", "bank", "bec")
    assert first["lawful_basis"].startswith("Preventing fraud")
    assert first["collections"] == ["Scams"]
    assert first["note"] == "seen at the counter of Block 7"
    assert (second["note"], second["marking"]) == (None, "TLP:AMBER")
    assert one["published"][0]["readers_now"] == {
        "members": 4,
        "names": ["Bank A", "Bank B", "Bank C", "Police"],
    }


def test_it_has_nothing_of_the_other_person_in_the_same_sheet(full: House, receipts: Receipts) -> None:
    text = spelled(known(full, receipts, HERS))
    assert HERS in text
    for words in (HIS, HIS.removeprefix("+65"), "Mr Lim", "Block 9", "mules"):
        assert words not in text
    assert HIS in spelled(known(full, receipts, HERS, HIS))


def test_a_source_that_is_not_seen_stays_unseen(house: House, receipts: Receipts) -> None:
    with house.database.writing() as connection:
        telco = add_member(connection, "telco-x", "Hidden Telco", "telco", "SG", START)
        grant(connection, house.collections["Scams"].key, telco.key, read=True, write=True)
    house.submit("telco-x", SHEET, "hidden-telco.csv", unattributed=True, with_text=True)
    with house.database.writing() as connection:
        hold_member(connection, "telco-x", "an inquiry into Hidden Telco", "admin", START)
        grant(connection, house.collections["Scams"].key, telco.key, write=True)
    found = known(house, receipts, HERS)
    (said,) = found["asked"][0]["reported"]
    assert (said["source"], said["source_category"], said["held"]) == (None, "member", False)
    assert "without its name" in said["source_note"]
    assert found["asked"][0]["holds"] == []
    assert said["received"].endswith("T00:00:00.000Z")
    text = spelled(found).lower()
    for words in ("telco", "hidden", "block 7", str(telco.key) + '"'):
        assert words not in text


def test_who_had_it_is_said_from_the_receipts(full: House, receipts: Receipts) -> None:
    collection = full.collections["Scams"]
    last = max(entry.position for entry in full.entries())
    receipts.note(Receipt("police/poller", collection.id, "", sent=last, confirmed=0, polled_ms=START))
    receipts.note(Receipt("bank-c/poller", collection.id, "", sent=0, confirmed=0, polled_ms=START))
    receipts.note(Receipt("bank-b/poller", collection.id, "", last, last, START, began=last))
    (one,) = known(full, receipts, HERS)["asked"]
    assert {tuple(item["sent_to"]["names"]) for item in one["published"]} == {("Police",)}


def test_keeping_holds_disputes_and_searches_are_in_it(full: House, receipts: Receipts) -> None:
    phone = read(HERS, "phone")
    with full.database.writing() as connection:
        set_rule(connection, Rule(30, "phone", "amber"), "admin", START)
        set_rule(connection, Rule(90), "admin", START)
        hold_value(connection, phone, str.encode, "a claim in court", "admin", START)
        hold_value(connection, read(HIS, "phone"), str.encode, "another claim", "admin", START)
        subject = connection.execute(sa.text("SELECT subject FROM assertions ORDER BY n LIMIT 1")).scalar_one()
        said = {"id": "d", "subject": bytes(subject), "kind": "phone", "value": HERS, "opened_ms": START}
        said |= {"opened_by": "clerk-of-b", "reason": "private words", "due_ms": START + DAY_MS, "decider": "desk"}
        connection.execute(disputes.insert().values(**said, member_key=find_member(connection, "bank-b").key))
    found = known(full, receipts, HERS, searches=lambda one: [f"somebody looked for a {one.kind}"])
    (one,) = found["asked"]
    assert [item["kept_days"] for item in one["reported"]] == [90, 30]
    received = parse_stamp(one["reported"][0]["received"])
    assert one["reported"][0]["kept_until"] == stamp(received + 90 * DAY_MS)
    assert [item["reason"] for item in one["holds"]] == ["a claim in court"]
    assert [item["due"] for item in one["disputes"]] == [stamp(START + DAY_MS)]
    assert one["searches"] == ["somebody looked for a phone"]
    for words in ("private words", "clerk-of-b", "another claim"):
        assert words not in spelled(found)


def test_what_was_decided_is_in_it_without_what_one_wrote_to_another(house: House, receipts: Receipts) -> None:
    with_cert(house)
    turned_down = house.submit("bank-a", SHEET, "a.csv")
    reject(house.database, turned_down.key, None, "mod", START, "it is Mr Lim's mother")
    taken_back = house.submit("bank-b", SHEET, "b.csv")
    withdraw_report(house.database, house.exchange, taken_back.key, "Mr Lim complained", "clerk", START)
    found = known(house, receipts, HERS)
    first, second = found["asked"][0]["reported"]
    assert (first["verdict"], first["decided_by_a_person"], second["state"]) == ("rejected", True, "withdrawn")
    assert "Mr Lim" not in spelled(found)


def test_objects_of_members_are_named_but_not_repeated(house: House, receipts: Receipts) -> None:
    with_cert(house)
    both = f"[phone-number:value = '{HERS}' OR domain-name:value = 'shop-of-lim.example']"
    report = push(house, "cert", indicator("both", both, name="Mr Lim's shop"))
    assert house.counts(report) == {"held": 1}
    other = push(house, "bank-b", indicator("single", f"[phone-number:value = '{HERS}']", name="call it"))
    assert house.counts(other)
    found = known(house, receipts, HERS)
    assert "of-lim" not in spelled(found)
    assert "Mr Lim" not in spelled(found)
    assert len(found["asked"][0]["reported"]) == 2


def test_an_observable_that_a_member_wrote_is_not_repeated_either(house: House, receipts: Receipts) -> None:
    with_cert(house)
    phone = read(HERS, "phone")
    body = {**KINDS["phone"].observable(phone), "x_owner": "Mr Lim's sister"}
    release(house, push(house, "cert", body))
    found = known(house, receipts, HERS)
    assert found["asked"][0]["pushed"]
    assert "Mr Lim" not in spelled(found)


def test_nothing_is_said_of_what_is_not_known_or_was_erased(full: House, receipts: Receipts) -> None:
    assert "Nothing is known of it." in spelled(known(full, receipts, "+6590000000"))
    phone = read(HERS, "phone")
    erase(full.database, full.exchange, phone, str.encode, lambda _: None, "letter", "admin", START)
    (one,) = known(full, receipts, HERS)["asked"]
    assert (one["reported"], one["pushed"]) == ([], [])
    assert all(version["object"]["revoked"] for item in one["published"] for version in item["versions"])


def test_the_files_say_the_same(full: House, receipts: Receipts) -> None:
    found = known(full, receipts, HERS)
    files = as_files(found)
    assert json.loads(files["known.json"]) == orjson.loads(orjson.dumps(found))
    page = files["known.html"].decode()
    for words in (HERS, "Bank A", "TLP:AMBER", "Can be read by", "without an end"):
        assert words in page


def test_hostile_words_are_words(house: House, receipts: Receipts) -> None:
    sheet = f'phone,note\n{HERS},"<script>alert(1)</script>"\n'
    house.submit("bank-a", sheet, with_text=True)
    page = as_files(known(house, receipts, HERS))["known.html"].decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
