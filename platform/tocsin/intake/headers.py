"""What the heading of a column says about the values below it, in the spellings that people use."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tocsin.identifiers import KINDS
from tocsin.identifiers.platforms import PLATFORMS

Part = Literal[
    "value", "type", "bank", "branch", "country", "platform",
    "crime", "first", "last", "date", "confidence", "role", "note", "ignored",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column holds: a value (of `kind`, in `role`, None where open), a hint, or a part of the claim.

    `platform` is set where the heading names the platform whose accounts stand below it.
    """

    part: Part
    kind: str | None = None
    role: str | None = None
    platform: str | None = None


_VALUES: dict[tuple[str | None, str | None], str] = {
    ("domain", None): "domain, domain name, hostname, host, fqdn, domaine, nom de domaine, dominio, domain situs",
    ("domain", "lookalike"): "lookalike domain, look alike domain, typosquat, fake domain",
    ("domain", "spoofed"): "spoofed domain, impersonated domain",
    ("url", None): "url, uri, link, website, web site, site, site web, web address, phishing url, lien, enlace, "
    "sitio web, pagina web, situs, situs web, tautan, pautan, laman web",
    (None, None): "indicator, ioc, indicator value, value, identifier, observable, entry, artifact, address, "
    "adresse, direccion, alamat, blacklist, blocklist, denylist, deny, blocked, indicateur, indicador",
    ("ipv4", None): "ip, ip address, ipaddress, ipv4, ipv4 address, ip addr, adresse ip, direccion ip, alamat ip",
    ("ipv4", "hosting"): "hosting ip, server ip",
    ("ipv6", None): "ipv6, ipv6 address",
    ("email", None): "email, e mail, email address, e mail address, mail, mailbox, courriel, adresse e mail, "
    "adresse email, correo, correo electronico, surel, emel, alamat email, alamat emel",
    ("email", "sender"): "sender, sender email, sender address, from, from address, from email, email from, "
    "expediteur, remitente, pengirim, penghantar",
    ("email", "reply-to"): "reply to, replyto, reply to address, reply to email, repondre a, responder a, balas ke",
    ("email", "victim"): "victim email, victim address, recipient, recipient email",
    ("email", "compromised-victim"): "compromised email, compromised mailbox, compromised account email",
    ("phone", None): "phone, phone number, telephone, telephone number, tel, tel no, mobile, mobile number, "
    "mobile phone, msisdn, cell, whatsapp, whatsapp number, viber, viber number, signal number, zalo, zalo number, "
    "caller, caller id, numero de telephone, portable, telefono, movil, "
    "celular, telepon, nomor telepon, no telepon, hp, no hp, nomor hp, telefon, no telefon, nombor telefon",
    ("iban", None): "iban, iban number, iban no",
    ("iban", "beneficiary"): "beneficiary iban",
    ("iban", "mule"): "mule iban",
    ("iban", "victim"): "victim iban",
    ("bank-account", None): "account, account number, account no, acct, acct no, a c no, a c number, bank account, "
    "bank account number, compte, numero de compte, cuenta, numero de cuenta, rekening, nomor rekening, "
    "no rekening, akaun, no akaun, nombor akaun, so tai khoan, stk, เลขที่บัญชี, เลขบัญชี, หมายเลขบัญชี, "
    "เลขบัญชีธนาคาร, ເລກບັນຊີ, ເລກທີບັນຊີ, លេខគណនី, លេខគណនីធនាគារ, စာရင်းအမှတ်, ဘဏ်စာရင်းအမှတ်, 账号, 帳號, "
    "銀行帳號, 银行账号, 户口号码, 戶口號碼",
    ("bank-account", "beneficiary"): "beneficiary account, beneficiary account number, beneficiary account no",
    ("bank-account", "mule"): "mule account, mule account number",
    ("bank-account", "victim"): "victim account, victim account number, victim account no",
    ("payment-proxy", None): "proxy, payment proxy, proxy id, paynow, paynow id, paynow number, promptpay, "
    "promptpay id, promptpay number, พร้อมเพย์, duitnow, duitnow id, fps, fps id, fps identifier, 轉數快, 转数快, payid, "
    "pay id, upi, upi id, vpa, bakong, bakong id, khqr, បាគង, gcash, gcash number, paymaya, gopay, linkaja, shopeepay, "
    "truemoney, momo, zalopay, kbzpay, wavepay",
    ("wallet", None): "wallet, wallet address, crypto, crypto address, crypto wallet, cryptocurrency address, "
    "cryptocurrency wallet, btc, btc address, bitcoin, bitcoin address, eth address, ethereum address, "
    "usdt address, blockchain address, portefeuille, billetera, dompet, alamat dompet",
    ("sms-sender", None): "sms sender, sms sender id, sender id, sms sender name, sms from, alphanumeric sender",
    ("social-account", None): "social account, social media account, social media, social media handle, social handle, "
    "social media profile, social profile, profile url, profile link, social media url, social media link, "
    "messenger account, messaging account, akun media sosial, akaun media sosial",
    ("app", None): "app id, application id, package name, app package, android package, app store id, app url, "
    "app link",
    ("listing", None): "listing, listing id, listing url, item id, shop id, shop url, seller id, seller url, "
    "store url, product url, marketplace listing",
    ("payment-card", None): "card, card number, card no, payment card, payment card number, credit card, "
    "credit card number, credit card no, debit card, debit card number, debit card no, nomor kartu, nombor kad, "
    "pan, ccn, cc number, cc no, atm card, atm card number, visa card, visa card number, mastercard, "
    "kartu kredit, nomor kartu kredit, no kartu, no kartu kredit, kad kredit, no kad, no kad kredit, "
    "nombor kad kredit, บัตรเครดิต, หมายเลขบัตร, หมายเลขบัตรเครดิต, เลขบัตรเครดิต, số thẻ, số thẻ tín dụng, carte bancaire, "
    "numéro de carte, numéro de carte bancaire, carte de crédit, 卡号, 银行卡号, 信用卡, 信用卡号, 信用卡號",
    ("payment-card", "victim"): "victim card, victim card number, compromised card",
    ("passport", None): "passport, passport number, passport no, travel document, travel document number, "
    "nomor paspor, no paspor, nombor pasport, no pasport, paspor, pasport, passeport, numéro de passeport, hộ chiếu, "
    "số hộ chiếu, หนังสือเดินทาง, เลขที่หนังสือเดินทาง, เลขหนังสือเดินทาง, 护照号码, 护照号, 护照",
    ("identity-document", None): "national id, national id number, national identity number, identity number, "
    "identity card, identity card number, id card, id card number, id card no, identity document, nric, nric no, "
    "nric number, fin no, ic number, ic no, mykad, mykad no, no kad pengenalan, nik, no ktp, nomor ktp, ktp, cccd, "
    "cmnd, số cccd, số cmnd, căn cước, căn cước công dân, citizen id, nric fin, kad pengenalan, no kp, "
    "บัตรประชาชน, เลขบัตรประชาชน, เลขประจำตัวประชาชน, carte d'identité, numéro de carte d'identité, cni, "
    "身份证号码, 身份证号, 身份证, aadhaar, aadhaar number",
    ("name", None): "full name, person name, account name, account holder, account holder name, holder name, "
    "name of account holder, beneficiary name, payee name, company name, suspect name, name of suspect, "
    "nama pemilik rekening, nama pemegang akaun, nama penerima, nom du titulaire, nombre del titular, ชื่อบัญชี, 户名, "
    "tên chủ tài khoản",
    ("company-number", None): "company number, company no, company registration number, company registration no, "
    "registration number of company, business registration number, uen, lei, acn, abn, ssm no, ssm number, "
    "nib, mst, siren, siret",
    ("vessel", None): "imo, imo number, imo no, mmsi, vessel imo, ship imo, vessel id",
    ("container", None): "container, container number, container no, container id",
    ("flight", None): "flight, flight number, flight no",
    ("air-waybill", None): "awb, air waybill, air waybill number, awb number, awb no, mawb, airway bill",
    ("invoice", None): "invoice, invoice number, invoice no, invoice id, nomor invoice, no invois, numero de facture",
    ("file-hash", None): "hash, file hash, md5, md5 hash, sha1, sha 1, sha1 hash, sha256, sha 256, sha256 hash, "
    "sha512, sha 512, checksum",
}  # fmt: skip
_OTHERS: dict[Part, str] = {
    "type": "type, indicator type, ioc type, observable type, kind, tipo, jenis",
    "bank": "swift, swift code, swift bic, bic, bic swift, bic code, bank code, bank swift, sort code, routing number, "
    "aba, aba number, aba routing number, routing code, bsb, bsb number, bsb code, ifsc, ifs, ifsc code, napas bin, "
    "clearing code, bank, bank name, beneficiary bank, banque, code banque, banco, nama bank, kode bank, kod bank, "
    "ngan hang, ten ngan hang, ธนาคาร, ชื่อธนาคาร, รหัสธนาคาร, ທະນາຄານ, ធនាគារ, ဘဏ်, 银行, 銀行, 銀行編號, 开户行",
    "branch": "branch, branch code, branch name, agence, code agence, sucursal, cabang, cawangan, kode cabang",
    "country": "country, country code, pays, pais, negara, cc",
    "platform": "platform, social network, messenger, messaging app, marketplace, app store",
    "crime": "crime, crime type, fraud type, scam type, category, label, threat, threat type, classification, "
    "domain use, use, tag, modus operandi, type de fraude, categorie, categoria, kategori, jenis penipuan",
    "first": "first seen, firstseen, first seen utc, first date, start, start date, premiere vue, "
    "primera vez, pertama dilihat, pertama kali dilihat",
    "last": "last seen, lastseen, last seen utc, last date, end date, last online, derniere vue, ultima vez, "
    "terakhir dilihat",
    "date": "date, seen, reported, report date, date reported, date added, dateadded, timestamp, time, created, "
    "detected, date de signalement, fecha, tanggal, tarikh",
    "confidence": "confidence, confidence level, score, certainty, confiance, confianza, keyakinan",
    "role": "role, indicator role, peran, peranan, rol",
    "note": "note, comment, remark, description, detail, info, information, commentaire, remarque, nota, "
    "comentario, descripcion, catatan, keterangan, huraian",
    "ignored": "source, reference, ref, source url, reference url, report url, reporter, reported by, id, uuid, "
    "row, no, number, count, status, amount, currency, allow, whitelist, allowlist, white list, allow list, "
    "fuzzylist, tolerance, where, reason",
}


