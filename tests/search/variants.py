"""Twenty kinds of things, and ten spellings of each that somebody may type; all names and numbers are reserved ones."""

import hashlib

from tocsin.identifiers import Hints, Identifier, read


def token(text: str) -> str:
    """A token as an exchange makes it, with a key that everybody knows."""
    return hashlib.sha256(b"test" + text.encode()).hexdigest()[:32]


BTC = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
EVM = "0x52908400098527886E0F7030069857D2E4169EE7"
TRON = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
SHA256 = "4f2a9c" + "5b" * 29
LOGIN = "login.skyfly.example/account/verify?id=7"

# what it is, its kind and a plain spelling with which to make it, and ten spellings that find it
VARIANTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "domain": ("domain", "parcel-desk.example", (
        "parcel-desk.example", "PARCEL-DESK.EXAMPLE", "parcel-desk[.]example", "parcel-desk(dot)example",
        "https://parcel-desk.example", "www.parcel-desk.example", "parcel-desk.example.", "“parcel-desk.example”",
        "ｐａｒｃｅｌ-ｄｅｓｋ．ｅｘａｍｐｌｅ", "раrсеl-desk.example")),
    "internationalised domain": ("domain", "münchen-bank.example", (
        "münchen-bank.example", "MÜNCHEN-BANK.example", "xn--mnchen-bank-thb.example", "münchen-bank[.]example",
        "XN--MNCHEN-BANK-THB.EXAMPLE", "hxxp://münchen-bank.example", "www.münchen-bank.example",
        "mu\u0308nchen-bank.example", "xn--mnchen-bank-thb[.]example", "munchen-bank.example")),
    "web address": ("url", f"https://{LOGIN}", (
        f"https://{LOGIN}", "hxxps://login[.]skyfly[.]example/account/verify?id=7", LOGIN, f"HTTPS://{LOGIN.upper()}",
        f"hxxps[:]//{LOGIN}", f"<https://{LOGIN}>", "skyfly.example/account/verify", "/account/verify?id=7",
        "login.skyfly.example/account", "h**ps://login{.}skyfly{.}example/account/verify?id=7")),
    "mailbox": ("email", "ceo.office@blue-harbour.example", (
        "ceo.office@blue-harbour.example", "CEO.Office@Blue-Harbour.Example", "ceo.office[@]blue-harbour[.]example",
        "ceo.office (at) blue-harbour.example", "mailto:ceo.office@blue-harbour.example",
        "ceo.office[at]blue-harbour[dot]example", "<ceo.office@blue-harbour.example>", "ceo.office@blue-harbour",
        "ceo.office@", "ceo.office@blue-harbuor.example")),
    "IPv4 address": ("ipv4", "198.51.100.23", (
        "198.51.100.23", "198[.]51[.]100[.]23", "198.51.100[.]23", "http://198.51.100.23", "hxxp://198[.]51[.]100[.]23/",
        "198(.)51(.)100(.)23", "[198.51.100.23]", "１９８．５１．１００．２３", "198.51.100.2", "198\\.51\\.100\\.23")),
    "IPv6 address": ("ipv6", "2001:db8::8a2e:370:7334", (
        "2001:db8::8a2e:370:7334", "2001:DB8::8A2E:370:7334", "2001:0db8:0000:0000:0000:8a2e:0370:7334",
        "2001:db8:0:0:0:8a2e:370:7334", "[2001:db8::8a2e:370:7334]", "2001[:]db8[:][:]8a2e[:]370[:]7334",
        "http://[2001:db8::8a2e:370:7334]/", "2001:db8::8a2e:370", "8a2e:370:7334", "2001:db8:0:0::8a2e:370:7334")),
    "telephone": ("phone", "+442079460123", (
        "+44 20 7946 0123", "+442079460123", "0044 20 7946 0123", "020 7946 0123", "(020) 7946-0123",
        "tel:+44-20-7946-0123", "+44 (0)20 7946 0123", "+๔๔ ๒๐ ๗๙๔๖ ๐๑๒๓", "44 2079 460123", "(+44) 20.7946.0123")),
    "IBAN": ("iban", "GB33BUKB20201555555555", (
        "GB33BUKB20201555555555", "gb33 bukb 2020 1555 5555 55", "GB33-BUKB-2020-1555-5555-55",
        "IBAN GB33 BUKB 2020 1555 5555 55", "IBAN: GB33BUKB20201555555555", "BUKB20201555555555", "GB33BUKB2020",
        "55555555", "2020 1555 5555", "ＧＢ３３ BUKB 2020 1555 5555 55")),
    "bank account in Singapore": ("bank-account", "SG:DBSSSGSG:0012345678", (
        "SG:DBSSSGSG:0012345678", "DBSSSGSG 0012345678", "DBS 001-234567-8", "001-234567-8", "0012345678", "12345678",
        "001 234567 8", "๐๐๑๒๓๔๕๖๗๘", "dbsssgsg:0012345678", "001-234567-8 DBS")),
    "bank account in Britain": ("bank-account", "GB:202015:44444444", (
        "GB:202015:44444444", "20-20-15 44444444", "202015 44444444", "sort code 20-20-15 account 44444444", "44444444",
        "4444 4444", "44-44-44-44", "20201544444444", "20-20-15-44444444", "gb 20-20-15 44444444")),
    "payment proxy": ("payment-proxy", "PayNow +65 9123 4567", (
        "PayNow +65 9123 4567", "paynow:phone:+6591234567", "PAYNOW 91234567", "PayNow: +65-9123-4567", "+65 9123 4567",
        "6591234567", "91234567", "9123 4567", "paynow 9123 4567", "0065 9123 4567")),
    "bitcoin wallet": ("wallet", BTC, (
        BTC, BTC.upper(), f"bitcoin:{BTC}?amount=0.1", f"BTC: {BTC}", BTC[:12], BTC[-12:], BTC[8:30], f"“{BTC}”",
        f"{BTC[:21]} {BTC[21:]}", f"({BTC})")),
    "EVM wallet": ("wallet", EVM, (
        EVM, EVM.lower(), EVM.upper(), EVM[2:], EVM[:10], EVM[-10:], f"ETH {EVM}",
        f"eip155:1:{EVM}", f"ethereum:{EVM}", EVM[6:25])),
    "TRON wallet": ("wallet", TRON, (
        TRON, TRON.upper(), TRON.lower(), f"USDT TRC20 {TRON}", TRON[:9], TRON[-9:], f"tron:{TRON}", f"<{TRON}>",
        f"{TRON[:17]} {TRON[17:]}", TRON[5:20])),
    "payment card": ("payment-card", "4111 1111 1111 1111", (
        "4111 1111 1111 1111", "4111111111111111", "4111-1111-1111-1111", "４１１１ １１１１ １１１１ １１１１",
        "Card no: 4111 1111 1111 1111", "๔๑๑๑ ๑๑๑๑ ๑๑๑๑ ๑๑๑๑", "credit card: 4111111111111111", "411111:1111", "411111",
        "4111 1111  1111 1111")),
    "file hash": ("file-hash", SHA256, (
        SHA256, SHA256.upper(), f"sha256:{SHA256}", f"SHA-256: {SHA256}", SHA256[:6], SHA256[:16], SHA256[3:20],
        f"{SHA256[:32]} {SHA256[32:]}", f'"{SHA256}"', SHA256[:40])),
    "account of a platform": ("social-account", "telegram @scamdesk_help", (
        "telegram @scamdesk_help", "@scamdesk_help", "scamdesk_help", "https://t.me/scamdesk_help",
        "t.me/scamdesk_help",
        "Telegram: scamdesk_help", "hxxps://t[.]me/scamdesk_help", "telegram:ScamDesk_Help",
        "@ScamDesk_", "desk_help")),
    "app": ("app", "android:com.example.loan", (
        "com.example.loan", "android:com.example.loan",
        "https://play.google.com/store/apps/details?id=com.example.loan",
        "market://details?id=com.example.loan", "COM.EXAMPLE.LOAN", "com[.]example[.]loan", "com.example.lo",
        "hxxps://play.google[.]com/store/apps/details?id=com.example.loan&hl=en", "ple.loan",
        "“com.example.loan”")),
    "sender of messages": ("sms-sender", "SMS sender: BAD-BANK", (
        "BAD-BANK", "bad-bank", "SMS sender: BAD-BANK", "Sender ID: Bad-Bank", "“BAD-BANK”", "ＢＡＤ-ＢＡＮＫ",
        "SENDER-ID: bad-bank",
        "Bad-Bank", "sms-sender: Bad-Bank", "<BAD-BANK>")),
    "passport": ("passport", "SG:E0000000A", (
        "SG:E0000000A", "Passport No: SG E0000000A", "passport E0000000A", "E0000000A", "e 000 0000-a", "E000 0000A",
        "護照: E๐๐๐๐๐๐๐A", "SG E0000000A", "sg:e0000000a", "E-0000000-A")),
}  # fmt: skip


def identifier(name: str) -> Identifier:
    """The thing, as it is kept."""
    kind, plain, _ = VARIANTS[name]
    return read(plain, kind, Hints(token=token))
