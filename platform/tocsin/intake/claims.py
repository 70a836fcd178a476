"""The words with which reports say what a value did, when and how sure they are."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from tocsin.intake.headers import normalise
from tocsin.intake.row import ROLES
from tocsin.times import parse_stamp

_CRIMES = {
    "bec-invoice": "bec invoice, false invoice scheme, fake invoice fraud, supplier impersonation",
    "bec-executive": "bec executive, ceo impersonation, cxo fraud, executive impersonation",
    "bec-mailbox": "bec mailbox, mailbox takeover, mailbox compromise, vendor email compromise",
    "bec-lawyer": "bec lawyer, attorney impersonation, lawyer impersonation",
    "bec-payroll": "bec payroll, payroll diversion, salary diversion",
    "bec-data": "bec data, w 2 phishing",
    "bec": "bec, business email compromise, business e mail compromise, email compromise, "
    "ceo fraud, invoice fraud, payment diversion, "
    "fraude au president",
    "investment-fraud": "investment, pig butchering, ponzi, trading, forex, investasi, pelaburan, inversion",
    "romance-fraud": "romance, love scam, dating, sentimental, cinta",
    "recovery-fraud": "recovery",
    "parcel-fraud": "parcel, delivery, package, colis, paket, bungkusan",
    "purchase-fraud": "purchase, shop, e commerce, ecommerce, merchant, auction, achat, belanja, pembelian",
    "job-fraud": "job, employment, recruitment, emploi, empleo, lowongan, kerja",
    "tech-support-fraud": "tech support, technical support, support scam",
    "account-takeover": "account takeover, ato, credential stuffing",
    "card-fraud": "card, carding, skimmer, skimming, carte, kartu",
    "money-mule": "mule, money mule, money laundering, laundering",
    "phishing": "phishing, phish, smishing, vishing, quishing, hameconnage, pengelabuan",
    "ransomware": "ransomware, ransom",
    "sanctions": "sanction, sanctions, sanctioned, ofac, sdn",
    "malware": "malware, trojan, stealer, botnet, virus, c2, rat, spyware, banker",
    "drug-trafficking": "drug trafficking, drugs trafficking, narcotics trafficking, drug smuggling",
    "human-trafficking": "human trafficking, trafficking in persons, people smuggling, human smuggling",
    "arms-smuggling": "arms smuggling, arms trafficking, weapons trafficking, firearms trafficking",
    "terrorism": "terrorism, terrorist, terrorist financing, financing of terrorism",
    "counterfeiting": "counterfeiting, counterfeit, counterfeit money, counterfeit goods",
    "cybercrime": "cybercrime, cyber crime, cybercrimes",
    "economic-crime": "economic crime, financial crime, economic and financial crime, commercial crime, white collar",
    "other-fraud": "fraud, scam, fraude, estafa, arnaque, penipuan, fraudulent, other fraud",
}
_CRIME_WORDS = tuple(
    (slug, re.compile(rf"\b(?:{'|'.join(re.escape(word.strip()) for word in words.split(','))})\b"))
    for slug, words in _CRIMES.items()
)
_ROLE_WORDS = {
    "from": "sender",
    "replyto": "reply-to",
    "reply to": "reply-to",
    "typosquat": "lookalike",
    "look alike": "lookalike",
    "impersonated": "spoofed",
    "compromised": "compromised-victim",
    "compromised victim": "compromised-victim",
    "money mule": "mule",
    "payee": "beneficiary",
    "recipient": "victim",
    "ours": "reporter",
    "our own": "reporter",
    "host": "hosting",
}
_CONFIDENCES = {  # STIX 2.1 appendix A: none, low, medium, high
    "none": 0, "low": 15, "medium": 50, "med": 50, "moderate": 50, "high": 85, "certain": 95, "confirmed": 95,
    "faible": 15, "moyen": 50, "eleve": 85, "bajo": 15, "medio": 50, "alto": 85, "rendah": 15, "sedang": 50,
    "tinggi": 85,
}  # fmt: skip
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_NUMBERED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_CLOCK = re.compile(r"[T ]+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?: ?(?:UTC|GMT|Z))?$", re.ASCII)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)


@lru_cache(maxsize=4096)
def crime_type(text: str) -> str | None:
    """The slug of the crime that `text` names, None where it names none: `Fake Shop` is purchase-fraud."""
    words = normalise(text)
    slug = words.replace(" ", "-")
    if slug in _CRIMES:
        return slug
    return next((slug for slug, spelling in _CRIME_WORDS if spelling.search(words)), None)


@lru_cache(maxsize=4096)
def is_crime_word(text: str) -> bool:
    """Whether `text` says nothing beside the crime that `crime_type` finds in it."""
    words = normalise(text)
    return words.replace(" ", "-") in _CRIMES or any(spelling.fullmatch(words) for _, spelling in _CRIME_WORDS)


@lru_cache(maxsize=4096)
def role(text: str) -> str | None:
    """The role that `text` names, one of ROLES."""
    words = normalise(text)
    slug = words.replace(" ", "-")
    return slug if slug in ROLES else _ROLE_WORDS.get(words)


@lru_cache(maxsize=4096)
def confidence(text: str) -> int | None:
    """`text` as 0 to 100: `80`, `80 %`, `0.8`, `high`."""
    words = text.strip().removesuffix("%").strip()
    if re.fullmatch(r"\d{1,3}", words, re.ASCII):
        return int(words) if int(words) <= 100 else None
    if re.fullmatch(r"0?[.,]\d+|1[.,]0+", words, re.ASCII):
        return round(float(words.replace(",", ".")) * 100)
    return _CONFIDENCES.get(normalise(words))


@lru_cache(maxsize=4096)
def moment(text: str, day_first: bool = True) -> int | None:
    """`text` as ms: ISO 8601, a date with or without a time (UTC then), seconds or ms since 1970; None otherwise."""
    text = text.strip()
    try:
        return parse_stamp(text)
    except ValueError:
        pass
    if _EPOCH.fullmatch(text):
        return int(text) if len(text) == 13 else int(text) * 1000
    clock = _CLOCK.search(text)
    day = _day(text[: clock.start()] if clock else text, day_first)
    if day is None:
        return None
    hour, minute, second = (int(group or 0) for group in clock.groups()) if clock else (0, 0, 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    start = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=UTC)
    return int(start.timestamp()) * 1000


def _day(text: str, day_first: bool) -> date | None:
    if match := _DATE.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _NUMBERED.fullmatch(text):
        day, month, year = map(int, match.groups())
        if not day_first:
            day, month = month, day
    else:
        return None
    try:
        return date(year, month, day) if year >= 1970 else None
    except ValueError:
        return None


def month_first(samples: list[str]) -> bool:
    """Whether dates such as 01/31/2024 put the month first: only where one of the samples shows it."""
    found = [match for text in samples if (match := _NUMBERED.match(text.strip()))]
    return any(int(match[2]) > 12 for match in found) and not any(int(match[1]) > 12 for match in found)
