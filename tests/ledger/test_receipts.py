"""What is noted of polls is kept, whatever one of them holds and whether the database is there or not."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from taxii_world import url_of

from tocsin.ledger.database import Database
from tocsin.ledger.matching import described, understood
from tocsin.ledger.read import Match
from tocsin.ledger.receipts import Receipt, Receipts, Refused

GOOD = Receipt("bank/machine", "c", "", sent=5, confirmed=4, polled_ms=9, began=2)


@pytest.fixture
def receipts(database: Database) -> Iterator[Receipts]:
    made = Receipts(url_of(database))
    made.prepare()
    yield made
    made.close()


@pytest.mark.parametrize("words", ["GET /\0: 404", "GET /\ud800: 404", "x" * 20_000])
def test_a_refusal_is_kept_whatever_was_asked(receipts: Receipts, words: str) -> None:
    receipts.note(GOOD)
    receipts.refused(Refused("evil/machine", 1, words))
    receipts.note(Receipt("evil/machine", "c", f"match[labels]={words[:9]}", 0, 0, 1))
    assert len(receipts.refusals()["evil/machine"].words) == len(words)
    assert [one.subscriber for one in receipts.of("c")] == ["bank/machine", "evil/machine"]


def test_a_filter_of_any_length_can_be_kept(receipts: Receipts) -> None:
    texts = [described(Match(fields=(("labels", (f"{n} " + "\u0e01\u2026%" * 9_000,)),))) for n in (1, 1, 2)]
    for text in texts:
        receipts.note(Receipt("bank/machine", "c", text, 1, 1, 1))
    kept = [one.filter for one in receipts.of("c")]
    assert kept == sorted(set(texts))
    assert len(kept) == 2
    assert all(text.startswith("match[labels]=") and len(text.encode()) < 1_100 for text in kept)
    assert [understood(text) for text in kept] == [None, None]


def test_what_cannot_be_written_is_lost_alone(receipts: Receipts) -> None:
    receipts.note(GOOD)
    nowhere: Any = None
    receipts.note(Receipt("evil/machine", nowhere, "", 1, 1, 1))
    receipts.refused(Refused("bank/machine", 7, "no"))
    receipts.flush()
    assert receipts.all() == [GOOD]
    assert receipts.refusals() == {"bank/machine": Refused("bank/machine", 7, "no")}


def test_notes_wait_while_the_database_is_away(receipts: Receipts, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("BEGIN", {}, Exception("gone"))

    receipts.note(GOOD)
    receipts.refused(Refused("bank/machine", 7, "no"))
    with monkeypatch.context() as patched:
        patched.setattr(Database, "writing", away)
        with pytest.raises(OperationalError):
            receipts.flush()
        receipts.note(Receipt("bank/machine", "c", "", sent=8, confirmed=1, polled_ms=11, began=5))
        receipts.refused(Refused("bank/machine", 8, "still no"))
        with pytest.raises(OperationalError):
            receipts.flush()
    assert receipts.all() == [Receipt("bank/machine", "c", "", sent=8, confirmed=4, polled_ms=11, began=2)]
    assert receipts.refusals()["bank/machine"].words == "still no"


def test_older_receipts_get_what_they_lack(database: Database, receipts: Receipts) -> None:
    receipts.note(GOOD)
    receipts.flush()
    with database.writing() as connection:
        connection.execute(sa.text("ALTER TABLE receipts DROP COLUMN began"))
    for _ in range(2):
        receipts.prepare()
    (old,) = receipts.all()
    assert (old.sent, old.began) == (5, 0)
