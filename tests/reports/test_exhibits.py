"""Evidence: sealed where it lies, the same bytes back, nothing twice, and gone when what it belongs to goes."""

import hashlib

import pytest
import sqlalchemy as sa
from house import START, House

from tocsin.ledger.tables import entries
from tocsin.publishing.emptying import apply
from tocsin.reports import exhibits as module
from tocsin.reports.blank import FORGETTING
from tocsin.reports.erasures import Erasure
from tocsin.reports.exhibits import (
    LARGEST,
    MOST,
    BadExhibit,
    NoSuchExhibit,
    attach,
    detach,
    exhibits_of,
    opened,
)
from tocsin.reports.reports import Report
from tocsin.reports.tables import exhibits
from tocsin.sealing import seal, unseal

KEY = bytes(range(32))
PICTURE = b"\x89PNG\r\n\x1a\n a picture that nobody opens " * 50


@pytest.fixture
def report(house: House) -> Report:
    return house.submit("bank-a", "scam.example\nother.example\n")


def put(house: House, report: Report, *files: tuple[str, bytes], at: int = START) -> int:
    with house.database.writing() as connection:
        return attach(connection, KEY, report, files, "bank-a/clerk", at)


def told(house: House, report: Report) -> list[tuple[str, int, bool]]:
    with house.database.reading() as connection:
        return [(one.name, one.size, one.gone) for one in exhibits_of(connection, report.key)]


def stored(house: House) -> list[bytes]:
    with house.database.reading() as connection:
        return list(connection.execute(sa.select(exhibits.c.sealed)).scalars())


def erased(house: House, report: Report, rows: list[int]) -> None:
    gone = Erasure(at_ms=START, by="desk", reason="a court said so", rows={report.id: rows})
    with house.database.writing() as connection:
        apply(connection, START, gone)


def test_the_same_bytes_come_back_and_nothing_of_them_lies_there_in_clear(house: House, report: Report) -> None:
    assert put(house, report, ("chat.png", PICTURE)) == 1
    (sealed,) = stored(house)
    assert PICTURE[:16] not in sealed
    with house.database.reading() as connection:
        found, body = opened(connection, KEY, report, hashlib.sha256(PICTURE).hexdigest())
    assert body == PICTURE
    assert (found.name, found.size, found.added_ms, found.added_by) == ("chat.png", len(PICTURE), START, "bank-a/clerk")
    with house.database.reading() as connection:
        for key, sha256 in ((bytes(32), found.sha256), (KEY, "0" * 64)):
            with pytest.raises(NoSuchExhibit):
                opened(connection, key, report, sha256)


def test_what_is_sealed_cannot_be_changed_or_moved() -> None:
    sealed = seal(KEY, b"words", "report 1")
    assert unseal(KEY, sealed, "report 1") == b"words"
    assert seal(KEY, b"words", "report 1") != sealed
    for key, text, about in (
        (bytes(32), sealed, "report 1"),
        (KEY, sealed, "report 2"),
        (KEY, sealed[:-1] + bytes([sealed[-1] ^ 1]), "report 1"),
        (KEY, sealed[:20], "report 1"),
        (KEY, b"", "report 1"),
    ):
        assert unseal(key, text, about) is None


def test_it_is_never_published(house: House, report: Report) -> None:
    def published() -> int:
        with house.database.reading() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(entries)).scalar_one()

    before = published()
    put(house, report, ("chat.png", PICTURE))
    assert published() == before


def test_the_same_again_adds_nothing_and_other_bytes_of_that_name_do(house: House, report: Report) -> None:
    assert put(house, report, ("a.png", b"one"), ("again.png", b"one")) == 1
    assert put(house, report, ("a.png", b"one"), at=START + 1) == 0
    assert put(house, report, ("a.png", b"two"), at=START + 2) == 1
    assert told(house, report) == [("a.png", 3, False), ("a.png", 3, False)]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\Users\\clerk\\chat.png", "chat.png"),
        ("../../etc/passwd", "passwd"),
        ("chat\r\nSet-Cookie: a=b\x00.png", "chatSet-Cookie: a=b\ufffd.png"),
        ("\u202egnp.exe", "gnp.exe"),
        ("ภาพหน้าจอ.png", "ภาพหน้าจอ.png"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".png", "x" * 116 + ".png"),
    ],
)
def test_a_name_is_the_files_own(house: House, report: Report, given: str, shown: str) -> None:
    put(house, report, (given, b"bytes"))
    assert told(house, report) == [(shown, 5, False)]


def test_what_cannot_be_attached_is_refused_whole(
    house: House, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadExhibit, match=r"“empty\.png” is empty"):
        put(house, report, ("good.png", b"good"), ("empty.png", b""))
    monkeypatch.setattr(module, "LARGEST", 1_000_000)
    with pytest.raises(BadExhibit, match=r"“large\.png” has 1\.5 MB; a file may have 1 MB at most"):
        put(house, report, ("good.png", b"good"), ("large.png", b"x" * 1_500_000))
    assert told(house, report) == []
    many = [(f"{n}.png", bytes([n])) for n in range(MOST + 1)]
    with pytest.raises(BadExhibit, match="A report takes 10 files"):
        put(house, report, *many)
    assert put(house, report, *many[:MOST]) == MOST
    assert LARGEST == 20_000_000


def test_it_can_be_taken_away_and_attached_again(house: House, report: Report) -> None:
    put(house, report, ("chat.png", PICTURE))
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    with house.database.writing() as connection:
        assert detach(connection, report.key, sha256)
        assert not detach(connection, report.key, sha256)
    assert told(house, report) == []
    assert put(house, report, ("chat.png", PICTURE)) == 1


def test_an_erasure_takes_it_with_it(house: House, report: Report) -> None:
    put(house, report, ("name of a person.png", PICTURE))
    erased(house, report, [0])
    assert stored(house) == [b""]
    assert told(house, report) == [("", len(PICTURE), True)]
    with pytest.raises(BadExhibit, match="had to go"):
        put(house, report, ("chat.png", PICTURE))
    with house.database.writing() as connection:
        assert not detach(connection, report.key, hashlib.sha256(PICTURE).hexdigest())


def test_what_is_forgotten_takes_it_along_with_the_last_row(house: House, report: Report) -> None:
    put(house, report, ("chat.png", PICTURE))
    for rows, left in (([0], [("chat.png", len(PICTURE), False)]), ([1], [("", len(PICTURE), True)])):
        gone = Erasure(at_ms=START, by="desk", reason="rule", rows={report.id: rows})
        with house.database.writing() as connection:
            apply(connection, START, gone, FORGETTING)
        assert told(house, report) == left
