"""Every way in which people write bank accounts, by country and script: the canonical value, or the reason."""

from collections import Counter

import pytest

from tocsin.identifiers import KINDS, NO_HINTS, Hints, Unreadable, read

SCRIPTS = {
    "thai": "\u0e50", "lao": "\u0ed0", "khmer": "\u17e0", "burmese": "\u1040", "wide": "\uff10", "tamil": "\u0be6",
    "devanagari": "\u0966", "arabic": "\u0660",
}  # fmt: skip


def of(country: str, bank: str | None = None, branch: str | None = None) -> Hints:
    return Hints(country=country, bank=bank, branch=branch)


def digits(script: str, text: str) -> str:
    """`text` with its digits in another script."""
    return text.translate({ord("0") + n: chr(ord(SCRIPTS[script]) + n) for n in range(10)})


SG, MY, TH, ID, PH, VN, BN, KH, LA, MM = map(of, ("SG", "MY", "TH", "ID", "PH", "VN", "BN", "KH", "LA", "MM"))
GB, US, AU, IN, HK = map(of, ("GB", "US", "AU", "IN", "HK"))
DBS = of("SG", "DBS")

ONE_ACCOUNT: list[tuple[str, Hints]] = [
    ("SG:DBSSSGSG:12345678", NO_HINTS),
    ("sg:dbsssgsg:1234-5678", NO_HINTS),
    ("SG: DBS : 123 456 78", NO_HINTS),
    ("SG:7171:12345678", NO_HINTS),
    ("DBSSSGSG 12345678", NO_HINTS),
    ("DBSSSGSGXXX/12345678", NO_HINTS),
    ("12345678 DBSSSGSG", NO_HINTS),
    ("7171 12345678", SG),
    ("7171-12345678", NO_HINTS),
    ("DBS 12345678", SG),
    ("POSB 1234-5678", SG),
    ("12345678 (DBS)", SG),
    ("DBS Bank Ltd, A/C No. 12345678", SG),
    ("Bank: DBS, Account: 12345678", SG),
    ("SWIFT: DBSSSGSG Account: 12345678", NO_HINTS),
    ("Account number 12345678", DBS),
    ("1234 5678", of("SG", "Development Bank of Singapore")),
    ("1234.5678", of("SG", "dbs bank limited")),
    (digits("wide", "12345678"), DBS),
    (digits("thai", "1234-5678"), DBS),
    (digits("burmese", "12345678"), DBS),
    ("\u200e1234\u200b5678\u202c", DBS),
    ("1234\u20115678", of("SG", "DBSSSGSG")),
]

