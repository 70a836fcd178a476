"""Web pages (HTML): the words that a reader sees, in lines. Nothing is executed, fetched, or expanded.

Written here: what builds a tree copies unclosed elements, so that a small page fills the memory, and `html.parser`
looks for the end of each unclosed tag through the rest of the page. Words need no tree: every character is looked at
once. Entities that a page declares itself stay as they are written, so none can grow.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import NamedTuple

from tocsin.intake.decode import Text
from tocsin.intake.row import CannotRead, Defaults, Reading
from tocsin.intake.text import NOTHING, read_text

LONGEST_TAG = 20_000
"""Characters of a tag in which its attributes are looked for."""
MOST_BLANK = 2
"""Blank lines that are kept between two blocks."""

_MARKUP = re.compile(
    r"<!--.*?(?:--!?>|\Z)"
    r"|<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|<[!?][^>]*>?"
    r"|<(?P<end>/?)(?P<name>[A-Za-z][^\s/>]*)(?P<attributes>(?:[^>=]++|=\s*+(?:\"[^\"]*+\"?+|'[^']*+'?+)?+)*+)>?",
    re.S,
)
_ATTRIBUTE = re.compile(r"([^\s=/>\"']+)\s*+=\s*+(?:\"([^\"]*)\"?|'([^']*)'?|([^\s>\"']+))")
_SILENT = frozenset(
    ("script", "style", "template", "noscript", "noframes", "iframe", "object", "svg", "math", "select")
)
_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
     "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr",
     "html", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead",
     "title", "tr", "ul")
)  # fmt: skip
_CELLS = frozenset(("td", "th"))
_BLANKS = re.compile(r"[ \t\n\r\f]+")


class Piece(NamedTuple):
    """A piece of a page: the text of it, or a tag by its name, with `end` where it closes and its raw attributes."""

    text: str = ""
    tag: str = ""
    end: bool = False
    attributes: str = ""

    def attribute(self, name: str) -> str:
        """The value of an attribute, empty where there is none."""
        for match in _ATTRIBUTE.finditer(self.attributes[:LONGEST_TAG]):
            if match[1].lower() == name:
                return unescape(match[2] or match[3] or match[4] or "")
        return ""


def pieces(page: str) -> Iterator[Piece]:
    """The tags and texts of a page in order, without comments and what is not for reading."""
    at = 0
    while at < len(page):
        match = _MARKUP.search(page, at)
        start = len(page) if match is None else match.start()
        if start > at:
            yield Piece(text=unescape(page[at:start]))
        if match is None:
            return
        at = match.end()
        if match["name"] is None:
            continue
        name, end = match["name"].lower(), bool(match["end"])
        yield Piece(tag=name, end=end, attributes=match["attributes"])
        if name in _SILENT and not end and not match[0].endswith("/>"):
            closing = re.compile(rf"</{name}\b", re.I).search(page, at)
            at = len(page) if closing is None else closing.start()


def words_of(page: str) -> str:
    """What a reader sees, a block a line, with a tab between the cells of a table."""
    made: list[str] = []
    preformatted = 0
    for piece in pieces(page):
        if piece.text:
            made.append(piece.text if preformatted else _BLANKS.sub(" ", piece.text))
        elif piece.tag == "pre":
            preformatted = max(0, preformatted + (-1 if piece.end else 1))
            made.append("\n")
        elif piece.tag in _BLOCKS:
            made.append("\n")
        elif piece.tag in _CELLS and piece.end:
            made.append("\t")
    lines = (line.strip(" \r\f") for line in "".join(made).replace("\x00", "\ufffd").split("\n"))
    return "\n".join(_few_blank(lines))


def read_page(text: Text, defaults: Defaults) -> Reading:
    """What the words of a page name; CannotRead where they name nothing. Addresses behind links are not read."""
    words = words_of(text.text)
    hidden = _hidden_links(text.text, words)
    if not words.strip():
        raise CannotRead("The page has no words: what it shows may be a picture, or made by a program in it.")
    try:
        reading = read_text(replace(text, text=words), defaults, "html")
    except CannotRead:
        raise CannotRead(NOTHING.replace("text", "page")) from None
    notice = f"Links whose address does not stand in the words of the page, not read: {hidden:,}."
    return replace(reading, notices=(*reading.notices, notice)) if hidden else reading


def _few_blank(lines: Iterator[str]) -> Iterator[str]:
    blank = MOST_BLANK
    for line in lines:
        blank = 0 if line.strip() else blank + 1
        if blank <= MOST_BLANK:
            yield line


def _hidden_links(page: str, words: str) -> int:
    shown = frozenset(words.split())
    links = (piece.attribute("href") for piece in pieces(page) if piece.tag == "a" and not piece.end)
    return sum(link.startswith(("http:", "https:")) and link not in shown for link in links)
