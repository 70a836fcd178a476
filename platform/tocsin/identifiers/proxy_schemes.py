"""The payment systems that take proxies, and the sorts of proxies that each knows, as data.

What each takes is what its operator says: PayNow (Association of Banks in Singapore), PromptPay (National ITMX),
DuitNow (PayNet), FPS (Hong Kong Interbank Clearing), PayID (Australian Payments Plus), UPI (National Payments
Corporation of India), Bakong (National Bank of Cambodia). Check digits come from python-stdnum where it knows them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum.au import abn, acn
from stdnum.my import nric as mykad
from stdnum.sg import uen
from stdnum.th import moa, pin

from tocsin.identifiers import email, phone
from tocsin.identifiers.identifier import NO_HINTS, Hints, Unreadable
from tocsin.identifiers.spelling import compact, plain

Reader = Callable[[str, Hints], str | None]
"""The canonical spelling of a proxy of one sort, None where the text is none."""


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of proxy. `said` names it in words; `secret`: a token stands for it, made for `purpose`.

    `written`: too many texts look like one, so that the text has to say that it is one.
    """

    name: str
    said: str
    read: Reader
    purpose: str = ""
    written: bool = False

    @property
    def secret(self) -> bool:
        """Whether the number itself is never kept."""
        return bool(self.purpose)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One payment system: its key in canonical values, its name and country, its sorts in the order of trying, and
    what else it is called."""

    key: str
    name: str
    country: str
    sorts: tuple[Sort, ...]
    words: tuple[str, ...] = ()

    @property
    def takes(self) -> str:
        """What may be a proxy, in words."""
        return ", ".join(sort.said for sort in self.sorts)

    def sort_named(self, word: str) -> Sort | None:
        """The sort that is called `word`."""
        return next((sort for sort in self.sorts if sort.name == word), None)


def _phone(country: str) -> Sort:
    def number(text: str, hints: Hints) -> str | None:
        try:
            found = phone.read(text, Hints(country=country))
        except Unreadable:
            return None
        return found.value if found.properties.get("country", country) == country else None

    return Sort("phone", "a telephone number", number)


def _shaped(name: str, said: str, shape: str, check: Callable[[str], bool] = bool, purpose: str = "") -> Sort:
    pattern = re.compile(shape)

    def read(text: str, hints: Hints) -> str | None:
        code = compact(text)
        return code if pattern.fullmatch(code) and check(code) else None

    return Sort(name, said, read, purpose)


def _email(text: str, hints: Hints) -> str | None:
    try:
        return email.read(text, NO_HINTS).value
    except Unreadable:
        return None


def _alias(shape: str) -> Reader:
    pattern = re.compile(shape)

    def read(text: str, hints: Hints) -> str | None:
        name = plain(text).replace(" ", "").lower()
        return name if pattern.fullmatch(name) else None

    return read


_NRIC = {"S": (0, "JZIHGFEDCBA"), "T": (4, "JZIHGFEDCBA"), "F": (0, "XWUTRQPNMLK"), "G": (4, "XWUTRQPNMLK")}
_NRIC_WEIGHTS = (2, 7, 6, 5, 4, 3, 2)


def _is_nric(code: str) -> bool:
    """Whether the check letter of an identity number of Singapore is right; that of the series M is not published."""
    if code[0] == "M":
        return True
    offset, letters = _NRIC[code[0]]
    return letters[(offset + sum(w * int(d) for w, d in zip(_NRIC_WEIGHTS, code[1:8], strict=True))) % 11] == code[8]


def _passport(text: str, hints: Hints) -> str | None:
    code = compact(text)
    return code if re.fullmatch("[A-Z]{0,2}[0-9]{6,9}", code) else None


_HKID_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, 1)


def _hkid(text: str, hints: Hints) -> str | None:
    """An identity card number of Hong Kong without brackets, where its check digit is right."""
    code = compact(text).replace("(", "").replace(")", "")
    return code if re.fullmatch("[A-Z]{1,2}[0-9]{6}[0-9A]", code) and _is_hkid(code.rjust(9)) else None


def _is_hkid(signs: str) -> bool:
    """Whether nine signs make a sum that 11 divides; a blank in place of a second letter counts 36."""
    values = [36 if sign == " " else 10 if sign == "A" and n == 8 else int(sign, 36) for n, sign in enumerate(signs)]
    return sum(w * value for w, value in zip(_HKID_WEIGHTS, values, strict=True)) % 11 == 0


def _is_person(code: str) -> bool:
    """Whether it can be nothing but a MyKad: companies of 2001 to 2012 have numbers that are built like dates."""
    return mykad.is_valid(code) and not _is_company(code)


def _is_company(code: str) -> bool:
    return code[:4].isdigit() and 1900 <= int(code[:4]) <= 2099 and "01" <= code[4:6] <= "06"


def _wallet(text: str, hints: Hints) -> str | None:
    """`+6591234567#WALLET`: the same telephone has one at each wallet."""
    number, mark, name = plain(text).partition("#")
    if not mark or not re.fullmatch("[A-Za-z]{2,12}", name.strip()):
        return None
    found = _phone("SG").read(number, hints)
    return f"{found}#{name.strip().upper()}" if found else None


def _mobile_money(key: str, name: str, country: str, *words: str) -> Scheme:
    return Scheme(key, name, country, (_phone(country),), words)


_LISTED = (
    Scheme(
        "paynow",
        "PayNow",
        "SG",
        (
            Sort("wallet", "a telephone number with # and a wallet", _wallet),
            _shaped("national-id", "an NRIC or FIN", "[STFGM][0-9]{7}[A-Z]", _is_nric, "national-id:SG"),
            _phone("SG"),
            _shaped(
                "business",
                "a UEN",
                "(?:[0-9]{8}[A-Z]|[0-9]{9}[A-Z]|[TRS][0-9]{2}[A-Z0-9]{2}[0-9]{4}[A-Z])(?:[A-Z0-9]{3})?",
                lambda code: uen.is_valid(code) or uen.is_valid(code[:-3]),
            ),
        ),
        ("pay now",),
    ),
    Scheme(
        "promptpay",
        "PromptPay",
        "TH",
        (
            _phone("TH"),
            _shaped("national-id", "a national id", "[1-8][0-9]{12}", pin.is_valid, "national-id:TH"),
            _shaped("business", "a tax number of 13 digits", "0[0-9]{12}", moa.is_valid),
            _shaped("wallet", "a wallet number of 15 digits", "[0-9]{15}"),
        ),
        ("prompt pay", "พร้อมเพย์"),
    ),
    Scheme(
        "duitnow",
        "DuitNow",
        "MY",
        (
            _phone("MY"),
            _shaped("national-id", "a MyKad number", "[0-9]{12}", _is_person, "national-id:MY"),
            _shaped(
                "business",
                "a business registration number",
                "(?:19|20)[0-9]{10}|[0-9]{5,7}[A-Z]",
                lambda code: not code.isdigit() or not mykad.is_valid(code),
            ),
            Sort("passport", "a passport number after the word passport", _passport, "passport:MY", written=True),
        ),
        ("duit now", "duitnow id"),
    ),
    Scheme(
        "fps",
        "FPS",
        "HK",
        (
            _shaped("id", "an FPS identifier of 7 or 9 digits", "[0-9]{7}|[0-9]{9}"),
            _phone("HK"),
            Sort("email", "an e-mail address", _email),
            Sort("national-id", "an identity card number", _hkid, "national-id:HK"),
        ),
        ("fps id", "fps identifier", "轉數快", "转数快"),
    ),
    Scheme(
        "payid",
        "PayID",
        "AU",
        (
            _phone("AU"),
            Sort("email", "an e-mail address", _email),
            _shaped(
                "business",
                "an ABN or ACN",
                "[0-9]{11}|[0-9]{9}",
                lambda code: abn.is_valid(code) or acn.is_valid(code),
            ),
        ),
        ("pay id",),
    ),
    Scheme(
        "upi",
        "UPI",
        "IN",
        (
            Sort("id", "an address such as name@bank", _alias(r"[a-z0-9][a-z0-9.\-_]{1,255}@[a-z][a-z0-9]{1,63}")),
            _phone("IN"),
        ),
        ("upi id", "vpa"),
    ),
    Scheme(
        "bakong",
        "Bakong",
        "KH",
        (
            Sort("id", "an address such as name@bank", _alias(r"[a-z0-9][a-z0-9._\-]{0,63}@[a-z0-9]{2,32}")),
            _phone("KH"),
        ),
        ("bakong id", "bakongid", "khqr", "បាគង"),
    ),
    _mobile_money("gcash", "GCash", "PH"),
    _mobile_money("maya", "Maya", "PH", "paymaya"),
    _mobile_money("gopay", "GoPay", "ID"),
    _mobile_money("ovo", "OVO", "ID"),
    _mobile_money("dana", "DANA", "ID"),
    _mobile_money("linkaja", "LinkAja", "ID"),
    _mobile_money("shopeepay", "ShopeePay", "ID"),
    _mobile_money("truemoney", "TrueMoney", "TH", "true money", "ทรูมันนี่"),
    _mobile_money("momo", "MoMo", "VN"),
    _mobile_money("zalopay", "ZaloPay", "VN"),
    _mobile_money("kbzpay", "KBZPay", "MM", "kbz pay"),
    _mobile_money("wavepay", "WavePay", "MM", "wave pay", "wave money"),
    _mobile_money("wing", "Wing", "KH"),
    _mobile_money("tng", "Touch 'n Go", "MY", "touch n go", "touch 'n go"),
)

SCHEMES: dict[str, Scheme] = {one.key: one for one in _LISTED}
"""The payment systems by key."""

_NATIONAL = ("paynow", "promptpay", "duitnow", "fps", "payid", "upi", "bakong")

OF_COUNTRY = {SCHEMES[key].country: SCHEMES[key] for key in _NATIONAL}
"""What the word proxy means in a country that has one system of them all."""

_WORDS = {word: one for one in _LISTED for word in (one.key, *one.words)}
_LONGEST_FIRST = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_NAMED = re.compile(rf"({_LONGEST_FIRST})(?: ?(?:no|number|id|proxy))?\.?[ :=#/-]{{1,3}}(.+)", re.I)


def scheme_named(text: str) -> tuple[Scheme | None, str]:
    """The scheme whose name `text` begins with, and what follows it; None and the text where it begins with none."""
    match = _NAMED.fullmatch(text)
    return (_WORDS[match[1].lower()], match[2].strip()) if match else (None, text)
