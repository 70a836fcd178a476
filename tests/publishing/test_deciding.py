"""Decisions on what is held: recorded, with four eyes, asked back, corrected."""

import pytest
from house import House, no_lists

from tocsin.identifiers import Identifier
from tocsin.ledger.read import last_seq
from tocsin.members.access import add_user
from tocsin.members.answerable import MayNot
from tocsin.members.members import find_member
from tocsin.members.tables import members
from tocsin.publishing.correct import CannotCorrect, Correction, correct
from tocsin.publishing.evidence import voices_on, waiting_too
from tocsin.publishing.exchange import set_four_eyes
from tocsin.publishing.moderate import NothingAsked, answer, approve, ask, proposed_in, reject
from tocsin.publishing.withdraw import withdraw_object
from tocsin.publishing.words import BadWords
from tocsin.reports.decisions import Decision, decisions_on, matter_of
from tocsin.reports.reports import Report
from tocsin.screening import ListHit, Verdict
from tocsin.times import now_ms

IBAN = "GB33BUKB20201555555555"
PATTERN = f"[bank-account:iban = '{IBAN}']"
PHONE = "+442079460958"
NOW = now_ms()


@pytest.fixture
def staffed(house: House) -> House:
    """The small exchange with moderators of three members, and a clerk."""
    with house.database.writing() as connection:
        for login, slug, role in (
            ("mod-b", "bank-b", "moderator"),
            ("mod-c", "bank-c", "moderator"),
            ("mod-p", "police", "moderator"),
            ("clerk", "bank-a", "contributor"),
        ):
            add_user(connection, login, find_member(connection, slug).key, role, "a long enough password", NOW)
    return house


def four_eyes(house: House) -> None:
    with house.database.writing() as connection:
        set_four_eyes(connection, True)


def taken(house: House, report: Report, n: int = 0) -> list[Decision]:
    with house.database.reading() as connection:
        return decisions_on(connection, [(report.key, n)])[report.key, n]


def let(house: House, report: Report, by: str) -> int:
    return approve(house.database, house.exchange, report.key, None, by, NOW)


def changed(house: House, report: Report, by: str = "mod-b", n: int = 0, **said: str | None) -> Verdict:
    usual: dict[str, str | None] = {"kind": "iban", "value": IBAN, "role": None, "crime_type": None}
    correction = Correction(**{**usual, **said})  # type: ignore[arg-type]
    return correct(house.database, house.exchange, house.screening, (report.key, n), correction, by, NOW)


def test_each_decision_is_recorded_with_who_when_and_why(staffed: House) -> None:
    report = staffed.submit("bank-a", f"{IBAN}\n{PHONE}\n")
    assert approve(staffed.database, staffed.exchange, report.key, [1], "mod-b", NOW) == 1
    assert reject(staffed.database, report.key, [2], "mod-c", NOW, "a film's number") == 1
    (approved,), (rejected,) = taken(staffed, report, 0), taken(staffed, report, 1)
    assert (approved.what, approved.by, approved.before, approved.after) == (
        "approved",
        "mod-b",
        {"verdict": "held"},
        {"verdict": "accepted"},
    )
    assert (rejected.what, rejected.by, rejected.words) == ("rejected", "mod-c", "a film's number")
    assert approved.at_ms <= now_ms()
    withdraw_object(staffed.database, staffed.exchange, staffed.indicators()[PATTERN]["id"], "wrong", "mod-c", NOW)
    assert [one.what for one in taken(staffed, report)] == ["approved", "withdrawn"]


def test_more_rows_than_one_batch_are_all_decided_and_recorded(staffed: House) -> None:
    numbers = [f"+4420794609{n:02}" for n in range(60)]
    report = staffed.submit("bank-a", "\n".join(numbers))
    assert let(staffed, report, "mod-b") == 60
    assert all([one.what for one in taken(staffed, report, n)] == ["approved"] for n in range(60))


