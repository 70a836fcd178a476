"""What a trusted member's objects may not do at once: accuse a person, or name what an allow list covers."""

import json
from typing import Any

import pytest
from house import START, House
from pushing import AT, hash_of, indicator, push, release, stix, tool, verdict, with_cert

from tocsin.identifiers import Identifier, deterministic_id
from tocsin.ledger.append import Outcome, append
from tocsin.ledger.objects import latest_of
from tocsin.members.members import add_member, find_member, grant
from tocsin.publishing.process import process
from tocsin.publishing.refilter import refilter
from tocsin.publishing.versions import version_of
from tocsin.publishing.withdraw import delete_object, withdraw_object, withdraw_report
from tocsin.reports.reports import find_report
from tocsin.screening import ListHit
from tocsin.times import now_ms

IBAN, PHONE = "GB33BUKB20201555555555", "+6591234567"
PERSON = f"[bank-account:iban = '{IBAN}']"
LATER = "2026-02-01T00:00:00.000Z"
NOTHING = "d41d8cd98f00b204e9800998ecf8427e"
HIT = ListHit("list", "entry", "reject", "It is on a list.")
LISTED = ("google.com", "8.8.8.8", NOTHING)


@pytest.fixture
def house(house: House) -> House:
    """The exchange with a trusted member, a moderator, and a few things on its allow lists."""
    house = with_cert(house)

    def hit(identifier: Identifier) -> ListHit | None:
        return HIT if identifier.value in LISTED else None

    object.__setattr__(house.screening, "hit", hit)
    return house


def sco(kind: str, /, **made_of: Any) -> dict[str, Any]:
    return {"type": kind, "spec_version": "2.1", "id": deterministic_id(kind, made_of), **made_of}


def reference(kind: str, **made_of: Any) -> str:
    return str(sco(kind, **made_of)["id"])


def own(house: House, title: str = "Scams") -> dict[str, bool]:
    return {one.object_id: one.revoked for one in house.entries(title) if one.owner_key is not None}


@pytest.mark.parametrize(
    "pattern",
    [
        "[domain-name:value IN ('google.com')]",
        "[domain-name:value LIKE 'google.%']",
        "[domain-name:value == 'google.com']",
        "[domain-name:value MATCHES '^google\\\\.com$']",
        "[(domain-name:value = 'google.com')]",
        "[domain-name:value = 'google.com'] /* harmless */",
        "[domain-name:value = 'google.com'] START t'2026-01-01T00:00:00Z' STOP t'2027-01-01T00:00:00Z'",
        "[ipv4-addr:value = '0.0.0.0/0']",
        "[ipv4-addr:value ISSUBSET '0.0.0.0/0']",
        "[network-traffic:dst_ref.value = '8.8.8.8']",
        "[domain-name:value = 'com']",
        f"[file:hashes.MD5 IN ('{NOTHING}')]",
        "[url:value LIKE 'https://google.com/%']",
        "[domain-name:value = '+6591234567']",
        f"[x-bank:iban = '{IBAN}']",
        "[sms:sender = 'DBS']",
        "[user-account:user_id = 'tan']",
        "[process:name = 'x' AND domain-name:value LIKE '%']",
        f"[process:command_line LIKE '%{PHONE}%']",
        "[process:name LIKE 'process:x =' AND domain-name:value = 'google.com']",
        "[domain-name:value NOT = 'bad.example']",
        "[domain-name:value != 'bad.example']",
        "[domain-name:value = 'goo' AND domain-name:value = 'bad.example']",
        f"[email-message:body MATCHES '{IBAN}']",
        "[url:value = 'https://wa.me/6591234567']",
    ],
)
def test_a_pattern_that_cannot_be_read_waits(house: House, pattern: str) -> None:
    assert verdict(house, push(house, "cert", indicator("i", pattern)))[0] in ("held", "rejected")
    assert own(house) == {}


