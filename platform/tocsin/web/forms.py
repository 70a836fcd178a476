"""What forms have in common: reading fields, and keeping what is wrong beside the field."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.engine import Connection

from tocsin import times
from tocsin.members.members import check_slug
from tocsin.times import stamp

LONGEST = 200
_COUNTRY = re.compile(r"[A-Z]{2}")

Errors = dict[str, str]
"""What is wrong, in a sentence, by the field's name."""


@contextmanager
def blamed_on(errors: Errors, field: str) -> Iterator[None]:
    """Put what cannot be beside this field, unless something is wrong with it already."""
    try:
        yield
    except ValueError as error:
        errors.setdefault(field, str(error))


def line(form: Mapping[str, str], field: str, *, longest: int = LONGEST) -> str:
    """One line of text, without what is around it; cut where a browser would have cut it."""
    return " ".join(form.get(field, "").split())[:longest]


def short_name(connection: Connection, text: str) -> None:
    """ValueError where this cannot be a short name, or is somebody's already."""
    if not text:
        raise ValueError("Write a short name.")
    check_slug(connection, text)


def country(text: str) -> str | None:
    """A country code, None where nothing is written; ValueError otherwise."""
    if not text:
        return None
    if not _COUNTRY.fullmatch(text.upper()):
        raise ValueError("Write a country as two letters, such as SG, or nothing.")
    return text.upper()


def end_of_day(text: str, now: int) -> int | None:
    """The end (ms) of a day that is written as 2027-12-31, None where nothing is; ValueError for one that is over."""
    if not text:
        return None
    try:
        end = times.end_of_day(text)
    except ValueError:
        raise ValueError("Write the day as year-month-day, such as 2027-12-31.") from None
    if end <= now:
        raise ValueError("That day is over.")
    return end


def last_day(end: int | None) -> str:
    """The last day before an end (ms), as a form writes it; empty for none."""
    return stamp(end - 1)[:10] if end is not None else ""
