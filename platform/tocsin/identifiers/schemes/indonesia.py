"""Indonesia: three-digit codes of its clearing (SKNBI, BI-FAST), SWIFT codes, names, and how numbers are written.

The codes are those that Bank Indonesia gave, as banks and payment services print them; SWIFT codes were compared with
a public copy of the SWIFT directory (github.com/PeterNotenboom/SwiftCodes). Digital banks without a certain SWIFT
code stand under their three-digit code. Virtual accounts are longer than a bank's own numbers, so that lengths are
bounded from below alone."""

import re

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Scheme

_BANKS = bank_list(
    """
002 BRINIDJA BRI;Bank Rakyat Indonesia
008 BMRIIDJA Mandiri
009 BNINIDJA BNI;Bank Negara Indonesia;BNI 46
011 BDINIDJA Danamon
013 BBBAIDJA Permata
014 CENAIDJA BCA;Bank Central Asia
016 IBBKIDJA Maybank;BII;Bank Internasional Indonesia
019 PINBIDJA Panin;Pan Indonesia
022 BNIAIDJA CIMB Niaga;CIMB
023 BBIJIDJA UOB;TMRW
028 NISPIDJA OCBC NISP;OCBC
031 CITIIDJX Citibank
036 BWKIIDJA China Construction Bank
037 ARTGIDJA Artha Graha
046 DBSBIDJA DBS
050 SCBLIDJX Standard Chartered
097 MAYAIDJA Mayapada
110 PDJBIDJA BJB;Bank Jabar Banten
111 BDKIIDJA Bank DKI;Bank Jakarta
113 PDJGIDJA Bank Jateng
114 BJTMIDJA Bank Jatim
147 MUABIDJA Muamalat
153 SBJKIDJA Sinarmas
200 BTANIDJA BTN;Bank Tabungan Negara
213 BTPNIDJA BTPN;Jenius
426 MEGAIDJA Bank Mega
441 BBUKIDJA Bukopin;KB Bukopin
451 BSMDIDJA BSI;Bank Syariah Indonesia
484 HNBNIDJA Hana;KEB Hana
485 BUMIIDJA MNC
490 - Bank Neo Commerce;BNC
501 - BCA Digital;blu;blu by BCA Digital
535 - SeaBank
542 - Bank Jago;Jago
567 - Allo Bank;Allo
- BKCHIDJA Bank of China
- BKKBIDJA Bangkok Bank
- DEUTIDJA Deutsche Bank
- HSBCIDJA HSBC
- ICBKIDJA ICBC
- MHCCIDJA Mizuho
""",
    before="BANK",
    after="INDONESIA|BANK|CABANG",
)

SCHEME = Scheme(
    country="ID",
    place="Indonesia",
    number=re.compile("[0-9]{6,20}"),
    said="6 to 20 digits",
    banks=_BANKS,
    instead="its SWIFT code or three-digit bank code",
    lengths=dict.fromkeys(("CENAIDJA", "BNINIDJA"), tuple(range(10, 21))),
    spelled=(re.compile(r"\((?P<bank>\d{3})\) ?(?P<number>\d[\d -]{5,30})"),),
)
