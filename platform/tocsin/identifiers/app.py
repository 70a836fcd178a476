"""Apps: `android:PACKAGE`, `ios:NUMBER` of the App Store, `huawei:NUMBER` of the AppGallery.

An Android app is its package name in every store (the platform's own rule for application ids); the file that was
spread is a file hash besides.
"""

import re
from typing import Any

from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.spelling import plain, shown
from tocsin.identifiers.stix_form import observable, pattern

_STORES = {
    "android": "android", "play": "android", "google play": "android", "play store": "android", "apk": "android",
    "ios": "ios", "app store": "ios", "apple": "ios", "itunes": "ios", "huawei": "huawei", "appgallery": "huawei",
}  # fmt: skip
_SPELLING = re.compile(rf"(?:({'|'.join(sorted(_STORES, key=len, reverse=True))}) ?[:/] ?)?(\S+)", re.I)
_PACKAGE = re.compile(r"(?=.{3,255}\Z)[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+")
_NUMBER = re.compile(r"(?:id|C)?([1-9][0-9]{5,11})", re.I)
_MARKET = re.compile(r"market://details\?(?:.*&)?id=([A-Za-z0-9_.]+)(?:&.*)?", re.I)
_LOOKS = re.compile(r"(?:android|ios|huawei):(?!//)\S+")


def read(text: str, hints: Hints) -> Identifier:
    """An app by store and its name or number there; a package name alone is an Android app where one is expected."""
    spelling = plain(text)
    market = _MARKET.fullmatch(spelling)
    match = _SPELLING.fullmatch(f"android:{market[1]}" if market else spelling)
    named = (match[1] if match else None) or hints.platform
    store = _STORES.get(named.strip().lower()) if named else None
    if match is not None and named is not None and store is None:
        raise Unreadable(f"{shown(named)} is no store of apps that is known here.")
    rest = match[2] if match else ""
    if store in (None, "android") and _PACKAGE.fullmatch(rest):
        return _app("android", rest)
    number = _NUMBER.fullmatch(rest)
    if store in ("ios", "huawei") and number:
        return _app(store, number[1])
    if store == "ios" and _PACKAGE.fullmatch(rest):
        raise Unreadable(f"{shown(text)} is a bundle of an iOS app: name it by its number in the App Store.")
    raise Unreadable(f"{shown(text)} is not an app such as android:com.example.app or ios:1234567890.")


def _app(store: str, name: str) -> Identifier:
    return Identifier("app", f"{store}:{name}", {"store": store, "name": name})


def looks_like(text: str) -> bool:
    """Whether a store stands before it: a package name alone looks like a domain."""
    return ":" in text and (_LOOKS.fullmatch(text) is not None or _MARKET.fullmatch(text) is not None)


def _observable(identifier: Identifier) -> dict[str, Any]:
    return observable("software", {"name": identifier.value})


def _pattern(identifier: Identifier, role: str | None) -> str:
    return pattern("software:name", identifier.value)


KIND = Kind("app", "App", False, looks_like, read, _observable, _pattern)
