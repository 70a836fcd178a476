"""A small made-up world to search, and the tier rules in plain Python to compare the engines with."""

import random
import uuid
from collections import Counter
from dataclasses import replace

from tocsin.search import Document, Filters, Hit, Query, Results, Why
from tocsin.search.document import exact_terms, lookalike_terms, rank
from tocsin.search.engine import FACETS, sorted_facet
from tocsin.search.spelling import squeeze, words

COLLECTIONS = tuple(str(uuid.UUID(int=number)) for number in (1, 2, 3))
EVERYTHING = frozenset(COLLECTIONS)
CRIMES = ("bec", "phishing", "investment-fraud", "money-mule")

_NAMES = (
    "northbank",
    "n0rthbank",
    "northbnak",
    "parcel-desk",
    "parceldesk",
    "skyfly",
    "xn--mnchen-3ya",
    "blue-harbour",
)
_SUFFIXES = ("example", "test", "example.com", "invalid")
_TEXTS = (
    "Invoice changed after a mailbox was taken over",
    "Überweisung an ein Strohmann-Konto, société écran",
    "หลอกลวงลงทุน แอปพลิเคชัน",
    "投资诈骗 平台",
    "Caller claims to be from the support desk; asks for remote access",
    "",
)


def document(number: int, kind: str = "domain", value: str = "scam.example", **changes: object) -> Document:
    """A document with sensible facts; `number` makes id, times and seq."""
    collection = str(changes.pop("collection", COLLECTIONS[0]))
    stix_id = f"indicator--{uuid.UUID(int=number)}"
    plain = Document(
        key=f"{collection}:{stix_id}",
        collection=collection,
        stix_id=stix_id,
        observable_id=None,
        kind=kind,
        value=value,
        crime_types=("phishing",),
        country=None,
        tlp="green",
        sources=("North Bank",),
        name="",
        text="",
        confidence=50,
        created=1_000,
        modified=1_000 + number,
        valid_from=1_000,
        valid_until=None,
        first_seen=None,
        last_seen=None,
        revoked=False,
        members=1,
        seq=number,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def world(size: int = 400, seed: int = 7) -> list[Document]:
    """`size` different documents, always the same for one seed; many share a modified time."""
    dice = random.Random(seed)
    return [_made_up(dice, number) for number in range(1, size + 1)]


def _made_up(dice: random.Random, number: int) -> Document:
    kind, value = _value(dice, number)
    return document(
        number,
        kind,
        value,
        collection=dice.choice(COLLECTIONS),
        crime_types=tuple(dice.sample(CRIMES, dice.randint(0, 2))),
        country=dice.choice((None, "SG", "GB", "TH")),
        tlp=dice.choice(("clear", "green", "amber")),
        name=dice.choice(("", "Mule account", "Northbank clone")),
        text=dice.choice(_TEXTS),
        modified=1_700_000_000_000 + dice.randint(0, 40),
        revoked=dice.random() < 0.2,
    )


def _value(dice: random.Random, number: int) -> tuple[str, str]:
    name = f"{dice.choice(_NAMES)}{dice.choice(('', number))}"
    host = f"{dice.choice(('', 'www.', 'login.'))}{name}.{dice.choice(_SUFFIXES)}"
    digits = f"{dice.randint(0, 9999):04}"
    return dice.choice(
        (
            ("domain", host),
            ("url", f"https://{host}/account/{number}?a=%20b"),
            ("email", f"ceo.{number}@{host}"),
            ("phone", f"+44207946{digits}"),
            ("iban", "GB33BUKB20201555555555"),
            ("bank-account", f"SG:DBSSSGSG:00{digits}{number:04}"),
            ("ipv4", f"192.0.2.{number % 256}"),
            ("ipv6", f"2001:db8::{number:x}"),
            ("file-hash", f"{number:064x}"),
            ("other", f"[x-thing:name = 'number {number}']"),
        )
    )


QUESTIONS = (
    *("northbank", "n0rthbank.test", "NORTHBANK.TEST", "hxxps://northbank[.]test/", "www.northbank.test", "orthban"),
    *("northbnk.example", "nothbank", "parceldesk", "parcel-desk", "parcel desk", "skyfl", "sk", "s", "münchen"),
    *("xn--mnchen", "https://login.", "login.", "account/", "account/12", "?a=%20b", ".example.com", "example", "com"),
    *("ceo.", "ceo.1", "@northbank", "ceo.7@northbank.test", "+44 20 7946", "+44 20 7946 0123", "020 7946", "7946"),
    *("2079461", "(020) 7946-0123", "GB33 BUKB 2020 1555 5555 55", "gb33bukb", "BUKB", "55555555", "2020-1555"),
    *("DBSSSGSG", "SG:DBSSSGSG", "SG:DBSSSGSG:0012340007", "0012", "192.0.2.1", "192.0.2.", "192[.]0[.]2[.]10"),
    *("2001:db8::a", "2001:db8", "0" * 60, "mule account", "account mule", "invoice", "Uberweisung", "societe ecran"),
    *(
        "ลงทุน",
        "诈骗",
        "诈",
        "support desk remote",
        "mailbox nothing",
        "number 12",
        "[x-thing",
        "",
        " ",
        "*",
        "\\",
        '"',
        "a b c",
    ),
    *(
        "\u0000",
        "\u202e",
        "ｎｏｒｔｈｂａｎｋ",
        "😀😀😀😀",
        "AND OR NOT",
        "exact:northbank",
        "ab",
        "ban" * 300,
        "\udcff",
    ),
)


def expected(documents: list[Document], query: Query, readable: frozenset[str]) -> Results:
    """What an engine has to answer: every document looked at, one by one."""
    found = [
        (why, one)
        for one in documents
        if one.collection in readable and _passes(one, query.filters) and (why := _tier(one, query))
    ]
    order: list[Why] = ["exact", "prefix", "substring", "look-alike", "text"]
    found.sort(key=lambda pair: (order.index(pair[0]), -rank(pair[1])))
    page = found[query.offset : query.offset + query.limit]
    facets = {name: _count([one for _, one in found], field) for name, field in FACETS.items()}
    return Results(len(found), tuple(Hit(one, why) for why, one in page), facets)


def _count(documents: list[Document], field: str) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for one in documents:
        value = getattr(one, field)
        counts.update(value if isinstance(value, tuple) else [value] if value is not None else [])
    return sorted_facet(counts.items())


def _passes(one: Document, filters: Filters) -> bool:
    return (
        filters.kind in (None, one.kind)
        and (filters.crime_type is None or filters.crime_type in one.crime_types)
        and filters.country in (None, one.country)
        and filters.tlp in (None, one.tlp)
        and filters.collection in (None, one.collection)
        and filters.revoked in (None, one.revoked)
    )


def _tier(one: Document, query: Query) -> Why | None:
    if not query.text:
        return "text"
    spellings = exact_terms(one.kind, one.value)
    if set(spellings) & set(query.exact):
        return "exact"
    if any(len(start) >= 2 and spelling.startswith(start) for start in query.exact for spelling in spellings):
        return "prefix"
    if any(len(part) >= 3 and part in squeeze(one.value) for part in query.exact):
        return "substring"
    if set(query.lookalikes) & set(lookalike_terms(one.kind, one.value)):
        return "look-alike"
    if query.words and set(query.words) <= set(words(f"{one.value} {one.name} {one.text}")):
        return "text"
    return None
