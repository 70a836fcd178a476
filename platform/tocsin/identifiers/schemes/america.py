"""The United States: routing numbers of the American Bankers Association (ABA) and account numbers.

A routing number has nine digits with a checksum; its first two are 00 to 12, 21 to 32, 61 to 72 or 80. Account
numbers have up to 17 digits (Nacha file format, field "DFI Account Number"), and leading zeros count. For a wire a
SWIFT code stands in place of the routing number: the account is kept under what was told, since a bank has several
routing numbers and no list here joins them.
"""

import re

from stdnum.us import rtn

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Scheme

_DISTRICTS = (*range(13), *range(21, 33), *range(61, 73), 80)


def _wrong(code: str) -> str | None:
    if int(code[:2]) in _DISTRICTS and rtn.is_valid(code):
        return None
    return "is not an ABA routing number: its checksum is wrong, so something is mistyped."


SCHEME = Scheme(
    country="US",
    place="the United States",
    number=re.compile("(?=.*[0-9])[A-Z0-9]{4,17}"),
    said="4 to 17 digits, or letters and digits",
    banks=bank_list(""),
    instead="its ABA routing number of nine digits or SWIFT code",
    code=re.compile("[0-9]{9}"),
    wrong_code=_wrong,
    spelled=(re.compile(r"(?P<bank>\d{9}|\d{4}-\d{4}-\d)[ :/,-]{1,3}(?P<number>\d(?:[ -]?\d){3,16})"),),
)
