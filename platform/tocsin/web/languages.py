"""Which language somebody reads: the one they chose, else one that their browser asks for, else the exchange's."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import flask_babel
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Blueprint, Flask, Response, abort, current_app, g, has_request_context, redirect, request, url_for
from flask_babel import Babel, Domain
from sqlalchemy.exc import SQLAlchemyError

from tocsin.members.people import choose_language
from tocsin.publishing.exchange import default_language
from tocsin.web.services import services
from tocsin.web.session import local

pages = Blueprint("languages", __name__)

SOURCE = "en"
"""The language in which the pages are written."""

CATALOGUES = Path(__file__).parent / "translations"
COOKIE = "tocsin-language"
_COOKIE_S = 365 * 86_400
_MOST_PROPOSED = 20
"""Languages that a browser asks for and that are looked at: people read fewer."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the pages can be read in: its code, its own name, and in which direction it is written."""

    code: str
    name: str
    direction: str


@cache
def languages() -> dict[str, Language]:
    """Every language there is a catalogue of, by its code as HTML has it; the pages' own first."""
    codes = [SOURCE, *sorted(path.stem for path in CATALOGUES.glob("*.po"))]
    return {one.code: one for one in map(_language, codes)}


@cache
def catalogue(code: str) -> Catalog:
    """What a catalogue says; empty for the pages' own language."""
    path = CATALOGUES / f"{_locale(code)}.po"
    if not path.exists():
        return Catalog(_locale(code))
    with path.open("rb") as file:
        return read_po(file, locale=str(_locale(code)))


def install(app: Flask) -> None:
    """Let every page be read in a person's language."""
    babel = Babel()
    babel.domain_instance = _Catalogues()
    babel.init_app(app, default_locale=SOURCE, locale_selector=lambda: str(_locale(chosen())))
    app.register_blueprint(pages)
    app.context_processor(_always)
    app.after_request(_varies)


def gettext(text: str, /, **values: object) -> str:
    """A message in the reader's language, with these values in its blanks."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """A message about a number of things, in the form that the reader's language has for so many.

    The number stands in the blank `num`, unless something else is given for it.
    """
    said = flask_babel.get_domain().get_translations().ungettext(one, many, number)
    return str(said % {"num": number, **values})


def pgettext(context: str, text: str, /) -> str:
    """A message that means several things, in this one."""
    return str(flask_babel.pgettext(context, text))


@dataclass(frozen=True, slots=True)
class Words:
    """Messages in one language, for what is no answer to a request."""

    translations: Translations

    def gettext(self, text: str, /, **values: object) -> str:
        """As the function of this name."""
        return str(self.translations.ugettext(text) % values)

    def ngettext(self, one: str, many: str, number: int, /) -> str:
        """As the function of this name."""
        return str(self.translations.ungettext(one, many, number) % {"num": number})


def words_in(code: str) -> Words:
    """Messages in this language; in the pages' own where there is no catalogue of it."""
    return Words(_translations(code if code in languages() else SOURCE))


def reading() -> Locale:
    """How the reader's language writes days and numbers."""
    return _locale(chosen())


def chosen() -> str:
    """The code of the language of whoever asks now; what programs get is in the pages' own."""
    if not has_request_context():
        return SOURCE
    found: str | None = g.get("language")
    if found is None:
        found = g.language = _chosen()
    return found


@pages.post("/language")
def choose() -> Any:
    """Remember a language: for the person where somebody is signed in, and in a cookie for the page to sign in."""
    code, target = request.form.get("language", ""), local(request.form.get("next")) or url_for("home.home")
    if code not in languages():
        abort(400)
    if g.principal is not None:
        with services().database.writing() as connection:
            choose_language(connection, g.principal.user_key, code)
    answer = redirect(target)
    answer.set_cookie(COOKIE, code, _COOKIE_S, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer


class _Catalogues(Domain):  # type: ignore[misc]
    """Catalogues as translators write them: no compiled copy that could be missing, or older."""

    def get_translations(self) -> Any:
        locale = flask_babel.get_locale()
        return _translations(SOURCE if locale is None else str(locale).replace("_", "-"))


@cache
def _translations(code: str) -> Translations:
    compiled = BytesIO()
    write_mo(compiled, catalogue(code))
    compiled.seek(0)
    return Translations(compiled)


def _chosen() -> str:
    if request.path.startswith("/api/"):
        return SOURCE
    person, known = g.get("principal"), languages()
    for said in (person.language if person is not None else None, request.cookies.get(COOKIE)):
        if said in known:
            return str(said)
    for tag, quality in list(request.accept_languages)[:_MOST_PROPOSED]:
        for said in _spellings(tag) if quality > 0 else ():
            if said in known:
                return said
    return _of_the_exchange()


def _spellings(tag: str) -> list[str]:
    """A language that a browser asks for, as catalogues may be called: `zh-TW` reads what is written in `zh-Hant`."""
    primary = tag.partition("-")[0].lower()
    try:
        locale = _locale(tag)
    except (ValueError, TypeError, UnknownLocaleError):
        return [primary]
    _, _, likely = get_global("likely_subtags").get(locale.language, "").partition("_")
    return [tag, f"{locale.language}-{locale.script or likely.partition('_')[0]}", locale.language, primary]


def _of_the_exchange() -> str:
    """The language that the exchange's administrators set, in pages that nothing else decides."""
    try:
        with services().database.reading() as connection:
            said = default_language(connection)
    except SQLAlchemyError:
        said = None  # the page that says what went wrong is a page too
    return said if said in languages() else SOURCE


def _always() -> dict[str, object]:
    return {"language": languages()[chosen()], "languages": languages().values(), "this_page": _this_page}


def _this_page() -> str:
    """Where whoever changes the language here comes back to: this page, where it can be asked for again."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    adapter = current_app.create_url_adapter(request)
    return request.path if adapter is not None and adapter.test(method="GET") else url_for("home.home")


def _varies(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def _locale(code: str) -> Locale:
    return Locale.parse(code, sep="-" if "-" in code else "_")


def _language(code: str) -> Language:
    locale = _locale(code)
    return Language(str(locale).replace("_", "-"), _own_name(locale), locale.text_direction)


def _own_name(locale: Locale) -> str:
    """What a language calls itself, as a choice begins: "Français"."""
    name = locale.get_display_name(str(locale)) or str(locale)
    return name[:1].upper() + name[1:]
