"""The PDF of a case, read back: marked and numbered on each page, sourced, hashed, the same twice, in any script."""

import hashlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from pypdf import PdfReader

from tocsin.dossiers import Dossier, as_pdf, claims_in, fonts
from tocsin.dossiers.fonts import Typeface, spelled_out, typeface

NIGHT = "2026-01-31T09:30:00.000Z"
SHA256 = hashlib.sha256(b"the bytes").hexdigest()
THING: dict[str, Any] = {
    "n": 1, "value": "bad.example", "kind": "domain", "crime_types": ["phishing"],
    "collection": {"id": "11111111-1111-4111-8111-111111111111", "title": "Scams"},
    "object": "indicator--22222222-2222-4222-8222-222222222222", "version": NIGHT,
    "added": "2026-01-31T09:30:00.125000Z", "position": 1_769_851_800_125, "sha256": SHA256, "size": 1_234,
    "marking": "TLP:GREEN", "permissible_actions": None, "handling": None, "disputed": False, "revoked": False,
    "confidence": 70, "independent_members": 2, "sources": ["Bank A"], "first_seen": NIGHT, "last_seen": None,
    "valid_from": NIGHT, "valid_until": None, "taken": NIGHT, "taken_by": "inspector, Police",
    "now": "the newest version",
}  # fmt: skip
CONTENT: dict[str, Any] = {
    "format": "tocsin-case/1", "exchange": "Test exchange", "exchange_id": "identity--1", "notice":
    "This is intelligence, not evidence.", "contacts": ["desk@exchange.example"], "made": NIGHT,
    "made_by": {"login": "inspector", "member": "Police"}, "marking": "TLP:AMBER+STRICT",
    "permissible_actions": "PAP:AMBER", "handling": "H1", "no_longer_available": 0,
    "case": {"id": "33333333-3333-4333-8333-333333333333", "title": "Operation Heron", "about": "Parcels",
             "marking": "TLP:AMBER", "member": "Police", "opened": NIGHT, "closed": None},
    "things": [THING], "notes": [], "tasks": [], "files": [], "searches": [],
}  # fmt: skip
SCRIPTS = {
    "Thai": "ธนาคารปลอม",
    "Lao": "ທະນາຄານປອມ",
    "Khmer": "ធនាគារក្លែងក្លាយ",
    "Burmese": "ဘဏ်အတု",
    "Arabic": "بنك مزيف",
    "Chinese": "假银行",
    "Cyrillic": "банк",
    "a joined face": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
}


def dossier(**changes: Any) -> Dossier:
    content = {**CONTENT, **changes}
    return Dossier(content, orjson.dumps(content, option=orjson.OPT_SORT_KEYS), (b"the bytes",))


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def joined(pages: list[str]) -> str:
    return "".join("".join(pages).split())


def test_every_page_is_marked_numbered_and_says_what_it_is() -> None:
    many = [{**THING, "n": n, "value": f"bad-{n}.example"} for n in range(1, 31)]
    made = dossier(things=many)
    pages = texts(as_pdf(made))
    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        assert page.count("TLP:AMBER+STRICT") >= 2, number
        assert "PAP:AMBER" in page
        assert "Handling code H1: not to be used in court" in page
        assert "This is intelligence, not evidence. Whom to ask: desk@exchange.example" in page
        assert f"Document {made.sha256[:16]}, page {number} of {len(pages)}" in page
        assert CONTENT["case"]["id"] in page
    whole = joined(pages)
    assert all(f"{n}.bad-{n}[.]example" in whole for n in range(1, 31))


def test_what_a_court_asks_for_is_in_it() -> None:
    search = {
        "question": "nobody.example", "filters": {"kind": "domain"}, "asked": NIGHT, "by": "inspector", "found": 0,
        "others_no_longer_available": False,
        "collections": [{"id": "44444444", "title": "Scams", "up_to": "2026-01-31T09:29:59.000000Z", "position": 1}],
    }  # fmt: skip
    made = dossier(
        searches=[search],
        notes=[{"at": NIGHT, "by": "inspector, Police", "words": "Called.\nNobody answers."}],
        tasks=[{"words": "Ask", "due": NIGHT, "set": NIGHT, "by": "Police", "done": None}],
        files=[
            {
                "name": "chat.png",
                "sha256": "ab" * 32,
                "size": 5,
                "at": NIGHT,
                "by": "x",
                "kept": "sealed",
                "reports": ["R"],
            }
        ],
        no_longer_available=2,
    )
    whole = joined(texts(as_pdf(made)))
    for said in (
        made.sha256,
        SHA256,
        "How many bytes 1,234",
        THING["object"],
        THING["added"],
        "Bank A and 1 without giving its name",
        "2026-01-31 09:30:00 UTC by inspector, Police",
        "S1. nobody.example",
        "Nothing was found",
        "up to 2026-01-31T09:29:59.000000Z",
        "kind domain",
        "Nobody answers.",
        "due 2026-01-31, not done",
        "ab" * 32,
        "2 things are no longer available",
        "tocsin case check FILE",
    ):
        assert "".join(said.split()) in whole, said


