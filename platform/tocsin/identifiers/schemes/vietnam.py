"""Viet Nam: the numbers by which NAPAS and VietQR know banks, SWIFT codes, names, account numbers.

The six-digit numbers (BIN) are those of NAPAS, as VietQR and payment services print them; SWIFT codes were compared
with a public copy of the SWIFT directory (github.com/PeterNotenboom/SwiftCodes). Banks sell account "numbers" with
letters in them.
"""

import re

from tocsin.identifiers.schemes.bank_list import bank_list
from tocsin.identifiers.schemes.scheme import Scheme

_BANKS = bank_list(
    """
422589 CIBBVNVN CIMB
458761 HSBCVNVX HSBC
970400 SBITVNVX Saigonbank;Sài Gòn Công Thương
970403 SGTTVNVX Sacombank;Sài Gòn Thương Tín;STB
970405 VBAAVNVX Agribank;Nông nghiệp và Phát triển Nông thôn
970406 EACBVNVX DongA;Đông Á
970407 VTCBVNVX Techcombank;TCB;Kỹ thương
970408 GBNKVNVX GPBank;Dầu khí Toàn cầu
970409 NASCVNVX Bac A Bank;Bắc Á
970410 SCBLVNVX Standard Chartered
970412 WBVNVNVX PVcomBank;Đại chúng
970414 OJBAVNVX OceanBank;Đại Dương
970415 ICBVVNVX VietinBank;Công thương;CTG
970416 ASCBVNVX ACB;Á Châu;Asia Commercial
970418 BIDVVNVX BIDV;Đầu tư và Phát triển
970419 NVBAVNVX NCB;Quốc Dân
970421 VRBAVNVX VRB
970422 MSCBVNVX MB;MBBank;Quân đội;Military
970423 TPBVVNVX TPBank;Tiên Phong;TPB
970424 SHBKVNVX Shinhan
970425 ABBKVNVX ABBank;An Bình
970426 MCOBVNVX MSB;Maritime;Hàng Hải
970427 VNACVNVX VietABank;Việt Á;VAB
970428 NAMAVNVX Nam A Bank;Nam Á
970429 SACLVNVX SCB;Ngân hàng TMCP Sài Gòn
970430 PGBLVNVX PGBank
970431 EBVIVNVX Eximbank;Xuất Nhập khẩu
970432 VPBKVNVX VPBank;Việt Nam Thịnh Vượng;VPB
970433 VNTTVNVX VietBank;Việt Nam Thương Tín
970434 IABBVNVX Indovina
970436 BFTVVNVX Vietcombank;VCB;Ngoại thương
970437 HDBCVNVX HDBank;HDB
970438 BVBVVNVX BaoViet;Bảo Việt
970440 SEAVVNVX SeABank;Đông Nam Á
970441 VNIBVNVX VIB;Quốc tế
970442 HLBBVNVX Hong Leong
970443 SHBAVNVX SHB;Sài Gòn - Hà Nội
970448 ORCOVNVX OCB;Phương Đông
970449 LVBKVNVX LPBank;LienVietPostBank;Bưu điện Liên Việt
970452 KLBKVNVX Kienlongbank;Kiên Long
970454 VCBCVNVX Viet Capital;BVBank;Bản Việt
970457 HVBKVNVX Woori
970458 UOVBVNVX UOB;United Overseas Bank
""",
    before="NGANHANG|TMCP|TNHHMTV|TNHH",
    after="VIETNAM|BANK|JOINTSTOCKCOMMERCIAL",
)

SCHEME = Scheme(
    country="VN",
    place="Viet Nam",
    number=re.compile("(?=.*[0-9])[A-Z0-9]{6,19}"),
    said="6 to 19 digits, or letters and digits",
    banks=_BANKS,
    instead="its SWIFT code or six-digit NAPAS number",
)
