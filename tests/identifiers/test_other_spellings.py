"""Spellings of phones, wallets, accounts on platforms, apps, listings, senders, documents, names and transport."""

import pytest

from tocsin.identifiers import KINDS, Hints, Unreadable, read, recognise

EVM = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
SEND = "+442079460123"
TRON = "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb"
SOLANA = "7S3P4HxJpyyigGzodYwHtCxZyUQe9JiBMHyRWXArAaKv"
PACKAGE = "android:com.example.bad_app"


RECOGNISED: dict[str, dict[str, list[str]]] = {
    "phone": {
        SEND: ["+44 20 7946 0123", "+๔๔ ๒๐ ๗๙๔๖ ๐๑๒๓", "+໔໔ ໒໐ ໗໙໔໖ ໐໑໒໓", "+៤៤ ២០ ៧៩៤៦ ០១២៣", "+၄၄ ၂၀ ၇၉၄၆ ၀၁၂၃",
            "＋４４ ２０ ７９４６ ０１２３", "+४४ २० ७९४६ ०१२३", "+44 20 7946 0123 ext. 12", "+44 20 7946 0123 x12",
            "+44 20 7946 0123;ext=12", "+44 20 7946 0123 ต่อ ๑๒", "+44 20 7946 0123 分机 12", "+44 20 7946 0123 #12",
            "โทร: +44 20 7946 0123", "电话：+44 20 7946 0123", "Tel.: +44 (0)20 7946 0123", "Viber: +44 20 7946 0123",
            "https://wa.me/442079460123", "wa.me/442079460123?text=Hello", "hxxps://wa[.]me/442079460123",
            "https://api.whatsapp.com/send?phone=442079460123&text=hi",
            "https://web.whatsapp.com/send?phone=+442079460123",
            "whatsapp://send?phone=442079460123", "viber://chat?number=%2B442079460123", "https://t.me/+442079460123",
            "https://signal.me/#p/+442079460123", "\u200e+44 20 7946 0123\u200e"],
        "+84912345678": ["https://zalo.me/0912345678", "https://zalo.me/84912345678"],
    },
    "wallet": {
        EVM: [EVM, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", f"eip155:56:{EVM}", f"ethereum:{EVM}",
            f"https://etherscan.io/address/{EVM}", f"https://bscscan.com/address/{EVM}#code",
            "https://polygonscan.com/address/0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"],
        TRON: [TRON, f"tron:{TRON}", f"tron:0x2b6653dc:{TRON}", f"https://tronscan.org/#/address/{TRON}"],
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa": [
            "bip122:000000000019d6689c085ae165831e93:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "https://www.blockchain.com/explorer/addresses/btc/1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "https://mempool.space/address/1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"],
        SOLANA: [SOLANA, f"solana:{SOLANA}", f"solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp:{SOLANA}",
            f"https://solscan.io/account/{SOLANA}"],
    },
    "social-account": {
        "telegram:bad_trader": ["telegram:bad_trader", "https://t.me/Bad_Trader", "t.me/bad_trader",
            "t[.]me/bad_trader",
            "https://telegram.me/bad_trader/", "https://t.me/s/bad_trader", "tg://resolve?domain=bad_trader",
            "Telegram: @bad_trader", "TG @bad_trader", "https://t.me/bad_trader?start=1", "Telegram：＠Bad_Trader"],
        "telegram:id:123456789": ["telegram:id:123456789", "tg://user?id=123456789"],
        "facebook:badshop": ["https://www.facebook.com/Bad.Shop", "https://m.facebook.com/badshop?ref=x",
            "fb.com/badshop",
            "https://m.me/bad.shop", "facebook:badshop"],
        "facebook:id:100000000000001": ["https://www.facebook.com/profile.php?id=100000000000001",
            "https://www.facebook.com/people/Some-Body/100000000000001/", "facebook:id:100000000000001"],
        "instagram:bad.shop": ["https://www.instagram.com/bad.shop/", "instagram.com/Bad.Shop?igsh=abc",
            "IG: @bad.shop"],
        "tiktok:bad.shop": ["https://www.tiktok.com/@bad.shop", "TikTok @bad.shop"],
        "twitter:bad_shop": ["https://x.com/bad_shop", "https://twitter.com/Bad_Shop",
            "https://mobile.twitter.com/bad_shop",
            "X: @bad_shop", "Twitter: @bad_shop"],
        "line:@123badid": ["https://line.me/R/ti/p/@123badid", "https://line.me/R/ti/p/%40123badid",
            "LINE: @123badid"],
        "line:bad.person": ["https://line.me/ti/p/~bad.person", "line:bad.person"],
        "line:id:aB3dEfGhIj": ["https://line.me/ti/p/aB3dEfGhIj#~"],
        "discord:id:123456789012345678": ["https://discord.com/users/123456789012345678",
            "discord:id:123456789012345678"],
        "linkedin:bad-recruiter-1": ["https://www.linkedin.com/in/bad-recruiter-1/",
            "https://sg.linkedin.com/in/bad-recruiter-1"],
        "youtube:badchannel": ["https://www.youtube.com/@BadChannel"],
        "youtube:id:UC0123456789abcdefghijkl": ["https://www.youtube.com/channel/UC0123456789abcdefghijkl"],
        "kakaotalk:badid": ["https://open.kakao.com/me/badid"],
        "kakaotalk:id:_AbCdE": ["https://pf.kakao.com/_AbCdE", "https://pf.kakao.com/_AbCdE/chat"],
        "zalo:id:1234567890123456789": ["https://zalo.me/1234567890123456789"],
        "snapchat:bad.person": ["https://www.snapchat.com/add/bad.person"],
        "skype:live:.cid.abc123": ["skype:live:.cid.abc123?chat"],
        "reddit:bad-person": ["https://www.reddit.com/user/bad-person/"],
        "threads:bad.shop": ["https://www.threads.net/@bad.shop"],
        "vk:id:1": ["https://vk.com/id1"],
        "weibo:id:1234567890": ["https://weibo.com/u/1234567890"],
        "bluesky:bad.example.com": ["https://bsky.app/profile/bad.example.com"],
    },
    "app": {
        PACKAGE: [PACKAGE, "https://play.google.com/store/apps/details?id=com.example.bad_app&hl=en",
            "market://details?id=com.example.bad_app", "https://galaxystore.samsung.com/detail/com.example.bad_app"],
        "ios:1234567890": ["ios:1234567890", "https://apps.apple.com/sg/app/bad-app/id1234567890",
            "https://itunes.apple.com/app/id1234567890?mt=8"],
        "huawei:1234567": ["https://appgallery.huawei.com/app/C1234567",
            "https://appgallery.huawei.com/#/app/C1234567"],
    },
    "listing": {
        "carousell:item:1234567890": ["https://www.carousell.sg/p/brand-new-phone-1234567890/",
            "https://www.carousell.com.my/p/1234567890", "carousell:item:1234567890"],
        "carousell:shop:bad.shop": ["https://www.carousell.sg/u/Bad.Shop/"],
        "shopee.sg:item:12345.67890123": ["https://shopee.sg/Cheap-Phone-i.12345.67890123?sp_atk=1",
            "https://shopee.sg/product/12345/67890123"],
        "shopee.vn:shop:1234567": ["https://shopee.vn/shop/1234567"],
        "lazada.th:item:1234567": ["https://www.lazada.co.th/products/phone-i1234567-s7654321.html"],
        "facebook-marketplace:item:123456789012": ["https://www.facebook.com/marketplace/item/123456789012/"],
        "ebay:item:123456789012": ["https://www.ebay.co.uk/itm/123456789012",
            "https://www.ebay.com/itm/a-phone/123456789012"],
        "amazon:item:B012345678": ["https://www.amazon.sg/Some-Thing/dp/B012345678/ref=sr_1_1"],
        "airbnb:item:1234567": ["https://www.airbnb.com/rooms/1234567?adults=2"],
        "booking:item:th/no-such-hotel": ["https://www.booking.com/hotel/th/no-such-hotel.en-gb.html"],
    },
    "sms-sender": {"BAD-BANK": ["Sender ID: Bad-Bank", "SMS sender: BAD-BANK"]},
    "vessel": {"imo:9074729": ["IMO 9074729", "imo:9074729", "IMO No. 9074729"],
        "mmsi:563012345": ["MMSI 563012345"]},
    "container": {"CSQU3054383": ["CSQU3054383", "csqu 305438 3", "CSQU 305 438-3", "CSQU-3054383"]},
    "flight": {"SQ322": ["flight SQ 322", "Flight: sq0322", "flight no. SQ-322"]},
    "air-waybill": {"618-12345675": ["AWB 618-12345675", "Air waybill: 618 1234 5675"]},
    "company-number": {
        "SG:197401143C": ["UEN: 197401143C", "UEN 197401143c".upper()],
        "LEI:213800KUD8LAJWSQ9D15": ["LEI: 213800KUD8LAJWSQ9D15"],
        "AU:004085616": ["ACN 004 085 616"],
    },
}  # fmt: skip