VALID: dict[str, list[tuple[str, Hints]]] = {
    "SG:DBSSSGSG:12345678": ONE_ACCOUNT,
    "SG:OCBCSGSG:5501234567": [
        ("7339-550-1234567", NO_HINTS), ("1234567", of("SG", "7339", "550")),
        ("5501234567", of("SG", "OCBC Bank", "550")),
        ("550-1234567", of("SG", "Oversea-Chinese Banking Corporation Limited")), ("OCBC 550-123456-7", SG),
        (digits("tamil", "5501234567"), of("SG", "OCBC")),
    ],
    "SG:UOVBSGSG:1234567890": [
        ("123-456-789-0", of("SG", "UOB")), ("7375-1234567890", NO_HINTS), ("UOB 1234567890", SG),
        ("1234567890", of("SG", "United Overseas Bank", "Raffles Place")),
    ],
    "SG:MBBESGS2:12345678901": [("12345678901", of("SG", "Maybank")), ("Maybank Singapore 12345678901", SG)],
    "SG:SCBLSG22:1234567890": [("12-3-456789-0", of("SG", "Standard Chartered Bank"))],
    "SG:TRBUSGSG:1234567890": [("1234567890", of("SG", "Trust Bank"))],
    "MY:MBBEMYKL:123456789012": [
        ("123456789012", of("MY", "Maybank")), ("1234 5678 9012", of("MY", "Malayan Banking Berhad")),
        ("MBBEMYKL 123456789012", NO_HINTS), ("MY:MBBEMYKL:1234-5678-9012", NO_HINTS), ("Maybank 1234 5678 9012", MY),
        ("1234 5678 9012 Maybank", MY), ("No. Akaun: 123456789012", of("MY", "MBBEMYKL")),
        (digits("wide", "1234 5678 9012"), of("MY", "maybank")),
        (digits("arabic", "123456789012"), of("MY", "Maybank")),
    ],
    "MY:CIBBMYKL:1234567890": [
        ("12-3456789-0", of("MY", "CIMB Bank Berhad")), ("CIMB 1234567890", MY),
        ("1234567890", of("MY", "CIBBMYKLXXX")),
    ],
    "MY:CTBBMYKL:1234567890": [("1234567890", of("MY", "CIMB Islamic Bank Berhad"))],
    "MY:PBBEMYKL:1234567890": [("123456789-0", of("MY", "Public Bank")), ("PBB 1234567890", MY)],
    "MY:RHBBMYKL:12345678901234": [("1234 5678 9012 34", of("MY", "RHB Bank"))],
    "MY:HLBBMYKL:12345678901": [("123-45-67890-1", of("MY", "Hong Leong Bank Berhad"))],
    "MY:ARBKMYKL:1234567890123": [("1234567890123", of("MY", "AmBank (M) Berhad"))],
    "MY:BIMBMYKL:12345678901234": [("12345678901234", of("MY", "Bank Islam Malaysia Berhad"))],
    "MY:BKRMMYKL:123456789012": [("123456789012", of("MY", "Bank Rakyat"))],
    "MY:BSNAMYK1:1234567890123456": [("1234567890123456", of("MY", "BSN"))],
    "MY:PHBMMYKL:123456789012": [("123456789012", of("MY", "Affin Bank"))],
    "MY:HBMBMYKL:123456789012": [("123-456789-012", of("MY", "HSBC Bank Malaysia Berhad"))],
    "TH:KASITHBK:1234567890": [
        ("123-4-56789-0", of("TH", "KBank")), ("123-4-56789-0", of("TH", "004")), ("123-4-56789-0", of("TH", "kbank")),
        ("1234567890", of("TH", "Kasikornbank Public Company Limited")), ("123 4 56789 0", of("TH", "ธนาคารกสิกรไทย")),
        ("123-4-56789-0", of("TH", "ธ.กสิกรไทย")), ("123-4-56789-0", of("TH", "กสิกรไทย จำกัด (มหาชน)")),
        (digits("thai", "123-4-56789-0"), of("TH", "กสิกร")), ("กสิกรไทย 123-4-56789-0", TH),
        ("KBank: 123-4-56789-0", TH),
        ("123-4-56789-0 KBANK", TH), ("004 123-4-56789-0", TH), ("004-1234567890", TH),
        ("KASITHBK 123-4-56789-0", NO_HINTS),
        ("TH:กสิกรไทย:123-4-56789-0", NO_HINTS), ("TH:004:1234567890", NO_HINTS),
        ("1234567890", of("th", "kasithbkxxx")),
        ("123\u200b-4-56789-0", of("TH", "KBANK")), (digits("wide", "1234567890"), of("TH", "KASIKORN")),
    ],
    "TH:BKKBTHBK:0123456789": [
        ("012-3-45678-9", of("TH", "Bangkok Bank")), ("012-3-45678-9", of("TH", "002")),
        ("0123456789", of("TH", "BBL")),
        (digits("thai", "0123456789"), of("TH", "ธนาคารกรุงเทพ จำกัด (มหาชน)")),
        (digits("thai", "012-3-45678-9"), of("TH", "กรุงเทพ")),
    ],
    "TH:SICOTHBK:1234567890": [
        ("123-4-56789-0", of("TH", "SCB")), ("123-456789-0", of("TH", "014")),
        ("1234567890", of("TH", "ธนาคารไทยพาณิชย์")),
        ("SCB 123-4-56789-0", TH),
    ],
    "TH:KRTHTHBK:1234567890": [("123-4-56789-0", of("TH", "Krungthai Bank")), ("1234567890", of("TH", "กรุงไทย"))],
    "TH:AYUDTHBK:1234567890": [("123-4-56789-0", of("TH", "Krungsri")),
        ("1234567890", of("TH", "ธนาคารกรุงศรีอยุธยา"))],
    "TH:TMBKTHBK:1234567890": [("123-4-56789-0", of("TH", "ttb")), ("1234567890", of("TH", "ทหารไทยธนชาต"))],
    "TH:GSBATHBK:123456789012": [("123456789012", of("TH", "ออมสิน")),
        ("1234 5678 9012", of("TH", "Government Savings Bank"))],
    "TH:BAABTHBK:123456789012": [("123456789012", of("TH", "ธ.ก.ส.")), ("123456789012", of("TH", "BAAC"))],
    "ID:CENAIDJA:1234567890": [
        ("1234567890", of("ID", "BCA")), ("123-456-7890", of("ID", "014")), ("BCA 1234567890", ID),
        ("1234567890 (BCA)", ID),
        ("(014) 1234567890", ID), ("CENAIDJA 123 456 7890", NO_HINTS),
        ("No. Rek: 1234567890", of("ID", "Bank Central Asia")),
        ("1234567890", of("ID", "PT Bank Central Asia Tbk")), (digits("wide", "1234567890"), of("ID", "bank bca")),
        ("Rekening BCA 1234567890", ID),
    ],
    "ID:BMRIIDJA:1234567890123": [
        ("123-45-6789012-3", of("ID", "Bank Mandiri")), ("123-45-6789012-3", of("ID", "008")),
        ("Mandiri 1234567890123", ID),
    ],
    "ID:BRINIDJA:012301234567890": [
        ("0123-01-234567-89-0", of("ID", "BRI")), ("012301234567890", of("ID", "002")),
        ("0123 0123 4567 890", of("ID", "Bank Rakyat Indonesia (Persero)")),
    ],
    "ID:BNINIDJA:0123456789": [("0123456789", of("ID", "BNI")), ("012-345-6789", of("ID", "Bank Negara Indonesia"))],
    "ID:BSMDIDJA:1234567890": [("1234567890", of("ID", "BSI")), ("1234567890", of("ID", "451"))],
    "ID:542:123456789012": [("123456789012", of("ID", "Bank Jago")), ("1234 5678 9012", of("ID", "542"))],
    "ID:535:123456789012": [("123456789012", of("ID", "SeaBank Indonesia"))],
    "ID:IBBKIDJA:1234567890": [("1234567890", of("ID", "Maybank Indonesia"))],
    "PH:BNORPHMM:001234567890": [
        ("0012 3456 7890", of("PH", "BDO")), ("001234567890", of("PH", "Banco de Oro")),
        ("BDO Unibank 0012-3456-7890", PH),
        ("001234567890", of("PH", "BDO Unibank, Inc.")), ("BNORPHMM 001234567890", NO_HINTS),
    ],
    "PH:BOPIPHMM:1234567890": [("1234-5678-90", of("PH", "BPI")),
        ("1234567890", of("PH", "Bank of the Philippine Islands"))],
    "PH:MBTCPHMM:1234567890123": [("1234567890123", of("PH", "Metrobank")),
        ("1234567890123", of("PH", "Metropolitan Bank & Trust Company"))],
    "PH:TLBPPHMM:1234567890": [("1234-5678-90", of("PH", "LANDBANK"))],
    "PH:UBPHPHMM:123456789012": [("1234 5678 9012", of("PH", "UnionBank of the Philippines"))],
    "PH:GXCHPHM2:09171234567": [("0917 123 4567", of("PH", "GCash")), ("0917-123-4567", of("PH", "G-Xchange"))],
    "PH:PAPHPHM1:09171234567": [("09171234567", of("PH", "Maya"))],
    "VN:BFTVVNVX:0123456789012": [
        ("0123456789012", of("VN", "Vietcombank")), ("012 345 678 9012", of("VN", "VCB")),
        ("0123456789012", of("VN", "970436")),
        ("0123456789012", of("VN", "Ngân hàng TMCP Ngoại thương Việt Nam")), ("Vietcombank 0123456789012", VN),
        ("VCB: 0123456789012", VN), ("BFTVVNVX 0123456789012", NO_HINTS),
        ("0123456789012", of("VN", "ngan hang ngoai thuong")),
    ],
    "VN:VTCBVNVX:19012345678901": [("1901 2345 6789 01", of("VN", "Techcombank")),
        ("19012345678901", of("VN", "Kỹ Thương"))],
    "VN:MSCBVNVX:ABC123456": [("abc123456", of("VN", "MB Bank"))],
    "VN:ASCBVNVX:12345678": [("12345678", of("VN", "ACB")), ("12345678", of("VN", "Ngân hàng Á Châu"))],
    "VN:VBAAVNVX:1234567890123": [("1234567890123", of("VN", "Agribank")), ("1234567890123", of("VN", "970405"))],
    "VN:BIDVVNVX:12345678901234": [("12345678901234", of("VN", "BIDV"))],
    "VN:ICBVVNVX:123456789012": [("123456789012", of("VN", "VietinBank")), ("123456789012", of("VN", "Công Thương"))],
    "BN:BIBDBNBB:12345678901234": [
        ("12-345-67-8901234", of("BN", "BIBD")), ("12345678901234", of("BN", "Bank Islam Brunei Darussalam Berhad")),
        ("BIBDBNBB 12345678901234", NO_HINTS), ("BIBD 12345678901234", BN),
    ],
    "BN:BAIDBNBB:0123456789": [("01-234-56789", of("BN", "Baiduri Bank Berhad")), ("Baiduri 0123456789", BN)],
    "KH:ABAAKHPP:001234567": [
        ("001 234 567", of("KH", "ABA")), ("001-234-567", of("KH", "ABA Bank")),
        (digits("khmer", "001 234 567"), of("KH", "ABA")),
        ("ABA 001 234 567", KH), ("ABAAKHPP 001234567", NO_HINTS),
        ("001 234 567", of("KH", "Advanced Bank of Asia Limited")),
        (digits("khmer", "001234567"), of("KH", "ធនាគារ ABA")), ("KH:ABA:001234567", NO_HINTS),
        (digits("khmer", "001\u200b234\u200b567"), of("KH", "ABA")),
    ],
    "KH:ACLBKHPP:0001012345678": [
        ("0001-01-234567-8", of("KH", "ACLEDA")), (digits("khmer", "0001012345678"), of("KH", "អេស៊ីលីដា")),
        ("0001012345678", of("KH", "ធនាគារ អេស៊ីលីដា")),
    ],
    "KH:CADIKHPP:0010000123456": [("001-0000123456", of("KH", "Canadia Bank Plc")),
        ("0010000123456", of("KH", "កាណាឌីយ៉ា"))],
    "LA:COEBLALA:010120001234567001": [
        ("010-12-00-01234567-001", of("LA", "BCEL")), (digits("lao", "010-12-00-01234567-001"), of("LA", "BCEL")),
        ("010120001234567001", of("LA", "ທະນາຄານການຄ້າຕ່າງປະເທດລາວ")), ("COEBLALA 010120001234567001", NO_HINTS),
        ("010120001234567001", of("LA", "Banque pour le Commerce Exterieur Lao Public")),
        (digits("lao", "010120001234567001"), of("LA", "ການຄ້າຕ່າງປະເທດລາວ")),
    ],
    "LA:LDBBLALA:0123456789012": [("0123456789012", of("LA", "LDB")),
        (digits("lao", "0123456789012"), of("LA", "ທະນາຄານພັດທະນາລາວ"))],
    "LA:JDBKLALA:12345678901": [("12345678901", of("LA", "Joint Development Bank"))],
    "MM:KBZBMMMY:01234567890123456": [
        ("012-345-678-9012-3456", of("MM", "KBZ")), (digits("burmese", "01234567890123456"), of("MM", "KBZ Bank")),
        (digits("burmese", "01234567890123456"), of("MM", "ကမ္ဘောဇဘဏ်")), ("KBZBMMMY 01234567890123456", NO_HINTS),
        ("01234567890123456", of("MM", "Kanbawza Bank Ltd")), ("KBZ 01234567890123456", MM),
    ],
    "MM:AYABMMMY:12345678901": [("12345678901", of("MM", "AYA Bank")),
        (digits("burmese", "12345678901"), of("MM", "ဧရာဝတီဘဏ်"))],
    "MM:CPOBMMMY:0012100500012345": [("0012 1005 0001 2345", of("MM", "CB Bank"))],
    "GB:202015:55555555": [
        ("55555555", of("GB", "20-20-15")), ("5555 5555", of("GB", "202015")), ("20-20-15 55555555", GB),
        ("20 20 15 55555555", GB),
        ("202015 55555555", GB), ("20201555555555", GB), ("20-20-15/55555555", GB), ("GB:20-20-15:55555555", NO_HINTS),
        ("Sort code 20-20-15, account number 55555555", NO_HINTS), ("Sort Code: 20-20-15 A/C: 55555555", SG),
        (digits("wide", "20-20-15 55555555"), GB),
    ],
    "GB:000000:00123456": [("00123456", of("GB", "00-00-00"))],
    "US:021000021:123456789": [
        ("123456789", of("US", "021000021")), ("021000021 123456789", US), ("0210-0002-1 123456789", US),
        ("021000021/123456789", US),
        ("ABA 021000021 Acct 123456789", NO_HINTS), ("Routing number: 021000021, Account number: 123456789", SG),
        ("US:021000021:123-456-789", NO_HINTS), ("123 456 789", of("US", "0210 0002 1")),
    ],
    "US:021000021:000123456789": [("000123456789", of("US", "021000021"))],
    "US:CHASUS33:123456789": [("123456789", of("US", "CHASUS33")), ("CHASUS33XXX 123456789", US)],
    "AU:062000:12345678": [
        ("12345678", of("AU", "062-000")), ("1234 5678", of("AU", "062000")), ("062-000 12345678", AU),
        ("062 000 1234 5678", AU),
        ("BSB 062-000 Acc 12345678", NO_HINTS), ("BSB: 062-000, Account: 1234 5678", SG),
        ("AU:062-000:12345678", NO_HINTS),
        ("062000/12345678", AU),
    ],
    "IN:HDFC0001234:50100123456789": [
        ("50100123456789", of("IN", "HDFC0001234")), ("5010 0123 4567 89", of("IN", "hdfc0001234")),
        ("HDFC0001234 50100123456789", NO_HINTS),
        ("hdfc0001234/50100123456789", NO_HINTS), ("IFSC: HDFC0001234 A/C No: 50100123456789", NO_HINTS),
        ("IN:HDFC0001234:50100123456789", NO_HINTS), (digits("devanagari", "50100123456789"), of("IN", "HDFC0001234")),
    ],
    "IN:SBININBB:12345678901": [("12345678901", of("IN", "SBININBB"))],
    "HK:004:809123456838": [
        ("004-809-123456-838", HK), ("004 809 123456838", HK), ("004-809123456838", HK),
        ("123456838", of("HK", "004", "809")),
        ("809-123456-838", of("HK", "HSBC")), ("809123456838", of("HK", "滙豐銀行")),
        ("809123456838", of("HK", "HSBCHKHH", "809")),
        ("HK:004:809123456838", NO_HINTS), ("HSBC 809-123456-838", HK), (digits("wide", "004-809-123456-838"), HK),
    ],
    "HK:024:267123456": [("024-267-123456", HK), ("123456", of("HK", "Hang Seng Bank", "267")),
        ("HK:024:267123456", NO_HINTS)],
    "HK:012:87512345678": [("012-875-1-234567-8", HK),
        ("875-1-234567-8", of("HK", "Bank of China (Hong Kong) Limited"))],
    "HK:388:12345678901": [("388-12345678901", HK)],
    "DE:37040044:532013000": [("532013000", of("DE", "370 400 44"))],
    "JP:MHCBJPJT:1234567": [("MHCBJPJT 1234567", NO_HINTS)],
}  # fmt: skip

