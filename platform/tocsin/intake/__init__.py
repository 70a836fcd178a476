"""Intake: the bytes of a report, in the form that people already have, become rows."""

from dataclasses import replace
from typing import Any

from tocsin.intake.case import Account, Case, Moment, cases_of
from tocsin.intake.chat import Chat, read_chat
from tocsin.intake.contents import Heading, contents_of
from tocsin.intake.damage import refuse_unmerged
from tocsin.intake.decode import Text, check_lines, decode, utf8
from tocsin.intake.delimited import read_delimited
from tocsin.intake.detect import FORMATS, PROSE, is_json, is_page, is_zip, refuse_foreign, refuse_markup, text_format
from tocsin.intake.json_list import parse_json, read_json
from tocsin.intake.lists import read_list
from tocsin.intake.mail import is_mail, mail_shown, read_mail
from tocsin.intake.misp import looks_like_misp, read_misp
from tocsin.intake.originals import TABLES, Originals, originals, still_wrong
from tocsin.intake.pdf import is_pdf, read_pdf
from tocsin.intake.row import NO_CLAIM, ROLES, CannotRead, Claim, Defaults, Reading, Row
from tocsin.intake.stix import looks_like_stix, read_stix, sliced
from tocsin.intake.telegram import is_telegram_page, looks_like_telegram, telegram_chats, telegram_page
from tocsin.intake.text import read_text, spotted
from tocsin.intake.threads import threads_in
from tocsin.intake.values import problem_row, without_secret
from tocsin.intake.web_page import read_page
from tocsin.intake.whatsapp import looks_like_whatsapp, whatsapp_chat
from tocsin.intake.xlsx import read_xlsx

__all__ = [
    "FORMATS",
    "NO_CLAIM",
    "PROSE",
    "ROLES",
    "TABLES",
    "Account",
    "CannotRead",
    "Case",
    "Claim",
    "Defaults",
    "Heading",
    "Moment",
    "Originals",
    "Reading",
    "Row",
    "cases_of",
    "contents_of",
    "mail_shown",
    "objects_of",
    "originals",
    "problem_row",
    "read",
    "spotted",
    "still_wrong",
    "threads_in",
    "without_secret",
]

_NO_DEFAULTS = Defaults()


def read(data: bytes, name: str | None = None, format: str = "auto", defaults: Defaults = _NO_DEFAULTS) -> Reading:  # noqa: A002
    """The rows of a report, `format` one of FORMATS; `name` is its file name, where it has one.

    CannotRead, before any row is given, where the file as a whole cannot be read. A row that cannot be used is given
    all the same, with its problem. The caller limits how many bytes there are.
    """
    if format not in FORMATS:
        raise CannotRead(f"The format “{format[:40]}” is not known here.")
    if format == "pdf" or (format == "auto" and is_pdf(data)):
        return read_pdf(data, defaults)
    refuse_foreign(data)
    if format == "xlsx" or (format == "auto" and is_zip(data)):
        return read_xlsx(data, defaults)
    if format == "mail" or (format == "auto" and is_mail(data)):
        return read_mail(data, defaults)
    text = decode(data)
    if format == "html" or (format in ("auto", "chat") and is_page(text.text, name)):
        return _read_page(text, format, defaults)
    refuse_markup(text.text)
    if format != "text":
        refuse_unmerged(text.text)
    if format in ("json", "stix", "misp") or (format in ("auto", "chat") and is_json(text.text)):
        return _read_json(data, text, format, defaults)
    check_lines(text.text)
    if format == "chat" or (format == "auto" and looks_like_whatsapp(text.text)):
        return read_chat(whatsapp_chat(text, name), defaults)
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


def _read_page(text: Text, format: str, defaults: Defaults) -> Reading:  # noqa: A002
    if is_telegram_page(text.text):
        return _read_chat(telegram_page(text.text), text, defaults)
    if format == "chat":
        raise CannotRead("This page is no exported chat of Telegram.")
    return read_page(text, defaults)


def _read_json(data: bytes, text: Text, format: str, defaults: Defaults) -> Reading:  # noqa: A002
    encoded = utf8(data, text)
    # as STIX, one odd object leaves the others: what is not read as a whole cannot fail as a whole
    if format != "stix":
        parsed = parse_json(encoded)
        reader = _json_format(parsed) if format == "auto" else format
        if reader == "misp":
            return _with_notices(read_misp(parsed, defaults), text)
        if reader == "chat":
            return _read_chat(telegram_chats(parsed), text, defaults)
        if reader == "json":
            return read_json(parsed, defaults, text.notices)
    if not text.certain:
        raise CannotRead("The STIX data is not in UTF-8, as STIX has to be.")
    return read_stix(encoded, defaults)


def _json_format(parsed: Any) -> str:
    if looks_like_stix(parsed):
        return "stix"
    if looks_like_misp(parsed):
        return "misp"
    return "chat" if looks_like_telegram(parsed) else "json"


def _read_chat(chat: Chat, text: Text, defaults: Defaults) -> Reading:
    return _with_notices(read_chat(chat, defaults), text)


def _with_notices(reading: Reading, text: Text) -> Reading:
    return replace(reading, notices=(*text.notices, *reading.notices))
