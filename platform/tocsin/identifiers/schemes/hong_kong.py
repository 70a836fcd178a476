"""Hong Kong: bank codes of its clearing (CHATS, FPS), SWIFT codes, names in both scripts, account numbers.

An account is the bank's code of three digits, the branch's of three, and a number of six to nine; FPS writes branch
and number as one. The codes are those of the list "Bank Codes" of Hong Kong Interbank Clearing, as banks print them;
SWIFT codes were compared with a public copy of the SWIFT directory (github.com/PeterNotenboom/SwiftCodes). Any code
of three digits is taken, because new banks get codes; a name only where it is in the list.
"""

import re

from tocsin.identifiers.identifier import Unreadable
from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Account, Scheme
from tocsin.identifiers.spelling import shown

_BANKS = bank_list(
    """
003 SCBLHKHH Standard Chartered;SCB;渣打銀行;渣打
004 HSBCHKHH HSBC;Hongkong and Shanghai Banking Corporation;滙豐銀行;滙豐;匯豐;汇丰
006 CITIHKHX Citibank NA
009 CCBQHKAX China Construction Bank (Asia);CCB (Asia);中國建設銀行(亞洲)
012 BKCHHKHH Bank of China (Hong Kong);BOCHK;中國銀行(香港);中銀香港
015 BEASHKHH Bank of East Asia;BEA;東亞銀行;東亞
016 DHBKHKHH DBS;星展銀行;星展
018 KWHKHKHH China CITIC Bank International;中信銀行國際
020 WUBAHKHH CMB Wing Lung;Wing Lung;招商永隆銀行;永隆銀行
024 HASEHKHH Hang Seng;恒生銀行;恒生
025 SCBKHKHH Shanghai Commercial Bank;上海商業銀行
027 COMMHKHK Bank of Communications;交通銀行
028 CBHKHKHH Public Bank;大眾銀行
035 WIHBHKHH OCBC Wing Hang;OCBC;華僑永亨銀行;華僑銀行
038 TYBLHKKW Tai Yau;大有銀行
039 CIYUHKHH Chiyu;Chiyu Banking;集友銀行
040 DSBAHKHH Dah Sing;大新銀行
041 LCHBHKHH Chong Hing;創興銀行
043 NYCBHKHH Nanyang Commercial;南洋商業銀行
061 TSBLHKHH Tai Sang;大生銀行
072 UBHKHKHH ICBC (Asia);Industrial and Commercial Bank of China (Asia);中國工商銀行(亞洲)
128 IBALHKHH Fubon;富邦銀行
250 CITIHKAX Citibank (Hong Kong)
""",
    after="HONGKONG|HK|BANK|有限公司|香港",
    shared=("CITI",),
    by_code=True,
)

_LONE = 9
"""Digits that a number without its branch has at most."""


def _join(bank: str, branch: str | None, number: str, whole: bool) -> Account:
    """Branch and number as one, as FPS writes them; a number that may lack its branch is not completed by guess."""
    if whole or branch is None:
        if not whole and len(number) <= _LONE:
            raise Unreadable(f"{shown(number)} may lack its branch: write the branch code of three digits before it.")
        return Account(bank, number[:3], number)
    if len(number) <= _LONE:
        return Account(bank, branch, branch + number)
    if not number.startswith(branch):
        raise Unreadable(f"{shown(number)} does not begin with the branch code {branch}.")
    return Account(bank, branch, number)


SCHEME = Scheme(
    country="HK",
    place="Hong Kong",
    number=re.compile("[0-9]{6,14}"),
    said="6 to 14 digits",
    banks=_BANKS,
    instead="its bank code of three digits",
    code=re.compile("[0-9]{3}"),
    by_swift=False,
    branch=re.compile("[0-9]{3}"),
    branch_said="3 digits",
    spelled=(
        re.compile(r"(?P<bank>\d{3})[ -](?P<branch>\d{3})[ -](?P<number>\d(?:[ -]?\d){5,8})"),
        re.compile(r"(?P<bank>\d{3})[ -](?P<number>\d(?:[ -]?\d){9,13})"),
    ),
    join=_join,
)
