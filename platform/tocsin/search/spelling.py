"""Folding values and texts so that different spellings of the same thing become the same term."""

import re
import unicodedata
from collections.abc import Iterator

import idna

from tocsin.identifiers.spelling import ascii_digits

LONGEST = 2_000
"""Characters of a term or a query; what is longer is cut, in both alike."""

BETWEEN = "\u241f"
"""Stands between two texts in a row of words; no word is written so."""

_WORD_LENGTH = 64
_SCHEME = re.compile(r"^[a-z][a-z0-9+.\-]*://")
_HOST = re.compile(r"^(?:[a-z][a-z0-9+.\-]*://)?(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)")
_MARKS = re.compile(r"[\u0300-\u036f]")
# Thai, Lao, Burmese, Khmer, Japanese and Chinese put no blank between words: pairs of characters stand for words.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_UNBROKEN = re.compile(rf"[{_UNSPACED}]{{2,}}")
_WORD = re.compile(rf"([{_UNSPACED}]+)|[^\W_{_UNSPACED}]+")


def fold(text: str) -> str:
    """`text` without differences of case and width (Unicode NFKC, case folding), digits of every script as 0 to 9."""
    if text.isascii():
        return text.lower()
    return ascii_digits(unicodedata.normalize("NFKC", text).casefold())


def squeeze(text: str) -> str:
    """`text` folded and without blanks: how values are compared."""
    return "".join(fold(text).split())


def bare(value: str) -> str:
    """A folded value without scheme, `www.` and a slash at the end."""
    return _SCHEME.sub("", value).removeprefix("www.").rstrip("/")


def host_of(value: str) -> str:
    """The host of a folded domain or URL."""
    match = _HOST.match(value)
    return match[1] if match else ""


def unicode_host(host: str) -> str:
    """A host as people write it (RFC 5891 U-labels); itself where it has no such form."""
    if "xn--" not in host:
        return host
    try:
        return fold(idna.decode(host))
    except (idna.IDNAError, UnicodeError):
        return host


def trigrams(value: str) -> tuple[str, ...]:
    """Every three neighbouring characters in order: a text of three or more is in the value if its own follow there."""
    value = value[:LONGEST]
    return tuple(value[start : start + 3] for start in range(len(value) - 2))


def without_marks(text: str) -> str:
    """`text` folded, Latin, Greek and Cyrillic letters without accents."""
    if text.isascii():
        return text.lower()
    return fold(_MARKS.sub("", unicodedata.normalize("NFKD", text)))


def words(text: str) -> tuple[str, ...]:
    """The different words of a text, folded, each cut at 64 characters; pairs of characters where no blank is."""
    return tuple(dict.fromkeys(_row(text)))


def word_row(*texts: str) -> tuple[str, ...]:
    """The words of texts in their order, so that a phrase can be looked for: none goes from one text into the next.

    Behind them stand the single characters of scripts without blanks, which may be words as well.
    """
    row: list[str] = []
    alone: dict[str, None] = {}
    for text in texts:
        row += [*_row(text), BETWEEN]
        alone.update(dict.fromkeys(letter for run in _UNBROKEN.findall(fold(text)) for letter in run))
    return (*row[:-1], *((BETWEEN, *alone) if alone else ()))


def _row(text: str) -> Iterator[str]:
    for match in _WORD.finditer(without_marks(text)):
        run = match[0]
        if match[1] and len(run) > 1:
            yield from (run[start : start + 2] for start in range(len(run) - 1))
        else:
            yield run[:_WORD_LENGTH]
