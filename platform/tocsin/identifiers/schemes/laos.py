"""Laos: SWIFT codes and names of its banks in both scripts, and how account numbers are written.

The SWIFT codes were compared with a public copy of the SWIFT directory (github.com/PeterNotenboom/SwiftCodes).
"""

import re

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Scheme

_BANKS = bank_list(
    """
- ACLBLALA ACLEDA
- AGPBLALA Agricultural Promotion Bank;APB;ສົ່ງເສີມກະສິກຳ
- BFLLLALA Banque Franco-Lao;BFL
- BKCHLALA Bank of China
- BKKBLALA Bangkok Bank
- COEBLALA BCEL;Banque pour le Commerce Exterieur Lao;ການຄ້າຕ່າງປະເທດລາວ
- ICBKLALA ICBC;Industrial and Commercial Bank of China
- ICBVLALA VietinBank
- IDCBLALA Indochina Bank
- JDBKLALA Joint Development Bank;JDB;ຮ່ວມພັດທະນາ
- KASILALA Kasikornthai
- LAOVLALA LaoViet;Lao-Viet Bank;LVB
- LCNBLALA Lao China Bank
- LDBBLALA Lao Development Bank;LDB;ພັດທະນາລາວ
- MBBELALA Maybank
- MJBLLALA Maruhan Japan Bank
- PBBELALA Public Bank
- PSVBLALA Phongsavanh;PSVB;ພົງສະຫວັນ
- RHBBLALA RHB
- STBDLALA ST Bank
""",
    before="ທະນາຄານ",
    after="LAOS|LAO|BANK|PUBLIC",
)

SCHEME = Scheme(
    country="LA",
    place="Laos",
    number=re.compile("[0-9]{6,20}"),
    said="6 to 20 digits",
    banks=_BANKS,
)
