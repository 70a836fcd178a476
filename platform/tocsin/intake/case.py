"""A payment that criminals asked for, as one case: who asked, with which mail, for which account in place of which."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from tocsin.identifiers import ACCOUNTS, Identifier, defang
from tocsin.intake.decode import decode
from tocsin.intake.letter import date_ms
from tocsin.intake.mail import letters_in, rows_of
from tocsin.intake.money import Money, money_in
from tocsin.intake.reported import Reported, reported_in
from tocsin.intake.row import CannotRead, Defaults, Reading, Row

MOST_CASES = 10
"""Mails of one report of which a case is made."""
MOST_ROWS = 10_000
"""Rows of a report in which accounts are looked for."""
_MOST = 10
_NOT_ASKED = frozenset(("victim", "reporter", "spoofed"))
"""Roles in which nobody asked that money goes to an account."""

_HOLDER = re.compile(
    r"\b(?:account\s?(?:name|holder|title)|name of (?:the )?account|beneficiary(?:'s)?(?:\s?name)?|payee(?:\s?name)?|"
    r"in favou?r of|titulaire|kontoinhaber|titular|atas nama|nama (?:akun|penerima))\s{0,3}[:=-]\s{0,3}([^\n,;]{2,80})",
    re.I,
)
_REFERENCE = re.compile(
    r"\b(?:invoice|inv|proforma|purchase order|po|order|contract|payment ref(?:erence)?|ref(?:erence)?|facture|"
    r"rechnung|factura|faktur|invois)\b\s?(?:no|nr|number|num)?\.?\s{0,3}[:#=-]{0,2}\s{0,3}([A-Z0-9][A-Z0-9/_.-]{2,38}[A-Z0-9])",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as a letter names it: what it is, or the text and why that is not enough; its bank as written."""

    identifier: Identifier | None
    text: str
    problem: str | None = None
    bank: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of the timeline. `at` is ms; `said` is a date as it was written, where it could not be read."""

    what: str
    at: int | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A payment that was asked for.

    `sender`, `reply_to` and `imitates` (domain, the one that it looks like) are of the mail, empty where there is none;
    `asked` the accounts that money should go to, `before` those that it went to until then; `timeline` in order.
    """

    asked: tuple[Account, ...]
    before: tuple[Account, ...] = ()
    sender: Identifier | None = None
    sender_forged: bool = False
    sender_name: str = ""
    reply_to: tuple[Identifier, ...] = ()
    imitates: tuple[tuple[str, str], ...] = ()
    subject: str = ""
    holders: tuple[str, ...] = ()
    amounts: tuple[Money, ...] = ()
    references: tuple[str, ...] = ()
    timeline: tuple[Moment, ...] = ()


def cases_of(data: bytes, reading: Reading, defaults: Defaults) -> list[Case]:
    """The cases in a report: one for each mail that names an account, else one for all accounts of the report."""
    rows = list(islice(reading.rows, MOST_ROWS))
    if reading.format == "mail":
        return list(islice(_of_mails(data, defaults, _roles_said(rows)), MOST_CASES))
    asked, before = _accounts(rows)
    if not asked:
        return []
    text = _text(data) if reading.format == "text" else ""
    return [Case(asked, before, holders=_holders(text), amounts=_amounts(text), references=_references(text))]


def case_of(mail: Reported, rows: list[Row]) -> Case | None:
    """The case that a reported mail with these rows is; None where it names no account that money should go to."""
    asked, before = _accounts(rows)
    if not asked:
        return None
    text = "\n".join((mail.subject, mail.words, mail.cover))
    sender = mail.sender
    looked = [row for row in rows if row.claim.role == "lookalike" and row.identifier is not None]
    return Case(
        asked=asked,
        before=before,
        sender=sender.address if sender is not None else None,
        sender_forged=any(row.column == "From" and row.claim.role == "spoofed" for row in rows),
        sender_name=sender.name if sender is not None else mail.shown,
        reply_to=tuple(one.address for one in mail.reply_to if sender is None or one.address != sender.address),
        imitates=tuple((row.value, _imitated(row)) for row in looked),
        subject=mail.subject,
        holders=_holders(text),
        amounts=_amounts(text),
        references=_references(text),
        timeline=tuple(_timeline(mail)),
    )


def _of_mails(data: bytes, defaults: Defaults, said: Mapping[Identifier, str | None]) -> Iterator[Case]:
    for number, letter in enumerate(letters_in(data), 1):
        for mail in reported_in(letter):
            found = case_of(mail, [_as_said(row, said) for row in rows_of(mail, number, defaults)])
            if found is not None:
                yield found


def _roles_said(rows: Iterable[Row]) -> dict[Identifier, str | None]:
    """The role of each account that has one role in all of a report: whoever handed it in may have set it."""
    roles: dict[Identifier, set[str | None]] = {}
    for row in rows:
        if row.identifier is not None and row.identifier.kind in ACCOUNTS:
            roles.setdefault(row.identifier, set()).add(row.claim.role)
    return {account: found.pop() for account, found in roles.items() if len(found) == 1}


def _as_said(row: Row, said: Mapping[Identifier, str | None]) -> Row:
    if row.identifier is None or row.identifier not in said:
        return row
    return replace(row, claim=replace(row.claim, role=said[row.identifier]))


def _accounts(rows: list[Row]) -> tuple[tuple[Account, ...], tuple[Account, ...]]:
    """The accounts that money should go to, and those of victims: whoever was paid until then."""
    found: dict[Account, str | None] = {}
    for row in rows:
        if row.identifier is not None and row.identifier.kind in ACCOUNTS:
            found.setdefault(Account(row.identifier, row.value, None, row.hints.bank), row.claim.role)
        elif row.identifier is None and row.problem is not None and row.hints.bank is None and _may_be_account(row):
            found.setdefault(Account(None, row.value, row.problem), row.claim.role)
    asked = tuple(account for account, role in found.items() if role not in _NOT_ASKED)
    before = tuple(account for account, role in found.items() if role == "victim")
    return asked[:_MOST], before[:_MOST]


def _may_be_account(row: Row) -> bool:
    return "account" in (row.problem or "") and sum(sign.isdigit() for sign in row.value) >= 5


def _imitated(row: Row) -> str:
    return (row.claim.note or "").rpartition("It imitates ")[2].rstrip(".")


def _timeline(mail: Reported) -> Iterator[Moment]:
    """The mails of the thread, the oldest first, and then the reported one."""
    for quoted in reversed(mail.thread):
        who = (
            f"{defang(quoted.sender.address.value, 'email')} wrote"
            if quoted.sender is not None
            else "A mail was written"
        )
        yield Moment(f"{who}, it says", date_ms(quoted.date), quoted.date)
    if mail.sent is not None:
        at = mail.sent if isinstance(mail.sent, int) else date_ms(mail.sent)
        yield Moment("The mail was sent, it says", at, mail.sent if isinstance(mail.sent, str) else "")


def _holders(text: str) -> tuple[str, ...]:
    return _told(match[1].strip() for match in _HOLDER.finditer(text))


def _references(text: str) -> tuple[str, ...]:
    return _told(match[1] for match in _REFERENCE.finditer(text) if any(map(str.isdigit, match[1])))


def _amounts(text: str) -> tuple[Money, ...]:
    return tuple(islice(money_in(text), _MOST))


def _told(found: Iterator[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(found), _MOST))


def _text(data: bytes) -> str:
    try:
        return decode(data).text
    except CannotRead:
        return ""