@pytest.mark.parametrize(
    "pattern",
    [
        "[domain-name:value = 'bad.example' OR ipv4-addr:value = '192.0.2.7']",
        "[file:name = 'invoice.exe' AND file:size > 10]",
        "[process:command_line LIKE '%powershell%'] FOLLOWEDBY [windows-registry-key:key = 'HKLM\\\\Run']",
        "[email-message:subject = 'Invoice +65']",
        "[network-traffic:dst_port = 4444]",
        "[mutex:name = 'domain-name:value']",
        f"[file:hashes.'SHA-256' = '{'a' * 64}' AND file:size = 25536]",
        "([domain-name:value = 'bad.example'] AND [url:value == 'https://bad.example/']) WITHIN 5 SECONDS /* why */",
        "[process:name LIKE 'domain-name:value = ' AND file:size > 5]",
        "[ipv4-addr:value = '192.0.2.7/32' OR ipv6-addr:value = '2001:db8::7/128']",
    ],
)
def test_a_pattern_that_names_nobody_is_published(house: House, pattern: str) -> None:
    report = push(house, "cert", indicator("i", pattern))
    assert verdict(house, report) == ("accepted", "Published.")


PHONE_REF = reference("phone-number", value=PHONE)
ACCUSING = [
    stix("relationship", "r", relationship_type="uses", source_ref=tool("kit")["id"], target_ref=PHONE_REF),
    stix("note", "n", content="See there.", object_refs=[PHONE_REF]),
    stix("note", "n", content=f"The mule is at {IBAN}.", object_refs=[tool("kit")["id"]]),
    stix("note", "n", content=f"Call {PHONE}.", object_refs=[tool("kit")["id"]]),
    stix("report", "r", name="R", published=AT, object_refs=[PHONE_REF]),
    stix("threat-actor", "t", name="Mule", description=f"Account number 12345678, SWIFT: DBSSSGSG, phone {PHONE}"),
    stix("x-mule", "x", details={"deep": [{"iban": IBAN}]}),
    stix("indicator", "y", pattern=f"rule x {{ strings: $a = \"{PHONE}\" }}", pattern_type="yara", valid_from=AT),
    stix("indicator", "z", pattern="rule x { strings: $a = \"google.com\" }", pattern_type="yara", valid_from=AT),
    stix("tool", "k", name="kit", external_references=[{"source_name": "x", "url": f"tel:{PHONE}"}]),
    sco("bank-account", iban=IBAN, account_number="GB:BUKBGB22:12345678"),
    sco("ipv4-addr", value="0.0.0.0/0"),
    {"type": "x-bank", "spec_version": "2.1", "id": "x-bank--" + tool("kit")["id"][6:], "iban": IBAN},
    {
        "type": "file",
        "spec_version": "2.1",
        "id": "file--" + tool("kit")["id"][6:],
        "hashes": {"SHA-256": "a" * 64, "MD5": NOTHING},
    },
]  # fmt: skip


@pytest.mark.parametrize("thing", ACCUSING)
def test_what_accuses_in_another_form_waits(house: House, thing: dict[str, Any]) -> None:
    assert verdict(house, push(house, "cert", thing))[0] in ("held", "rejected")
    assert own(house) == {}


def test_a_reference_to_what_is_published_is_fine(house: House) -> None:
    for bank in ("bank-a", "bank-b"):
        house.submit(bank, f"phone\n{PHONE}\n", f"{bank}.csv")
    assert verdict(house, push(house, "cert", ACCUSING[0]))[0] == "accepted"


@pytest.mark.parametrize("marking", ["e828b379-4e03-4974-9ac4-e53a884c97c1", "5e57c739-391a-4eb3-b6be-7d15ca92d5ed"])
def test_red_goes_to_nobody(house: House, marking: str) -> None:
    red = tool("kit", object_marking_refs=[f"marking-definition--{marking}"])
    said, reason = verdict(house, push(house, "cert", red))
    assert (said, "TLP:RED" in reason) == ("rejected", True)


def test_an_object_that_is_marked_stricter_than_its_report_loosens_nothing(house: House) -> None:
    amber = ["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"]
    body = json.dumps({"objects": [indicator("i", "[domain-name:value = 'bad.example']", object_marking_refs=amber)]})
    report = house.submit("bank-a", body, file_format="stix", tlp="clear")
    assert "stricter" in verdict(house, report)[1]
    assert house.indicators() == {}
    house.submit("bank-a", body, file_format="stix", tlp="amber")
    assert len(house.indicators()) == 1


