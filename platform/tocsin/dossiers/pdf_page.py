"""The pages of a dossier's PDF: what stands on each of them, the fonts, and the data that the file carries."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tocsin.dossiers.dossier import Dossier
from tocsin.dossiers.fonts import Typeface, typeface
from tocsin.times import parse_stamp

if TYPE_CHECKING:
    from fpdf import FPDF

ATTACHED = "case.json"
MARGIN, LINE = 18.0, 5.0
"""Millimetres."""

_FOOT_LINE = 4.0
_SHORT = 16
_ONE_LINE = 120
_HANDLING_WORDS = {
    "H0": "for preventing and combating crime",
    "H1": "not to be used in court or disclosed there without its source's permission",
    "H2": "not to be passed on without its source's permission",
    "H3": "further conditions: ask the exchange before any use",
}


_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<rdf:Description rdf:about="" xmp:CreateDate="{made}" xmp:ModifyDate="{made}" xmp:MetadataDate="{made}"
 pdf:Producer="Tocsin">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta>"""
"""What an archive reads of the file. The library would write the present moment into it."""


def family_of(face: Typeface) -> str:
    """What the font of most letters is called in the file."""
    return "face" if face.first is not None else "Helvetica"


def new_page(dossier: Dossier, pages: int) -> "FPDF":
    """An empty document with its first page; each says what it is, which of `pages`, and its marks."""
    # it takes a moment that only a PDF has to wait for
    from fpdf import FPDF

    face = typeface()
    family, marks = family_of(face), list(_marks(dossier.content))
    content = dossier.content
    foot = face.written(_short(f"{content['notice']} Whom to ask: {'; '.join(content['contacts'])}"))
    head = face.written(f"{content['exchange']}: case {content['case']['id']}")

    class Marked(FPDF):
        def header(self) -> None:
            for mark in marks:
                self.centred("B", 10, mark, LINE)
            self.centred("", 8, head, _FOOT_LINE)
            self.ln(3)

        def footer(self) -> None:
            self.set_y(-(MARGIN + _FOOT_LINE * (2 + len(marks))))
            self.centred("", 8, foot, _FOOT_LINE)
            self.centred("", 8, f"Document {dossier.sha256[:_SHORT]}, page {self.page_no()} of {pages}", _FOOT_LINE)
            for mark in marks:
                self.centred("B", 8, mark, _FOOT_LINE)

        def centred(self, style: str, size: int, text: str, height: float) -> None:
            shape(self, text)
            self.set_font(family, style, size)
            self.multi_cell(0, height, text, align="C", new_x="LMARGIN", new_y="NEXT")

    page = Marked(format="A4", enforce_compliance="PDF/A-3U" if face.first is not None else None)
    page.set_margins(MARGIN, MARGIN - 6, MARGIN)
    page.set_auto_page_break(auto=True, margin=MARGIN + 6 + _FOOT_LINE * (2 + len(marks)))
    _dress(page, dossier, face)
    page.add_page()
    return page


def _dress(page: "FPDF", dossier: Dossier, face: Typeface) -> None:
    """Give the document its fonts, its dates and its data."""
    made = datetime.fromtimestamp(parse_stamp(dossier.content["made"]) // 1000, UTC)
    page.set_creation_date(made)
    # nothing that anybody wrote: these texts stand in the file as they are
    title = f"Case {dossier.content['case']['id']}"
    page.set_title(title)
    # a value may be written like the library's own placeholder for the number of pages
    page.alias_nb_pages("")
    page.set_lang("en")
    page.set_producer("Tocsin")
    if face.first is not None:
        page.set_xmp_metadata(_XMP.format(title=title, made=made.isoformat(timespec="seconds")))
        page.add_font("face", "", face.first)
        page.add_font("face", "B", face.bold or face.first)
        others = face.others_for(face.written(dossier.body.decode()))
        for n, path in enumerate(others):
            page.add_font(f"other{n}", "", path)
        page.set_fallback_fonts([f"other{n}" for n in range(len(others))], exact_match=False)
    page.embed_file(
        bytes=dossier.body,
        basename=ATTACHED,
        desc="The data of this document",
        compress=False,
        creation_date=made,
        modification_date=made,
        mime_type="application/json",
        associated_file_relationship="Data",
    )


def shape(page: "FPDF", text: str) -> None:
    """Let letters join, stack and change places as their script wants it, in texts that have such letters.

    Plain ones are laid out many times faster without.
    """
    page.set_text_shaping(not text.isascii() and page.font_family == "face")


def close_fonts(page: "FPDF") -> None:
    """Let go of the files of the fonts, which stay open otherwise for as long as nobody looks."""
    for font in page.fonts.values():
        if hasattr(font, "ttfont"):
            font.ttfont.close()


def _short(text: str) -> str:
    """What fits one line; the first page has all of it."""
    return text if len(text) <= _ONE_LINE else f"{text[: _ONE_LINE - 3]}..."


def _marks(content: Mapping[str, Any]) -> Iterator[str]:
    yield "   ".join(filter(None, (content["marking"], content["permissible_actions"])))
    if content["handling"] is not None:
        yield f"Handling code {content['handling']}: {_HANDLING_WORDS[content['handling']]}"
