"""Catalogues: nothing is said that they lack, and what they say keeps blanks, marks and places."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

import tocsin.web
from tocsin.web import languages
from tocsin.web.catalogues import is_whole, main, template, updated
from tocsin.web.languages import CATALOGUES, SOURCE
from tocsin.web.spoken import sentences

BLANK = re.compile(r"%\((\w+)\)s")
MARK = re.compile(r"<[^>]*>")
CODES = [code for code in languages.languages() if code != SOURCE]
WEB = Path(tocsin.web.__file__).parent


def messages(code: str) -> list[Message]:
    return [message for message in languages.catalogue(code) if message.id]


def forms(said: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return said if isinstance(said, tuple) else (said or "",)


def keys(found: list[Message]) -> set[tuple[str, str | None]]:
    return {(forms(message.id)[0], message.context) for message in found}


def test_english_and_french_are_there() -> None:
    assert next(iter(languages.languages())) == "en"
    assert languages.languages()["fr"].name == "Français"
    assert languages.languages()["fr"].direction == "ltr"


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_has_every_message_and_no_other(code: str) -> None:
    assert keys(messages(code)) == keys([one for one in template() if one.id])


@pytest.mark.parametrize("code", CODES)
def test_every_message_is_translated_and_none_is_a_guess(code: str) -> None:
    assert [message.id for message in messages(code) if message.fuzzy or not is_whole(message)] == []


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_blanks_of_its_message(code: str) -> None:
    wrong = []
    for message in messages(code):
        originals, said = forms(message.id), forms(message.string)
        every = {blank for original in originals for blank in BLANK.findall(original)}
        for form in said:
            blanks = set(BLANK.findall(form))
            # the form for one may say it in words
            if blanks - every or (form == said[-1] and every - blanks):
                wrong.append((message.id, form))
            form % dict.fromkeys(every, "x")
    assert wrong == []


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_marks_of_its_message_and_no_others(code: str) -> None:
    for message in messages(code):
        for form in forms(message.string):
            original = forms(message.id)[-1]
            assert sorted(MARK.findall(form)) == sorted(MARK.findall(original)), message.id
            # it would end the attribute that it stands in
            assert '"' not in MARK.sub("", form) or '"' in MARK.sub("", original), message.id
            assert not {"<", ">", "&"} & (set(MARK.sub("", form)) - set(MARK.sub("", original))), message.id


def test_a_page_marks_only_what_it_says_itself() -> None:
    """What `_()` gets is no value: it would be taken for marks."""
    for path in WEB.glob("templates/*.html"):
        for argument in re.findall(r"(?<![\w.])(?:_|ngettext)\(\s*(.)", path.read_text()):
            assert argument in "\"'", path.name


def test_every_page_says_its_language() -> None:
    assert (
        '<html lang="{{ language.code }}" dir="{{ language.direction }}">' in (WEB / "templates/base.html").read_text()
    )


def test_a_catalogue_is_begun_and_kept_by_one_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.web.catalogues.CATALOGUES", tmp_path)
    main(["da", "zh_Hans"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["da.po", "zh_Hans.po"]
    with (tmp_path / "da.po").open("rb") as file:
        begun = read_po(file, locale="da")
    assert keys([one for one in begun if one.id]) == keys([one for one in template() if one.id])
    assert begun.num_plurals == 2
    with (tmp_path / "zh_Hans.po").open("rb") as file:
        assert read_po(file, locale="zh_Hans").num_plurals == 1
    main([])
    assert (tmp_path / "da.po").read_bytes() == updated((tmp_path / "da.po").read_bytes(), "da")


def test_what_was_translated_stays_and_what_nobody_says_goes() -> None:
    old = b'msgid "Sign in"\nmsgstr "Log ind"\n\nmsgid "Nobody says this"\nmsgstr "Ingen siger dette"\n'
    made = updated(old, "da").decode()
    assert 'msgid "Sign in"\nmsgstr "Log ind"' in made
    assert "Nobody says this" not in made


def test_a_catalogue_keeps_the_plural_forms_it_was_written_with() -> None:
    said = b"Plural-Forms: nplurals=4; plural=(n > 2 ? 3 : n);\\n"
    assert said in updated(b'msgid ""\nmsgstr ""\n"' + said + b'"\n', "fr")


@pytest.mark.parametrize("code", CODES)
def test_the_command_has_nothing_to_change(code: str) -> None:
    path = CATALOGUES / f"{code.replace('-', '_')}.po"
    assert updated(path.read_bytes(), path.stem) == path.read_bytes()


def test_sentences_are_found_in_code_by_their_form(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        '"""A module that says something. It is documentation."""\n'
        "def check(value, kind):\n"
        '    """Documentation is not said to anybody."""\n'
        '    log.info("This is said to a machine.")\n'
        '    raise ValueError(f"{value} is not a {kind.label}, and {value} will not be.")\n'
        'WORD = "a-slug"\n'
        'REASON = "Say why it waits."\n'
        'ADVICE = "It is held by {}.".format\n'
    )
    assert list(sentences(path)) == [
        "%(value)s is not a %(label)s, and %(value3)s will not be.",
        "Say why it waits.",
        "It is held by %(part1)s.",
    ]


_JINJA = r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}"
_TAG = rf"<[/!a-zA-Z](?:{_JINJA}|\"(?:{_JINJA}|[^\"])*\"|[^>\"])*>"
_PIECE = re.compile(rf"({_JINJA})|({_TAG})|([^<{{]+|.)", re.DOTALL)
_READ_OUT = re.compile(rf'\b(?:aria-label|data-label|placeholder|title|alt)="((?:{_JINJA}|[^"])*)"', re.DOTALL)
_AS_IT_IS = re.compile(r"STIX 2\.1|SHA-256|PAP:|TLP:|FRAD|/taxii2/|/collections/|/objects/|aria-\S+|-error\S*|\"true\"")
_MADE_ALONE = {"known.html"}
"""Files to hand over, which no reader's language decides."""


def test_no_page_says_a_word_that_is_not_marked() -> None:
    left = []
    for path in sorted(WEB.glob("templates/*.html")):
        if path.name not in _MADE_ALONE:
            # the language of filters is the same in every language
            page = (
                re.sub(r"(?s)<(dl|pre|code|style)\b[^>]*>.*?</\1>", "", path.read_text())
                if "parts" in path.name
                else None
            )
            left += [(path.name, text) for text in _unmarked(page or path.read_text())]
    assert left == []


def _unmarked(page: str) -> list[str]:
    found, silent = [], False
    for _, tag, text in _PIECE.findall(page):
        silent = bool(re.match(r"<(pre|code|style|script)\b", tag)) if tag else silent
        said = (
            [text]
            if text and not silent
            else [re.sub(_JINJA, "", one, flags=re.DOTALL) for one in _READ_OUT.findall(tag)]
        )
        found += [one.strip() for one in said if re.search(r"[^\W\d_]{2}", _AS_IT_IS.sub("", one))]
    return found


def test_what_is_not_marked_is_found() -> None:
    assert _unmarked('<p title="a word">{{ _("marked") }} not {{ x }}</p>') == ["a word", "not"]
    assert _unmarked('<p{% if x %} class="y"{% endif %}>{{ _("marked") }}: {{ "x" }}<code>curl</code></p>') == []
