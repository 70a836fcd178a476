"""Payment details in a text: an account number beside the name or SWIFT code of its bank, a labelled telephone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tocsin.identifiers import NO_HINTS, Hints, Identifier, Unreadable, country_of_bank, read
from tocsin.intake.countries import country_code
from tocsin.intake.row import Defaults, Row
from tocsin.intake.values import problem_row

NEAR = 6
"""Lines before and after an account in which its bank is looked for."""
NEAR_CHARACTERS = 2_000
"""Characters of such a line that are looked at."""

_BETWEEN = r"\s{0,3}(?i:no|num(?:ber)?|nr|code|name)?\.?\s{0,3}[:#=-]?\s{0,3}"
_ACCOUNT = re.compile(
    rf"(?i:\b(?:account|acct|acc|a/c|rekening|rek|akaun|compte|cuenta|số tài khoản|so tai khoan|stk)\b\.?|"
    rf"เลขที่บัญชี|เลขบัญชี|ເລກບັນຊີ|លេខគណនី|စာရင်းအမှတ်|账号|帳號){_BETWEEN}"
    r"(\d(?:[ -]?\d){4,24})(?![\w-]?\w)"
)
_SWIFT = re.compile(
    rf"(?i:\b(?:swift|bic)(?:\s?/\s?(?:bic|swift))?\b){_BETWEEN}([A-Z]{{4}}[A-Z]{{2}}[A-Z0-9]{{2}}(?:[A-Z0-9]{{3}})?)\b"
)
_IFSC = re.compile(rf"(?i:\bifsc?\b){_BETWEEN}([A-Z]{{4}}0[A-Z0-9]{{6}})\b")
_CODE = re.compile(
    rf"(?i:\b(?P<label>(?:sort|bank|routing|aba|bsb)\s?(?:code|number|no)?)\b){_BETWEEN}"
    r"(\d\d[ -]\d\d[ -]\d\d|\d[\d-]{2,11})(?![\w-])"
)
_BANK = re.compile(
    r"\b(?:beneficiary\s)?(?:bank(?:\sname)?|banque|banco)\s{0,3}[:=-]\s{0,3}([^\n,;:]{2,60})", re.IGNORECASE
)
_BRANCH = re.compile(r"\b(?:branch|cabang|cawangan|agence)(?:\scode)?\s{0,3}[:=-]\s{0,3}([\w -]{2,40})", re.IGNORECASE)
_COUNTRY = re.compile(r"\b(?:country|negara|pays)\s{0,3}[:=-]\s{0,3}([\w -]{2,40})", re.IGNORECASE)
_IBAN = re.compile(r"\bIBAN\b[\s:#=-]{0,5}([A-Z]{2}\d\d(?: ?[A-Z0-9]){8,36})")
_PHONE = re.compile(
    r"(?i:\b(?:tel|phone|telephone|mobile|call|whatsapp|hp|telp|telepon|telefon|téléphone|teléfono)\b)"
    r"(?:\s(?:no|number))?[\s.:]{0,4}(\(?\d(?:[\s().-]{0,2}\d){6,14})(?![\w-])"
)


def payment_rows(lines: Sequence[str], index: int, defaults: Defaults) -> Iterator[Row]:
    """The accounts and local telephones of one line; a labelled number that cannot be read says why."""
    line, number = lines[index], index + 1
    hints: Hints | None = None
    for match in _ACCOUNT.finditer(line):
        if hints is None:  # once a line: what stands around it may be as long as the whole text
            near = "\n".join(one[:NEAR_CHARACTERS] for one in lines[max(0, index - NEAR) : index + NEAR + 1])
            hints = _hints(line, near, defaults)
        yield _row(number, match, "bank-account", hints, defaults)
    for match in _IBAN.finditer(line):
        if iban_in(match[1]) is None:
            yield _row(number, match, "iban", NO_HINTS, defaults)
    for match in _PHONE.finditer(line):
        yield _row(number, match, "phone", Hints(country=defaults.country), defaults)


def _hints(line: str, near: str, defaults: Defaults) -> Hints:
    """What is said of the bank around an account: its SWIFT code before its national code before its name."""
    named = _told(_COUNTRY, line, near)
    country = (country_code(named) if named else None) or defaults.country
    pattern = next((one for one in (_SWIFT, _IFSC, _CODE, _BANK) if one.search(near)), None)
    bank = _told(pattern, line, near) if pattern is not None else None
    if bank is not None and pattern is not _BANK:
        labels = {match["label"].lower() for match in _CODE.finditer(near)} if pattern is _CODE else set()
        country = country_of_bank(bank, labels.pop() if len(labels) == 1 else "") or country
    return Hints(country, bank, _told(_BRANCH, line, near), defaults.token)


def _told(pattern: re.Pattern[str], line: str, near: str) -> str | None:
    """What `pattern` finds on the line, else near it; None where that is two things, because a guess accuses."""
    found = {_last(match) for match in pattern.finditer(line)} or {_last(match) for match in pattern.finditer(near)}
    return found.pop() if len(found) == 1 else None


def _last(match: re.Match[str]) -> str:
    """What the last group of a pattern found, behind the words before it."""
    return (match[match.re.groups] or "").strip()


def iban_in(text: str) -> Identifier | None:
    """The IBAN that `text` begins with, whatever capitals and numbers follow after a blank; None without one."""
    groups = text.split(" ")
    for end in range(len(groups), 0, -1):
        try:
            return read(" ".join(groups[:end]), "iban")
        except Unreadable:
            continue
    return None


def _row(number: int, match: re.Match[str], kind: str, hints: Hints, defaults: Defaults) -> Row:
    text, column = match[1].strip(), str(match.start(1) + 1)
    span = (match.start(1) + 1, len(text))
    try:
        return Row(number, column, text, read(text, kind, hints), None, defaults.claim, hints, span=span)
    except Unreadable as refusal:
        return replace(problem_row(number, column, text, str(refusal), defaults.claim, hints), span=span)
