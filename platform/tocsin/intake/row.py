"""What intake makes of a report: rows, each a claim about one value, in the order of the file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tocsin.identifiers import NO_HINTS, Hints, Identifier, Token

ROLES: tuple[str | None, ...] = (
    None,
    "sender",
    "reply-to",
    "lookalike",
    "spoofed",
    "compromised-victim",
    "mule",
    "beneficiary",
    "victim",
    "hosting",
    "payment",
    "contact",
    "reporter",
)
"""What a value was in the crime; None where the report does not say. `reporter`: the reporter's or the bank's own."""

LONGEST_SHOWN = 2_000
"""Characters of a value that a row repeats."""


class CannotRead(ValueError):
    """A file as a whole cannot be read. The message says what is wrong and where, in plain words."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a row says about its value beside the value; None where the report says nothing.

    `role` is one of ROLES; dates are ms; `confidence` 0 to 100 as in STIX 2.1 appendix A.
    """

    role: str | None = None
    crime_type: str | None = None
    confidence: int | None = None
    first_seen: int | None = None
    last_seen: int | None = None
    note: str | None = None


NO_CLAIM = Claim()


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for a whole report where its rows say nothing else.

    `kind` is the declared kind of a list (a key of KINDS); `country` the member's own (ISO 3166 alpha-2), used to
    read phones and accounts; `claim` what the submitter said of all rows; `token` makes what stands for numbers that
    are never kept; `imitated(domain, others)` gives the one of the others that a domain looks like, None where it
    looks like none. Nothing here may change while a report waits: its rows are counted.
    """

    kind: str | None = None
    country: str | None = None
    claim: Claim = NO_CLAIM
    token: Token | None = field(default=None, compare=False, repr=False)
    imitated: Callable[[str, frozenset[str]], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a report.

    `row` is the line (text, CSV), sheet row (xlsx), 1-based place in the list (JSON, STIX) or among the values found (a
    mail); `column` the header's name, or the letter of the column, the property, or the place in a mail; `value` the
    text as it stood, at most 2,000 characters.
    Exactly one of `identifier`, `problem` and `object_type` is set, but for a STIX object whose pattern names one
    identifier: that has `object_type` and `identifier`.
    `raw` is the exact bytes of a STIX object, sliced from its envelope; `revoked`: it takes back what it names.
    `secret`: what stood there is never kept, so that `value` says something else, and the file is not kept either.
    `span` is the place of the value in line `row` of a text (`Reading.text`): its first character, from 1, and how many
    they are; `tlp` the marking that the report itself gives the row, a name of `stix.TLP`.
    """

    row: int
    column: str
    value: str
    identifier: Identifier | None = None
    problem: str | None = None
    claim: Claim = NO_CLAIM
    hints: Hints = NO_HINTS
    object_type: str | None = None
    raw: bytes | None = None
    revoked: bool = False
    secret: bool = False
    span: tuple[int, int] | None = None
    tlp: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that can be read: the format that was found, what was noticed on the way, and its rows, lazily.

    The rows of the same bytes under the same options always come out the same and in the same order: a killed
    process resumes by counting them. Not `keepable`: the bytes hold what must not be kept. `text` is what was searched
    where the rows have a `span`, its lines ended by a bare line feed; of a PDF or a page what people read of it.
    `secret`: numbers that are never kept stand in it, in the rows or beside them. `expected` is about how many rows
    there will be, None where that is not known before: it is for showing how far a reader is, for nothing else.
    """

    format: str
    rows: Iterator[Row]
    notices: tuple[str, ...] = ()
    keepable: bool = True
    text: str | None = None
    expected: int | None = None
    secret: bool = False
