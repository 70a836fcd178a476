"""Shops and listings on marketplaces: `shopee.sg:item:1.2`, `carousell:shop:name`.

A shop is often a natural person's, so that one voice does not publish it.
"""

import re

from tocsin.identifiers.entity import entity_kind
from tocsin.identifiers.identifier import Hints, Identifier, Unreadable
from tocsin.identifiers.spelling import plain, shown

MARKETS: dict[str, tuple[str | None, str | None]] = {
    "carousell": (r"[0-9]{5,12}", r"[a-z0-9._]{3,30}"),
    "facebook-marketplace": (r"[0-9]{6,20}", None),
    "ebay": (r"[0-9]{9,14}", r"[a-z0-9._*-]{3,64}"),
    "amazon": (r"[A-Z0-9]{10}", r"A[A-Z0-9]{9,15}"),
    "aliexpress": (r"[0-9]{6,20}", r"[0-9]{5,14}"),
    "alibaba": (r"[0-9]{6,20}", None),
    "taobao": (r"[0-9]{6,20}", r"[0-9]{5,14}"),
    "etsy": (r"[0-9]{6,14}", r"[a-z0-9]{4,20}"),
    "airbnb": (r"[0-9]{4,20}", r"[0-9]{4,20}"),
    "booking": (r"[a-z]{2}/[a-z0-9-]{1,120}", None),
    "mercari": (r"m[0-9]{8,14}", r"[0-9]{6,14}"),
    "tokopedia": (None, r"[a-z0-9-]{3,64}"),
    "bukalapak": (None, r"[a-z0-9_]{3,64}"),
    "tiktok-shop": (r"[0-9]{15,20}", r"[0-9]{15,20}"),
} | {
    f"{name}.{country}": shapes
    for name, countries, shapes in (
        ("shopee", "sg my th vn ph id tw br", (r"[0-9]{4,12}\.[0-9]{4,14}", r"[a-z0-9._-]{3,60}")),
        ("lazada", "sg my th vn ph id", (r"[0-9]{6,14}", r"[a-z0-9-]{2,80}")),
    )
    for country in countries.split()
}
"""What items and shops are called there, None where they have no name of their own."""

_NAMES = {"item": 0, "listing": 0, "product": 0, "shop": 1, "store": 1, "seller": 1, "user": 1}
_SPELLING = re.compile(
    r"([A-Za-z][A-Za-z. -]{2,30}?) ?: ?(?:(item|listing|product|shop|store|seller|user) ?: ?)?(\S+)", re.I
)
_CANONICAL = re.compile(rf"(?:{'|'.join(map(re.escape, MARKETS))}):(?:item|shop):\S+")


def read(text: str, hints: Hints) -> Identifier:
    """A shop or an item by marketplace and the name there, also where `hints.platform` names the marketplace.

    Properties: platform, and item or shop. Names of shops are in small letters, but for Amazon's.
    """
    spelling = plain(text)
    match = _SPELLING.fullmatch(spelling)
    platform, sort, name = match.groups() if match else (hints.platform, None, spelling)
    if platform is None:
        raise Unreadable(f"{shown(text)} may be a listing anywhere: write for example carousell:item:123456.")
    market = "-".join(platform.strip().lower().split())
    if market not in MARKETS:
        raise Unreadable(f"{shown(platform)} is no marketplace that is known here.")
    return listing(market, name, _NAMES[sort.lower()] if sort else None, text)


def listing(market: str, name: str, sort: int | None, text: str) -> Identifier:
    """The item (`sort` 0) or shop (1) of that name; what is both is an item. Unreadable where it can be neither."""
    for place, word in enumerate(("item", "shop")):
        shape = MARKETS[market][place]
        told = name if place == 0 or market == "amazon" else name.lower()
        told = told.upper() if market == "amazon" else told
        if sort in (None, place) and shape is not None and re.fullmatch(shape, told):
            value = f"{market}:{word}:{told}"
            if plain(value) == value:
                return Identifier("listing", value, {"platform": market, word: told})
    raise Unreadable(f"{shown(text)} cannot be a {'shop' if sort else 'listing'} on {market}.")


def looks_like(text: str) -> bool:
    """Whether it is written as canonical values are."""
    return _CANONICAL.fullmatch(text) is not None


KIND = entity_kind("listing", "Shop or listing", read, looks_like, personal=True)
