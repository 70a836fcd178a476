"""Numbers in running text that are never kept: those of cards, and of documents that the words before them name."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from tocsin.identifiers import KINDS, Hints, Unreadable, read
from tocsin.intake.row import Defaults, Row
from tocsin.intake.values import problem_row, without_secret

_CARD = re.compile(r"(?<![\w.,/=%+-])\d(?:[ -]?\d){12,18}(?![\w/=%-])(?![.,]\d)")
_SAYS = r"(?:\s?(?:no|number|nr|num))?(?:\.?\s?[:：#]\s?|\.?\s)"
_DOCUMENT = re.compile(
    r"(?<!\w)(?i:(?P<passport>passport|travel document)|nric|my ?kad|ktp|cccd|national id)"
    rf"{_SAYS}(?:is\s)?(?P<number>(?:[A-Z]{{2}}[ ]?[:/]?[ ]?)?(?=[A-Z0-9-]{{0,19}}\d)[A-Z0-9-]{{5,20}})(?![\w-])"
)

Span = tuple[int, int]


def withheld_rows(line: str, number: int, defaults: Defaults, accounts: Collection[Span] = ()) -> Iterator[Row]:
    """A row for every such number of a line; `accounts` are the spans (from 1) that are numbers of accounts for sure.

    What its words call a document and cannot be read as one is withheld all the same.
    """
    card = KINDS["payment-card"]
    for match in _CARD.finditer(line):
        span = (match.start() + 1, len(match[0]))
        if span not in accounts and card.looks_like(match[0]):
            yield _row(match[0], "payment-card", number, span, defaults)
    for match in _DOCUMENT.finditer(line):
        kind = "passport" if match["passport"] else "identity-document"
        yield _row(match["number"], kind, number, (match.start("number") + 1, len(match["number"])), defaults)


def _row(text: str, kind: str, number: int, span: Span, defaults: Defaults) -> Row:
    hints, column = Hints(defaults.country, token=defaults.token), str(span[0])
    try:
        row = Row(number, column, text, read(text, kind, hints), None, defaults.claim, hints, span=span)
    except Unreadable as refusal:
        refused = problem_row(number, column, text, str(refusal), defaults.claim, hints, secret=True)
        return replace(refused, span=span)
    return without_secret(row)
