"""The Philippines: SWIFT codes and names of its banks and the wallets that take transfers, and how numbers are written.

InstaPay and PESONet name banks by SWIFT code. The codes were compared with a public copy of the SWIFT directory
(github.com/PeterNotenboom/SwiftCodes), those of GCash and Maya with InstaPay's list of participants as payment
services print it.
"""

import re

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Scheme

_BANKS = bank_list(
    """
- AUBKPHMM AUB;Asia United Bank
- BKCHPHMM Bank of China
- BNORPHMM BDO;BDO Unibank;Banco de Oro
- BOFAPH2X Bank of America
- BOPIPHMM BPI;Bank of the Philippine Islands
- CHBKPHMM China Bank;China Banking;CBC
- CITIPHMX Citibank
- CPHIPHMM PBCom;Philippine Bank of Communications
- CTCBPHMM CTBC
- DBPHPHMM DBP;Development Bank of the Philippines
- DEUTPHMM Deutsche Bank
- EWBCPHMM East West;EastWest Banking
- GXCHPHM2 GCash;G-Xchange
- HSBCPHMM HSBC;Hongkong and Shanghai Banking Corporation
- MBBEPHMM Maybank
- MBTCPHMM Metrobank;Metropolitan Bank and Trust;MBTC
- PABIPHMM Bank of Commerce
- PAPHPHM1 Maya;PayMaya
- PHSBPHMM PSBank;Philippine Savings Bank
- PHTBPHMM Philtrust;Philippine Trust
- PHVBPHMM Philippine Veterans Bank;Veterans Bank
- PNBMPHMM PNB;Philippine National Bank
- PPBUPHMM Philippine Business Bank;PBB
- RCBCPHMM RCBC;Rizal Commercial Banking Corporation
- ROBPPHMQ Robinsons
- SCBLPHMM Standard Chartered
- SETCPHMM Security Bank
- TLBPPHMM Landbank;Land Bank of the Philippines;LBP
- UBPHPHMM UnionBank;Union Bank of the Philippines;UBP
- UCPBPHMM UCPB;United Coconut Planters Bank
""",
    after="PHILIPPINES|BANK",
)

SCHEME = Scheme(
    country="PH",
    place="the Philippines",
    number=re.compile("[0-9]{6,19}"),
    said="6 to 19 digits",
    banks=_BANKS,
)
