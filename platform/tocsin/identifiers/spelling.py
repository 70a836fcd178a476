"""Spellings: what people do to a value so that nobody clicks it, and how it is undone and done again."""

import re
from html import unescape

from tocsin.identifiers.identifier import Unreadable

LONGEST = 2048
"""Characters; a longer value is refused. Browsers and proxies cut addresses at about this length as well."""

_PASSES = 8
_ORDINARY = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z0-9]")
_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | dict.fromkeys((0x3002, 0xFF61, 0x2024, 0xFE52), ".")
_BLANK = re.compile(r"[\t\n\r\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DOT = re.compile(r" ?(?:\[ ?\. ?\]|\( ?\. ?\)|\{ ?\. ?\}|< ?\. ?>|[\[({<] ?dot ?[\])}>]|\\\.) ?", re.I)
_HALF_DOT = re.compile(r"\[\.|\.\]")
_AT = re.compile(r" ?(?:[\[({<] ?(?:at|@) ?[\])}>]) ?", re.I)
_COLON = re.compile(r"[\[({](:|://)[\])}]")
_SLASHES = re.compile(r"\[(/{1,2})\]")
_SCHEME = re.compile(r"(?:h(?:xx|tt|tx|xt|\*\*|__|##|\[tt\])p(\[?s\]?)?|(fxp|f\*p)):(?://|\\\\)", re.I)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);")
_PAIRS = {"<": ">", "(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "«": "»"}
_TRAILING = ".,;:'\"`”’»"


def refang(text: str) -> str:
    """The value that a de-fanged, quoted or wrapped spelling stands for; ordinary text comes back unchanged."""
    return _settled(text)[0]


def plain(text: str) -> str:
    """`refang(text)`, or Unreadable where nothing is left, it is too long, or it is no plain text."""
    spelling, settled = _settled(text)
    if not spelling:
        raise Unreadable("The value is empty.")
    if len(spelling) > LONGEST:
        raise Unreadable(f"The value has {len(spelling)} characters; at most {LONGEST} are read.")
    if not settled:
        raise Unreadable(f"{shown(spelling)} is wrapped in more brackets than are taken off.")
    if not spelling.isprintable() and _CONTROL.search(spelling):
        raise Unreadable(f"{shown(spelling)} has control characters in it.")
    return spelling


def defang(value: str, kind: str) -> str:
    """`value` for showing: nobody can click it and no mail program turns it into a link; `refang` undoes it."""
    if kind == "url":
        scheme, mark, rest = value.partition("://")
        host, slash, path = rest.partition("/")
        scheme = {"http": "hxxp", "https": "hxxps", "ftp": "fxp"}.get(scheme, scheme)
        return scheme + mark + host.replace(".", "[.]") + slash + path
    if kind in ("domain", "ipv4"):
        return value.replace(".", "[.]")
    if kind == "ipv6":
        return value.replace(":", "[:]")
    if kind == "email":
        local, _, domain = value.rpartition("@")
        return f"{local}[@]{domain.replace('.', '[.]')}"
    return value


def shown(text: str) -> str:
    """`text` in quotation marks for a message, cut after 60 characters, without what cannot be printed."""
    cut = text if len(text) <= 60 else text[:60] + "…"
    return '"' + "".join(letter if letter.isprintable() else "�" for letter in cut) + '"'


def compact(text: str) -> str:
    """`text` in capitals, without blanks, dashes, dots, slashes and joiners, and with every script's digits as 0 to 9.

    Unreadable where digits of two scripts stand in it: nobody writes so but to deceive.
    """
    kept = _SEPARATORS.sub("", text).upper()
    if kept.isascii():
        return kept
    if scripts(kept) > 1:
        raise Unreadable(f"{shown(text)} mixes digits of several scripts: write all of them in one.")
    return ascii_digits(kept)


def ascii_digits(text: str) -> str:
    """`text` with the digits of every script as 0 to 9."""
    return "".join(str(int(letter)) if letter.isdecimal() else letter for letter in text)


def digits(text: str) -> str:
    """The digits in `text`, of whatever scripts, as 0 to 9."""
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())


def scripts(text: str) -> int:
    """Of how many scripts the digits in `text` are."""
    return len({ord(letter) - int(letter) for letter in text if letter.isdecimal()})


_SEPARATORS = re.compile(r"[\s.\-/\u00b7\u034f\u061c\u200c\u200d\u2010-\u2015\u2022\u2212\ufe00-\ufe0f]")


def _settled(text: str) -> tuple[str, bool]:
    """The text with its wrappings off, and whether none is left; the passes are limited to keep the time linear."""
    text = text.strip()
    if _ORDINARY.fullmatch(text) or len(text) > LONGEST:
        return text, True
    for _ in range(_PASSES):
        before, text = text, _once(text)
        if text == before:
            return text, True
    return text, False


def _once(text: str) -> str:
    text = _INVISIBLE.sub("", text.translate(_WIDE))
    text = _trim(_BLANK.sub(" ", text).strip())
    text = _COLON.sub(r"\1", _SLASHES.sub(r"\1", text))
    text = _AT.sub("@", _HALF_DOT.sub(".", _DOT.sub(".", text)))
    text = _SCHEME.sub(_scheme, text, count=1) if _SCHEME.match(text) else text
    return _ENTITY.sub(lambda entity: unescape(entity[0]), text)


def _scheme(match: re.Match[str]) -> str:
    if match[2]:
        return "ftp://"
    return "https://" if match[1] else "http://"


def _trim(text: str) -> str:
    """Without quotation marks, brackets around the whole, and the punctuation of the sentence it stood in."""
    while text:
        if len(text) > 1 and _PAIRS.get(text[0]) == text[-1] and not _bracketed_host(text):
            text = text[1:-1].strip()
        elif _ends_a_sentence(text):
            text = text[:-1].rstrip()
        elif text[0] in "\"'`“‘«":
            text = text[1:].lstrip()
        else:
            break
    return text


_OPENING = {close: opening for opening, close in _PAIRS.items() if close in ">)]}"}


def _ends_a_sentence(text: str) -> bool:
    last = text[-1]
    if last in _OPENING:
        return text.count(last) > text.count(_OPENING[last])
    return last in _TRAILING and not text.endswith("::")  # an IPv6 address may end in two colons


def _bracketed_host(text: str) -> bool:
    return text[0] == "[" and ("]" in text[1:-1] or "[" in text[1:-1])
