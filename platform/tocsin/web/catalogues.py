"""Keeps the catalogues that translators write.

    python -m tocsin.web.catalogues            bring every catalogue up to date
    python -m tocsin.web.catalogues da zh_Hans begin these, and bring the others up to date

A message is what a page marks with `_()` or `ngettext()`, and what code says and a page shows (see `sentences`).
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_python
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from tocsin.web.languages import CATALOGUES
from tocsin.web.sentences import MADE_ELSEWHERE
from tocsin.web.spoken import phrases, sentences, tables
from tocsin.web.vocabulary import words

_PACKAGE = Path(__file__).parents[1]
_WEB = Path(__file__).parent
_SPEAKING = (
    "alerts",
    "identifiers",
    "intake",
    "screening",
    "policy",
    "members",
    "reports",
    "publishing",
    "search",
    "cases",
    "dossiers/checking.py",
    "stix",
    "web",
)
"""The packages, and one module, whose sentences reach a page."""

_COMPOSING = (
    *("identifiers/banks.py", "identifiers/ip.py", "intake/case.py", "intake/detect.py", "policy/carry.py"),
    *("members/answerable.py", "screening/allowlists.py", "screening/lists.py", "screening/lookalike.py"),
    *("screening/screen.py", "publishing/filings.py", "reports/unmasking.py", "web/found.py", "web/evidence.py"),
    *("web/lists.py", "web/sources.py", "web/tokens.py", "web/account.py", "web/audit.py", "web/timeline.py"),
    "identifiers/schemes/*",
)
"""Modules that put sentences together from parts."""

_SILENT = frozenset(
    {
        "openapi.py",
        "openapi_schemas.py",
        "catalogues.py",
        "tables.py",
        "medallion_data.py",
        "secrecy.py",
        "extensions.py",
        "audit_chain.py",
        "vocabulary.py",
        "hits_forms.py",
    }
)
_ENGINES = ("tantivy_", "elasticsearch_")
"""What engines say is for whoever runs them."""

_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
_WIDTH = 110
_UNSTEADY = re.compile(
    rb'"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|'
    rb'Language-Team)[^"]*"\n'
)
"""Lines of a header that say nothing, or would change although no message does."""


@dataclass(frozen=True, slots=True)
class Found:
    """A message and the file that it stands in; `plural` where it counts, `context` where a word means several things.

    `comments` are for translators, and one of them for `sentences`.
    """

    place: str
    text: str
    plural: str | None = None
    context: str | None = None
    comments: tuple[str, ...] = ()


def template() -> Catalog:
    """Every message there is, without translations."""
    made = Catalog(project="Tocsin", charset="utf-8", fuzzy=False)
    for one in (*_marked(), *_made(), *_words()):
        key = (one.text, one.plural) if one.plural else one.text
        # a line number would change every day
        made.add(key, locations=[(one.place, 0)], auto_comments=one.comments, context=one.context)
    return made


def updated(old: bytes | None, locale: str) -> bytes:
    """A catalogue with every message there is, its translations kept; what nobody says any more is left out."""
    made, known = template(), read_po(BytesIO(old), locale=locale) if old is not None else Catalog(locale)
    # as many forms as were translated: Babel changes its mind on how many a language has (French: 2, later 3)
    made.mime_headers = known.mime_headers
    made.locale = Locale.parse(locale)
    made.header_comment = f"# The pages of Tocsin in {made.locale.english_name}; see docs/languages.md."
    for message in made:
        before = known.get(message.id, message.context) if message.id else None
        if before is not None and not before.fuzzy:
            message.string = before.string
    written = BytesIO()
    write_po(written, made, width=_WIDTH, include_lineno=False)
    return _UNSTEADY.sub(b"", written.getvalue())


def is_whole(message: Message) -> bool:
    """Whether every form of a message is translated."""
    said = message.string or ""
    return bool(said) and (isinstance(said, str) or all(said))


def main(begun: Iterable[str]) -> None:
    """Bring every catalogue up to date, and begin others."""
    CATALOGUES.mkdir(exist_ok=True)
    for path in sorted({*CATALOGUES.glob("*.po"), *(CATALOGUES / f"{Locale.parse(one)}.po" for one in begun)}):
        made = updated(path.read_bytes() if path.exists() else None, path.stem)
        path.write_bytes(made)
        missing = sum(bool(one.id) and not is_whole(one) for one in read_po(BytesIO(made), locale=path.stem))
        sys.stdout.write(f"{path.name}: {missing} to translate\n")


def _marked() -> Iterator[Found]:
    for path in sorted(_WEB.glob("templates/*.html")):
        yield from _extracted(babel_extract, path)
    for path in sorted(_WEB.glob("*.py")):
        yield from _extracted(extract_python, path)


def _extracted(method: object, path: Path) -> Iterator[Found]:
    options = {"newstyle_gettext": "true", "silent": "false", "encoding": "utf-8"}
    with path.open("rb") as file:
        for _, message, _, context in extract(method, file, _KEYWORDS, options=options):  # type: ignore[arg-type]
            text, plural = message if isinstance(message, tuple) else (message, None)
            yield Found(_place(path), text, plural, context)


def _made() -> Iterator[Found]:
    for speaking in _SPEAKING:
        place = _PACKAGE / speaking
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            if path.name not in _SILENT and not path.name.startswith(_ENGINES):
                for text in sentences(path):
                    yield Found(_place(path), text, comments=(MADE_ELSEWHERE,))
    for path in sorted(path for pattern in _COMPOSING for path in _PACKAGE.glob(pattern) if path.suffix == ".py"):
        for text in phrases(path):
            yield Found(_place(path), text, comments=(MADE_ELSEWHERE,))
    for path in sorted(_WEB.glob("*.py")):
        if path.name not in _SILENT:
            for text in tables(path):
                yield Found(_place(path), text, comments=(MADE_ELSEWHERE,))


def _words() -> Iterator[Found]:
    for what, word in words():
        text = word if "%(" in word else word.replace("%", "%%")
        yield Found("web/vocabulary.py", text, comments=(MADE_ELSEWHERE, what))


def _place(path: Path) -> str:
    return str(path.relative_to(_PACKAGE))


if __name__ == "__main__":
    main(sys.argv[1:])
