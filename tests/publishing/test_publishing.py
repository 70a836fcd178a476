"""From what members hand in to what their collections say."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from house import House
from sqlalchemy.exc import OperationalError

from tocsin.identifiers import Identifier
from tocsin.ledger.read import Match
from tocsin.members.access import add_user
from tocsin.members.answerable import MayNot
from tocsin.members.members import find_member
from tocsin.policy.filters import BadFilter, parse_filter
from tocsin.publishing.hand_in import Refused, preview, terms_for
from tocsin.publishing.moderate import approve, reject
from tocsin.publishing.process import CHUNK_ROWS
from tocsin.publishing.publish import publish_chunk
from tocsin.publishing.withdraw import NoSuchObject, withdraw_absent, withdraw_object, withdraw_report, withdraw_since
from tocsin.reports.tables import COMPLETE, UNREADABLE
from tocsin.screening import ListHit
from tocsin.stix import EXTENSIONS, INDICATOR_EXTENSION, TLP
from tocsin.times import now_ms

DOMAIN = "[domain-name:value = 'bad.example']"
IBAN = "[bank-account:iban = 'GB33BUKB20201555555555']"
NOW = now_ms()


def ours(indicator: dict[str, object]) -> dict[str, object]:
    extensions = indicator["extensions"]
    assert isinstance(extensions, dict)
    return extensions[INDICATOR_EXTENSION]


def test_a_domain_becomes_three_objects_and_what_they_refer_to(house: House) -> None:
    report = house.submit("bank-a", "bad.example\n")
    assert house.counts(report) == {"accepted": 1}
    types = [entry.type for entry in house.entries()]
    assert types[-3:] == ["domain-name", "indicator", "relationship"]
    assert types[:-3] == ["identity", *["marking-definition"] * len(TLP), *types[1 + len(TLP) : -3]]
    assert len(types) == 1 + len(TLP) + len(EXTENSIONS) + 3
    indicator = house.indicators()[DOMAIN]
    assert indicator["created_by_ref"] == house.exchange.identity
    assert ours(indicator)["independent_members"] == 1
    (verdict,) = house.verdicts(report)
    assert verdict.stix_id == indicator["id"]
    assert verdict.observable_id is not None


def test_every_reference_is_in_the_collection(house: House) -> None:
    house.submit("bank-a", "bad.example\nhttps://bad.example/x\n192.0.2.7\n", tlp="amber")
    objects = [orjson.loads(entry.body) for entry in house.entries()]
    ids = {one["id"] for one in objects}
    for one in objects:
        refs = [one[key] for key in ("created_by_ref", "source_ref", "target_ref") if key in one]
        refs += one.get("object_marking_refs", []) + list(one.get("extensions", {}))
        assert set(refs) <= ids, one["type"]


def test_the_same_file_again_adds_nothing(house: House) -> None:
    first = house.submit("bank-a", "bad.example\n")
    before = len(house.entries(match=Match(versions=("all",))))
    again = house.submit("bank-a", "bad.example\n", name="renamed.txt")
    assert again.id == first.id
    assert len(house.entries(match=Match(versions=("all",)))) == before


def test_the_same_value_in_another_file_is_merged(house: House) -> None:
    house.submit("bank-a", "bad.example\n")
    before = len(house.entries(match=Match(versions=("all",))))
    report = house.submit("bank-a", "bad.example\nworse.example\nWORSE.example.\n")
    assert [one.verdict for one in house.verdicts(report)] == ["merged", "accepted", "merged"]
    assert house.verdicts(report)[2].stix_id == house.verdicts(report)[1].stix_id
    assert len(house.entries(match=Match(versions=("all",)))) == before + 3


def test_a_second_member_makes_a_new_version(house: House) -> None:
    house.submit("bank-a", "bad.example\n")
    first = house.indicators()[DOMAIN]
    report = house.submit("bank-b", "bad.example\n")
    second = house.indicators()[DOMAIN]
    assert [one.verdict for one in house.verdicts(report)] == ["merged"]
    assert second["id"] == first["id"]
    assert second["created"] == first["created"]
    assert second["modified"] > first["modified"]
    assert ours(second)["independent_members"] == 2
    assert ours(second)["sources"] == ["Bank A", "Bank B"]
    assert second["confidence"] > first["confidence"]


def test_merged_is_said_only_where_the_earlier_may_be_seen(house: House) -> None:
    house.collection("Dropbox", read=("police",), write=("bank-a", "bank-b"))
    house.submit("bank-a", "bad.example\n", to=("Dropbox",))
    report = house.submit("bank-b", "bad.example\n", to=("Dropbox",))
    assert [one.verdict for one in house.verdicts(report)] == ["accepted"]


def test_an_account_waits_for_a_second_voice(house: House) -> None:
    first = house.submit("bank-a", "GB33 BUKB 2020 1555 5555 55\n", name="a.txt")
    assert house.counts(first) == {"held": 1}
    assert house.indicators() == {}
    again = house.submit("bank-a", "iban\nGB33BUKB20201555555555\n", name="b.csv")
    assert house.counts(again) == {"held": 1}, "one member is one voice, however often it speaks"
    second = house.submit("bank-b", "GB33BUKB20201555555555\n", name="c.txt")
    assert IBAN in house.indicators()
    assert house.counts(second) in ({"accepted": 1}, {"merged": 1})
    assert house.counts(first) == {"accepted": 1}
    assert house.verdicts(first)[0].stix_id == house.indicators()[IBAN]["id"]
    assert "GB33" not in b"".join(entry.body for entry in house.entries(match=Match(types=("identity",)))).decode()


def test_an_open_list_is_no_voice(house: House) -> None:
    house.submit("bank-a", "GB33BUKB20201555555555\n")
    report = house.submit("bank-b", "GB33BUKB20201555555555\n", voice=False)
    assert house.counts(report) == {"held": 1}
    assert house.indicators() == {}


def test_voices_count_where_they_are_heard(house: House) -> None:
    house.collection("Other")
    house.submit("bank-a", "GB33BUKB20201555555555\n", to=("Scams",))
    report = house.submit("bank-b", "GB33BUKB20201555555555\n", to=("Other",))
    assert house.counts(report) == {"held": 1}
    assert house.indicators("Other") == {}
    assert house.indicators("Scams") == {}
    house.submit("bank-c", "GB33BUKB20201555555555\n", to=("Other",))
    assert IBAN in house.indicators("Other")
    assert house.indicators("Scams") == {}


def moderator(house: House) -> str:
    with house.database.writing() as connection:
        key = find_member(connection, "police").key
        add_user(connection, "mod", key, "moderator", "correct horse battery", NOW)
        add_user(connection, "clerk", key, "contributor", "correct horse battery", NOW)
    return "mod"


def test_a_moderator_releases_what_is_held(house: House) -> None:
    report = house.submit("bank-a", "GB33BUKB20201555555555\n")
    by = moderator(house)
    with pytest.raises(MayNot):
        approve(house.database, house.exchange, report.key, None, "clerk", NOW)
    assert approve(house.database, house.exchange, report.key, [1], by, NOW) == 1
    assert IBAN in house.indicators()
    assert house.counts(report) == {"accepted": 1}
    assert house.verdicts(report)[0].stix_id == house.indicators()[IBAN]["id"]
    assert approve(house.database, house.exchange, report.key, None, by, NOW) == 0


def test_approving_what_no_collection_takes_any_more_comes_to_an_end(house: House) -> None:
    house.collection("Accounts", filter_text="kind:iban")
    report = house.submit("bank-a", "GB33BUKB20201555555555\n", to=("Accounts",))
    with house.database.writing() as connection:
        connection.execute(sa.text("UPDATE collections SET filter = 'kind:domain' WHERE title = 'Accounts'"))
    assert approve(house.database, house.exchange, report.key, None, moderator(house), NOW) == 1
    assert house.indicators("Accounts") == {}


def test_what_is_held_is_filtered_too(house: House) -> None:
    house.collection("Domains", filter_text="kind:domain")
    report = house.submit("bank-a", "GB33BUKB20201555555555\n", to=("Domains",))
    assert house.counts(report) == {"rejected": 1}


def test_a_moderator_turns_down_what_is_held(house: House) -> None:
    report = house.submit("bank-a", "GB33BUKB20201555555555\n")
    assert reject(house.database, report.key, None, moderator(house), NOW, "no evidence") == 1
    assert house.verdicts(report)[0].reason == "A moderator turned it down: no evidence"
    report = house.submit("bank-b", "GB33BUKB20201555555555\n")
    assert house.counts(report) == {"held": 1}, "what was turned down is no voice"


def test_withdrawing_a_report_ends_what_rests_on_nothing_else(house: House) -> None:
    first = house.submit("bank-a", "bad.example\nworse.example\n")
    house.submit("bank-b", "bad.example\n")
    assert withdraw_report(house.database, house.exchange, first.key, "sent by mistake", "bank-a", NOW) == 2
    assert set(house.indicators()) == {DOMAIN}
    assert ours(house.indicators()[DOMAIN])["independent_members"] == 1
    ended = [orjson.loads(entry.body) for entry in house.entries() if entry.type == "indicator" and entry.revoked]
    assert [one["pattern"] for one in ended] == ["[domain-name:value = 'worse.example']"]


def test_a_withdrawal_repeats_the_last_version_otherwise(house: House) -> None:
    house.submit("bank-a", "bad.example\n")
    last = house.indicators()[DOMAIN]
    withdraw_object(house.database, house.exchange, last["id"], "a florist", "desk", NOW)
    (ended,) = [orjson.loads(entry.body) for entry in house.entries() if entry.object_id == last["id"]]
    assert ended.pop("revoked") is True
    assert ended.pop("modified") > last.pop("modified")
    last.pop("revoked", None)
    assert ended == last
    assert all(entry.revoked for entry in house.entries() if entry.type == "relationship")


def test_what_was_withdrawn_as_wrong_does_not_come_back_unasked(house: House) -> None:
    house.submit("bank-a", "bad.example\n")
    old = house.indicators()[DOMAIN]
    withdraw_object(house.database, house.exchange, old["id"], "a florist", "desk", NOW)
    report = house.submit("bank-b", "bad.example\n")
    assert house.counts(report) == {"held": 1}
    assert house.indicators() == {}
    assert approve(house.database, house.exchange, report.key, None, moderator(house), NOW) == 1
    assert house.indicators()[DOMAIN]["id"] != old["id"], "STIX makes a revocation final: a return has a new id"


def test_a_report_taken_back_can_be_handed_in_again(house: House) -> None:
    first = house.submit("bank-a", "bad.example\n")
    old = house.indicators()[DOMAIN]["id"]
    withdraw_report(house.database, house.exchange, first.key, "mistake", "bank-a", NOW)
    again = house.submit("bank-a", "bad.example\n")
    assert again.id != first.id
    assert house.counts(again) == {"accepted": 1}
    assert house.indicators()[DOMAIN]["id"] != old


def test_an_observable_is_withdrawn_in_every_collection(house: House) -> None:
    house.collection("Other")
    report = house.submit("bank-a", "bad.example\n", to=("Scams", "Other"))
    observable = house.verdicts(report)[0].observable_id
    assert observable is not None
    assert withdraw_object(house.database, house.exchange, observable, "wrong", "desk", NOW) == 1
    assert house.indicators("Scams") == house.indicators("Other") == {}
    with pytest.raises(NoSuchObject):
        withdraw_object(
            house.database, house.exchange, "indicator--00000000-0000-4000-8000-000000000000", "x", "y", NOW
        )


def test_falling_below_two_voices_withdraws_and_waits_again(house: House) -> None:
    first = house.submit("bank-a", "GB33BUKB20201555555555\n")
    second = house.submit("bank-b", "GB33BUKB20201555555555\n")
    withdraw_report(house.database, house.exchange, second.key, "mistake", "bank-b", NOW)
    assert house.indicators() == {}
    assert house.counts(first) == {"held": 1}


def test_a_members_last_hours_are_taken_back(house: House) -> None:
    house.submit("bank-a", "bad.example\n")
    house.submit("bank-b", "worse.example\n")
    with house.database.reading() as connection:
        key = find_member(connection, "bank-a").key
    assert withdraw_since(house.database, house.exchange, key, 0, "stolen token", "desk", NOW) == 1
    assert set(house.indicators()) == {"[domain-name:value = 'worse.example']"}


def test_what_a_list_no_longer_names_is_withdrawn(house: House) -> None:
    house.submit("bank-a", "bad.example\nworse.example\n", voice=False)
    from tocsin.identifiers import read
    from tocsin.publishing.standing import subject_of

    present = {subject_of(read("bad.example", "domain"), None).key}
    with house.database.reading() as connection:
        key = find_member(connection, "bank-a").key
    collection = house.collections["Scams"].key
    assert withdraw_absent(house.database, house.exchange, key, collection, present, "gone", "feed", NOW) == 1
    assert set(house.indicators()) == {DOMAIN}


def test_the_strictest_marking_wins(house: House) -> None:
    house.submit("bank-a", "bad.example\n", tlp="green")
    house.submit("bank-b", "bad.example\n", tlp="amber")
    assert house.indicators()[DOMAIN]["object_marking_refs"] == [TLP["amber"].id]
    others = [orjson.loads(entry.body) for entry in house.entries() if entry.type in ("domain-name", "relationship")]
    assert all(one["object_marking_refs"] == [TLP["amber"].id] for one in others)


def test_a_report_elsewhere_changes_nothing_here(house: House) -> None:
    house.collection("Other")
    house.submit("bank-a", "bad.example\n", to=("Scams",))
    before = [entry.body for entry in house.entries(match=Match(versions=("all",)))]
    house.submit("bank-b", "bad.example\n", to=("Other",), tlp="amber")
    assert [entry.body for entry in house.entries(match=Match(versions=("all",)))] == before


def test_without_a_name_nothing_names_the_member(house: House) -> None:
    for slug in ("bank-a", "bank-b", "bank-c"):
        house.submit(slug, f"{slug[-1]}.example\n")
    with pytest.raises(Refused, match="at least 5"):
        house.submit("bank-a", "secret.example\n", unattributed=True)


def test_a_filter_lets_in_what_it_names(house: House) -> None:
    house.collection("Domains", filter_text="kind:domain")
    report = house.submit("bank-a", "bad.example\n192.0.2.9\n", to=("Domains",))
    assert [one.verdict for one in house.verdicts(report)] == ["accepted", "rejected"]
    assert set(house.indicators("Domains")) == {DOMAIN}


@pytest.mark.parametrize(
    ("body", "goes_in"),
    [
        ("bad.com.sg\n", True),
        ("https://user@bad.my:8443/pay.th\n", True),
        ("boss@bad.sg\n", True),
        ("bad.th\nhttps://bad.example/x.sg\n198.51.100.7\n", False),
    ],
)
def test_a_collection_of_some_countries(house: House, body: str, goes_in: bool) -> None:
    house.collection("Neighbours", filter_text="country:SG,MY")
    house.submit("bank-a", body, to=("Neighbours",))
    assert bool(house.indicators("Neighbours")) is goes_in


def test_an_indicator_enters_and_leaves_as_its_assertions_change(house: House) -> None:
    house.collection("Phishing", filter_text="crime:phishing")
    both = ("Scams", "Phishing")
    house.submit("bank-a", "value,crime\nbad.example,bec\n", "a.csv", to=both)
    assert house.indicators("Phishing") == {}
    report = house.submit("bank-b", "value,crime\nbad.example,phishing\n", "b.csv", to=both)
    assert set(house.indicators("Phishing")) == {DOMAIN}
    withdraw_report(house.database, house.exchange, report.key, "mistake", "bank-b", NOW)
    assert house.indicators("Phishing") == {}
    assert set(house.indicators("Scams")) == {DOMAIN}


@pytest.mark.parametrize("text", ["kind", "kind:", "when:now", "kind:url kind:domain", ":url"])
def test_a_filter_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadFilter):
        parse_filter(text)


def test_a_frozen_collection_takes_nothing(house: House) -> None:
    from tocsin.ledger.collections import freeze_collection

    with house.database.writing() as connection:
        freeze_collection(connection, house.collections["Scams"].key, NOW)
    with pytest.raises(Refused, match="frozen"):
        house.submit("bank-a", "bad.example\n")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"tlp": None}, "no default"),
        ({"tlp": "white"}, "not a TLP"),
        ({"tlp": "red"}, "named persons"),
        ({"collections": ()}, "no default"),
        ({"collections": ("Nowhere",)}, "There is no collection 'Nowhere' that you may hand in to."),
        ({"collections": ("Hidden",)}, "There is no collection 'Hidden' that you may hand in to."),
    ],
)
def test_terms_that_cannot_be_are_refused_before_anything_is_kept(
    house: House, wanted: dict[str, object], words: str
) -> None:
    house.collection("Hidden", read=("police",), write=("police",))
    asked: dict[str, object] = {"tlp": "green", "collections": ("Scams",), **wanted}
    with house.database.reading() as connection, pytest.raises(Refused, match=words):
        terms_for(connection, find_member(connection, "bank-a"), **asked)  # type: ignore[arg-type]


def test_a_rehearsal_says_what_would_happen_and_keeps_nothing(house: House) -> None:
    body = b"bad.example\nnonsense\n"
    with house.database.rehearsing() as connection:
        member = find_member(connection, "bank-a")
        terms = terms_for(connection, member, tlp="green", collections=("Scams",))
        seen = preview(connection, house.exchange, house.screening, member, "x", body, None, terms, NOW)
    assert [one.verdict for one in seen.verdicts] == ["accepted", "rejected"]
    assert "indicator" in [entry.type for entry in seen.objects]
    assert house.entries() == []
    report = house.submit("bank-a", "bad.example\nnonsense\n")
    assert house.counts(report) == {"accepted": 1, "rejected": 1}


def test_a_report_that_breaks_us_keeps_nobody_waiting(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def lists_that_break(identifier: Identifier) -> ListHit | None:
        if identifier.value == "odd.example":
            raise RuntimeError("nobody thought of this")
        return None

    house.screening = replace(house.screening, hit=lists_that_break)
    lines = [f"name-{n}.example" for n in range(CHUNK_ROWS + 500)]
    report = house.submit("bank-a", "\n".join([*lines, "odd.example"]))
    assert report.state == UNREADABLE
    assert "Something went wrong here" in report.notices[0]
    assert house.counts(report) == {"accepted": CHUNK_ROWS}, "what had a verdict keeps it"
    assert house.submit("bank-b", "bad.example\n").state == COMPLETE


def test_a_failure_of_the_database_leaves_a_report_waiting(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bool:
        raise OperationalError("", {}, Exception("disk full"))

    with monkeypatch.context() as patched:
        patched.setattr("tocsin.publishing.process.publish_chunk", fail)
        with pytest.raises(OperationalError):
            house.submit("bank-a", "bad.example\n")
    assert house.counts(house.submit("bank-a", "bad.example\n")) == {"accepted": 1}


def test_a_report_goes_on_where_a_process_with_other_chunks_left_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> bool:
        raise OperationalError("", {}, Exception("killed"))

    body = "\n".join(f"name-{n}.example" for n in range(12))
    calls = iter((publish_chunk, killed))
    with monkeypatch.context() as patched:
        patched.setattr("tocsin.publishing.process.CHUNK_ROWS", 3)
        patched.setattr("tocsin.publishing.process.publish_chunk", lambda *chunk: next(calls)(*chunk))
        with pytest.raises(OperationalError):
            house.submit("bank-a", body)
    monkeypatch.setattr("tocsin.publishing.process.CHUNK_ROWS", 5)
    assert house.counts(house.submit("bank-a", body)) == {"accepted": 12}


def test_a_process_with_other_chunks_may_run_beside(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def beside(connection: Any, exchange: Any, report: Any, judged: Any, now: int) -> bool:
        publish_chunk(connection, exchange, report, judged[:3], now)
        return publish_chunk(connection, exchange, report, judged, now)

    monkeypatch.setattr("tocsin.publishing.process.CHUNK_ROWS", 5)
    monkeypatch.setattr("tocsin.publishing.process.publish_chunk", beside)
    report = house.submit("bank-a", "\n".join(f"name-{n}.example" for n in range(12)))
    assert house.counts(report) == {"accepted": 12}


def test_a_file_that_cannot_be_read_leaves_nothing_by_half(house: House) -> None:
    report = house.submit("bank-a", "<!doctype html><html><body>down for maintenance</body></html>")
    assert report.state == "unreadable"
    assert report.notices
    assert house.entries() == []
    assert house.verdicts(report) == []


@pytest.mark.parametrize(
    "text",
    [
        "o'brien.example",
        "https://bad.example/a?b='c'",
        "192.0.2.7",
        "a@bad.example",
        "d41d8cd98f00b204e9800998ecf8427e",
    ],
)
def test_what_is_made_is_found_by_what_it_says(house: House, text: str) -> None:
    from tocsin.identifiers import Unreadable, recognise
    from tocsin.publishing.facts import Standing, computed
    from tocsin.publishing.standing import subject_of
    from tocsin.publishing.versions import published, version_of

    try:
        subject = subject_of(recognise(text), None)
    except Unreadable:
        subject = subject_of(recognise("bad.example"), None)
    one = Standing(1, 1, "A", True, True, False, False, "", "amber", None, "bec", None, None, None, NOW)
    for made in published(house.exchange, subject, computed(subject.identifier.kind, [one]), "indicator--x", None, NOW):
        read = version_of(made.body)
        assert {*made.fields} == {*read.fields}
        assert (made.object_id, made.type, made.version, made.version_key, made.spec_version) == (
            read.object_id,
            read.type,
            read.version,
            read.version_key,
            read.spec_version,
        )