def test_with_four_eyes_a_second_and_different_moderator_releases(staffed: House) -> None:
    four_eyes(staffed)
    report = staffed.submit("bank-a", f"{IBAN}\n")
    assert let(staffed, report, "mod-b") == 0
    assert let(staffed, report, "mod-b") == 0, "the same person is one pair of eyes"
    with staffed.database.reading() as connection:
        assert proposed_in(connection, report.key, None) == 1
    assert [one.what for one in taken(staffed, report)] == ["proposed"]
    assert staffed.indicators() == {}
    assert let(staffed, report, "mod-c") == 1
    assert PATTERN in staffed.indicators()
    assert [(one.what, one.by) for one in taken(staffed, report)] == [("proposed", "mod-b"), ("approved", "mod-c")]


def test_with_four_eyes_one_is_enough_for_what_is_no_persons(staffed: House) -> None:
    four_eyes(staffed)
    hit = ListHit("list", "x.example", "hold", "x.example is on a list, so a moderator decides.")

    def doubt(one: Identifier) -> ListHit | None:
        return hit if one.kind == "domain" else None

    staffed.screening = type(staffed.screening)(hit=doubt, demonstration=True)
    report = staffed.submit("bank-a", "x.example\n")
    assert staffed.counts(report) == {"held": 1}
    assert let(staffed, report, "mod-b") == 1


@pytest.mark.parametrize("linked", [False, True])
def test_with_four_eyes_nobody_decides_on_their_own(staffed: House, linked: bool) -> None:
    four_eyes(staffed)
    with staffed.database.writing() as connection:
        key = find_member(connection, "bank-b").key
        if linked:
            connection.execute(members.update().where(members.c.slug == "bank-a").values(voice_key=key))
    report = staffed.submit("bank-a" if linked else "bank-b", f"{IBAN}\n")
    for decide in (
        lambda: let(staffed, report, "mod-b"),
        lambda: reject(staffed.database, report.key, None, "mod-b", NOW, "no"),
        lambda: ask(staffed.database, report.key, None, "mod-b", NOW, "sure?"),
        lambda: changed(staffed, report, crime_type="bec"),
    ):
        with pytest.raises(MayNot):
            decide()
    assert taken(staffed, report) == []


def test_a_proposal_is_about_the_row_as_it_was(staffed: House) -> None:
    four_eyes(staffed)
    report = staffed.submit("bank-a", f"{IBAN}\n")
    let(staffed, report, "mod-b")
    changed(staffed, report, "mod-c", value="DE89370400440532013000")
    assert let(staffed, report, "mod-c") == 0, "the first approval was of another account"
    assert let(staffed, report, "mod-b") == 1


def test_a_question_is_answered_once_and_keeps_nothing_back(staffed: House) -> None:
    report = staffed.submit("bank-a", f"{IBAN}\n")
    place = (report.key, 0)
    with pytest.raises(NothingAsked):
        answer(staffed.database, place, "clerk", NOW, "Nobody asked.")
    assert ask(staffed.database, report.key, [1], "mod-b", NOW, "Which bank told you?") == 1
    assert staffed.counts(report) == {"held": 1}
    assert matter_of(taken(staffed, report)).asked
    answer(staffed.database, place, "clerk", NOW, "Our own.")
    assert [one.words for one in taken(staffed, report)] == ["Which bank told you?", "Our own."]
    with pytest.raises(NothingAsked):
        answer(staffed.database, place, "clerk", NOW, "Again.")
    ask(staffed.database, report.key, [1], "mod-b", NOW, "Since when?")
    staffed.submit("bank-c", f"{IBAN}\n", name="c.txt")
    assert PATTERN in staffed.indicators()
    with pytest.raises(NothingAsked):
        answer(staffed.database, place, "clerk", NOW, "Too late.")


@pytest.mark.parametrize("words", ["", "  ", "x" * 501, "Was an STR filed?"])
def test_words_that_cannot_be_kept_are_refused(staffed: House, words: str) -> None:
    report = staffed.submit("bank-a", f"{IBAN}\n")
    with pytest.raises(BadWords):
        ask(staffed.database, report.key, None, "mod-b", NOW, words)
    assert taken(staffed, report) == []


