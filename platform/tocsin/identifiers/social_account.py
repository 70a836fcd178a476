"""Accounts on social and messaging platforms: `telegram:name` by handle, `telegram:id:12345` by stable id.

Handle and id are two identifiers: which handle an id has today only the platform knows. A handle is a person's unless
shown otherwise.
"""

import re
from typing import Any

from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.platforms import BY_NUMBER, PLATFORMS, Platform, platform_named
from tocsin.identifiers.spelling import plain, shown
from tocsin.identifiers.stix_form import observable, pattern_of_all

_CANONICAL = re.compile(rf"({'|'.join(PLATFORMS)}):(?!//)(id:)?(\S+)")
_NAMES = sorted((re.escape(name) for one in PLATFORMS.values() for name in one.names), key=len, reverse=True)
_ANY_NAME = "|".join(_NAMES)
_NAMED = re.compile(rf"({_ANY_NAME})(?: ?(?:id|username|user|handle|account|acc))? ?(?:[:-]|(?=[@ ])) ?(.+)", re.I)
_NAMED_AFTER = re.compile(rf"(\S+) ?(?:\((?:on )?|on )({_ANY_NAME})\)?", re.I)
_AT = re.compile(rf"(?:{_ANY_NAME}) ?[:-]? ?@\S+", re.I)
_SCHEMES = re.compile(r"(?:tg://(?:resolve|user)\?|line://ti/p/|skype:(?!//))", re.I)
_TELEGRAM = re.compile(r"tg://(?:resolve\?domain=(?P<handle>\w+)|user\?id=(?P<id>\d+))(?:&.*)?", re.I | re.ASCII)
_LINE = re.compile(r"line://ti/p/[~%]?(?:7E|40)?(@?[\w.-]+)", re.I | re.ASCII)
_SKYPE = re.compile(r"skype:((?:live:)?[\w.,:-]+)(?:\?.*)?", re.I | re.ASCII)


def read(text: str, hints: Hints) -> Identifier:
    """An account by platform and handle or stable id, also where `hints.platform` names the platform.

    Properties: platform, and handle or user_id. A bare handle without platform is refused: the same handle on two
    platforms is two people.
    """
    spelling = plain(text)
    found = _of_link(spelling) or _canonical(spelling) or _named(spelling, hints)
    if found is not None:
        return found
    raise Unreadable(f"{shown(text)} is an account on no platform that is known here: write for example telegram:name.")


def account(platform: Platform, text: str, *, only_id: bool = False) -> Identifier:
    """The account of `platform` that `text` is the handle or stable id of; a handle comes first where it may be both.

    Unreadable where it can be neither.
    """
    handle = None if only_id else platform.handle_in(text)
    stable = platform.id_in(text)
    # digits alone are what a platform counts its accounts with, where it also has handles
    if stable is not None and (handle is None or stable.lstrip("-").isdigit()):
        value, told = f"{platform.slug}:id:{stable}", {"user_id": stable}
    else:
        value, told = f"{platform.slug}:{handle}", {"handle": handle or ""}
    if (handle is None and stable is None) or plain(value) != value:
        raise Unreadable(f"{shown(text)} cannot be an account on {platform.label}.")
    return Identifier("social-account", value, {"platform": platform.slug, **told})


def looks_like(text: str) -> bool:
    """Whether it begins with a platform as canonical values do, or names one before an @."""
    if ":" in text and (_CANONICAL.fullmatch(text) or _SCHEMES.match(text)):
        return True
    at = text.find("@")
    return at > 0 and text[at - 1] in " :-" and _AT.fullmatch(text) is not None


def _canonical(spelling: str) -> Identifier | None:
    match = _CANONICAL.fullmatch(spelling)
    if match is None:
        return None
    return account(PLATFORMS[match[1]], match[3], only_id=match[2] is not None)


def _of_link(spelling: str) -> Identifier | None:
    """What the schemes of the platforms' own programs mean."""
    if match := _TELEGRAM.fullmatch(spelling):
        return account(PLATFORMS["telegram"], match["handle"] or match["id"])
    if match := _LINE.fullmatch(spelling):
        return account(PLATFORMS["line"], match[1])
    if match := _SKYPE.fullmatch(spelling):
        return account(PLATFORMS["skype"], match[1])
    return None


def _named(spelling: str, hints: Hints) -> Identifier | None:
    """A platform in words and a handle, or a bare handle where the platform is known."""
    for shape, name, handle in ((_NAMED, 1, 2), (_NAMED_AFTER, 2, 1)):
        match = shape.fullmatch(spelling)
        platform = platform_named(match[name]) if match else None
        if match is not None and platform is not None:
            return account(platform, _bare(platform, match[handle]))
    if hints.platform is None:
        if " " not in spelling and spelling.startswith("@"):
            raise Unreadable(
                f"{shown(spelling)} may be an account on any platform: name it, for example telegram:name."
            )
        return None
    if hints.platform.strip().lower() in BY_NUMBER:
        raise Unreadable(f"An account on {hints.platform.strip()} is a telephone number: hand it in as one.")
    platform = platform_named(hints.platform)
    if platform is None:
        raise Unreadable(f"{shown(hints.platform)} is no platform that is known here.")
    return account(platform, _bare(platform, spelling))


def _bare(platform: Platform, text: str) -> str:
    """The handle without what is written before it; an official LINE account keeps its @."""
    bare = text.strip()
    return bare if platform.slug == "line" else bare.removeprefix("@")


def stix_parts(identifier: Identifier) -> dict[str, str]:
    """What identifies the account in STIX (STIX 2.1 section 6.14)."""
    platform, _, rest = identifier.value.partition(":")
    stable = rest.removeprefix("id:")
    name = "account_login" if stable == rest else "user_id"
    return {"account_type": platform, name: stable}


def _observable(identifier: Identifier) -> dict[str, Any]:
    return observable("user-account", stix_parts(identifier))


def _pattern(identifier: Identifier, role: str | None) -> str:
    return pattern_of_all({f"user-account:{name}": value for name, value in stix_parts(identifier).items()})


KIND = Kind("social-account", "Social or messaging account", True, looks_like, read, _observable, _pattern)