INVALID: list[tuple[str, Hints, str]] = [
    ("12345678", NO_HINTS, "name the bank"),
    ("12345678", SG, "any bank in Singapore: name the bank"),
    ("1234567890", TH, "any bank in Thailand: name the bank"),
    ("123456789012", MY, "any bank in Malaysia"),
    ("1234567890", ID, "three-digit bank code will do"),
    ("0123456789", VN, "NAPAS"),
    ("55555555", GB, "sort code of six digits"),
    ("123456789", US, "routing number of nine digits"),
    ("12345678", AU, "BSB of six digits"),
    ("50100123456789", IN, "IFSC"),
    ("809123456838", HK, "bank code of three digits"),
    (digits("khmer", "001234567"), KH, "any bank in Cambodia"),
    (digits("lao", "0123456789012"), LA, "any bank in Laos"),
    (digits("burmese", "12345678901"), MM, "any bank in Myanmar"),
    ("20-20-15 55555555", NO_HINTS, "name the bank"),
    ("Sort code 90-00-00 account 12345678", NO_HINTS, "name the bank"),
    ("55555555", of("GB", "BUKBGB22"), "sort code"),
    ("12345678", of("AU", "CTBAAU2S"), "BSB"),
    ("809123456838", of("HK", "HASEHKHK"), "bank code of three digits"),
    ("5555555", of("GB", "202015"), "8 digits"),
    ("555555555", of("GB", "202015"), "8 digits"),
    ("55555555", of("GB", "20-20-1"), "not one bank"),
    ("123456789", of("US", "021000022"), "checksum"),
    ("123456789", of("US", "992000018"), "checksum"),
    ("123", of("US", "021000021"), "4 to 17 digits"),
    ("123", of("AU", "062-000"), "4 to 10 digits"),
    ("12345678901", of("AU", "062-000"), "4 to 10 digits"),
    ("12345678", of("IN", "HDFC1001234"), "not one bank in India"),
    ("123456", of("HK", "004"), "branch"),
    ("123456838", of("HK", "004"), "branch"),
    ("809123456838", of("HK", "004", "111"), "begin with the branch code"),
    ("123456", of("HK", "004", "80"), "branch code of Hong Kong"),
    ("123456789", of("TH", "KBANK"), "10 to 15 digits"),
    ("12345678901", of("TH", "KBANK"), "10: a digit or a leading zero may be missing"),
    ("1234567890", of("TH", "999"), "not one bank in Thailand"),
    ("1234567890", of("TH", "ธนาคารตัวอย่าง"), "not one bank in Thailand"),
    ("1234567890", of("TH", "DBSSSGSG"), "bank in SG, not in TH"),
    ("12345678901", of("MY", "Maybank"), "12: a digit"),
    ("123456789012", of("MY", "Islamic"), "not one bank in Malaysia"),
    ("123456789", of("ID", "BCA"), "leading zero may be missing"),
    ("1234567890", of("ID", "123"), "not one bank in Indonesia"),
    ("014 1234567", ID, "name the bank"),
    ("12345", of("PH", "BDO"), "6 to 19 digits"),
    ("ABCDEFGH", of("VN", "MB"), "6 to 19 digits"),
    ("12345", of("VN", "VCB"), "6 to 19 digits"),
    ("12345678", of("VN", "Sài Gòn"), "not one bank in Viet Nam"),
    ("12345678", of("SG", "HSBC"), "not one bank in Singapore"),
    ("12345678", of("SG", "Citibank"), "not one bank in Singapore"),
    ("1234", DBS, "5 to 18 digits"),
    ("1.23457E+11", DBS, "5 to 18 digits"),
    ("DBS 12345678", of("SG", "UOB"), "another"),
    ("12345" + digits("thai", "678"), DBS, "digits of several scripts"),
    (digits("khmer", "001") + digits("lao", "234567"), of("KH", "ABA"), "digits of several scripts"),
    (digits("burmese", "0123") + digits("thai", "4567890123456"), of("MM", "KBZ"), "digits of several scripts"),
    (digits("wide", "1234") + digits("arabic", "5678"), DBS, "digits of several scripts"),
    ("¹²³⁴⁵⁶⁷⁸", DBS, "not an account number"),
    ("①②③④⑤⑥⑦⑧", DBS, "not an account number"),
    ("12345678", of("XX", "DBS1"), "code of a country"),
    ("12345678", of("CN", "Big Credit"), "neither a SWIFT code nor"),
    ("Bank of Nowhere 12345678", SG, "name the bank"),
    ("", SG, "empty"),
]  # fmt: skip

