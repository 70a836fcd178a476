"""A dossier as a PDF that a court can read: every page numbered and marked, everything in it sourced and hashed.

The data that it shows lies in it once more as a file, `case.json`, unpacked, so that it can be checked without anything
that reads PDFs. The same data gives the same bytes on a machine with the same fonts.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from tocsin.dossiers.dossier import Dossier
from tocsin.dossiers.fonts import Typeface, spelled_out, typeface
from tocsin.dossiers.pdf_page import ATTACHED, LINE, MARGIN, close_fonts, family_of, new_page, shape
from tocsin.identifiers import KINDS, defang
from tocsin.stix import CRIME_TYPES
from tocsin.times import parse_stamp, stamp

if TYPE_CHECKING:
    from fpdf import FPDF

_ROW = 44.0
_FILTERS = {
    "kind": "kind",
    "crime_type": "crime",
    "country": "country",
    "tlp": "marking",
    "member": "named source",
    "revoked": "withdrawn",
    "match": "why",
}


def as_pdf(dossier: Dossier) -> bytes:
    """The PDF. It is laid out twice, first to know how many pages there are."""
    with _laid_out(dossier, 0) as sheet:
        pages = sheet.page.page
    with _laid_out(dossier, pages) as sheet:
        return bytes(sheet.page.output())


@contextmanager
def _laid_out(dossier: Dossier, pages: int) -> "Iterator[_Sheet]":
    sheet = _Sheet(new_page(dossier, pages), typeface())
    try:
        sheet.front(dossier)
        for one in dossier.content["things"]:
            sheet.thing(one)
        sheet.gone(dossier.content["no_longer_available"])
        sheet.searches(dossier.content["searches"])
        sheet.words(dossier.content)
        sheet.files(dossier.content["files"])
        sheet.how_to_check(dossier)
        yield sheet
    finally:
        close_fonts(sheet.page)


class _Sheet:
    """Writes what a dossier says, part by part."""

    def __init__(self, page: "FPDF", face: Typeface) -> None:
        self.page, self.face = page, face
        self.family = family_of(face)

    def front(self, dossier: Dossier) -> None:
        content, case = dossier.content, dossier.content["case"]
        self._heading(case["title"], 16)
        self._facts(
            ("Case", case["id"]),
            ("Of", case["member"]),
            ("Opened", _moment(case["opened"])),
            ("Closed", _moment(case["closed"]) if case["closed"] else "no, it is open"),
            ("This document was made", f"{_moment(content['made'])} by {_by(content['made_by'])}"),
            ("Strictest marking in it", content["marking"]),
            ("Whom to ask", "; ".join(content["contacts"])),
            ("SHA-256 of its data", dossier.sha256),
        )
        if case["about"]:
            self._heading("What it is about", 12)
            self._text(case["about"])
        self._heading("What is in it", 12)
        self._text(
            f"Things: {len(content['things'])}, searches: {len(content['searches'])}, notes: {len(content['notes'])}, "
            f"tasks: {len(content['tasks'])}, files: {len(content['files'])}. Only what {content['made_by']['member']} "
            "may read at the moment named above is in it. All moments are in UTC. Values are written so that nobody "
            "opens them by mistake: [.] stands for a dot, hxxp for http. <U+...> stands for a character by its number "
            "in Unicode."
        )
        self._heading("Things", 13)
        if not content["things"]:
            self._text("None.")

    def thing(self, one: Mapping[str, Any]) -> None:
        kind = KINDS[one["kind"]].label if one["kind"] in KINDS else one["kind"]
        crimes = ", ".join(CRIME_TYPES[name].label if name in CRIME_TYPES else name for name in one["crime_types"])
        unnamed = _without_name(one["independent_members"], one["sources"])
        said = " and ".join(filter(None, (", ".join(one["sources"]), unnamed)))
        marks = [one["marking"], one["permissible_actions"], one["handling"] and f"Handling {one['handling']}"]
        contested = [word for word, on in (("disputed", one["disputed"]), ("withdrawn", one["revoked"])) if on]
        self._value(one["n"], one["value"], one["kind"])
        self._facts(
            ("Kind", kind),
            ("Crime", crimes or "not stated"),
            ("Marking", ", ".join(filter(None, [*marks, *contested]))),
            ("Who says so", said or "the author of the object"),
            ("Confidence", f"{one['confidence']} of 100" if one["confidence"] is not None else "not stated"),
            ("Seen", _seen(one["first_seen"], one["last_seen"])),
            ("Valid", _span(one["valid_from"], one["valid_until"])),
            ("Collection", f"{one['collection']['title']}, {one['collection']['id']}"),
            ("STIX object", one["object"]),
            ("Version", one["version"]),
            ("Date added", one["added"]),
            ("SHA-256 of its bytes", one["sha256"]),
            ("How many bytes", f"{one['size']:,}"),
            ("Taken into the case", f"{_moment(one['taken'])} by {one['taken_by']}"),
            ("When exported", one["now"]),
        )

    def gone(self, number: int) -> None:
        if number:
            what = "1 thing is" if number == 1 else f"{number} things are"
            self._text(f"{what} no longer available to the member that made this document.")

    def searches(self, searches: Sequence[Mapping[str, Any]]) -> None:
        if not searches:
            return
        self._heading("Searches", 13)
        for n, one in enumerate(searches, 1):
            question = one["question"]
            asked = "What was asked for was erased since" if question is None else question or "(everything)"
            self._value(f"S{n}", asked, None)
            narrowed = "; ".join(f"{_FILTERS.get(name, name)} {value}" for name, value in one["filters"].items())
            places = [
                f"{place['title']}, {place['id']}, {f'up to {up_to}' if (up_to := place['up_to']) else 'nothing in it'}"
                for place in one["collections"]
            ]
            if one["others_no_longer_available"]:
                places.append("and others that are no longer available")
            self._facts(
                ("Result", _result(one["found"])),
                ("Narrowed by", narrowed or "nothing"),
                ("Asked", f"{_moment(one['asked'])} by {one['by']}"),
                ("Over", "\n".join(places) or "no collection"),
            )

    def words(self, content: Mapping[str, Any]) -> None:
        if content["notes"]:
            self._heading("Notes", 13)
        for one in content["notes"]:
            self._bold(f"{_moment(one['at'])}, {one['by']}")
            self._text(one["words"])
        if content["tasks"]:
            self._heading("Tasks", 13)
        for one in content["tasks"]:
            self._bold(one["words"])
            due = f"due {one['due'][:10]}" if one["due"] else "no day set"
            done = f"done {_moment(one['done'])}" if one["done"] else "not done"
            self._text(f"{due}, {done}; set {_moment(one['set'])} by {one['by']}")

    def files(self, files: Sequence[Mapping[str, Any]]) -> None:
        if files:
            self._heading("Files", 13)
        for one in files:
            self._bold(one["name"])
            size = f"{one['size']:,} bytes" if one["size"] is not None else "size not known"
            facts = [("SHA-256", one["sha256"]), ("Size", size), ("Kept", one["kept"])]
            facts.append(("Taken into the case", f"{_moment(one['at'])} by {one['by']}"))
            if one["reports"]:
                facts.append(("Evidence of", ", ".join(one["reports"])))
            self._facts(*facts)

    def how_to_check(self, dossier: Dossier) -> None:
        self._heading("How this document is checked", 13)
        self._text(
            f"The data of this document lies in it as the file {ATTACHED}. Its SHA-256 is {dossier.sha256}, and the "
            "exchange remembers that it made a document with this hash. Each thing above names the version that was "
            "pinned by its place in the ledger (collection and date added) and the SHA-256 of its exact bytes. On the "
            "page Check an export, or with the command tocsin case check FILE, the exchange says whether its ledger "
            "still has these bytes in these places. Bytes that had to be erased are gone from the ledger; place and "
            "hash stay there."
        )

    def _heading(self, text: str, size: int) -> None:
        if self.page.will_page_break(LINE * 4):
            self.page.add_page()
        self.page.ln(3)
        self.page.set_font(self.family, "B", size)
        self._write(text, size * 0.5)

    def _value(self, number: object, value: str, kind: str | None) -> None:
        if self.page.will_page_break(LINE * 6):
            self.page.add_page()
        self.page.ln(3)
        self.page.set_font(self.family, "B", 11)
        shown = defang(value, kind) if kind else value
        self._write(f"{number}.  {shown}", LINE + 1, wrap="CHAR")
        points = spelled_out(shown)
        if points is not None:
            self.page.set_font(self.family, "", 9)
            self._write(f"In code points: {points}", LINE, wrap="CHAR")

    def _bold(self, text: str) -> None:
        self.page.ln(1.5)
        self.page.set_font(self.family, "B", 9.5)
        self._write(text, LINE)

    def _text(self, text: str) -> None:
        self.page.set_font(self.family, "", 9.5)
        self._write(text, LINE)

    def _facts(self, *facts: tuple[str, str]) -> None:
        for name, words in facts:
            if self.page.will_page_break(LINE):
                self.page.add_page()
            self.page.set_font(self.family, "", 8.5)
            shape(self.page, name)
            self.page.cell(_ROW, LINE, name)
            self.page.set_font(self.family, "", 9)
            self.page.set_left_margin(MARGIN + _ROW)
            self._write(words, LINE, wrap="CHAR" if " " not in words else "WORD")
            self.page.set_left_margin(MARGIN)
            self.page.set_x(MARGIN)

    def _write(self, text: str, height: float, wrap: str = "WORD") -> None:
        written = self.face.written(text.replace("\r\n", "\n").replace("\r", "\n")) or " "
        shape(self.page, written)
        if self._fits(written):
            # the same, without trying where the line could be broken at each letter
            self.page.cell(0, height, written, align="L", new_x="LMARGIN", new_y="NEXT")
            return
        self.page.multi_cell(0, height, written, align="L", new_x="LMARGIN", new_y="NEXT", wrapmode=cast(Any, wrap))

    def _fits(self, written: str) -> bool:
        if not written.isascii() or "\n" in written:
            return False
        return self.page.get_string_width(written) < self.page.epw - 2 * self.page.c_margin


def _result(found: int | None) -> str:
    if found is None:
        return "no longer available"
    return "Nothing was found" if found == 0 else f"{found:,} found"


def _without_name(members: int, sources: Sequence[str]) -> str:
    unnamed = members - len(sources)
    if not members:
        return "an open list, which counts as nobody's word" if sources else ""
    return f"{unnamed} without giving {'its name' if unnamed == 1 else 'their names'}" if unnamed > 0 else ""


def _seen(first: str | None, last: str | None) -> str:
    said = [f"{word} {_moment(at)}" for word, at in (("first", first), ("last", last)) if at is not None]
    return ", ".join(said) or "not stated"


def _span(start: str, end: str | None) -> str:
    return f"{_moment(start)} to {_moment(end)}" if end is not None else f"from {_moment(start)}, no end stated"


def _moment(text: str) -> str:
    return stamp(parse_stamp(text))[:19].replace("T", " ") + " UTC"


def _by(made: Mapping[str, str]) -> str:
    return f"{made['login']}, {made['member']}"
