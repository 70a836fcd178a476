"""What a STIX object may say of persons and of harmless things: what it names, and what no machine can read in it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tocsin.identifiers import KINDS, Identifier, Unreadable, meant, read
from tocsin.intake.text import named_in
from tocsin.stix import compared, identifiers_of, observed_identifiers

_PERSONAL_TYPES = ("bank-account", "phone-number", "payment-card", "user-account")
"""Observables that are a person's unless shown otherwise."""

_REFERRED = ("bank-account--", "phone-number--", "payment-card--")
_HARMLESS = re.compile(
    r"(?:process|windows-registry-key|mutex|software|directory|x509-certificate|autonomous-system|mac-addr|artifact):.*"
    r"|file:(?!hashes).*"
    r"|email-message:(?:subject|body|content_type|is_multipart|date).*"
    r"|network-traffic:(?!.*_ref).*",
    re.S,
)
"""Paths that name no person, and nothing that stands on allow lists."""

_DIGITS = re.compile(r"\d(?:[\s().:/-]{0,2}\w){6}")
_CHAT = re.compile(r"(?:\bwa\.me/|whatsapp\.com/send\W{1,2}phone=)\+?(\d{8,15})\b", re.I)
_NO_TEXT = re.compile(r"(?:id|type|spec_version|pattern_type|.*_refs?|created|modified|hashes)")


@dataclass(frozen=True, slots=True)
class Content:
    """What an object names itself (`named`), and by reference to persons' observables (`refers`).

    `told`: a text in it names a person's account or phone. `ruled` are what a rule in another language than STIX's
    mentions. `unread`: it speaks of something that would have to be screened, in a way that cannot be read.
    """

    named: tuple[Identifier, ...]
    told: bool
    refers: tuple[str, ...]
    unread: bool
    ruled: tuple[Identifier, ...] = ()

    @property
    def may_accuse(self) -> bool:
        """Whether it may be about persons in a way that voices cannot be counted for."""
        personal = sum(KINDS[one.kind].personal for one in self.named)
        return personal > 1 or self.told


def content_of(object_type: str, content: Mapping[str, Any]) -> Content:
    """What a valid STIX object says of anybody or anything that is screened."""
    named: tuple[Identifier, ...] = ()
    ruled: tuple[Identifier, ...] = ()
    unread = object_type in _PERSONAL_TYPES
    if object_type == "indicator":
        pattern = str(content.get("pattern", ""))
        if content.get("pattern_type", "stix") == "stix":
            named, unread = _of_pattern(pattern)
        else:
            ruled = tuple(dict.fromkeys(named_in(pattern)))
    else:
        found = observed_identifiers(content)
        named = tuple(meant(one) for one in found if one is not None)
        unread = None in found or (unread and not named)
    found_in_text = (one for text in _strings(content) if _DIGITS.search(text) for one in _told(text))
    told = any(KINDS[one.kind].personal and one not in named for one in found_in_text)
    return Content(named, told, tuple(dict.fromkeys(_references(content))), unread, ruled)


def _told(text: str) -> Iterator[Identifier]:
    yield from named_in(text)
    for match in _CHAT.finditer(text):
        with suppress(Unreadable):
            yield read(f"+{match[1]}", "phone")


def _of_pattern(pattern: str) -> tuple[tuple[Identifier, ...], bool]:
    """The identifiers that a STIX pattern names, and whether it names something else that has to be screened."""
    found = list(identifiers_of(compared(pattern)))
    unread = any(one is None and not _HARMLESS.fullmatch(path) for path, one in found)
    return tuple(dict.fromkeys(meant(one) for _, one in found if one is not None)), unread or not found


def _strings(value: Any) -> Iterator[str]:
    """The texts in a JSON value, however deep; STIX objects here are nested a hundred levels at most."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if not _NO_TEXT.fullmatch(name):
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _references(value: Any) -> Iterator[str]:
    """The ids of persons' observables that an object refers to."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name.endswith(("_ref", "_refs")):
                ids = inner if isinstance(inner, list) else [inner]
                yield from (one for one in ids if isinstance(one, str) and one.startswith(_REFERRED))
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