NOT_PROFILES = [
    "https://t.me/+AbCdEfGhIjK",
    "https://t.me/joinchat/AbCdEf",
    "https://t.me/bad_trader/123",
    "https://chat.whatsapp.com/AbCdEfGh",
    "https://www.facebook.com/groups/123456",
    "https://www.facebook.com/badshop/posts/123",
    "https://www.instagram.com/p/AbCdEf/",
    "https://x.com/bad_shop/status/123",
    "https://x.com/home",
    "https://www.tiktok.com/@bad.shop/video/123",
    "https://discord.gg/abcdef",
    "https://www.linkedin.com/company/bad-company",
    "https://www.youtube.com/watch?v=abcdefghijk",
    "https://play.google.com/store/search?q=bank",
    "https://t.me.bad.example/bad_trader",
    "https://bad.example/https://t.me/bad_trader",
    "https://wa.me/message/ABCDEF",
    "https://shopee.sg/",
    "https://etherscan.io/tx/0x" + "1" * 64,
]
"""Web addresses on platforms that are no account: a post, a group, an invitation, another's host."""

HINTED: list[tuple[str, str, Hints, str]] = [
    *((text, "phone", Hints(country=country), value) for text, country, value in (
        ("081-234-5678", "TH", "+66812345678"), ("๐๘๑ ๒๓๔ ๕๖๗๘", "TH", "+66812345678"), ("66812345678", "TH",
            "+66812345678"),
        ("020 5555 5555", "LA", "+8562055555555"), ("໐໒໐ ໕໕໕໕ ໕໕໕໕", "LA", "+8562055555555"),
        ("012 345 678", "KH", "+85512345678"), ("០១២ ៣៤៥ ៦៧៨", "KH", "+85512345678"),
        ("09 250 123 456", "MM", "+959250123456"), ("၀၉ ၂၅၀ ၁၂၃ ၄၅၆", "MM", "+959250123456"),
        ("091 234 56 78", "VN", "+84912345678"), ("012-345 6789", "MY", "+60123456789"),
        ("0812-3456-7890", "ID", "+6281234567890"), ("(0917) 123-4567", "PH", "+639171234567"),
        ("712 3456", "BN", "+6737123456"), ("8123 4567", "SG", "+6581234567"), ("５１２３ ４５６７", "HK",
            "+85251234567"),
        ("098765 43210", "IN", "+919876543210"), ("0491 570 156", "AU", "+61491570156"),
        ("(202) 555-0143 ext 9", "US", "+12025550143"), ("020 7946 0123 x 9", "GB", "+442079460123"),
        ("tel: 020 7946 0123", "GB", "+442079460123"),
    )),
    *((text, "social-account", Hints(platform=platform), value) for text, platform, value in (
        ("@bad_trader", "Telegram", "telegram:bad_trader"), ("bad_trader", "tg", "telegram:bad_trader"),
        ("123456789", "Telegram", "telegram:id:123456789"), ("Bad_Wechat", "微信", "wechat:bad_wechat"),
        ("wxid_abcdefghij0123", "WeChat", "wechat:id:wxid_abcdefghij0123"), ("12345678", "QQ", "qq:id:12345678"),
        ("bad.id", "LINE", "line:bad.id"), ("@123badid", "line", "line:@123badid"), ("@Bad_Shop", "X",
            "twitter:bad_shop"),
        ("Bad_Name.01", "Signal", "signal:bad_name.01"), ("bad#1234", "discord", "discord:bad#1234"),
        ("https://www.facebook.com/bad.shop", "facebook", "facebook:badshop"),
        ("ช่องไม่ดี", "YouTube", "youtube:ช่องไม่ดี"), ("bad.person", "Snapchat", "snapchat:bad.person"),
        ("badid (Telegram)", "", "telegram:badid"), ("wechat id: bad_wechat", "", "wechat:bad_wechat"),
        ("bad_trader on telegram", "", "telegram:bad_trader"),
    )),
    ("com.example.bad_app", "app", Hints(), PACKAGE),
    ("com.example.bad_app", "app", Hints(platform="Google Play"), PACKAGE),
    ("id1234567890", "app", Hints(platform="App Store"), "ios:1234567890"),
    ("1234567890", "listing", Hints(platform="Carousell"), "carousell:item:1234567890"),
    ("bad.shop", "listing", Hints(platform="carousell"), "carousell:shop:bad.shop"),
    ("Bad-Bank", "sms-sender", Hints(), "BAD-BANK"),
    ("ＢａｄＢａｎｋ", "sms-sender", Hints(), "BADBANK"),
    ("Bad  Bank 24", "sms-sender", Hints(), "BAD BANK 24"),
    ("9074729", "vessel", Hints(), "imo:9074729"),
    ("๙๐๗๔๗๒๙", "vessel", Hints(), "imo:9074729"),
    ("៩០៧៤៧២៩", "vessel", Hints(), "imo:9074729"),
    ("563012345", "vessel", Hints(), "mmsi:563012345"),
    ("ＣＳＱＵ３０５４３８３", "container", Hints(), "CSQU3054383"),
    ("618-1234 5675", "air-waybill", Hints(), "618-12345675"),
    ("၆၁၈-၁၂၃၄၅၆၇၅", "air-waybill", Hints(), "618-12345675"),
    ("sq 322/2026-01-31", "flight", Hints(), "SQ322/2026-01-31"),
    ("SIA322", "flight", Hints(), "SIA322"),
    ("3K 0681", "flight", Hints(), "3K681"),
    ("INV-2024-001", "invoice", Hints(), "INV-2024-001"),
    ("Invoice No: inv / 2024 / 001", "invoice", Hints(), "INV/2024/001"),
    ("๒๕๖๗/๐๐๑", "invoice", Hints(), "2567/001"),
    ("197401143c", "company-number", Hints(country="SG"), "SG:197401143C"),
    ("SG: 197401143C", "company-number", Hints(country="MY"), "SG:197401143C"),
    ("0-99-4-000-61772-1", "company-number", Hints(country="TH"), "TH:0994000617721"),
    ("๐๙๙๔๐๐๐๖๑๗๗๒๑", "company-number", Hints(country="TH"), "TH:0994000617721"),
    ("0314409058-002", "company-number", Hints(country="VN"), "VN:0314409058002"),
    ("201901000005 (1312525-A)", "company-number", Hints(country="MY"), "MY:201901000005"),
    ("1312525-A", "company-number", Hints(country="my"), "MY:1312525A"),
    ("SC123456", "company-number", Hints(country="GB"), "GB:SC123456"),
    ("116-82-00276", "company-number", Hints(country="KR"), "KR:1168200276"),
    ("988 077 917", "company-number", Hints(country="NO"), "NO:988077917"),
    ("HRB 12345", "company-number", Hints(country="DE"), "DE:HRB12345"),
    ("Nobody  At-All", "name", Hints(), "NOBODY AT-ALL"),
    ("นาย ไม่มี ใคร", "name", Hints(), "นาย ไม่มี ใคร"),
    ("ທ້າວ ບໍ່ມີ ໃຜ", "name", Hints(), "ທ້າວ ບໍ່ມີ ໃຜ"),
    ("គ្មាន នរណា", "name", Hints(), "គ្មាន នរណា"),
    ("ဘယ်သူ မှ", "name", Hints(), "ဘယ်သူ မှ"),
    ("无名氏", "name", Hints(), "无名氏"),
    ("Nguyễn Không Ai", "name", Hints(), "NGUYỄN KHÔNG AI"),
    ("Ｎｏｂｏｄｙ Ｌｔｄ", "name", Hints(), "NOBODY LTD"),
    ("Example Holdings Pte. Ltd.", "name", Hints(), "EXAMPLE HOLDINGS PTE. LTD"),
]  # fmt: skip

