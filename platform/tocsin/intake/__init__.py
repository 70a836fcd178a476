"""Intake: the bytes of a report, in the form that people already have, become rows."""

from tocsin.intake.contents import Heading, contents_of
from tocsin.intake.decode import Text, check_lines, decode, utf8
from tocsin.intake.delimited import read_delimited
from tocsin.intake.detect import FORMATS, is_json, is_zip, refuse_foreign, refuse_markup, text_format
from tocsin.intake.json_list import parse_json, read_json
from tocsin.intake.lists import read_list
from tocsin.intake.originals import TABLES, Originals, originals, still_wrong
from tocsin.intake.row import NO_CLAIM, ROLES, CannotRead, Claim, Defaults, Reading, Row
from tocsin.intake.stix import looks_like_stix, read_stix, sliced
from tocsin.intake.text import read_text
from tocsin.intake.xlsx import read_xlsx

__all__ = [
    "FORMATS",
    "NO_CLAIM",
    "ROLES",
    "TABLES",
    "CannotRead",
    "Claim",
    "Defaults",
    "Heading",
    "Originals",
    "Reading",
    "Row",
    "contents_of",
    "objects_of",
    "originals",
    "read",
    "still_wrong",
]

_NO_DEFAULTS = Defaults()


def read(data: bytes, name: str | None = None, format: str = "auto", defaults: Defaults = _NO_DEFAULTS) -> Reading:  # noqa: A002
    """The rows of a report, `format` one of FORMATS; `name` is its file name, where it has one.

    CannotRead, before any row is given, where the file as a whole cannot be read. A row that cannot be used is given
    all the same, with its problem. The caller limits how many bytes there are.
    """
    if format not in FORMATS:
        raise CannotRead(f"The format “{format[:40]}” is not known here.")
    refuse_foreign(data)
    if format == "xlsx" or (format == "auto" and is_zip(data)):
        return read_xlsx(data, defaults)
    text = decode(data)
    refuse_markup(text.text)
    if format in ("json", "stix") or (format == "auto" and is_json(text.text)):
        return _read_json(data, text, format, defaults)
    check_lines(text.text)
    found = text_format(text.text, name, defaults) if format == "auto" else format
    if found == "csv":
        return read_delimited(text, defaults)
    if found == "text":
        return read_text(text, defaults)
    return read_list(text, defaults, found)


def objects_of(data: bytes) -> list[bytes]:
    """The bytes of each STIX object in a report that `read` takes for STIX, in the order of its rows.

    CannotRead where `read` says so; the objects themselves are not looked at.
    """
    return sliced(utf8(data, decode(data)))[0]


def _read_json(data: bytes, text: Text, format: str, defaults: Defaults) -> Reading:  # noqa: A002
    encoded = utf8(data, text)
    # as STIX, one odd object leaves the others: what is not read as a whole cannot fail as a whole
    if format != "stix":
        parsed = parse_json(encoded)
        if format == "json" or not looks_like_stix(parsed):
            return read_json(parsed, defaults, text.notices)
    if not text.certain:
        raise CannotRead("The STIX data is not in UTF-8, as STIX has to be.")
    return read_stix(encoded, defaults)
