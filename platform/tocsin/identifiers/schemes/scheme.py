"""How a country names its banks and writes account numbers: rules and lists as data, and one way to apply them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import phonenumbers

from tocsin.identifiers.identifier import Unreadable
from tocsin.identifiers.schemes.bank_list import BankList
from tocsin.identifiers.spelling import compact, shown

_BIC = re.compile(r"[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_LEAST, _MOST = 2, 7
"""Digits of a branch's code."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its country names it: the canonical code of its bank, its branch where told, its whole number."""

    bank: str
    branch: str | None
    number: str


Join = Callable[[str, str | None, str, bool], Account]
"""Makes one account of the bank's code, the branch's code and the number; Unreadable where they do not go together.

The last argument: the number is whole, because it stands in a canonical value.
"""


def _as_told(bank: str, branch: str | None, number: str, whole: bool) -> Account:
    return Account(bank, branch, number)


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    """The accounts of one country (ISO 3166 alpha-2), which messages call `place`.

    `number` is the shape of an account number without separators and `said` the same in words; `lengths` are those of
    single banks, where they are certain. `banks` lists them. `code` is the shape of national codes that are taken
    although no list has them all, and `wrong_code` says why one cannot be. `instead` says what names a bank for
    certain. `by_swift`: a SWIFT code and a number are enough to tell whose account it is. `spelled` are shapes of a
    text that holds `bank`, `number` and perhaps `branch`."""

    country: str
    place: str
    number: re.Pattern[str]
    said: str
    banks: BankList
    instead: str = "its SWIFT code"
    code: re.Pattern[str] | None = None
    wrong_code: Callable[[str], str | None] = lambda code: None
    by_swift: bool = True
    lengths: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    branch: re.Pattern[str] = re.compile(f"[0-9]{{{_LEAST},{_MOST}}}")
    branch_said: str = f"{_LEAST} to {_MOST} digits"
    spelled: tuple[re.Pattern[str], ...] = ()
    join: Join = _as_told

    def account(self, bank: str, branch: str | None, number: str, *, whole: bool = False) -> Account:
        """The account with this number at a bank that is named by code or name; Unreadable says what cannot be.

        `whole`: nothing of the number is left off, as in a canonical value.
        """
        code = self.bank_code(bank)
        digits = compact(number)
        if not self.number.fullmatch(digits):
            raise Unreadable(f"{shown(digits)} is not an account number of {self.place}, which has {self.said}.")
        made = self.join(code, self._branch_code(branch), digits, whole)
        lengths = self.lengths.get(code)
        if lengths and len(made.number) not in lengths:
            usual = " or ".join(map(str, lengths))
            raise Unreadable(
                f"{shown(digits)} has {len(made.number)} digits, and account numbers of this bank have {usual}: "
                "a digit or a leading zero may be missing."
            )
        return made

    def bank_code(self, bank: str) -> str:
        """The canonical code of a bank that is named by SWIFT code, national code or name."""
        return _bank_code(self, bank)

    def has_code(self, text: str) -> bool:
        """Whether `text` is the code of a bank here."""
        try:
            code = compact(text)
        except Unreadable:
            return False
        return code in self.banks.codes or (self.code is not None and self.code.fullmatch(code) is not None)

    def _branch_code(self, branch: str | None) -> str | None:
        """The code of a branch; a name without digits is none, and adds nothing to the account."""
        code = compact(branch) if branch else ""
        if not any(letter.isdigit() for letter in code):
            return None
        if not self.branch.fullmatch(code):
            raise Unreadable(f"{shown(code)} is not a branch code of {self.place}, which has {self.branch_said}.")
        return code


@lru_cache(maxsize=8192)
def _bank_code(scheme: Scheme, bank: str) -> str:
    code = compact(bank)
    if is_bic(code) and code[4:6] == scheme.country:
        known = scheme.banks.codes.get(code[:8])
        if known is None and not scheme.by_swift:
            raise Unreadable(f"{shown(bank)} alone does not tell an account of {scheme.place}: write {scheme.instead}.")
        return known or code[:8]
    found = scheme.banks.find(bank, code)
    if found is not None:
        return found
    if scheme.code is not None and scheme.code.fullmatch(code):
        problem = scheme.wrong_code(code)
        if problem is not None:
            raise Unreadable(f"{shown(bank)} {problem}")
        return code
    if is_told_as_bic(bank):
        raise Unreadable(f"{shown(bank)} is a bank in {code[4:6]}, not in {scheme.country}.")
    raise Unreadable(f"{shown(bank)} is not one bank in {scheme.place} that is known here; {scheme.instead} will do.")


def is_told_as_bic(text: str) -> bool:
    """Whether somebody means a SWIFT code, not a name of eight letters: Citibank is no bank in Bosnia."""
    code = text.strip()
    return is_bic(code) and "BANK" not in code


def is_bic(text: str) -> bool:
    """Whether it is built like a SWIFT code (ISO 9362) of a country that there is."""
    match = _BIC.fullmatch(text)
    # the library's regions are ISO 3166-1 alpha-2: every country that has telephones
    return match is not None and match[1] in phonenumbers.SUPPORTED_REGIONS
