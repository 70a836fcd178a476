"""PDF reports: their words, and what hostile ones may cost."""

import zlib

import pdfs
import pytest

from tocsin.intake import CannotRead, read
from tocsin.intake import pdf as reader


def test_a_report_of_two_pages_with_defanged_values() -> None:
    data = pdfs.report(
        ["The site hxxps://bad[.]example[.]org/login (see below)", "sends mail from boss[@]example.org"],
        ["and money to GB33 BUKB 2020 1555 5555 55"],
    )
    reading = read(data, "report.pdf")
    assert reading.format == "pdf"
    assert reading.notices[0] == "Pages read: 2."
    rows = list(reading.rows)
    assert [row.identifier and row.identifier.value for row in rows] == [
        "https://bad.example.org/login",
        "boss@example.org",
        "GB33BUKB20201555555555",
    ]
    assert reading.text is not None
    for row in rows:
        assert row.span is not None
        assert reading.text.split("\n")[row.row - 1][row.span[0] - 1 :].startswith(row.value)


def test_a_file_that_is_declared_as_pdf_and_is_none_is_refused() -> None:
    with pytest.raises(CannotRead, match="damaged or no PDF"):
        read(b"bad.example.org", None, "pdf")


def test_a_pdf_that_is_declared_as_a_list_is_refused() -> None:
    with pytest.raises(CannotRead, match="a PDF, and was declared as something else"):
        read(pdfs.report(["bad.example.org"]), None, "csv")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (pdfs.report([]), "no text"),
        (pdfs.report(["nothing to see"]), "Nothing that can be shared was found in this PDF"),
        (pdfs.report(["bad.example.org"])[:300], "damaged|no text"),
        (b"%PDF-1.7\n" + b"\xff" * 1000, "damaged"),
        (pdfs.pages_of(reader.MOST_PAGES + 1), "more than 1,000 pages"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, why: str) -> None:
    with pytest.raises(CannotRead, match=why):
        read(data)


def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that are reached within a test's time; the same code keeps them as in earnest."""
    monkeypatch.setattr(reader, "SECONDS", 2)
    monkeypatch.setattr(reader, "MEMORY", 400_000_000)


def bomb() -> bytes:
    """A content stream of 4 MB that unpacks to 4 GB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(4_000)) + packer.flush()
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>"
    content = b"<</Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (len(packed), packed)
    return pdfs.built([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, content])


def nested(depth: int) -> bytes:
    return pdfs.built([b"<</Type/Catalog/Pages 2 0 R>>", b"[" * depth + b"]" * depth])


def circle() -> bytes:
    """A tree of pages that goes round for ever."""
    return pdfs.built([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9/Kids[2 0 R]/Parent 2 0 R>>"])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(nested(100_000), id="deep brackets"),
        pytest.param(circle(), id="a circle of pages"),
    ],
)
def test_a_trap_is_bounded_and_refused(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch)
    with pytest.raises(CannotRead, match=r"longer to read|memory|damaged|no text"):
        read(data)


def test_forms_that_draw_forms_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library draws some thousands of the 10 ** 29 words and stops; on a slow machine its time ends before."""
    small(monkeypatch)
    try:
        ended = reader.words_in(pdfs.forms(30, 10))
    except CannotRead as refusal:
        ended = str(refusal)
    assert "longer to read" in ended or 0 < ended.count("bad.example.org") < 100_000


@pytest.mark.proof
def test_a_stream_that_unpacks_to_gigabytes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch)
    with pytest.raises(CannotRead, match=r"longer to read|memory|damaged|no text"):
        read(bomb())
