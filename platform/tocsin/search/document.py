"""What is searched: one indicator of one collection, and the terms under which either engine keeps it.

Both engines store the same ready-made terms and only look terms up, so that hits, order and counts are equal by
rule; neither engine's own text analysis is used.
"""

from dataclasses import dataclass

import msgspec
import phonenumbers
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from tocsin.search.lookalike import label_of, near, skeleton
from tocsin.search.spelling import LONGEST, bare, digits, host_of, squeeze, trigrams, unicode_host, words

_NEWEST_MS = 2**42 - 1
_SEQ_BITS = 21
_FACET_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Document:
    """One indicator as one collection publishes it.

    `key` is `collection:stix_id`; `value` the canonical spelling; `sources` the members that are named in it;
    `text` description, labels and notes; times are ms; `members` how many independent members back it; `seq` the
    ledger's number of the entry it was made from; `pap` and `handling` names of markings, where it has them.
    """

    key: str
    collection: str
    stix_id: str
    observable_id: str | None
    kind: str
    value: str
    crime_types: tuple[str, ...]
    country: str | None
    tlp: str
    sources: tuple[str, ...]
    name: str
    text: str
    confidence: int | None
    created: int
    modified: int
    valid_from: int
    valid_until: int | None
    first_seen: int | None
    last_seen: int | None
    revoked: bool
    members: int
    seq: int
    pap: str | None = None
    handling: str | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what a document is found, folded; `trigrams` are in the order of the value."""

    exact: tuple[str, ...]
    trigrams: tuple[str, ...]
    lookalikes: tuple[str, ...]
    words: tuple[str, ...]
    crime_types: tuple[str, ...]
    rank: int


def terms_of(document: Document) -> Terms:
    """The terms of `document`."""
    return Terms(
        exact=exact_terms(document.kind, document.value),
        trigrams=trigrams(squeeze(document.value)),
        lookalikes=lookalike_terms(document.kind, document.value),
        words=words(f"{document.value} {document.name} {document.text}"),
        crime_types=tuple(dict.fromkeys(crime[:_FACET_LENGTH] for crime in document.crime_types)),
        rank=rank(document),
    )


def rank(document: Document) -> int:
    """The order within a tier, largest first: the latest modified, then the newest entry. Fits 63 bits.

    One number instead of several sort keys, because an embedded index sorts by one field, and by a number
    sixteen times faster than by a text.
    """
    modified = min(max(document.modified, 0), _NEWEST_MS)
    return modified << _SEQ_BITS | document.seq & (1 << _SEQ_BITS) - 1


def exact_terms(kind: str, value: str) -> tuple[str, ...]:
    """Every whole spelling under which a value is found: itself, without scheme and `www.`, and its telling parts."""
    folded = squeeze(value)
    parts = _PARTS.get(kind, _no_parts)(folded)
    spellings = (folded, bare(folded), *parts)
    return tuple(dict.fromkeys(term[:LONGEST] for term in spellings if term))


def lookalike_terms(kind: str, value: str) -> tuple[str, ...]:
    """What stands for everything that looks like the value: of names and addresses only, numbers have no looks."""
    if kind in ("domain", "url"):
        return near(label_of(host_of(squeeze(value))))
    if kind == "email":
        return near(skeleton(squeeze(value)))
    return ()


def _no_parts(_: str) -> tuple[str, ...]:
    return ()


def _host_parts(value: str) -> tuple[str, ...]:
    host = host_of(value)
    return host, bare(host), unicode_host(host)


def _email_parts(value: str) -> tuple[str, ...]:
    return (value.rpartition("@")[2],)


def _phone_parts(value: str) -> tuple[str, ...]:
    """`+442079460123` is also found as 442079460123 and 2079460123."""
    try:
        local = phonenumbers.national_significant_number(phonenumbers.parse(value))
    except phonenumbers.NumberParseException:
        local = ""
    return digits(value), local


def _iban_parts(value: str) -> tuple[str, ...]:
    """The bank's part and the account's part of an IBAN (ISO 13616 registry), and all behind the check digits."""
    iban = IBAN(value, allow_invalid=True)
    try:
        bank, account = iban.bank_code.lower(), iban.account_code.lower()
    except SchwiftyException:
        return (value[4:],)
    return value[4:], bank, account, account.lstrip("0"), digits(value[4:])


def _account_parts(value: str) -> tuple[str, ...]:
    """Bank and number of `CC:BANKCODE:NUMBER`."""
    _, _, rest = value.partition(":")
    bank, _, number = rest.partition(":")
    whole = bank + number if bank.isdecimal() and number.isdecimal() else ""
    return bank, number, digits(number), whole


def _proxy_parts(value: str) -> tuple[str, ...]:
    """What is paid to, without payment system and sort; of a telephone number as its digits too."""
    _, _, rest = value.partition(":")
    sort, _, proxy = rest.partition(":")
    return (proxy, *_phone_parts(proxy)) if sort == "phone" else (proxy,)


def _platform_parts(value: str) -> tuple[str, ...]:
    """What stands behind the platform, an account's handle also as `@name`."""
    _, _, name = value.partition(":")
    bare = name.removeprefix("id:")
    return bare, f"@{bare.removeprefix('@')}"


def _tail(value: str) -> tuple[str, ...]:
    return (value.rpartition(":")[2],)


_PARTS = {
    "domain": _host_parts,
    "url": _host_parts,
    "email": _email_parts,
    "phone": _phone_parts,
    "iban": _iban_parts,
    "bank-account": _account_parts,
    "payment-proxy": _proxy_parts,
    "wallet": _tail,
    "social-account": _platform_parts,
    "app": _tail,
    "listing": _tail,
    "passport": _tail,
    "identity-document": _tail,
    "payment-card": _tail,
    "file-hash": _tail,
}

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Document)


def to_json(document: Document) -> bytes:
    """The document as it is kept in an index, to be shown again without asking the ledger."""
    return _encoder.encode(document)


def from_json(body: bytes | str) -> Document:
    """The document that `to_json` wrote."""
    return _decoder.decode(body)
