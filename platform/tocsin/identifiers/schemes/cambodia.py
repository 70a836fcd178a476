"""Cambodia: SWIFT codes and names of its banks, and how account numbers are written.

The SWIFT codes were compared with a public copy of the SWIFT directory (github.com/PeterNotenboom/SwiftCodes).
An account that Bakong names is no account but a proxy: see `proxy`.
"""

import re

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Scheme

_BANKS = bank_list(
    """
- ABAAKHPP ABA;Advanced Bank of Asia
- ACLBKHPP ACLEDA;អេស៊ីលីដា
- ANZBKHPP ANZ Royal
- BKCHKHPP Bank of China
- BKKBKHPP Bangkok Bank
- BREDKHP2 BRED
- CADIKHPP Canadia;កាណាឌីយ៉ា
- CIBBKHPP CIMB
- CPBLKHPP Cambodian Public Bank;Campu Bank
- CPBPKHP2 Cambodia Post Bank
- CSBCKHPP Cathay United
- CZNBKHPP Kookmin
- FCBKKHPP First Commercial Bank
- FTCCKHPP FTB;Foreign Trade Bank of Cambodia
- HDSBKHPP Phillip Bank
- HLBBKHPP Hong Leong
- ICBKKHPP ICBC;Industrial and Commercial Bank of China
- IDBCKHPP BIDC;Bank for Investment and Development of Cambodia
- MBBEKHPP Maybank
- MKGBKHPP Cambodia Mekong Bank
- PPCBKHPP PPCBank;Phnom Penh Commercial Bank
- SBPLKHPP Sathapana
- SHBKKHPP Shinhan;Shinhan Khmer
- UCBPKHPP Union Commercial Bank;UCB
- VBLCKHPP Vattanac
""",
    before="ធនាគារ",
    after="CAMBODIA|BANK",
)

SCHEME = Scheme(
    country="KH",
    place="Cambodia",
    number=re.compile("[0-9]{6,20}"),
    said="6 to 20 digits",
    banks=_BANKS,
)
