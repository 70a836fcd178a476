"""Fonts that this machine has, for every script that a name or note may be written in.

Nothing is fetched and nothing is shipped. What no font has a letter for, and what acts on a text instead of being seen
in it, is written as its code point, so that a reader of the paper has every character.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts")
_FIRST = ("NotoSans", "DejaVuSans")
"""The fonts for Latin, Greek and Cyrillic letters, the better one first."""
_SCRIPTS = (
    "NotoSansThai", "NotoSansLao", "NotoSansKhmer", "NotoSansMyanmar", "NotoSansArabic", "NotoSansHebrew",
    "NotoSansDevanagari", "NotoSansBengali", "NotoSansTamil", "NotoSansTelugu", "NotoSansSinhala", "NotoSansGeorgian",
    "NotoSansArmenian", "NotoSansEthiopic", "NotoSansSymbols", "NotoSansSymbols2", "NotoSansMath",
    "DroidSansFallbackFull", "DejaVuSans",
)  # fmt: skip
_JOINERS = "\u200c\u200d"
"""They shape the letters beside them in scripts that join; between Latin letters they only hide."""
_ACTS = frozenset(("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"))


@dataclass(frozen=True, slots=True)
class Typeface:
    """Fonts: the `first` and its `bold`, None where this machine has none, and with each file the letters it has."""

    first: Path | None
    bold: Path | None
    letters: Mapping[Path | None, frozenset[int]]

    def written(self, text: str) -> str:
        """`text` with everything that cannot be seen on paper as its code point, such as <U+202E>; lines stay."""
        if text.isascii() and text.isprintable():
            return text
        found = []
        for n, letter in enumerate(text):
            seen = letter == "\n" or self._shows(letter) or (letter in _JOINERS and self._joins(text, n))
            found.append(letter if seen else f"<U+{ord(letter):04X}>")
        return "".join(found)

    def others_for(self, text: str) -> list[Path]:
        """The fonts beside the first that some letters of `text` need."""
        missing = set(map(ord, text)) - self.letters[self.first]
        needed = []
        for path, letters in self.letters.items():
            if path is not None and path != self.first and missing & letters:
                needed.append(path)
                missing -= letters
        return needed

    def _shows(self, letter: str) -> bool:
        point = ord(letter)
        return unicodedata.category(letter) not in _ACTS and any(point in some for some in self.letters.values())

    def _joins(self, text: str, n: int) -> bool:
        beside = (text[n - 1 : n], text[n + 1 : n + 2])
        return all(one and not one.isascii() and self._shows(one) for one in beside)


def spelled_out(text: str) -> str | None:
    """`text` with every character outside of ASCII as its code point; None where there is none.

    Beside a value it tells letters apart that look alike.
    """
    if text.isascii() and text.isprintable():
        return None
    return "".join(one if " " <= one <= "~" else f"<U+{ord(one):04X}>" for one in text)


@lru_cache(maxsize=1)
def typeface() -> Typeface:
    """The fonts of this machine; without any, those that every reader of PDFs has, which know Western letters."""
    there = _there()
    name = next((one for one in _FIRST if f"{one}-Regular" in there or one in there), None)
    if name is None:
        western = frozenset((*range(0x20, 0x7F), *range(0xA0, 0x100)))
        return Typeface(None, None, {None: western})
    names = dict.fromkeys((name, *_SCRIPTS))
    paths = [path for one in names if (path := _named(there, one)) is not None]
    return Typeface(paths[0], there.get(f"{name}-Bold"), {path: _letters(path) for path in paths})


def _named(there: dict[str, Path], name: str) -> Path | None:
    return there.get(f"{name}-Regular") or there.get(name)


def _there() -> dict[str, Path]:
    """The font files of this machine by their name without its ending."""
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for path in sorted(Path(folder).rglob("*.ttf")):
            found.setdefault(path.stem, path)
    return found


def _letters(path: Path) -> frozenset[int]:
    # it takes a moment that only a PDF has to wait for
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap() or {})
