"""Myanmar: SWIFT codes and names of its banks in both scripts, and how account numbers are written.

The SWIFT codes were compared with a public copy of the SWIFT directory (github.com/PeterNotenboom/SwiftCodes).
"""

import re

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Scheme

_BANKS = bank_list(
    """
- AGDBMMMY AGD;Asia Green Development Bank
- AYABMMMY AYA;Ayeyarwady;ဧရာဝတီ
- BKKBMMMY Bangkok Bank
- CHDDMMMY Construction and Housing Development Bank;CHDB
- CPOBMMMY CB;Co-operative Bank
- FPBPMMMY First Private Bank;FPB
- ICBKMMMY ICBC;Industrial and Commercial Bank of China
- KBZBMMMY KBZ;Kanbawza;ကမ္ဘောဇ
- MBBEMMMY Maybank
- MCIZMMMY Myanmar Citizens Bank;MCB
- MFTBMMMY Myanma Foreign Trade Bank;MFTB
- MICBMMMY Myanma Investment and Commercial Bank;MICB
- MLFBMMMY Global Treasure Bank
- MMABMMMY Myanma Apex Bank;MAB
- MWDBMMMY Myawaddy
- MYEBMMMY Myanma Economic Bank;MEB
- MYORMMMY Myanmar Oriental Bank;MOB
- RDEVMMMY Rural Development Bank
- SRUDMMMY Shwe Rural and Urban Development Bank;Shwe Bank
- TFBKMMMY Tun Commercial Bank;Tun Foundation Bank
- UABMMMMY uab;United Amara Bank
- YOMAMMMY Yoma;ရိုးမ
""",
    after="BANK|ဘဏ်",
)

SCHEME = Scheme(
    country="MM",
    place="Myanmar",
    number=re.compile("[0-9]{6,20}"),
    said="6 to 20 digits",
    banks=_BANKS,
)