REFUSED: list[tuple[str, str, Hints, str]] = [
    ("+44 20 7946 0123 ext", "phone", Hints(), "not a telephone number"),
    ("081-234-5678", "phone", Hints(country="SG"), "SG has"),
    ("wa.me", "phone", Hints(), "not a telephone number"),
    ("+๔๔ ๒๐", "phone", Hints(), "not a telephone number"),
    ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "wallet", Hints(), "checksum"),
    (f"tron:0x2b6653dc:{EVM}", "wallet", Hints(), "another chain"),
    (f"eip155:1:{TRON}", "wallet", Hints(), "another chain"),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj1", "wallet", Hints(), "checksum"),
    (SOLANA[:-4], "wallet", Hints(), "Solana"),
    ("EQ" + "A" * 46, "wallet", Hints(), "TON"),
    ("G" + "A" * 55, "wallet", Hints(), "Stellar"),
    ("addr1" + "q" * 58, "wallet", Hints(), "Cardano"),
    ("@bad_trader", "social-account", Hints(), "any platform"),
    ("bad_trader", "social-account", Hints(), "no platform"),
    ("bad trader", "social-account", Hints(platform="Telegram"), "cannot be an account"),
    ("abc", "social-account", Hints(platform="Telegram"), "cannot be an account"),
    ("a_very_long_handle_for_x", "social-account", Hints(platform="X"), "cannot be an account on X"),
    ("bad", "social-account", Hints(platform="Orkut"), "no platform that is known"),
    ("+44 20 7946 0123", "social-account", Hints(platform="WhatsApp"), "telephone number"),
    ("telegram:bad trader", "social-account", Hints(), "cannot be an account"),
    ("wechat: 1abc", "social-account", Hints(), "cannot be an account"),
    ("example", "app", Hints(), "not an app"),
    ("com.example.app", "app", Hints(platform="App Store"), "number in the App Store"),
    ("com.example.app", "app", Hints(platform="Cydia"), "no store"),
    ("ios:12", "app", Hints(), "not an app"),
    ("1234567890", "listing", Hints(), "anywhere"),
    ("1234567890", "listing", Hints(platform="Nowhere"), "no marketplace"),
    ("shopee.sg:item:12345", "listing", Hints(), "cannot be a listing"),
    ("12345", "sms-sender", Hints(), "not a sender's name"),
    ("A-very-long-sender", "sms-sender", Hints(), "not a sender's name"),
    ("ธนาคาร", "sms-sender", Hints(), "not a sender's name"),
    ("IMO 9074728", "vessel", Hints(), "check digit"),
    ("MMSI 123456789", "vessel", Hints(), "no ship"),
    ("MV NO SUCH SHIP", "vessel", Hints(), "no ship"),
    ("CSQU3054384", "container", Hints(), "check digit"),
    ("CSQX3054383", "container", Hints(), "not a container"),
    ("618-12345674", "air-waybill", Hints(), "check digit"),
    ("618-1234567", "air-waybill", Hints(), "11 digits"),
    ("SQ 322 2026-02-30", "flight", Hints(), "calendar"),
    ("322", "flight", Hints(), "not a flight"),
    ("no number", "invoice", Hints(), "not an invoice"),
    ("A" + "1" * 40, "invoice", Hints(), "not an invoice"),
    ("197401143C", "company-number", Hints(), "name the country"),
    ("197401143D", "company-number", Hints(country="SG"), "check digit"),
    ("LEI 213800KUD8LAJWSQ9D16", "company-number", Hints(), "an LEI"),
    ("12345", "company-number", Hints(country="GB"), "form of a company's number in GB"),
    ("ABCDEF", "company-number", Hints(country="US"), "4 to 25"),
    ("12345678", "company-number", Hints(country="QQ"), "code of a country"),
    ("12345678", "name", Hints(), "no letters"),
    ("nobody@example.com", "name", Hints(), "looks like an address"),
    ("Nobody 4420794601", "name", Hints(), "number"),
    ("N" * 201, "name", Hints(), "200 characters"),
]  # fmt: skip

