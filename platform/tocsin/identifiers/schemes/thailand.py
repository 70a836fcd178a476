"""Thailand: codes of its clearing (ITMX, BAHTNET), SWIFT codes, names in both scripts, and how numbers are written.

The three-digit codes are those of the Bank of Thailand, as banks print them in their guides for bulk payments; SWIFT
codes were compared with a public copy of the SWIFT directory (github.com/PeterNotenboom/SwiftCodes). Account numbers
are ten digits, written 3-1-5-1 or 3-6-1, and twelve at the state's savings, housing and farmers' banks."""

import re

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Scheme

_BANKS = bank_list(
    """
002 BKKBTHBK Bangkok Bank;BBL;กรุงเทพ
004 KASITHBK Kasikornbank;KBank;Kasikorn;Kasikorn Thai;กสิกรไทย;กสิกร
006 KRTHTHBK Krung Thai;KTB;กรุงไทย
008 CHASTHBX JPMorgan Chase
011 TMBKTHBK TMBThanachart;TTB;TMB;ทหารไทยธนชาต;ทีทีบี
014 SICOTHBK Siam Commercial;SCB;ไทยพาณิชย์
017 CITITHBX Citibank;ซิตี้แบงก์
018 SMBCTHBK Sumitomo Mitsui Banking Corporation;SMBC
020 SCBLTHBX Standard Chartered;SCBT;สแตนดาร์ดชาร์เตอร์ด
022 UBOBTHBK CIMB Thai;CIMB;CIMBT;ซีไอเอ็มบีไทย;ซีไอเอ็มบี
024 UOVBTHBK UOB;United Overseas Bank;UOBT;ยูโอบี
025 AYUDTHBK Bank of Ayudhya;Krungsri;BAY;กรุงศรีอยุธยา;กรุงศรี
026 ICBCTHBK Mega International Commercial Bank
027 BOFATH2X Bank of America
030 GSBATHBK Government Savings Bank;GSB;ออมสิน
031 HSBCTHBK HSBC;Hongkong and Shanghai Banking Corporation
032 DEUTTHBK Deutsche Bank
033 GOHUTHB1 Government Housing Bank;GH Bank;GHB;อาคารสงเคราะห์;ธอส
034 BAABTHBK Bank for Agriculture and Agricultural Cooperatives;BAAC;เพื่อการเกษตรและสหกรณ์การเกษตร;ธกส
039 MHCBTHBK Mizuho
045 BNPATHBK BNP Paribas
066 TIBTTHBK Islamic Bank of Thailand;iBank;ISBT;อิสลามแห่งประเทศไทย
067 TFPCTHB1 TISCO;ทิสโก้
069 KKPBTHBK Kiatnakin Phatra;Kiatnakin;KKP;เกียรตินาคินภัทร;เกียรตินาคิน
070 ICBKTHBK ICBC;ICBC (Thai);Industrial and Commercial Bank of China;ไอซีบีซี
071 THCETHB1 Thai Credit;Thai Credit Retail Bank;ไทยเครดิต
073 LAHRTHB1 Land and Houses;LH Bank;LHB;แลนด์ แอนด์ เฮ้าส์
""",
    before="ธนาคาร|ธ",
    after="THAILAND|BANGKOK BRANCH|BANK|จำกัด|มหาชน",
)

SCHEME = Scheme(
    country="TH",
    place="Thailand",
    number=re.compile("[0-9]{10,15}"),
    said="10 to 15 digits",
    banks=_BANKS,
    lengths=dict.fromkeys(("BKKBTHBK", "KASITHBK", "KRTHTHBK", "SICOTHBK", "AYUDTHBK"), (10,)),
    # 13 digits and more are no number alone, so that the first three are the bank's code
    spelled=(re.compile(r"(?P<bank>\d{3})[ -](?P<number>(?:\d[ -]?){9,11}\d)"),),
)
