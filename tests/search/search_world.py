"""A small made-up world to search, and the tier rules in plain Python to compare the engines with."""

import random
import uuid
from collections import Counter
from dataclasses import replace

from tocsin.search import Document, Hit, Query, Results
from tocsin.search.document import exact_terms, lookalike_terms, looks_of, one_word, whole_terms
from tocsin.search.engine import sorted_facet
from tocsin.search.expression import All, Has, Node, Not, Some, Thing, Within, decides
from tocsin.search.fields import FACETS
from tocsin.search.spelling import squeeze, word_row
from tocsin.search.tiers import TIERS, Why

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
        confidence=dice.choice((None, 0, 50, 51, 100)),
        roles=tuple(dice.sample(("mule", "sender"), dice.randint(0, 2))),
        sources=dice.choice(((), ("North Bank",), ("South Bank", "North Bank"))),
        members=dice.randint(0, 2),
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
    *("kind:domain", "northbank kind:domain", "kind:domain northbank", "kind:domain,url crime:bec", "crime:phishing"),
    *(
        "country:SG",
        "country:sg,gb north",
        "tlp:amber",
        "tlp:TLP:GREEN",
        "revoked:yes",
        "north revoked:no",
    ),
    *("kind:nosuch", "member:northbank", 'member:"North Bank"', "member:southbank", "source:member"),
    *("source:open-list", "role:mule", "a OR b OR c", "northbank parceldesk", "bc1q northbank.test"),
    *("confidence>50", "confidence >= 50", "confidence<50", "confidence:50", "confidence>x", "since:2023-11-14"),
    *(
        "until:2023-11",
        "since:2023 until:2023-11-14",
        "since:soon",
        "new:1970",
        "new:2023",
        "since:7d",
        "since:today until:1y",
    ),
    *("northbank OR skyfly", "northbank AND invoice", "northbank invoice kind:url", "north NOT northbank"),
    *("NOT kind:domain", "NOT northbank", "kind:domain OR northbank", "(northbank OR skyfly) kind:domain"),
    *("(kind:domain OR kind:url) AND NOT (revoked:yes OR country:SG)", "northbank not revoked:yes", "do not pay"),
    *("(020) 7946 0123 kind:phone", "kind:phone or kind:email", "((northbank)) OR (", "OR", "north AND", "NOT"),
    *('"support desk"', '"desk support"', '"orthban"', '"mailbox was taken" kind:domain', '"Mule account" OR skyfly'),
    *(
        '"诈骗"',
        '"资诈骗"',
        "骗",
        "“support desk”",
        '"account invoice"',
        '""',
        '"',
        "kind:",
        "confidence>",
    ),
    *(
        "(" * 50 + "a OR b" + ")" * 50,
        " OR ".join(["north"] * 30),
        "NOT NOT northbank",
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
        Hit(one, TIERS[place])
        for one in documents
        if one.collection in readable and (place := _place(one, query.wanted)) is not None
    ]
    found = [hit for hit in found if query.match in (None, hit.why)]
    found.sort(key=lambda hit: (TIERS.index(hit.tier), -hit.document.seq))
    rest = [hit for hit in found if query.after is None or _comes_after(hit, query.after)]
    page = rest[query.offset : query.offset + query.limit]
    if not query.facets:
        return Results(len(found), tuple(page))
    facets = {
        name: _count([hit.document for hit in found], _COUNTED.get(field, field)) for name, field in FACETS.items()
    }
    counted = Counter(hit.why for hit in found) if decides(query.wanted) else Counter[Why]()
    return Results(len(found), tuple(page), facets, counted)


_COUNTED = {"members": "sources"}
"""Fields of the index whose values documents keep under another name."""


def _comes_after(hit: Hit, place: tuple[int, int]) -> bool:
    tier, seq = hit.place
    return (tier, -seq) > (place[0], -place[1])


def _count(documents: list[Document], field: str) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for one in documents:
        value = getattr(one, field)
        counts.update(value if isinstance(value, tuple) else [value] if value is not None else [])
    return sorted_facet(counts.items())


def _place(one: Document, node: Node) -> int | None:
    """The number of the tier in which a document fits; the last where the question looks for no thing."""
    place = _fits(one, node)
    return len(TIERS) - 1 if place == _NEUTRAL else place


_NEUTRAL = -1


def _fits(one: Document, node: Node) -> int | None:
    """The tier, _NEUTRAL where a mere condition holds, None where it does not fit."""
    if isinstance(node, Thing):
        return _tier(one, node)
    if isinstance(node, Not):
        place = _fits(one, node.part) if not isinstance(node.part, Thing) else _tier(one, node.part, looks=False)
        return _NEUTRAL if place is None else None
    if isinstance(node, All):
        places = [_fits(one, part) for part in node.parts]
        return None if None in places else max([place for place in places if place is not None], default=_NEUTRAL)
    if isinstance(node, Some):
        held = [place for part in node.parts if (place := _fits(one, part)) is not None]
        sought = any(_seeks(part) for part in node.parts)
        return min([len(TIERS) - 1 if sought and place == _NEUTRAL else place for place in held], default=None)
    if isinstance(node, Has):
        return _NEUTRAL if set(node.terms) & set(_terms(one, node.field)) else None
    assert isinstance(node, Within)
    number = getattr(one, node.field)
    low, high = (node.low is None or (number is not None and number >= node.low)), node.high
    return _NEUTRAL if number is not None and low and (high is None or number <= high) else None


def _seeks(node: Node) -> bool:
    return isinstance(node, Thing) or (isinstance(node, All | Some) and any(map(_seeks, node.parts)))


def _terms(one: Document, field: str) -> list[str]:
    if field == "revoked":
        return ["yes" if one.revoked else "no"]
    if field == "sources":
        return [one_word(name) for name in one.sources]
    value = getattr(one, field)
    return list(value) if isinstance(value, tuple) else [value]


def _tier(one: Document, thing: Thing, looks: bool = True) -> int | None:
    spellings = exact_terms(one.kind, one.value)
    holds = {
        "whole": bool(set(whole_terms(one.kind, one.value)) & set(thing.whole)),
        "part": bool(set(spellings) & set(thing.exact)),
        "prefix": _begins(whole_terms(one.kind, one.value), thing),
        "prefix-of-part": _begins(spellings, thing),
        "substring": any(len(part) >= 3 and part in squeeze(one.value) for part in thing.exact),
        "same-looks": looks and bool(set(thing.looks) & set(looks_of(one.kind, one.value))),
        "look-alike": looks and bool(set(thing.lookalikes) & set(lookalike_terms(one.kind, one.value))),
        "text": bool(thing.words) and _says(one, thing),
    }
    return next((place for place, tier in enumerate(TIERS) if holds[tier]), None)


def _begins(spellings: tuple[str, ...], thing: Thing) -> bool:
    if thing.phrase:
        return False
    return any(len(start) >= 2 and spelling.startswith(start) for start in thing.exact for spelling in spellings)


def _says(one: Document, thing: Thing) -> bool:
    if not thing.phrase:
        return set(thing.words) <= set(word_row(one.value, one.name, one.text))
    rows = [word_row(text) for text in (one.value, one.name, one.text)]
    return any(row[start : start + len(thing.words)] == thing.words for row in rows for start in range(len(row)))
