"""One value of a report: read as its kind, or the one sentence that says why it cannot be."""

from tocsin.identifiers import NO_HINTS, Hints, Identifier, Unreadable, read, recognise
from tocsin.intake.row import LONGEST_SHOWN, NO_CLAIM, Claim, Row

_GUESSED = frozenset({"phone", "bank-account"})  # any digits may pass for these: a column has to say so


def understand(text: str, kind: str | None, hints: Hints = NO_HINTS) -> Identifier:
    """`text` as `kind`, or as whatever it is where that fails; Unreadable with the more telling message."""
    if kind is None:
        return recognise(text, hints)
    try:
        return read(text, kind, hints)
    except Unreadable as refusal:
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
        return problem_row(
            number, column, text, "A letter in it could not be read for certain: save the file as UTF-8.", claim, hints
        )
    try:
        identifier = understand(text, kind, hints)
    except Unreadable as refusal:
        return problem_row(number, column, text, str(refusal), claim, hints)
    return Row(number, column, text[:LONGEST_SHOWN], identifier, None, claim, hints)


def problem_row(
    number: int, column: str, text: str, problem: str, claim: Claim = NO_CLAIM, hints: Hints = NO_HINTS
) -> Row:
    """A row that cannot be used, with the sentence that says why."""
    return Row(number, column, text[:LONGEST_SHOWN].replace("\x00", "\ufffd"), None, problem, claim, hints)
