"""Slicing an envelope: the text of each of its objects, so that what is odd in one of them is that one's alone.

Only the grammar of JSON (RFC 8259) is asked for here. Half a surrogate pair, a number that fits nowhere, an object
nested a thousand deep: whoever reads the object decides on that.
"""

import json
import re
from typing import Any, NoReturn

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.S)


class BadJson(ValueError):
    """The text is no JSON, or not of the form that is asked for."""


class TooDeep(ValueError):
    """Something outside the objects is nested too deep to be walked."""


class TooMany(ValueError):
    """There are more objects than may be."""


class Twice(ValueError):
    """A property that is there twice; the message is its name in quotes."""


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The properties of an object, each once; Twice otherwise."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise Twice(f"“{_shown(next(name for name in names if names.count(name) > 1))}”")
    return made


def enveloped(text: str, most: int | None = None) -> tuple[list[str] | None, dict[str, Any]]:
    """The text of each object in the list `objects` of a bundle or envelope, and the properties beside that list.

    Without such a list: None, and of the properties the names alone. BadJson, TooDeep, Twice where the envelope itself
    cannot be read, TooMany as soon as there are more than `most` objects.
    """
    found: list[str] | None = None
    others: list[tuple[str, int]] = []
    at, closed = _opened(text, _after(text, 0), "{", "}")
    while not closed:
        name, at = _name(text, at)
        if name == "objects" and found is None and text.startswith("[", at):
            found, at = _elements(text, at, most)
        else:
            others.append((name, at))
            at = _end_of(text, at)
        at, closed = _gone_on(text, at, "}")
    _ended(text, at)
    if found is None:
        return None, dict.fromkeys(name for name, _ in others)
    once([("objects", None), *others])
    return found, {name: _beside(text, at) for name, at in others}


def listed(text: str) -> list[str]:
    """The text of each object in a list; BadJson where it is none."""
    found, at = _elements(text, _after(text, 0), None)
    _ended(text, at)
    return found


def _elements(text: str, at: int, most: int | None) -> tuple[list[str], int]:
    """The elements of the list that begins at `at`, and where it ends."""
    found: list[str] = []
    at, closed = _opened(text, at, "[", "]")
    while not closed:
        end = _end_of(text, at)
        found.append(text[at:end])
        if most is not None and len(found) > most:
            raise TooMany
        at, closed = _gone_on(text, end, "]")
    return found, at


def _opened(text: str, at: int, opening: str, closing: str) -> tuple[int, bool]:
    """Where the first element begins; or, with True, where what has none ends."""
    at = _after(text, _expect(text, at, opening))
    return (at + 1, True) if text.startswith(closing, at) else (at, False)


def _gone_on(text: str, at: int, closing: str) -> tuple[int, bool]:
    """Where the element after the one that ended at `at` begins; or, with True, where the whole ends."""
    at = _after(text, at)
    if text.startswith(closing, at):
        return at + 1, True
    return _after(text, _expect(text, at, ",")), False


def _name(text: str, at: int) -> tuple[str, int]:
    """The name of the property at `at`, and where its value begins."""
    if not text.startswith('"', at):
        raise BadJson("a name is missing")
    name, at = _scanned(text, at, _plain)
    return name, _after(text, _expect(text, _after(text, at), ":"))


def _refuse(_constant: str) -> NoReturn:
    raise BadJson("NaN and Infinity are no JSON")


# Numbers stay text: this is about where they end.
_plain = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse)
_checked = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse, object_pairs_hook=once)


def _scanned(text: str, at: int, decoder: json.JSONDecoder) -> tuple[Any, int]:
    try:
        return decoder.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise BadJson(str(error)) from error


def _beside(text: str, at: int) -> Any:
    """A value of the envelope that is no list of objects."""
    try:
        return _scanned(text, at, _checked)[0]
    except RecursionError as error:
        raise TooDeep from error


def _end_of(text: str, at: int) -> int:
    """Where the value that begins at `at` ends. What is nested too deep to be walked ends with its last bracket."""
    try:
        return _scanned(text, at, _plain)[1]
    except RecursionError:
        depth = 0
        for match in _STRING_OR_BRACKET.finditer(text, at):
            sign = match[0]
            depth += (sign in ("{", "[")) - (sign in ("}", "]"))
            if depth == 0:
                return match.end()
    raise BadJson("it is cut off")


def _after(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _expect(text: str, at: int, sign: str) -> int:
    if not text.startswith(sign, at):
        raise BadJson(f"{sign} is missing")
    return at + 1


def _ended(text: str, at: int) -> None:
    if _after(text, at) != len(text):
        raise BadJson("something follows")


def _shown(name: str) -> str:
    """A name as it can be stored and shown, however odd it is."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name[:80])
