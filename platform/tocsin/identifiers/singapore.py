"""Singapore's banks: codes of its clearing (GIRO, FAST), SWIFT codes, names, and how account numbers are written.

Codes and SWIFT codes are those that banks print in their own guides for bulk payments: the sheet "BIC Code" of
CIMB's BizChannel bulk transaction template, and the "Singapore Bank and Branch Code Guide" of UOB, which also says
how numbers and branches belong together. A bank that is not in the table is read by its SWIFT code all the same.

Lengths of account numbers are not checked bank by bank: the guide calls them usual or varying.
"""

import re

from tocsin.identifiers.identifier import Unreadable
from tocsin.identifiers.spelling import compact, shown

_BANKS = """
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
"""
"""Code, SWIFT code, names."""

_SHARED_NAMES = {"CITI", "HSBC"}
"""Names that two of the banks use: which one is meant, the rest of the name or the SWIFT code must tell."""

_BRANCH_FIRST = {"OCBCSGSG": (7, 9), "HSBCSGSG": (9,), "HSBCSGS2": (9,), "SBINSGSG": (11,)}
"""Banks whose numbers begin with the branch, and the lengths that tell that it was left off."""

_BIC = re.compile(r"[A-Z]{4}SG[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_COMPANY = re.compile(r"(?:LIMITED|LTD|PTE|BERHAD|BHD)+$")
_PLACE = re.compile(r"(?:SINGAPORE|BRANCH|BANK|LIMITED|LTD|PTE|BERHAD|BHD)+$")


def account(bank: str, branch: str | None, number: str) -> tuple[str, str | None, str]:
    """SWIFT code of 8 characters, branch and whole number; Unreadable where one of them cannot be."""
    bic = _bic(bank)
    if not re.fullmatch("[0-9]{5,18}", number):
        raise Unreadable(f"{shown(number)} is not an account number of Singapore, which has 5 to 18 digits.")
    code = compact(branch) if branch else None
    if code is not None and not re.fullmatch("[0-9]{3}", code):
        raise Unreadable(f"{shown(code)} is not a branch code of Singapore, which has 3 digits.")
    if code and len(number) in _BRANCH_FIRST.get(bic, ()):
        number = code + number
    return bic, code, number


def is_code(text: str) -> bool:
    """Whether it is the clearing code of a bank in the table."""
    return text in _BY_CODE


def _bic(bank: str) -> str:
    code = compact(bank)
    if _BIC.fullmatch(code):
        return code[:8]
    name = _COMPANY.sub("", _letters(bank))
    found = _BY_CODE.get(code) or _BY_NAME.get(name) or _BY_NAME.get(_PLACE.sub("", name))
    if found is None:
        raise Unreadable(f"{shown(bank)} is not one bank in Singapore that is known here; its SWIFT code will do.")
    return found


def _letters(name: str) -> str:
    return re.sub(r"[^\w/]|_", "", name).upper().replace("É", "E")


def _names() -> dict[str, str]:
    """SWIFT code by name, with and without the words that add nothing."""
    found = {}
    for _, bic, *listed in (line.split(" ", 2) for line in _BANKS.split("\n")[1:-1]):
        for name in "".join(listed).split("; ") if listed else ():
            found[_letters(name)] = bic
            if (short := _PLACE.sub("", _letters(name))) not in _SHARED_NAMES:
                found.setdefault(short, bic)
    return found


_BY_CODE = {line[:4]: line[5:13] for line in _BANKS.split("\n")[1:-1]}
_BY_NAME = _names()
