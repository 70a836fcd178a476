"""Brunei Darussalam: SWIFT codes and names of its banks, and how account numbers are written.

The SWIFT codes were compared with a public copy of the SWIFT directory (github.com/PeterNotenboom/SwiftCodes).
"""

import re

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Scheme

_BANKS = bank_list(
    """
- BAIDBNBB Baiduri
- BIBDBNBB BIBD;Bank Islam Brunei Darussalam
- BKCHBNBB Bank of China
- HSBCBNBB HSBC
- MBBEBNBB Maybank;Malayan Banking
- PTAIBNBB TAIB;Perbadanan Tabung Amanah Islam Brunei
- RHBBBNBB RHB
- SCBLBNBB Standard Chartered
- UOVBBNBB UOB;United Overseas Bank
""",
    after="BRUNEI|DARUSSALAM|BANK",
)

SCHEME = Scheme(
    country="BN",
    place="Brunei",
    number=re.compile("[0-9]{6,17}"),
    said="6 to 17 digits",
    banks=_BANKS,
)
