"""Sentences that were made elsewhere, in the language of whoever reads them.

Why a row waits, what a form does not take, what became of something: such sentences are made where it is known, stored
and handed to programs in English. A catalogue knows them with blanks, as the code has them: `%(kind)s is not taken.`
Whoever shows one looks for the blanks that it fills, and fills them in the translation. What no catalogue knows, such
as what a person wrote, is shown as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from babel.messages.catalog import Message

from tocsin.web.languages import SOURCE, catalogue, chosen

MADE_ELSEWHERE = "made elsewhere"
"""The comment in a catalogue of messages that are found by what they say."""

_BLANK = re.compile(r"%\((\w+)\)s")
_BETWEEN = re.compile(r"(?<=[.?!]) (?=[A-Z])")
_LONGEST = 2_000
_MOST = 12
"""Sentences one after another."""

_DEEPEST = 3
"""A sentence may be a blank of another one, and so on."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What stands between the blanks of a sentence, what the blanks are called, and its translation."""

    between: tuple[str, ...]
    blanks: tuple[str, ...]
    translation: str

    def fill(self, text: str) -> list[str] | None:
        """What this text has in place of the blanks; None where it is another sentence.

        Each part is looked for once, from left to right: the time is that of reading the text, whatever it says.
        """
        first, *middle, last = self.between
        if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
            return None
        rest, found = text[len(first) : len(text) - len(last)], []
        for part in middle:
            # of two blanks side by side the second has it all
            value, there, rest = rest.partition(part) if part else ("", "", rest)
            if part and not there:
                return None
            found.append(value)
        return [*found, rest]


@dataclass(frozen=True, slots=True)
class _Sentences:
    """The sentences of a catalogue: `whole` without blanks; the others by their first letters.

    Those that say most come first.
    """

    whole: dict[str, str]
    with_blanks: dict[str, list[_Sentence]]


def said(text: object) -> str:
    """A sentence, or a word, in the reader's language; as it is where no catalogue knows it."""
    words = "" if text is None else str(text)
    return words if chosen() == SOURCE else in_language(words, chosen())


def in_language(text: str, code: str, depth: int = 0) -> str:
    """A sentence, several, or a word, in a language; as it is where its catalogue does not know it."""
    if not text or len(text) > _LONGEST:
        return text
    known = _sentences(code)
    found = _translated(text, known, code, depth)
    if found is not None:
        return found
    parts = _BETWEEN.split(text)
    if not 1 < len(parts) <= _MOST:
        return text
    return " ".join(_translated(part, known, code, depth) or part for part in parts)


def _translated(text: str, known: _Sentences, code: str, depth: int) -> str | None:
    if text in known.whole:
        return known.whole[text]
    for sentence in known.with_blanks.get(text[:1], []) + known.with_blanks.get("", []):
        values = sentence.fill(text)
        if values is not None:
            if depth < _DEEPEST:
                values = [in_language(value, code, depth + 1) for value in values]
            return sentence.translation % dict(zip(sentence.blanks, values, strict=True))
    return None


@cache
def _sentences(code: str) -> _Sentences:
    whole: dict[str, str] = {}
    with_blanks: dict[str, list[_Sentence]] = {}
    for message in catalogue(code):
        if MADE_ELSEWHERE not in message.auto_comments or message.fuzzy or not message.string:
            continue
        one = _sentence(message)
        if one.blanks:
            with_blanks.setdefault(one.between[0][:1], []).append(one)
        else:
            whole[one.between[0]] = one.translation % {}
    for some in with_blanks.values():
        some.sort(key=lambda one: (-sum(map(bool, one.between)), -sum(map(len, one.between))))
    return _Sentences(whole, with_blanks)


def _sentence(message: Message) -> _Sentence:
    original, translation = _first(message.id), _first(message.string or "")
    pieces = _BLANK.split(original)
    between = tuple(piece.replace("%%", "%") for piece in pieces[::2])
    return _Sentence(between, tuple(pieces[1::2]), translation)


def _first(said: str | Sequence[str]) -> str:
    return said if isinstance(said, str) else said[0]
