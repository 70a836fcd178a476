"""Reading what an export claims: in one go, however hostile the file."""

import pytest

from tocsin.dossiers import BadExport, Claim, checking, claims_in

COLLECTION = "11111111-1111-4111-8111-111111111111"
SHA256 = "ab" * 32


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF" + b"stream\n{" * 1_000_000,
        b"%PDF" + b"stream\n{\nendstream" * 400_000,
        f"{COLLECTION},2026-".encode() * 400_000,
        f"{COLLECTION} ".encode() + b" " * 8_000_000,
        b"a" * 8_000_000,
        b"{" * 8_000_000,
    ],
    ids=["open", "closed", "dates", "blanks", "digits", "braces"],
)
def test_millions_of_beginnings_are_read_once(body: bytes) -> None:
    with pytest.raises(BadExport):
        claims_in(body)


def test_lines_from_paper_are_read_however_they_are_parted() -> None:
    line = f"Scams; {COLLECTION.upper()},\t2026-01-31T09:30:00.125000Z ; {SHA256.upper()}\n"
    assert claims_in((line * 2).encode()).places == (Claim(COLLECTION, 1_769_851_800_125, SHA256),)


def test_so_many_places_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST", 1)
    lines = "".join(f"{COLLECTION} 2026-01-31T09:30:0{n}Z {SHA256}\n" for n in range(2))
    with pytest.raises(BadExport, match="More than 1 places"):
        claims_in(lines.encode())


def test_data_that_lies_in_a_pdf_twice_is_none() -> None:
    data = b'\nstream\n{"format":"tocsin-case/1","things":[]}\nendstream'
    assert claims_in(b"%PDF-1.7" + data).places == ()
    with pytest.raises(BadExport, match="more than once"):
        claims_in(b"%PDF-1.7" + data * 2)