TABLE = [
    (text, kind, value) for kind, values in RECOGNISED.items() for value, texts in values.items() for text in texts
]


def test_the_table_is_long() -> None:
    assert len(TABLE) + len(NOT_PROFILES) + len(HINTED) + len(REFUSED) >= 280


@pytest.mark.parametrize(("text", "kind", "value"), TABLE)
def test_a_spelling_is_recognised(text: str, kind: str, value: str) -> None:
    found = recognise(text)
    assert (found.kind, found.value) == (kind, value)
    assert read(value, kind) == found


@pytest.mark.parametrize("text", NOT_PROFILES)
def test_what_is_no_account_stays_a_web_address(text: str) -> None:
    assert recognise(text).kind == "url"


@pytest.mark.parametrize(("text", "kind", "hints", "value"), HINTED)
def test_a_spelling_is_read_where_it_is_expected(text: str, kind: str, hints: Hints, value: str) -> None:
    hints = Hints(country=hints.country, platform=hints.platform or None)
    found = read(text, kind, hints)
    assert (found.kind, found.value) == (kind, value)
    assert read(value, kind) == found


@pytest.mark.parametrize(("text", "kind", "hints", "reason"), REFUSED)
def test_a_refusal_says_why(text: str, kind: str, hints: Hints, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text, kind, hints)
    assert reason in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "kind", "properties"),
    [
        ("+44 20 7946 0123 ext. 12", "phone", {"country": "GB", "extension": "12"}),
        (EVM, "wallet", {"namespace": "eip155"}),
        (f"eip155:56:{EVM}", "wallet", {"namespace": "eip155", "chain": "eip155:56"}),
        (SOLANA, "wallet", {"chain": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "checksum": "none"}),
        ("telegram:bad_trader", "social-account", {"platform": "telegram", "handle": "bad_trader"}),
        ("telegram:id:123456789", "social-account", {"platform": "telegram", "user_id": "123456789"}),
        ("ios:1234567890", "app", {"store": "ios", "name": "1234567890"}),
        ("carousell:shop:bad.shop", "listing", {"platform": "carousell", "shop": "bad.shop"}),
        ("Nobody Pte Ltd", "name", {"form": "company"}),
        ("บริษัท ไม่มี จำกัด", "name", {"form": "company", "latin": "BRISATH AIMMI CHAMKAD"}),
        ("Nguyễn", "name", {"latin": "NGUYEN"}),
        ("SQ322 2026-01-31", "flight", {"day": "2026-01-31"}),
        ("618-12345675", "air-waybill", {"airline": "618"}),
        ("SG:197401143C", "company-number", {"country": "SG"}),
    ],
)
def test_what_else_a_spelling_tells(text: str, kind: str, properties: dict[str, str]) -> None:
    assert read(text, kind).properties == properties


def test_the_kept_kinds_are_those_that_accuse_nobody_by_themselves() -> None:
    kept = {name for name, kind in KINDS.items() if kind.kept}
    assert kept == {"name", "company-number", "vessel", "container", "flight", "air-waybill", "invoice"}


def test_the_same_handle_on_two_platforms_is_two_accounts() -> None:
    here, there = read("telegram:bad_trader", "social-account"), read("discord:bad_trader", "social-account")
    assert here != there
    assert KINDS[here.kind].observable(here)["id"] != KINDS[there.kind].observable(there)["id"]


def test_a_platform_s_account_is_core_stix() -> None:
    found = recognise("t.me/bad_trader")
    made = KINDS["social-account"].observable(found)
    assert {name: made[name] for name in ("type", "account_type", "account_login")} == {
        "type": "user-account",
        "account_type": "telegram",
        "account_login": "bad_trader",
    }
