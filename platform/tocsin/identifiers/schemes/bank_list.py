"""The banks of one country: which code stands in an account for whatever somebody calls the bank."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_ACCENTS = re.compile("[\u0300-\u036f]")
_COMPANY = "LIMITED|LTD|PTE|BERHAD|BHD|PUBLICCOMPANYLIMITED|PCL|PLC|TBK|PERSERO|CORPORATION|CORP|INC|COMPANY|CO|JSC"
_ALWAYS_BEFORE = "THE|PT"


@dataclass(frozen=True, slots=True, eq=False)
class BankList:
    """`codes`: the canonical code by every code of a bank; `names`: by its names; `short`: by names without what
    adds nothing to them, where that is one bank's. `before` and `after` match what adds nothing."""

    codes: Mapping[str, str]
    names: Mapping[str, str]
    short: Mapping[str, str]
    before: re.Pattern[str]
    after: re.Pattern[str]

    def find(self, text: str, code: str) -> str | None:
        """The canonical code of the bank that `text` names, or `code`, its spelling without separators."""
        name = letters(text)
        return self.codes.get(code) or self.names.get(name) or self.short.get(self._short(name))

    def _short(self, name: str) -> str:
        return _shortened(name, self.before, self.after)


def bank_list(
    table: str, *, before: str = "", after: str = "", shared: Iterable[str] = (), by_code: bool = False
) -> BankList:
    """The list that `table` writes down: a line a bank, with its national code, SWIFT code and names.

    `-` stands for a code that a bank does not have or that is not known for certain. Names are separated by semicolons.
    The canonical code is the SWIFT code, the national one where there is none or where `by_code`. `before` and `after`
    are words that add nothing to a name, separated by bars; `shared` names that mean no single bank alone.
    """
    opening = re.compile(f"(?:{_any_of(_ALWAYS_BEFORE, before)})")
    ending = re.compile(f"(?:{_any_of(_COMPANY, after)})$")
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    short: dict[str, set[str]] = {}
    for line in filter(None, table.split("\n")):
        national, swift, *listed = line.split(" ", 2)
        canonical = national if swift == "-" or (by_code and national != "-") else swift
        codes |= {code: canonical for code in (national, swift) if code != "-"}
        for name in map(letters, "".join(listed).split(";") if listed else ()):
            names[name] = canonical
            short.setdefault(_shortened(name, opening, ending), set()).add(canonical)
    alone = {name: found.pop() for name, found in short.items() if name and len(found) == 1 and name not in set(shared)}
    return BankList(codes, names, alone, opening, ending)


def _any_of(*words: str) -> str:
    return "|".join(letters(word) for some in words if some for word in some.split("|"))


def letters(name: str) -> str:
    """A name in capitals, without accents of Latin letters, blanks and signs; vowels of other scripts stay."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", name.upper().replace("Đ", "D").replace("&", "AND")))
    return "".join(sign for sign in plain if sign.isalnum() or unicodedata.category(sign)[0] == "M")


def _shortened(name: str, opening: re.Pattern[str], ending: re.Pattern[str]) -> str:
    """`name` without the words that add nothing, as long as something is left."""
    for _ in range(8):
        before = name
        match = opening.match(name)
        if match is not None and match.end() < len(name):
            name = name[match.end() :]
        match = ending.search(name)
        if match is not None and match.start():
            name = name[: match.start()]
        if name == before:
            break
    return name
