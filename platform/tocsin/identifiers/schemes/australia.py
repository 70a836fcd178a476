"""Australia: BSB numbers (bank, state, branch) and account numbers.

Six digits of a BSB name bank and branch (Australian Payments Network); the account there has up to ten. A SWIFT code
is no BSB."""

import re

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Scheme

SCHEME = Scheme(
    country="AU",
    place="Australia",
    number=re.compile("[0-9]{4,10}"),
    said="4 to 10 digits",
    banks=bank_list(""),
    instead="its BSB of six digits, for example 000-000",
    code=re.compile("[0-9]{6}"),
    by_swift=False,
    spelled=(re.compile(r"(?P<bank>\d{3}[ -]?\d{3})[ :/,-]{1,3}(?P<number>\d(?:[ -]?\d){3,9})"),),
)
