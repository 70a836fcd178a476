"""Malaysia: SWIFT codes and names of its banks, and how account numbers are written.

The SWIFT codes are those of the SWIFT directory, compared with a public copy of it
(github.com/PeterNotenboom/SwiftCodes); the names are those that the banks use themselves. Payments name banks by
SWIFT code; there is no clearing code in wide use. A bank and its Islamic sister are two banks. Lengths are those that
the banks themselves tell payers.
"""

import re

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Scheme

_BANKS = bank_list(
    """
- AGOBMYKL Agrobank;Bank Pertanian
- AIBBMYKL Affin Islamic
- AISLMYKL AmBank Islamic;AmIslamic
- ALSRMYKL Alliance Islamic
- ARBKMYKL AmBank;AmBank (M);AMB
- BIMBMYKL Bank Islam;BIMB
- BKCHMYKL Bank of China
- BKKBMYKL Bangkok Bank
- BKRMMYKL Bank Rakyat;Bank Kerjasama Rakyat
- BMMBMYKL Bank Muamalat;BMMB
- BNPAMYKL BNP Paribas
- BOFAMY2X Bank of America
- BOTKMYKX MUFG;Bank of Tokyo-Mitsubishi UFJ
- BSNAMYK1 Bank Simpanan Nasional;BSN
- CHASMYKX J.P. Morgan Chase;JPMorgan
- CIBBMYKL CIMB
- CITIMYKL Citibank
- CTBBMYKL CIMB Islamic
- DEUTMYKL Deutsche Bank
- HBMBMYKL HSBC
- HLBBMYKL Hong Leong;HLB;HLBB
- HLIBMYKL Hong Leong Islamic;HLIB
- HMABMYKL HSBC Amanah
- ICBKMYKL ICBC;Industrial and Commercial Bank of China
- KFHOMYKL Kuwait Finance House;KFH
- MBBEMYKL Maybank;Malayan Banking;MBB
- MBISMYKL Maybank Islamic
- MFBBMYKL Alliance Bank
- MHCBMYKA Mizuho
- OABBMYKL OCBC Al-Amin
- OCBCMYKL OCBC
- PBBEMYKL Public Bank;PBB
- PCBCMYKL China Construction Bank
- PHBMMYKL Affin Bank
- PUIBMYKL Public Islamic Bank
- RHBAMYKL RHB Islamic
- RHBBMYKL RHB
- RJHIMYKL Al Rajhi;Al Rajhi Banking and Investment Corporation
- SCBLMYKX Standard Chartered
- SMBCMYKL Sumitomo Mitsui Banking Corporation
- UOVBMYKL UOB;United Overseas Bank
""",
    after="MALAYSIA|BANK",
)

SCHEME = Scheme(
    country="MY",
    place="Malaysia",
    number=re.compile("[0-9]{6,17}"),
    said="6 to 17 digits",
    banks=_BANKS,
    lengths={"MBBEMYKL": (12,), "PBBEMYKL": (10,)},
)