def test_the_same_data_gives_the_same_bytes() -> None:
    assert as_pdf(dossier()) == as_pdf(dossier())
    assert as_pdf(dossier()) != as_pdf(dossier(made="2026-01-31T09:30:01.000Z"))


def test_its_data_lies_in_it_for_programs() -> None:
    made = dossier()
    pdf = as_pdf(made)
    assert PdfReader(BytesIO(pdf)).attachments["case.json"] == [made.body]
    claims = claims_in(pdf)
    assert claims.sha256 == made.sha256
    assert [(one.position, one.sha256) for one in claims.places] == [(THING["position"], SHA256)]


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_is_drawn_or_written_as_its_code_points(script: str) -> None:
    name = SCRIPTS[script]
    whole = joined(texts(as_pdf(dossier(things=[{**THING, "value": f"{name}.example"}], notes=[note(name)]))))
    assert all(f"<U+{ord(letter):04X}>" in whole for letter in name if letter != " ")
    drawn = typeface().written(name)
    if script in ("Thai", "Lao", "Khmer", "Burmese", "Arabic", "Cyrillic") and typeface().first is not None:
        assert "<U+" not in drawn, "fonts-noto-core is missing here"
    if script == "Cyrillic":
        assert name in whole


def note(words: str) -> dict[str, str]:
    return {"at": NIGHT, "by": "inspector, Police", "words": words}


HOSTILE = [
    "{nb}",
    "**bold** __under__ --strike--",
    "[link](https://evil.example)",
    ") Tj ET Q endstream endobj %%EOF",
    'endstream\nstream\n{"format":"tocsin-case/1"}\nendstream',
    "evil\u202egpj.exe",
    "a\u200bb\u00adc\ufeff",
    "\x07\x1b[31mred",
    "\ud7a3\uffff\U0010ffff",
    "x" * 400,
    "\n" * 200,
    "",
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_hostile_is_text_like_any_other(hostile: str) -> None:
    made = dossier(
        case={**CONTENT["case"], "title": hostile, "about": hostile},
        things=[{**THING, "value": hostile}],
        notes=[note(hostile)],
        files=[
            {"name": hostile, "sha256": SHA256, "size": None, "at": NIGHT, "by": hostile, "kept": "x", "reports": []}
        ],
    )
    pdf = as_pdf(made)
    reader = PdfReader(BytesIO(pdf))
    assert claims_in(pdf).sha256 == made.sha256
    for page in reader.pages:
        assert "/Annots" not in page
        assert f"of {len(reader.pages)}" in page.extract_text()
    whole = joined([page.extract_text() for page in reader.pages])
    assert "".join(typeface().written(hostile).split()) in whole
    assert "\u202e" not in whole


def test_nothing_in_it_does_anything() -> None:
    pdf = as_pdf(dossier())
    for word in (b"/JavaScript", b"/Launch", b"/URI", b"/OpenAction /S", b"/SubmitForm"):
        assert word not in pdf


def test_without_any_font_it_is_made_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_FOLDERS", ())
    typeface.cache_clear()
    try:
        whole = joined(texts(as_pdf(dossier(notes=[note("Müller ธ")]))))
    finally:
        typeface.cache_clear()
    assert "Müller<U+0E18>" in whole
    assert SHA256 in whole


def test_joiners_stay_where_they_join_alone() -> None:
    face = Typeface(None, None, {None: frozenset(range(0x20, 0x2000)) | {0x200D}})
    assert face.written("က\u200dခ") == "က\u200dခ"
    assert face.written("a\u200db") == "a<U+200D>b"


def test_values_with_other_than_ascii_letters_are_spelled_out() -> None:
    assert spelled_out("plain.example") is None
    assert spelled_out("pаypal.example") == "p<U+0430>ypal.example"


def test_the_moment_in_it_is_that_of_the_data_alone() -> None:
    assert b"2026-01-31T09:30:00+00:00" in as_pdf(dossier()) or typeface().first is None
    assert b"D:20260131093000" in as_pdf(dossier())


def test_it_says_of_itself_that_it_can_be_archived(tmp_path: Path) -> None:
    if typeface().first is None:
        pytest.skip("there is no font here to embed")
    assert b"pdfaid" in as_pdf(dossier())


def test_a_long_contact_does_not_run_into_the_text() -> None:
    pages = texts(as_pdf(replace(dossier(contacts=["desk, " * 200]))))
    assert all("page" in page and "..." in page for page in pages)
    assert "desk,desk" in joined(pages)
