"""Singapore's banks: codes of the clearing house, SWIFT codes, names, and how their account numbers are written.

Codes and SWIFT codes: the list of participants that the Association of Banks in Singapore publishes for GIRO and
FAST ("Bank and Branch Codes"). A bank that is not in the table is read by its SWIFT code all the same.
"""

import re

from tocsin.identifiers.identifier import Unreadable
from tocsin.identifiers.spelling import compact, shown

_BANKS = (
    ("7171", "DBSSSGSG", ("DBS", "POSB", "POSBANK", "DEVELOPMENTBANKOFSINGAPORE")),
    ("7339", "OCBCSGSG", ("OCBC", "OVERSEACHINESEBANKINGCORPORATION")),
    ("7375", "UOVBSGSG", ("UOB", "UNITEDOVERSEAS")),
    ("9496", "SCBLSG22", ("STANDARDCHARTERED", "SCB")),
    ("7144", "SCBLSGSG", ()),
    ("9548", "HSBCSGS2", ("HSBC",)),
    ("7232", "HSBCSGSG", ()),
    ("9201", "CITISGSL", ("CITIBANKSINGAPORE",)),
    ("7214", "CITISGSG", ()),
    ("9636", "MBBESGS2", ("MAYBANK",)),
    ("7302", "MBBESGSG", ()),
    ("7986", "CIBBSGSG", ("CIMB",)),
    ("7083", "BKCHSGSG", ("BANKOFCHINA",)),
    ("8712", "ICBKSGSG", ("ICBC",)),
)
_BY_CODE = {code: bic for code, bic, _ in _BANKS}
_BY_NAME = {name: bic for _, bic, names in _BANKS for name in names}
_WORDS = re.compile(r"(?:LIMITED|LTD|BANKING|BANK|SINGAPORE|\(S\)|PTE|[(),&])")
_BIC = re.compile(r"[A-Z]{4}SG[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


def account(bank: str, branch: str | None, number: str) -> tuple[str, str | None, str]:
    """SWIFT code of 8 characters, branch and full number; Unreadable where the bank is not to be told."""
    if not re.fullmatch("[0-9]{5,18}", number):
        raise Unreadable(f"{shown(number)} is not an account number of Singapore, which has 5 to 18 digits.")
    code = compact(branch) if branch else None
    if code is not None and not re.fullmatch("[0-9]{3}", code):
        raise Unreadable(f"{shown(code)} is not a branch code of Singapore, which has 3 digits.")
    bic = _bic(bank)
    if code and bic in _BRANCH_FIRST and len(number) in _BRANCH_FIRST[bic]:
        number = code + number
    return bic, code, number


def is_code(text: str) -> bool:
    """Whether it is the clearing code of a bank in the table."""
    return text in _BY_CODE


def _bic(bank: str) -> str:
    code = compact(bank)
    if _BIC.fullmatch(code):
        return code[:8]
    name = _WORDS.sub("", code)
    found = _BY_CODE.get(code) or _BY_NAME.get(code) or _BY_NAME.get(name)
    if found is None:
        raise Unreadable(f"{shown(bank)} is not a bank in Singapore known here; its SWIFT code will do.")
    return found


_BRANCH_FIRST = {"OCBCSGSG": (7, 9), "HSBCSGSG": (9,), "HSBCSGS2": (9,)}
"""Banks whose numbers begin with the branch, and the lengths that tell that it was left off."""
