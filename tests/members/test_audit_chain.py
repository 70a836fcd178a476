"""The audit trail holds together, and `broken` says where it does not."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from tocsin.ledger.database import Database, beside
from tocsin.members import audit as trail
from tocsin.members.audit import Audit, CannotNote, CannotSeal
from tocsin.members.audit_chain import append_batch
from tocsin.members.audit_entries import OPERATOR, Actor, Noted, Secret, chained
from tocsin.members.audit_heads import Head, append_head, read_heads
from tocsin.members.audit_seeing import OWNER, Asked

KEY = b"k" * 32
CLERK = Actor("bank-a/clerk", "bank-a")
BATCHES = 6


def made(database: Database, folder: Path) -> Audit:
    return Audit(database.engine.url.render_as_string(hide_password=False), folder / "audit.heads", KEY)


@pytest.fixture
def audit(database: Database, tmp_path: Path) -> Iterator[Audit]:
    """A trail of six batches with two entries each."""
    audit = made(database, tmp_path)
    for n in range(BATCHES):
        audit.note(CLERK, "search", values=[f"value-{n}.example"], details={"hits": n})
        audit.note(CLERK, "read", ("report", f"report-{n}"))
        audit.flush()
    yield audit
    audit.close()


def altered(audit: Audit, *statements: str) -> list[tuple[int, str]]:
    """What is found after somebody wrote into the database."""
    with audit._database.writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    return [(one.batch, one.problem) for one in audit.broken()]


def test_a_trail_that_nobody_touched_is_whole(audit: Audit) -> None:
    assert list(audit.broken()) == []
    assert [one.batch for one in audit.seen_by(OWNER, Asked())] == [n for n in range(BATCHES, 0, -1) for _ in range(2)]
    assert [head.number for head in read_heads(audit.heads)] == list(range(1, BATCHES + 1))


def test_an_empty_trail_is_whole(database: Database, tmp_path: Path) -> None:
    audit = made(database, tmp_path)
    audit.flush()
    assert list(audit.broken()) == []
    audit.close()


CHANGED = "has an entry that was changed, moved, put in or taken out"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'bank-b/clerk' WHERE batch = 3 AND n = 1",
        "UPDATE audit_entries SET at_ms = at_ms + 1 WHERE batch = 3 AND n = 2",
        "UPDATE audit_entries SET member = NULL WHERE batch = 3 AND n = 1",
        "UPDATE audit_entries SET action = 'poll' WHERE batch = 3 AND n = 1",
        "UPDATE audit_entries SET target = 'report-9' WHERE batch = 3 AND n = 2",
        "UPDATE audit_entries SET tokens = NULL WHERE batch = 3 AND n = 1",
        "UPDATE audit_entries SET details = '{}' WHERE batch = 3 AND n = 1",
        "DELETE FROM audit_entries WHERE batch = 3 AND n = 2",
        "DELETE FROM audit_entries WHERE batch = 3 AND n = 1",
        "DELETE FROM audit_entries WHERE batch = 3",
        "INSERT INTO audit_entries SELECT 3, 3, at_ms, actor, member, action, target_kind, target, tokens, details"
        " FROM audit_entries WHERE batch = 1 AND n = 1",
        "INSERT INTO audit_entries SELECT 3, 0, at_ms, actor, member, action, target_kind, target, tokens, details"
        " FROM audit_entries WHERE batch = 1 AND n = 1",
    ],
)
def test_an_entry_that_was_altered_put_in_or_taken_out_is_named(audit: Audit, statement: str) -> None:
    assert altered(audit, statement) == [(3, CHANGED)]


def test_entries_that_changed_places_are_named(audit: Audit) -> None:
    within = [f"UPDATE audit_entries SET n = {new} WHERE batch = 3 AND n = {n}" for n, new in ((1, 9), (2, 1), (9, 2))]
    assert altered(audit, *within) == [(3, CHANGED)]


def test_batches_that_changed_places_are_named(audit: Audit) -> None:
    moves = ((2, 99), (4, 2), (99, 4))
    numbers = [f"UPDATE audit_batches SET number = {new} WHERE number = {n}" for n, new in moves]
    entries = [f"UPDATE audit_entries SET batch = {new} WHERE batch = {n}" for n, new in moves]
    assert altered(audit, *numbers, *entries)[0][0] == 2


def test_a_batch_that_was_taken_out_is_missing(audit: Audit) -> None:
    gone = altered(audit, "DELETE FROM audit_batches WHERE number = 3", "DELETE FROM audit_entries WHERE batch = 3")
    assert gone == [(3, "is missing")]


def test_entries_without_their_batch_are_named(audit: Audit) -> None:
    assert altered(audit, "DELETE FROM audit_batches WHERE number = 6")[0] == (6, "is missing")


def test_a_batch_that_was_put_in_before_the_first_is_named(audit: Audit) -> None:
    copy = "SELECT 0, at_ms, 1, actor, member, action, target_kind, target, tokens, details FROM audit_entries"
    columns = "(batch, at_ms, n, actor, member, action, target_kind, target, tokens, details)"
    found = altered(audit, f"INSERT INTO audit_entries {columns} {copy} WHERE batch = 1 AND n = 1")
    assert found == [(0, "was put in: batches are numbered from 1")]


@pytest.mark.parametrize("first", [1, 5, 6])
def test_a_tail_that_was_cut_off_is_found(audit: Audit, first: int) -> None:
    cut = [f"DELETE FROM audit_batches WHERE number >= {first}", f"DELETE FROM audit_entries WHERE batch >= {first}"]
    assert altered(audit, *cut) == [(first, "and all up to 6 are gone, though audit.heads has their seals")]


def test_a_chain_that_was_computed_anew_without_the_key_is_found(audit: Audit) -> None:
    """The attacker has the database and the code, and changes one entry and every hash after it."""
    with audit._database.writing() as connection:
        connection.exec_driver_sql("UPDATE audit_entries SET actor = 'nobody' WHERE batch = 4 AND n = 1")
        previous = connection.exec_driver_sql("SELECT chained FROM audit_batches WHERE number = 3").scalar_one()
        for number in range(4, BATCHES + 1):
            rows = connection.exec_driver_sql(
                "SELECT at_ms, actor, member, action, target_kind, target, tokens, details FROM audit_entries"
                f" WHERE batch = {number} ORDER BY n"
            )
            hashed = chained(bytes(previous), number, [Noted(*row) for row in rows])
            forged = Secret(b"x" * 32).seal(number, hashed)
            update = sa.text("UPDATE audit_batches SET previous = :p, chained = :c, seal = :s WHERE number = :n")
            connection.execute(update, {"p": bytes(previous), "c": hashed, "s": forged, "n": number})
            previous = hashed
    found = [(one.batch, one.problem) for one in audit.broken()]
    assert (4, "was not sealed with the key") in found
    assert (4, "is not the one that audit.heads sealed") in found
    assert found[0][0] == 4


def test_batches_that_are_rewritten_with_the_key_but_not_in_the_file_are_found(audit: Audit) -> None:
    """Whoever has database and key, but not the file of seals."""
    with audit._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM audit_batches WHERE number = 6")
        connection.exec_driver_sql("DELETE FROM audit_entries WHERE batch = 6")
        append_batch(connection, Secret(KEY), [Noted(1, "nobody", None, "read", None, None, None, "{}")])
    assert [(one.batch, one.problem) for one in audit.broken()] == [(6, "is not the one that audit.heads sealed")]


def test_a_seal_that_somebody_made_up_is_named(audit: Audit) -> None:
    append_head(audit.heads, Head(9, bytes(32), bytes(32)))
    assert altered(audit) == [(9, "has a line in audit.heads that the key did not seal")]


def test_a_file_of_seals_that_is_gone_is_named(audit: Audit) -> None:
    audit.heads.unlink()
    assert altered(audit) == [(6, "nothing in audit.heads seals it")]


def test_a_line_that_a_power_failure_tore_takes_no_other_with_it(audit: Audit) -> None:
    with audit.heads.open("ab") as file:
        file.write(b"7 0123456")
    audit.note(OPERATOR, "erase")
    assert list(audit.broken()) == []
    assert [head.number for head in read_heads(audit.heads)] == list(range(1, BATCHES + 2))


WRITER = """
import sys
from pathlib import Path
from tocsin.members.audit import Audit
from tocsin.members.audit_entries import Actor

