"""One value of a report: read as its kind, or the one sentence that says why it cannot be."""

from dataclasses import replace

from tocsin.identifiers import (
    KINDS,
    NO_HINTS,
    Hints,
    Identifier,
    Unreadable,
    Withheld,
    is_secret,
    meant,
    read,
    recognise,
    withheld,
)
from tocsin.intake.damage import DIGITS_KINDS
from tocsin.intake.row import LONGEST_SHOWN, NO_CLAIM, Claim, Defaults, Row

_GUESSED = frozenset({"phone", "bank-account"})  # any digits may pass for these: a column has to say so


def hints_for(kind: str | None, defaults: Defaults, label: str = "") -> Hints:
    """What a report as a whole and the words above say that helps to read values of `kind`, where they are numbers."""
    if kind not in DIGITS_KINDS:
        return NO_HINTS
    return Hints(defaults.country, label or None if kind == "payment-proxy" else None, token=defaults.token)


def understand(text: str, kind: str | None, hints: Hints = NO_HINTS) -> Identifier:
    """`text` as `kind`, or as whatever it is where that fails; Unreadable with the more telling message."""
    if kind is None:
        return recognise(text, hints)
    try:
        return meant(read(text, kind, hints), text)
    except Unreadable as refusal:
        if KINDS[kind].kept:
            # an address where a name should be is a criminal's, a victim's, or anybody's
            raise
        return _otherwise(text, hints, refusal)


def _otherwise(text: str, hints: Hints, refusal: Unreadable) -> Identifier:
    try:
        found = recognise(text, hints)
    except Unreadable:
        raise refusal from None
    if found.kind in _GUESSED:
        raise refusal
    return found


def row_of(
    number: int,
    column: str,
    text: str,
    kind: str | None,
    claim: Claim = NO_CLAIM,
    hints: Hints = NO_HINTS,
    certain: bool = True,
) -> Row:
    """The row of one value. `certain` is False in a file whose encoding was guessed (see decode.Text)."""
    if not certain and not text.isascii():
        problem = "A letter in it could not be read for certain: save the file as UTF-8."
        return problem_row(number, column, text, problem, claim, hints, secret=never_kept(kind))
    try:
        identifier = understand(text, kind, hints)
    except Unreadable as refusal:
        secret = isinstance(refusal, Withheld) or never_kept(kind)
        return problem_row(number, column, text, str(refusal), claim, hints, secret=secret)
    row = Row(number, column, text[:LONGEST_SHOWN], identifier, None, claim, hints)
    return without_secret(row) if "token" in identifier.properties else row


def never_kept(kind: str | None) -> bool:
    """Whether values of `kind` may be numbers that are never kept."""
    return kind is not None and KINDS[kind].secret


def without_secret(row: Row) -> Row:
    """The row, with the canonical spelling where its text was a number that is never kept."""
    if row.identifier is None or not is_secret(row.identifier, row.value):
        return row
    return replace(row, value=row.identifier.value, secret=True)


def problem_row(
    number: int,
    column: str,
    text: str,
    problem: str,
    claim: Claim = NO_CLAIM,
    hints: Hints = NO_HINTS,
    *,
    secret: bool = False,
) -> Row:
    """A row that cannot be used, with the sentence that says why; where it is `secret`, nothing repeats its text."""
    if secret:
        shown = withheld(text)
        problem = problem.replace(text.strip(), shown) if text.strip() else problem
        return Row(number, column, shown, None, problem, claim, hints, secret=True)
    return Row(number, column, text[:LONGEST_SHOWN].replace("\x00", "\ufffd"), None, problem, claim, hints)
