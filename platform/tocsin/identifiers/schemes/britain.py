"""The United Kingdom: sort codes and account numbers.

Six digits of a sort code name bank and branch, eight digits the account there (Pay.UK, "Sort codes and account
numbers"). The check by modulus needs a table that Pay.UK changes every few months, and is not made: a wrong table
would refuse good accounts. A SWIFT code is no sort code: the same eight digits are two people's accounts at two
branches. Fewer than eight digits are refused: a leading zero may be missing, or another digit.

An account that is told like this does not become an IBAN, though it has one: which four letters of a bank its IBAN
carries is not told by sort code and number, and banks have several. Decision 0010 says more.
"""

import re

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Scheme

SCHEME = Scheme(
    country="GB",
    place="the United Kingdom",
    number=re.compile("[0-9]{8}"),
    said="8 digits, leading zeros among them",
    banks=bank_list(""),
    instead="its sort code of six digits, for example 00-00-00",
    code=re.compile("[0-9]{6}"),
    by_swift=False,
    spelled=(
        re.compile(r"(?P<bank>\d\d[ -]?\d\d[ -]?\d\d)(?:[ :/,-]{1,3}(?P<number>\d(?:[ -]?\d){5,9}))"),
        re.compile(r"(?P<bank>\d{6})(?P<number>\d{8})"),
    ),
)
