"""Finds in code the sentences that it makes for people, by their form: nobody has to mark them."""

import ast
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

_SENTENCE = re.compile(r"(?s)(?:[A-Z“‘%]|\d).*\s.*[.?!:]”?")
_ONE_WORD = re.compile(r"[A-Z][a-z]+\.")
_WORDS = re.compile(r"[A-Za-z0-9][\w’', .:;()%-]* [\w’', .:;()%-]*")
_PHRASE = re.compile(r"[A-Za-z][^<>{}|\\^=/_]*")
_BLANK = re.compile(r"%\(\w+\)s")
_HOLE = re.compile(r"\{\}")
_CODE = re.compile(r"[<>{}|\\^=\[\]/@]|\w:%")
_SAYS_SOMETHING = 6
"""Letters that a sentence has at least besides its blanks: with fewer it would be found in everything."""

_SAYS_ENOUGH = 10
"""With so many letters besides its blanks it may end in any way."""

_TO_MACHINES = frozenset({"log", "re", "sa", "struct", "structlog", "Markup", "op"})
_NOTED = frozenset(
    {"note", "noted", "warning", "info", "exception", "compile", "execute", "gettext", "ngettext", "pgettext"}
)
"""Calls whose words no page shows, or that say themselves that they are to be translated."""


def sentences(path: Path) -> Iterator[str]:
    """The sentences of a module with their blanks, `%(name)s`; what it raises need not end like one."""
    for text, raised in _texts(ast.parse(path.read_text("utf-8")), raised=False):
        says = sum(map(str.isalpha, _BLANK.sub("", text)))
        if says >= _SAYS_SOMETHING and _is_said(text, says, raised):
            yield _with_named_holes(text)


def phrases(path: Path) -> Iterator[str]:
    """The parts of sentences in a module that puts sentences together."""
    for text, _ in _texts(ast.parse(path.read_text("utf-8")), raised=False):
        if _WORDS.fullmatch(text) and not _BLANK.search(text):
            yield text


def tables(path: Path) -> Iterator[str]:
    """The phrases that are values of a module's own dictionaries, or titles in them."""
    for statement in ast.parse(path.read_text("utf-8")).body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Dict):
            if "_HEADERS" in ast.dump(statement):
                continue
            for value in statement.value.values:
                for each in value.elts if isinstance(value, ast.Tuple) else [value]:
                    if isinstance(each, ast.Constant) and isinstance(each.value, str) and _is_phrase(each.value):
                        yield each.value.replace("%", "%%")


def _is_phrase(text: str) -> bool:
    return bool(_PHRASE.fullmatch(text)) and ("-" not in text or " " in text)


def _is_said(text: str, says: int, raised: bool) -> bool:
    if _SENTENCE.fullmatch(text) or _ONE_WORD.fullmatch(text) or (raised and " " in text.strip()):
        return True
    return says >= _SAYS_ENOUGH and " " in text and bool(_BLANK.search(text)) and not _CODE.search(text)


def _with_named_holes(text: str) -> str:
    numbers = count(1)
    return _HOLE.sub(lambda _: f"%(part{next(numbers)})s", text)


def _texts(node: ast.AST, *, raised: bool) -> Iterator[tuple[str, bool]]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # documentation
    if isinstance(node, ast.Call) and _is_for_machines(node.func):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value.replace("%", "%%"), raised
    elif isinstance(node, ast.JoinedStr):
        yield _with_blanks(node), raised
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _texts(part.value, raised=raised)
        return
    for child in ast.iter_child_nodes(node):
        yield from _texts(child, raised=raised or isinstance(node, ast.Raise))


def _is_for_machines(called: ast.expr) -> bool:
    root = called
    while isinstance(root, ast.Attribute):
        root = root.value
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return getattr(root, "id", "") in _TO_MACHINES or name in _NOTED


def _with_blanks(text: ast.JoinedStr) -> str:
    """A formatted string with a blank for each of its values, called as the value is in the code."""
    made, taken = "", set[str]()
    for part in text.values:
        if isinstance(part, ast.Constant):
            made += str(part.value).replace("%", "%%")
        elif isinstance(part, ast.FormattedValue):
            name = base = _called(part.value).strip("_").lower() or "what"
            while name in taken:
                name = f"{base}{len(taken) + 1}"
            taken.add(name)
            made += f"%({name})s"
    return made


def _called(value: ast.expr) -> str:
    if isinstance(value, ast.Call):
        value = value.func
    return value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "what")