audit = Audit(sys.argv[1], Path(sys.argv[2]), b"k" * 32)
actor = Actor(sys.argv[3], "bank-a")
for n in range(int(sys.argv[4])):
    for m in range(40):
        audit.note(actor, "search", values=[f"{n}-{m}.example"], details={"hits": m})
    audit.flush()
    print(n, flush=True)
"""


def writer(audit: Audit, name: str, batches: int) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-c", WRITER, audit.url, str(audit.heads), name, str(batches)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, env={"PYTHONPATH": ":".join(sys.path)})


def test_two_processes_write_one_chain(audit: Audit) -> None:
    running = [writer(audit, name, 15) for name in ("bank-a/one", "bank-a/two")]
    assert [process.wait(120) for process in running] == [0, 0]
    assert list(audit.broken()) == []
    for name in ("bank-a/one", "bank-a/two"):
        assert len(audit.seen_by(OWNER, Asked(actor=name, limit=10_000))) == 15 * 40
    newest = audit.seen_by(OWNER, Asked(limit=1))[0].batch
    assert newest == BATCHES + 30
    for process in running:
        assert process.stdout is not None
        process.stdout.close()


def test_a_process_that_is_killed_in_the_middle_leaves_a_good_chain(audit: Audit) -> None:
    for kill in range(3):
        process = writer(audit, f"bank-a/{kill}", 100_000)
        assert process.stdout is not None
        for _ in range(3 + kill):
            process.stdout.readline()
        process.kill()
        process.wait(60)
        process.stdout.close()
        assert list(audit.broken()) == []
        found = audit.seen_by(OWNER, Asked(actor=f"bank-a/{kill}", limit=100_000))
        assert len(found) % 40 == 0, "a batch is there whole or not at all"
        assert len(found) >= (3 + kill) * 40, "what was flushed is there"


@pytest.fixture
def failing(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    def set_to(broken: bool) -> None:
        def refuse(*_: object) -> None:
            raise OperationalError("INSERT", {}, Exception("disk full"))

        monkeypatch.setattr(trail, "append_batch", refuse if broken else append_batch)

    return set_to


def test_what_cannot_be_noted_is_refused_and_leaves_no_entry(audit: Audit, failing: Callable[[bool], None]) -> None:
    failing(True)
    with pytest.raises(CannotNote, match="so it was not done"):
        audit.note(OPERATOR, "erase", values=["bad.example"])
    failing(False)
    assert not audit.seen_by(OWNER, Asked(actions=("erase",)))


def test_what_waits_is_kept_while_the_trail_cannot_be_written(audit: Audit, failing: Callable[[bool], None]) -> None:
    failing(True)
    audit.note(CLERK, "read", ("report", "late"))
    audit.poll(CLERK, "objects", "c", (), 1, 2)
    for _ in range(2):
        with pytest.raises(CannotNote):
            audit.flush()
    failing(False)
    assert [one.action for one in audit.seen_by(OWNER, Asked(limit=2))] == ["poll", "read"]
    assert list(audit.broken()) == []


def test_nothing_goes_on_unnoted_while_too_much_waits(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "MOST_WAITING", 3)
    for position in range(3):
        audit.poll(CLERK, "objects", "c", (), position, position)
    audit.poll(CLERK, "objects", "c", (), 0, 0)
    with pytest.raises(CannotNote):
        audit.poll(CLERK, "objects", "c", (), 3, 3)
    with pytest.raises(CannotNote):
        audit.note(CLERK, "search", values=["x"])
    audit.flush()
    audit.poll(CLERK, "objects", "c", (), 3, 3)


def test_a_seal_that_cannot_be_written_is_no_reason_to_write_a_batch_twice(audit: Audit, tmp_path: Path) -> None:
    whole, audit.heads = audit.heads, tmp_path / "nowhere" / "audit.heads"
    audit.note(CLERK, "read", ("report", "once"))
    with pytest.raises(CannotSeal):
        audit.flush()
    audit.heads = whole
    audit.flush()
    found = audit.seen_by(OWNER, Asked())
    assert [one.target for one in found].count("once") == 1


def test_the_trail_is_written_while_somebody_writes_the_ledger(database: Database, tmp_path: Path) -> None:
    url = beside(database.engine.url.render_as_string(hide_password=False), tmp_path, "audit.db")
    audit = Audit(url, tmp_path / "audit.heads", KEY)
    with database.writing():
        audit.note(OPERATOR, "erase")
    assert len(audit.seen_by(OWNER, Asked())) == 1
    audit.close()