def test_a_second_voice_counts_where_it_was_said(house: House) -> None:
    house.collection("Only B")
    with house.database.writing() as connection:
        key = find_member(connection, "cert").key
        grant(connection, house.collections["Only B"].key, key, read=True, write=True)
    house.submit("bank-a", f"{IBAN}\n")
    thing = indicator("p", PERSON)
    report = push_to(house, "cert", ("Scams", "Only B"), thing)
    assert verdict(house, report)[0] == "merged"
    assert list(own(house)) == [thing["id"]]
    assert own(house, "Only B") == {}
    house.submit("bank-b", f"{IBAN}\n", to=("Only B",))
    assert list(own(house, "Only B")) == [thing["id"]]


def push_to(house: House, slug: str, to: tuple[str, ...], *objects: dict[str, Any]) -> Any:
    return house.submit(slug, json.dumps({"objects": objects}), file_format="stix", whole=True, to=to)


def test_a_released_object_ends_when_its_second_voice_goes(house: House) -> None:
    thing = indicator("p", PERSON)
    push(house, "cert", thing)
    report = house.submit("bank-a", f"{IBAN}\n")
    assert own(house) == {thing["id"]: False}
    withdraw_report(house.database, house.exchange, report.key, "wrong", "desk", now_ms())
    assert own(house) == {thing["id"]: True}


def test_an_open_list_is_no_voice_however_it_comes(house: House) -> None:
    with house.database.writing() as connection:
        member = add_member(connection, "list", "List", "list", None, START, trusted=True)
        grant(connection, house.collections["Scams"].key, member.key, read=True, write=True)
    push(house, "cert", indicator("p", PERSON))
    assert verdict(house, push(house, "list", indicator("q", PERSON)))[0] == "held"
    assert own(house) == {}


def test_nobody_ends_what_another_pushed_by_way_of_a_report(house: House) -> None:
    thing = tool("kit")
    push(house, "cert", thing)
    for copy in (thing, thing | {"description": "mine"}):
        report = push(house, "bank-a", copy)
        withdraw_report(house.database, house.exchange, report.key, "changed my mind", "bank-a", now_ms())
    assert own(house) == {thing["id"]: False}


def test_what_was_withdrawn_as_wrong_does_not_come_back(house: House) -> None:
    thing = tool("kit")
    push(house, "cert", thing)
    withdraw_object(house.database, house.exchange, thing["id"], "wrong", "desk", now_ms())
    said, reason = verdict(house, push(house, "cert", thing | {"modified": "2099-01-01T00:00:00.000Z"}))
    assert (said, "withdrawn here" in reason) == ("rejected", True)
    assert own(house) == {thing["id"]: True}
    house.submit("bank-a", "wrong.example\n")
    [wrong] = house.indicators().values()
    withdraw_object(house.database, house.exchange, wrong["id"], "a florist", "desk", now_ms())
    both = indicator("i", "[domain-name:value = 'bad.example' OR domain-name:value = 'wrong.example']")
    assert "withdrawn as wrong" in verdict(house, push(house, "cert", both))[1]


def delete(house: House, object_id: str) -> None:
    with house.database.writing() as connection:
        delete_object(connection, house.exchange, house.collections["Scams"].key, object_id, None, now_ms())


def test_a_deleted_object_is_no_voice_any_more(house: House) -> None:
    thing = indicator("p", PERSON)
    push(house, "cert", thing)
    house.submit("bank-a", f"{IBAN}\n")
    assert PERSON in house.indicators()
    delete(house, thing["id"])
    assert PERSON not in house.indicators()
    assert own(house) == {thing["id"]: True}


def test_an_observable_that_an_indicator_rests_on_is_there_again(house: House) -> None:
    seen = sco("domain-name", value="bad.example") | {"x_note": "ours"}
    push(house, "cert", seen)
    house.submit("bank-a", "bad.example\n")
    delete(house, seen["id"])
    [again] = [entry for entry in house.entries() if entry.object_id == seen["id"]]
    assert again.owner_key is None
    assert b"x_note" not in again.body


def test_another_meaning_takes_the_voice_along(house: House) -> None:
    thing = indicator("p", PERSON)
    push(house, "cert", thing)
    changed = thing | {"modified": LATER, "pattern": "[domain-name:value = 'bad.example']"}
    push(house, "cert", changed)
    assert verdict(house, house.submit("bank-a", f"{IBAN}\n"))[0] == "held"


