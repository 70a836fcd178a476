"""What format a file is in: by its first bytes, then by what its lines look like, and last by its name."""

import re
from itertools import islice

from tocsin.identifiers import Hints, Unreadable
from tocsin.intake.columns import plan_table
from tocsin.intake.delimited import SAMPLED_ROWS, find_delimiter, sample_of
from tocsin.intake.headers import meaning_of
from tocsin.intake.lists import entries, syntax_of
from tocsin.intake.row import CannotRead, Defaults
from tocsin.intake.values import understand

FORMATS = (
    "auto", "csv", "xlsx", "plain", "hosts", "adblock", "dnsmasq", "ublacklist", "json", "text", "stix", "mail", "misp",
    "chat", "html", "pdf",
)  # fmt: skip
PROSE = frozenset(("text", "mail", "chat", "html", "pdf"))
"""Formats that are searched for what they name, where a list says of each entry what it is."""

_FOREIGN = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel file (.xls) or one with a password: save it as .xlsx"),
    (b"%PDF", "a PDF, and was declared as something else"),
    (b"\x1f\x8b", "packed with gzip: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive: unpack it first"),
    (b"\x89PNG", "a picture: type out what it shows"),
    (b"\xff\xd8\xff", "a picture: type out what it shows"),
    (b"GIF8", "a picture: type out what it shows"),
)
PAGE_ENDINGS = (".html", ".htm", ".xhtml")
_MARKUP = re.compile(r"<(?:!doctype|!--|\?xml|html|head|body|meta|script|title)\b|<!--", re.I)
_JSON = re.compile(r"\{|\[\s*(?:[\"{\[\]]|\Z)")


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip archive does, which xlsx files are."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def refuse_foreign(data: bytes) -> None:
    """CannotRead for an empty file and for formats that are known and not read."""
    if not data.strip():
        raise CannotRead("The file is empty.")
    for magic, message in _FOREIGN:
        if data.startswith(magic):
            raise CannotRead(f"This file is {message}.")


def is_markup(text: str) -> bool:
    """Whether the text begins as a web page or XML does."""
    return _MARKUP.match(text.lstrip()[:200]) is not None


def is_page(text: str, name: str | None) -> bool:
    """Whether the text is a web page that was handed in as one, by the name of its file."""
    return name is not None and name.lower().endswith(PAGE_ENDINGS) and is_markup(text) and not _is_xml(text)


def refuse_markup(text: str) -> None:
    """CannotRead for a web page or XML, which is what a broken download leaves in place of a list."""
    if is_markup(text):
        raise CannotRead(
            "This is a web page or XML, not a list: the download of the list may have failed. "
            "A report that is a web page is read from a file whose name ends in .html."
        )


def _is_xml(text: str) -> bool:
    return text.lstrip()[:5].lower() == "<?xml" and re.search(r"<html\b", text[:2_000], re.I) is None


def is_json(text: str) -> bool:
    """Whether the text begins as JSON does."""
    return _JSON.match(text.lstrip()[:1000]) is not None


def text_format(text: str, name: str | None, defaults: Defaults) -> str:
    """The format of a text that is not JSON: one of the lists, csv or text."""
    lines = [entry for _, entry, _ in islice(entries(text), SAMPLED_ROWS)]
    if not lines:
        return "plain"
    syntax = syntax_of(lines)
    if syntax is not None:
        return syntax
    if _is_table(text, name, defaults):
        return "csv"
    return "plain" if _is_plain(lines, defaults) else "text"


def _is_table(text: str, name: str | None, defaults: Defaults) -> bool:
    if name is not None and name.lower().endswith((".csv", ".tsv")):
        return True
    sample = sample_of(text, find_delimiter(text))
    if not sample:
        return False
    width = len(sample[0])
    if width == 1:
        meaning = meaning_of(sample[0][0])
        return meaning is not None and meaning.part == "value"
    even = sum(len(cells) == width for cells in sample) >= 0.9 * len(sample)
    named = sum(meaning_of(cell) is not None for cell in sample[0]) >= 2
    return (even or named) and plan_table(sample, defaults) is not None


def _is_plain(lines: list[str], defaults: Defaults) -> bool:
    """Whether most lines are one value, or at least one word."""
    single = sum(not re.search(r"\s", line) for line in lines)
    if single >= 0.8 * len(lines):
        return True
    hints = Hints(country=defaults.country, token=defaults.token)
    return sum(_is_value(line, defaults.kind, hints) for line in lines) * 2 >= len(lines)


def _is_value(line: str, kind: str | None, hints: Hints) -> bool:
    try:
        understand(line, kind, hints)
    except Unreadable:
        return False
    return True
