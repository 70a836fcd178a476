"""What an entry tells, and what it keeps to itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tocsin.identifiers import recognise
from tocsin.members.audit import Audit
from tocsin.members.audit_actions import ACTIONS
from tocsin.members.audit_entries import Actor, Secret
from tocsin.members.audit_seeing import OWNER, Asked

CLERK = Actor("bank-a/clerk", "bank-a")
VALUE = "parcel-fee.example"
SCO = "domain-name--" + "11111111-1111-5111-8111-111111111111"
INDICATOR = "indicator--" + "11111111-1111-5111-8111-111111111111"
WORDS = ("Case Nightjar", "a secret file.csv", "+6591234567", "GB33BUKB20201555555555")


@pytest.fixture
def audit(tmp_path: Path) -> Iterator[Audit]:
    audit = Audit(f"sqlite:///{tmp_path / 'audit.db'}", tmp_path / "audit.heads", b"k" * 32)
    yield audit
    audit.close()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Parcel-Fee[.]Example", VALUE),
        ("GB33 BUKB 2020 1555 5555 55", "gb33bukb20201555555555"),
        ("+65 9123 4567", "+6591234567"),
        ("case  NIGHTJAR", "Case Nightjar"),
        (INDICATOR, INDICATOR),
        ("half \ud800", "half \ud800"),
    ],
)
def test_every_spelling_has_the_same_token(one: str, other: str) -> None:
    secret = Secret(b"k" * 32)
    assert secret.value(one) == secret.value(other)
    assert secret.value(one) != Secret(b"l" * 32).value(one)


@pytest.mark.parametrize("text", ["+65 9123 4567", "GB33BUKB20201555555555", "hxxps://Bad.Example/A?b=C", VALUE])
def test_a_canonical_spelling_has_the_token_of_what_was_typed(text: str) -> None:
    secret = Secret(b"k" * 32)
    assert secret.value(recognise(text).value) == secret.value(text)


def test_a_value_and_a_source_of_the_same_spelling_differ() -> None:
    secret = Secret(b"k" * 32)
    assert secret.value("bank-a") not in secret.source("bank-a")
    assert "kkk" not in repr(secret)


def test_nothing_that_somebody_wrote_stands_in_the_file(audit: Audit, tmp_path: Path) -> None:
    for word in (VALUE, *WORDS):
        audit.note(CLERK, "search", values=[word], details={"hits": 1})
        filters = (("labels", (word,)), ("name", (word,)), ("tlp", (word,)), ("type", (word,)), ("value", (word,)))
        audit.poll(CLERK, "objects", "collection", filters, 0, 0)
        audit.note(CLERK, "withdraw", ("object", word))
        audit.note(CLERK, "withdraw", ("object", SCO))
    audit.flush()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for word in (VALUE, *WORDS, SCO):
        assert word.encode() not in kept
        assert audit.seen_by(OWNER, Asked(values=(word,), actions=("poll",) if word != SCO else ()))


def test_the_words_of_closed_lists_are_told(audit: Audit) -> None:
    filters = (("type", ("indicator", "malware")), ("value", (VALUE, "x")), ("version", ("all",)))
    audit.poll(CLERK, "manifest", "c", filters, 5, 9)
    (seen,) = audit.seen_by(OWNER, Asked())
    told = {"type": ["indicator", "malware"], "value": 2, "version": ["all"]}
    assert seen.details == {"endpoint": "manifest", "filter": told, "from": 5, "to": 9}
    assert (seen.actor, seen.target_kind, seen.target, len(seen.tokens)) == ("bank-a/clerk", "collection", "c", 2)


def test_an_id_that_nobody_can_make_from_a_value_is_told(audit: Audit) -> None:
    audit.note(CLERK, "withdraw", ("object", INDICATOR))
    (seen,) = audit.seen_by(OWNER, Asked())
    assert seen.target == INDICATOR
    assert [one.n for one in audit.seen_by(OWNER, Asked(values=(INDICATOR,)))] == [1]


def test_the_same_again_within_a_second_counts_up(audit: Audit) -> None:
    for _ in range(3):
        audit.poll(CLERK, "objects", "c", (), 5, 5)
        audit.note(CLERK, "read", ("report", "r"))
    audit.poll(CLERK, "objects", "c", (), 5, 6)
    assert sorted(
        (one.action, one.details.get("to"), one.details.get("times")) for one in audit.seen_by(OWNER, Asked())
    ) == [("poll", 5, 3), ("poll", 6, None), ("read", None, 3)]


def test_who_hands_in_unattributed_stands_as_a_token(audit: Audit, tmp_path: Path) -> None:
    audit.note(CLERK, "hand-in", ("report", "r"), unattributed=True)
    (seen,) = audit.seen_by(OWNER, Asked())
    assert seen.actor == "unattributed"
    assert not audit.seen_by(OWNER, Asked(actor="bank-a"))
    assert b"bank-a" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_what_fails_after_it_was_noted_is_told_so(audit: Audit) -> None:
    with pytest.raises(ZeroDivisionError), audit.note(CLERK, "erase", details={"n": 1}):
        raise ZeroDivisionError
    with audit.note(CLERK, "hold-set"):
        pass
    told = [(one.action, one.details) for one in audit.seen_by(OWNER, Asked())]
    assert sorted(told, key=str) == [("erase", {"failed": True, "n": 1}), ("erase", {"n": 1}), ("hold-set", {})]


def test_only_actions_of_the_list_are_noted(audit: Audit) -> None:
    with pytest.raises(KeyError):
        audit.note(CLERK, "gossip")


def test_what_decides_or_changes_rights_is_written_before_it_is_done() -> None:
    later = {name for name, one in ACTIONS.items() if not one.at_once}
    assert later == {"sign-in-refused", "sign-out", "search", "known-of", "read", "poll", "push", "hand-in", "export"}


def test_any_text_can_be_an_actor_or_a_target(audit: Audit) -> None:
    audit.note(Actor("bank-a/\0\ud800", "bank-a"), "user", ("user", "\0\ud800"))
    assert len(audit.seen_by(OWNER, Asked())) == 1
    assert list(audit.broken()) == []