def test_everything_is_withdrawn_however_many_said_it(house: House) -> None:
    body = "".join("bad.example\n" for _ in range(700))
    house.submit("bank-a", body)
    [one] = house.indicators().values()
    done = withdraw_object(house.database, house.exchange, one["id"], "a florist", "desk", now_ms())
    assert done == 700
    assert house.indicators() == {}


def test_a_report_taken_back_before_it_was_read_publishes_nothing(house: House) -> None:
    report_id = house.receive("bank-a", "bad.example\n")
    with house.database.reading() as connection:
        key = find_report(connection, report_id).key
    withdraw_report(house.database, house.exchange, key, "by mistake", "bank-a", now_ms())
    report = process(house.database, house.exchange, house.screening, report_id)
    assert report.state == "complete"
    assert "taken back" in report.notices[-1]
    assert house.indicators() == {}


def test_a_collection_that_got_a_filter_takes_no_whole_objects(house: House) -> None:
    waiting = push(house, "bank-a", tool("kit"))
    refilter(house.database, house.exchange, house.collections["Scams"], "kind:domain", now_ms())
    release(house, waiting)
    assert "filter" in verdict(house, waiting)[1]
    assert own(house) == {}


def test_a_refused_withdrawal_changes_nothing(house: House) -> None:
    thing = indicator("p", PERSON, modified=LATER)
    push(house, "cert", thing)
    house.submit("bank-a", f"{IBAN}\n")
    early = thing | {"modified": AT, "revoked": True}
    assert verdict(house, push(house, "cert", early))[0] == "rejected"
    assert PERSON in house.indicators()
    assert own(house) == {thing["id"]: False}


def test_an_observable_with_dates_but_no_versions_goes_when_it_has_to(house: House) -> None:
    odd = {"type": "x-thing", "spec_version": "2.1", "id": "x-thing--" + tool("kit")["id"][6:], "created": AT}
    with house.database.writing() as connection:
        key, member = house.collections["Scams"].key, find_member(connection, "cert").key
        body = json.dumps(odd).encode()
        assert append(connection, key, [version_of(body, member)], START) == [Outcome.APPENDED]
        delete_object(connection, house.exchange, key, odd["id"], None, START)
        assert latest_of(connection, key, [odd["id"]]) == {}


def test_an_observable_that_was_deleted_blocks_nobody(house: House) -> None:
    seen = sco("domain-name", value="bad.example") | {"x_note": "ours"}
    push(house, "cert", seen)
    with house.database.writing() as connection:
        delete_object(connection, house.exchange, house.collections["Scams"].key, seen["id"], None, now_ms())
    house.submit("bank-a", "bad.example\n")
    assert seen["id"] in {entry.object_id for entry in house.entries()}


def test_a_revoked_indicator_in_a_file_accuses_nobody_and_takes_back(house: House) -> None:
    def handed_in(**more: Any) -> str:
        body = json.dumps({"objects": [indicator("i", "[domain-name:value = 'bad.example']", **more)]})
        return verdict(house, house.submit("bank-a", body, file_format="stix"))[0]

    assert handed_in(revoked=True, modified=AT) == "merged"
    assert house.indicators() == {}
    assert handed_in() == "accepted"
    assert len(house.indicators()) == 1
    assert handed_in(revoked=True, modified=LATER) == "accepted"
    assert house.indicators() == {}


@pytest.mark.parametrize(
    "odd",
    [
        '{"type": "tool", "spec_version": "2.\\u0000"}',
        '{"a\\u0000": 1, "a\\u0000": 2}',
        json.dumps(tool("kit", modified=f"2026-01-01T00:00:00.{'1' * 9_000}Z")),
        json.dumps(tool("kit", extensions={"\0": {}})),
    ],
)
def test_one_odd_object_stops_nobody(house: House, odd: str) -> None:
    thing = tool("good")
    body = f'{{"objects": [{odd}, {json.dumps(thing)}]}}'
    report = house.submit("cert", body, file_format="stix", whole=True)
    assert [one.verdict for one in house.verdicts(report)] == ["rejected", "accepted"]
    assert hash_of("good") > 0