def normalise(heading: str) -> str:
    """`heading` in lower case, without accents and signs: `E-Mail (expéditeur)` becomes `e mail expediteur`."""
    letters = unicodedata.normalize("NFKD", heading.replace("_", " ").strip()).casefold()
    plain = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return re.sub(r"[^\w]+", " ", plain).strip()


def _table() -> dict[str, Meaning]:
    table = {
        normalise(name): Meaning("value", kind, role)
        for (kind, role), names in _VALUES.items()
        for name in names.split(",")
    }
    for one in PLATFORMS.values():
        headings = {normalise(f"{name}{what}") for name in one.names for what in _ACCOUNT_HEADINGS}
        table |= dict.fromkeys(headings - _NO_PLATFORM, Meaning("value", "social-account", platform=one.slug))
    for part, names in _OTHERS.items():
        table |= {normalise(name): Meaning(part) for name in names.split(",")}
    return table


_ACCOUNT_HEADINGS = ("", " id", " username", " user name", " user", " handle", " account", " profile", " profile url")
_NO_PLATFORM = frozenset(("x", "line", "x id", "x user", "session", "session id", "signal", "snap", "threads", "zalo"))
"""Headings that have another meaning as well, or are of numbers."""

_MEANINGS = _table()
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=4096)
def meaning_of(heading: str) -> Meaning | None:
    """What the column `heading` holds, None where the heading is not known. Plurals count as their singular."""
    if len(heading) > 80:
        return None
    for name in (normalise(heading), normalise(_CAMEL.sub(" ", heading))):
        for singular in (name, name.removesuffix("s"), name.removesuffix("es")):
            if singular in _MEANINGS:
                return _MEANINGS[singular]
    return None


def heading_for(meaning: Meaning) -> str:
    """A heading of which `meaning_of` says that it means this."""
    if meaning.part != "value":
        return _OTHERS[meaning.part].partition(",")[0]
    names = _VALUES.get((meaning.kind, meaning.role)) or _VALUES.get((meaning.kind, None)) or _VALUES[None, None]
    return names.partition(",")[0]


@lru_cache(maxsize=4096)
def kind_named(text: str) -> str | None:
    """The kind that a cell of a `type` column names: `IP Address` is ipv4; None where it names none."""
    if text in KINDS:
        return text
    meaning = meaning_of(text)
    return meaning.kind if meaning is not None and meaning.part == "value" else None


def platform_named(text: str) -> str | None:
    """The platform that a cell of a `type` column names beside the kind: `Telegram ID`; None where it names none."""
    meaning = meaning_of(text)
    return meaning.platform if meaning is not None else None


def precision(heading: str) -> int:
    """How well a bank column tells banks apart: a SWIFT code before any other code before a name."""
    name = normalise(heading)
    if "swift" in name or "bic" in name:
        return 0
    return 1 if any(word in name for word in ("code", "kod", "routing", "aba", "bsb", "ifs", "bin")) else 2
