"""India: IFS codes and account numbers.

An IFSC has four letters for the bank, a zero, and six letters or digits for the branch (Reserve Bank of India, NEFT).
Account numbers have up to 18 digits. For a wire a SWIFT code stands in its place, and the account is kept under what
was told."""

import re

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Scheme

IFSC = re.compile("[A-Z]{4}0[A-Z0-9]{6}")

SCHEME = Scheme(
    country="IN",
    place="India",
    number=re.compile("[0-9]{6,18}"),
    said="6 to 18 digits",
    banks=bank_list(""),
    instead="its IFSC of eleven letters and digits or SWIFT code",
    code=IFSC,
    spelled=(re.compile(r"(?P<bank>[A-Za-z]{4}0[A-Za-z0-9]{6})[ :/,-]{1,3}(?P<number>\d(?:[ -]?\d){5,17})"),),
)