def test_a_correction_is_judged_again_and_the_original_stays(staffed: House) -> None:
    report = staffed.submit("bank-a", "domain,crime\nbad.example,bec\n", name="a.csv")
    wrong = staffed.submit("bank-a", f"iban,crime,role\n{IBAN},bec,mule\n", name="b.csv")
    verdict = changed(staffed, wrong, kind="domain", value="Worse[.]example", crime_type="phishing")
    assert verdict.verdict == "accepted"
    (row,) = staffed.verdicts(wrong)
    assert (row.value, row.kind, row.canonical, row.verdict) == (IBAN, "domain", "worse.example", "accepted")
    assert row.stix_id == staffed.indicators()["[domain-name:value = 'worse.example']"]["id"]
    (decision,) = taken(staffed, wrong)
    assert decision.before == {"kind": "iban", "value": IBAN, "role": "mule", "crime_type": "bec"}
    assert decision.after == {"kind": "domain", "value": "worse.example", "role": None, "crime_type": "phishing"}
    assert staffed.counts(report) == {"accepted": 1}


def test_a_corrected_account_still_waits_for_a_second_voice_and_joins_it(staffed: House) -> None:
    report = staffed.submit("bank-a", f"{PHONE}\n")
    assert changed(staffed, report).verdict == "held"
    assert staffed.indicators() == {}
    staffed.submit("bank-b", f"{IBAN}\n")
    assert PATTERN in staffed.indicators()
    other = staffed.submit("bank-c", f"{PHONE}\n", name="p.txt")
    assert staffed.counts(other) == {"held": 1}, "the corrected row is no voice for what it said before"


def test_a_correction_to_what_is_waiting_releases_both(staffed: House) -> None:
    first = staffed.submit("bank-b", f"{IBAN}\n")
    report = staffed.submit("bank-a", f"{PHONE}\n")
    assert changed(staffed, report, "mod-c").verdict in ("accepted", "merged")
    assert staffed.counts(first) == {"accepted": 1}


def test_a_row_is_no_second_voice_for_itself(staffed: House) -> None:
    report = staffed.submit("bank-a", f"{IBAN}\n")
    assert changed(staffed, report, crime_type="money-mule", role="mule").verdict == "held"
    assert staffed.indicators() == {}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"value": "not an account"}, "value"),
        ({"kind": "saddle"}, "kind"),
        ({"role": "king"}, "role"),
        ({"crime_type": "jaywalking"}, "crime"),
        ({"kind": "domain", "value": "on-a-list.example"}, "value"),
        ({"role": "victim"}, "value"),
        ({}, "value"),
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(staffed: House, said: dict[str, str], field: str) -> None:
    def hit(one: Identifier) -> ListHit | None:
        return ListHit("l", "e", "reject", "It is on a list.") if one.value == "on-a-list.example" else no_lists(one)

    staffed.screening = type(staffed.screening)(hit=hit, demonstration=True)
    report = staffed.submit("bank-a", f"{IBAN}\n")
    before = staffed.verdicts(report)
    with staffed.database.reading() as connection:
        seq = last_seq(connection)
    with pytest.raises(CannotCorrect) as refused:
        changed(staffed, report, **said)
    assert refused.value.field == field
    assert staffed.verdicts(report) == before
    assert taken(staffed, report) == []
    with staffed.database.reading() as connection:
        assert last_seq(connection) == seq
    assert let(staffed, report, "mod-b") == 1, "it can be decided on as before"


def test_only_what_waits_is_corrected(staffed: House) -> None:
    report = staffed.submit("bank-a", f"{IBAN}\n")
    let(staffed, report, "mod-b")
    with pytest.raises(CannotCorrect, match="decided on already"):
        changed(staffed, report, crime_type="bec")
    with pytest.raises(MayNot):
        changed(staffed, staffed.submit("bank-a", f"{PHONE}\n"), "clerk")


def test_the_evidence_counts_voices_where_they_are_heard(staffed: House) -> None:
    staffed.collection("Other")
    first = staffed.submit("bank-a", f"{IBAN}\n")
    second = staffed.submit("bank-b", f"{IBAN}\n", to=("Other",))
    listed = staffed.submit("bank-c", f"{IBAN}\n", voice=False)
    with staffed.database.reading() as connection:
        subjects = {row.subject for row in connection.exec_driver_sql("SELECT subject FROM assertions")}
        found = voices_on(connection, subjects)
        also = waiting_too(connection, [("iban", IBAN)])
    assert found[first.key, 0] == [("Scams", 1, 2)]
    assert found[second.key, 0] == [("Other", 1, 2)]
    assert also["iban", IBAN] == [(first.key, 0), (second.key, 0), (listed.key, 0)]
