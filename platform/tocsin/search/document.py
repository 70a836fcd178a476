"""What is searched: one indicator of one collection, and the terms under which either engine keeps it.

Both engines store the same ready-made terms and only look terms up, so that hits, order and counts are equal by
rule; neither engine's own text analysis is used.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import phonenumbers
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from tocsin.identifiers import digits
from tocsin.search.lookalike import drawn, label_of, near, skeleton
from tocsin.search.spelling import LONGEST, bare, host_of, squeeze, trigrams, unicode_host, word_row, words

_FACET_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Document:
    """One indicator as one collection publishes it.

    `key` is `collection:stix_id`; `value` the canonical spelling; `sources` the members that are named in it;
    `text` description, labels and notes; times are ms; `members` how many independent members back it; `seq` the
    ledger's number of the entry it was made from, which is no other document's; `pap` and `handling` names of
    markings, where it has them.
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
    roles: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """`member`, or `open-list` where no member backs it; the words of a collection's filter."""
        return "member" if self.members else "open-list"


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what a document is found, folded: `whole` are spellings of itself, `exact` these and its telling parts.

    `trigrams` are in the order of the value, `words` in the order of the texts; `sources` are the names of members as
    they are asked for, `members` as they are counted.
    """

    whole: tuple[str, ...]
    exact: tuple[str, ...]
    trigrams: tuple[str, ...]
    looks: tuple[str, ...]
    lookalikes: tuple[str, ...]
    words: tuple[str, ...]
    crime_types: tuple[str, ...]
    sources: tuple[str, ...]
    members: tuple[str, ...]


def terms_of(document: Document) -> Terms:
    """The terms of `document`."""
    return Terms(
        whole=whole_terms(document.kind, document.value),
        exact=exact_terms(document.kind, document.value),
        trigrams=trigrams(squeeze(document.value)),
        looks=looks_of(document.kind, document.value),
        lookalikes=lookalike_terms(document.kind, document.value),
        words=word_row(document.value, document.name, document.text),
        crime_types=tuple(dict.fromkeys(crime[:_FACET_LENGTH] for crime in document.crime_types)),
        sources=tuple(dict.fromkeys(map(one_word, document.sources))),
        members=tuple(dict.fromkeys(name[:_FACET_LENGTH] for name in document.sources)),
    )


def one_word(name: str) -> str:
    """A member's name as it is asked for: its letters and digits alone."""
    return "".join(words(name))[:_FACET_LENGTH]


def whole_terms(kind: str, value: str) -> tuple[str, ...]:
    """The spellings that say which thing it is: the canonical one, and those without country, bank or platform."""
    folded = squeeze(value)
    return _cut((folded, *_WHOLE.get(kind, _none)(folded)))


def exact_terms(kind: str, value: str) -> tuple[str, ...]:
    """Every whole spelling under which a value is found: itself, without scheme and `www.`, and its telling parts."""
    folded = squeeze(value)
    return _cut((*whole_terms(kind, value), bare(folded), *_PARTS.get(kind, _none)(folded)))


def _cut(terms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term[:LONGEST] for term in terms if term))


def looks_of(kind: str, value: str) -> tuple[str, ...]:
    """How the whole name is drawn, the same for all that nobody can tell apart; of names and addresses only."""
    if kind not in ("domain", "url", "email"):
        return ()
    plain, host = bare(squeeze(value)), host_of(squeeze(value)).removeprefix("www.")
    return _cut((drawn(plain.replace(host, unicode_host(host), 1) if kind != "email" else plain),))


def lookalike_terms(kind: str, value: str) -> tuple[str, ...]:
    """What stands for everything that looks nearly like the value; numbers have no looks."""
    if kind in ("domain", "url"):
        return near(label_of(host_of(squeeze(value))))
    if kind == "email":
        return near(skeleton(squeeze(value)))
    return ()


def _none(_: str) -> tuple[str, ...]:
    return ()


def _host_spellings(value: str) -> tuple[str, ...]:
    return (unicode_host(value),)


def _host_parts(value: str) -> tuple[str, ...]:
    host = host_of(value)
    return host, bare(host), unicode_host(host)


def _mailbox_spellings(value: str) -> tuple[str, ...]:
    name, _, host = value.rpartition("@")
    return (f"{name}@{unicode_host(host)}",)


def _mailbox_parts(value: str) -> tuple[str, ...]:
    host = value.rpartition("@")[2]
    return host, unicode_host(host)


def _phone_spellings(value: str) -> tuple[str, ...]:
    """`+442079460123` is also found as 442079460123 and 2079460123."""
    try:
        local = phonenumbers.national_significant_number(phonenumbers.parse(value))
    except phonenumbers.NumberParseException:
        local = ""
    return digits(value), local


def _iban_spellings(value: str) -> tuple[str, ...]:
    """The account's part of an IBAN (ISO 13616 registry), and all behind the check digits."""
    _, account = _of_iban(value)
    return value[4:], account, account.lstrip("0"), digits(value[4:])


def _iban_parts(value: str) -> tuple[str, ...]:
    return (_of_iban(value)[0],)


def _of_iban(value: str) -> tuple[str, str]:
    """The codes of bank and account, empty where the registry does not say."""
    iban = IBAN(value, allow_invalid=True)
    try:
        return iban.bank_code.lower(), iban.account_code.lower()
    except SchwiftyException:
        return "", ""


def _account_spellings(value: str) -> tuple[str, ...]:
    """The number of `CC:BANKCODE:NUMBER`, with and without its bank and its leading zeros."""
    bank, number = _of_account(value)
    return bank + number, number, digits(number), number.lstrip("0")


def _account_parts(value: str) -> tuple[str, ...]:
    return (_of_account(value)[0],)


def _of_account(value: str) -> tuple[str, str]:
    bank, _, number = value.partition(":")[2].partition(":")
    return bank, number


def _proxy_spellings(value: str) -> tuple[str, ...]:
    """What is paid to, without payment system and sort; of a telephone number as its digits too."""
    _, _, rest = value.partition(":")
    sort, _, proxy = rest.partition(":")
    return (proxy, *_phone_spellings(proxy)) if sort == "phone" else (proxy,)


def _platform_spellings(value: str) -> tuple[str, ...]:
    """What stands behind the platform, an account's handle also as `@name`."""
    _, _, name = value.partition(":")
    bare = name.removeprefix("id:")
    return bare, f"@{bare.removeprefix('@')}"


def _tail(value: str) -> tuple[str, ...]:
    return (value.rpartition(":")[2],)


_WHOLE = {
    "domain": _host_spellings,
    "email": _mailbox_spellings,
    "phone": _phone_spellings,
    "iban": _iban_spellings,
    "bank-account": _account_spellings,
    "payment-proxy": _proxy_spellings,
    "wallet": _tail,
    "social-account": _platform_spellings,
    "app": _tail,
    "listing": _tail,
    "sms-sender": _tail,
    "passport": _tail,
    "identity-document": _tail,
    "payment-card": _tail,
    "file-hash": _tail,
}

_PARTS = {
    "domain": _host_parts,
    "url": _host_parts,
    "email": _mailbox_parts,
    "iban": _iban_parts,
    "bank-account": _account_parts,
}

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Document)


def to_json(document: Document) -> bytes:
    """The document as it is kept in an index, to be shown again without asking the ledger."""
    return _encoder.encode(document)


def from_json(body: bytes | str) -> Document:
    """The document that `to_json` wrote."""
    return _decoder.decode(body)