ROWS = [(text, hints, value) for value, spellings in VALID.items() for text, hints in spellings]


def test_the_table_is_long_and_reaches_every_country() -> None:
    assert len(ONE_ACCOUNT) == 23
    assert len(ROWS) + len(INVALID) >= 250
    countries = Counter(value[:2] for _, _, value in ROWS)
    assert set(countries) >= {"SG", "MY", "TH", "ID", "PH", "VN", "BN", "KH", "LA", "MM", "GB", "US", "AU", "IN", "HK"}
    assert min(countries[one] for one in countries if one not in ("DE", "JP")) >= 6


@pytest.mark.parametrize(("text", "hints", "value"), ROWS)
def test_a_spelling_gives_the_one_account(text: str, hints: Hints, value: str) -> None:
    found = read(text, "bank-account", hints)
    assert found.value == value
    again = read(value, "bank-account")
    assert again == found
    assert again.properties["bank_code"] == value.split(":")[1]


@pytest.mark.parametrize(("text", "hints", "reason"), INVALID)
def test_what_cannot_be_read_for_certain_is_asked(text: str, hints: Hints, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(text, "bank-account", hints)


def test_many_spellings_are_one_object_and_two_banks_are_two() -> None:
    kind = KINDS["bank-account"]
    assert len({kind.observable(read(text, "bank-account", hints))["id"] for text, hints in ONE_ACCOUNT}) == 1
    banks = ("DBS", "UOB", "OCBC", "Maybank", "Trust Bank")
    there = {kind.observable(read("1234567890", "bank-account", of("SG", bank)))["id"] for bank in banks}
    assert len(there) == len(banks)
