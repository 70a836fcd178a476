"""Singapore: codes of its clearing (GIRO, FAST), SWIFT codes, names, and how account numbers are written.

Codes and SWIFT codes are those that banks print in their own guides for bulk payments: the sheet "BIC Code" of
CIMB's BizChannel bulk transaction template, and the "Singapore Bank and Branch Code Guide" of UOB, which also says
how numbers and branches belong together. A bank that is not in the table is read by its SWIFT code all the same.

Lengths of account numbers are not checked bank by bank: the guide calls them usual or varying.
"""

import re

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Account, Scheme

_BANKS = bank_list(
    """
7047 BKKBSGSG Bangkok Bank
7056 BNINSGSG Bank Negara Indonesia; BNI
7065 BOFASG2X Bank of America
7083 BKCHSGSG Bank of China
7092 BEASSGSG Bank of East Asia; BEA
7108 BKIDSGSG Bank of India
7126 BOTKSGSX MUFG; Bank of Tokyo-Mitsubishi UFJ
7135 CRLYSGSG Crédit Agricole
7144 SCBLSGSG
7153 CHASSGSG JPMorgan Chase; JPMorgan
7171 DBSSSGSG DBS; POSB; POSBank; DBS/POSB; POSB/DBS; Development Bank of Singapore
7199 FAEASGSG Far Eastern Bank
7214 CITISGSG Citibank NA
7232 HSBCSGSG Hongkong and Shanghai Banking Corporation
7241 IDIBSGSG Indian Bank
7250 IOBASGSG Indian Overseas Bank
7287 HLBBSGSG HL Bank
7302 MBBESGS2 Maybank; Maybank Singapore
7339 OCBCSGSG OCBC; Oversea-Chinese Banking Corporation; Oversea-Chinese Banking Corp
7357 UCBASGSG UCO
7366 RHBBSGSG RHB
7375 UOVBSGSG UOB; United Overseas Bank
7409 HABBSGSG Habib Bank
7418 BNPASGSG BNP Paribas; BNP
7463 DEUTSGSG Deutsche Bank
7472 SMBCSGSG Sumitomo Mitsui Banking Corporation; SMBC
7490 KOEXSGSG Korea Exchange Bank; KEB Hana
7621 MHCBSGSG Mizuho
7685 UBSWSGSG UBS
7764 FCBKSGSG First Commercial Bank
7791 SBINSGSG State Bank of India; SBI
7852 SOGESGSG Société Générale
7931 ANZBSGSX ANZ; Australia and New Zealand Banking Group
7986 CIBBSGSG CIMB
8077 NATASGSG National Australia Bank
8235 ICBCSGSG Mega International Commercial Bank
8350 BCITSGSG Intesa Sanpaolo
8527 ESSESGSG Skandinaviska Enskilda Banken; SEB
8606 COBASGSX Commerzbank
8712 ICBKSGSG ICBC; Industrial and Commercial Bank of China
9186 ICICSGSG ICICI
9201 CITISGSL Citibank Singapore
9326 QNBASGSG Qatar National Bank; QNB
9353 CTCBSGSG CTBC; Chinatrust Commercial Bank
9496 SCBLSG22 Standard Chartered
9548 HSBCSGS2 HSBC Bank (Singapore)
9636 MBBESGSG Malayan Banking
9733 TRBUSGSG Trust Bank
9742 ANTPSGSG ANEXT
9751 GXSPSGSG GXS
9779 SSPISGSG MariBank
""",
    after="SINGAPORE|BRANCH|BANK",
    # names that two of the banks use: which one is meant, the rest of the name or the SWIFT code must tell
    shared=("CITI", "HSBC"),
)

_BRANCH_FIRST = {"OCBCSGSG": (7, 9), "HSBCSGSG": (9,), "HSBCSGS2": (9,), "SBINSGSG": (11,)}
"""Banks whose numbers begin with the branch, and the lengths that tell that it was left off."""


def _join(bank: str, branch: str | None, number: str, whole: bool) -> Account:
    if branch and not whole and len(number) in _BRANCH_FIRST.get(bank, ()):
        number = branch + number
    return Account(bank, branch, number)


SCHEME = Scheme(
    country="SG",
    place="Singapore",
    number=re.compile("[0-9]{5,18}"),
    said="5 to 18 digits",
    banks=_BANKS,
    branch=re.compile("[0-9]{3}"),
    branch_said="3 digits",
    spelled=(re.compile(r"(?P<bank>\d{4})[ -](?:(?P<branch>\d{3})-)?(?P<number>\d[\d -]{3,30})"),),
    join=_join,
)
