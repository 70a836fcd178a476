"""Pages in a reader's language: who decides which, and what stands on them."""

import re
from decimal import Decimal

import pytest
from web_world import Person, World

from tocsin.identifiers import KINDS
from tocsin.intake.money import Money
from tocsin.publishing.exchange import set_default_language
from tocsin.reports.loss import Loss
from tocsin.stix import CRIME_TYPES
from tocsin.web import languages
from tocsin.web.sentences import in_language

FRENCH = {"Accept-Language": "fr-CH, fr;q=0.9, en;q=0.5"}
COOKIE = languages.COOKIE


def language_of(page: str) -> str:
    found = re.search(r'<html lang="([^"]+)" dir="([a-z]+)">', page)
    assert found is not None
    assert found[2] == "ltr"
    return found[1]


def read(person: Person, url: str = "/sign-in", **headers: str) -> str:
    return person.get(url, headers=headers).text


def choose(person: Person, code: str, back: str = "/reports") -> str:
    answer = person.post("/language", {"language": code, "next": back})
    assert answer.status_code == 302
    return answer.location


def test_english_is_what_nobody_has_to_ask_for(world: World) -> None:
    page = read(world.person())
    assert language_of(page) == "en"
    assert "<h1>Sign in</h1>" in page


def test_the_browser_proposes_a_language(world: World) -> None:
    page = read(world.person(), **FRENCH)
    assert language_of(page) == "fr"
    assert "<h1>Se connecter</h1>" in page


def test_a_browser_without_a_language_of_ours_gets_the_exchanges(world: World) -> None:
    with world.house.database.writing() as connection:
        set_default_language(connection, "fr")
    assert language_of(read(world.person())) == "fr"
    assert language_of(read(world.person(), **{"Accept-Language": "tlh"})) == "fr"
    assert language_of(read(world.person(), **{"Accept-Language": "en-SG"})) == "en"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("zh-TW", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("fr-CA,en;q=0.5", "fr"),
        ("fr;q=0, en;q=0.1", "en"),
        ("tlh, fr;q=0.3, en;q=0.2", "fr"),
        ("tl", "fil"),
        ("*", "en"),
    ],
)
def test_a_browser_is_understood(world: World, monkeypatch: pytest.MonkeyPatch, asked: str, found: str) -> None:
    known = {code: languages._language(code) for code in ("en", "fil", "fr", "zh_Hans", "zh_Hant")}
    named = {one.code: one for one in known.values()}
    monkeypatch.setattr(languages, "languages", lambda: named)
    with world.app.test_request_context(headers={"Accept-Language": asked}):
        assert languages.chosen() == found


def test_a_default_that_no_catalogue_has_any_more_harms_nothing(world: World) -> None:
    with world.house.database.writing() as connection:
        set_default_language(connection, "xx")
    assert language_of(read(world.person())) == "en"


def test_what_a_stranger_chose_is_kept_in_a_cookie_and_beats_the_browser(world: World) -> None:
    person = world.person()
    token = re.search(r'name="csrf_token" value="([^"]+)"', read(person))
    assert token is not None
    data = {"csrf_token": token[1], "language": "fr", "next": "/sign-in"}
    answer = person.client.post("/language", data=data)
    assert answer.location == "/sign-in"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert language_of(read(person, **{"Accept-Language": "en"})) == "fr"


def test_what_a_person_chose_goes_with_them_to_another_browser(world: World) -> None:
    assert choose(world.person("clerk"), "fr") == "/reports"
    other = world.person("clerk")
    other.client.set_cookie(COOKIE, "en")
    assert language_of(read(other, "/", **{"Accept-Language": "en"})) == "fr"
    assert language_of(read(world.person("desk"), "/")) == "en"


def test_choosing_a_language_ends_no_session(world: World) -> None:
    person, elsewhere = world.person("clerk"), world.person("clerk")
    choose(person, "fr")
    assert person.get("/").status_code == elsewhere.get("/").status_code == 200


@pytest.mark.parametrize("code", ["", "xx", "../fr", "fr\r\nSet-Cookie: a=b", "FR", "e" * 5_000])
def test_what_is_no_language_is_not_chosen(world: World, code: str) -> None:
    person = world.person("clerk")
    assert person.post("/language", {"language": code}).status_code == 400
    assert language_of(read(person, "/")) == "en"


@pytest.mark.parametrize("back", ["//other.example", "https://other.example/", "/\\other.example", "javascript:x"])
def test_nobody_is_sent_to_another_host(world: World, back: str) -> None:
    assert choose(world.person("clerk"), "fr", back) == "/"


@pytest.mark.parametrize(
    "said", ["../../etc/passwd", "fr_FR.UTF-8", "<script>", "%00", "-", ";q=", "fr;q=x", "*", "a" * 4_000, "zh-" * 500]
)
def test_a_hostile_header_or_cookie_is_harmless(world: World, said: str) -> None:
    person = world.person()
    assert person.get("/sign-in", headers={"Accept-Language": said}).status_code == 200
    person.client.set_cookie(COOKIE, said)
    answer = person.get("/sign-in")
    assert answer.status_code == 200
    assert language_of(answer.text) == "en"
    assert "<script>" not in answer.text


def test_the_form_comes_back_to_where_it_stands(world: World) -> None:
    person = world.person("clerk")
    assert 'name="next" value="/search?q=%3Cb%3E"' in read(person, "/search?q=%3Cb%3E")
    # a page that answers a form is asked for again where it can be
    assert 'name="next" value="/submit"' in person.post("/submit", {"text": ""}).text


def test_an_answer_says_what_it_depends_on(world: World) -> None:
    assert {"Accept-Language", "Cookie"} <= set(world.person().get("/sign-in").headers["Vary"].split(", "))


def test_programs_are_answered_in_english(world: World) -> None:
    token = world.token_of("bank-a")
    said = world.app.test_client().post("/api/v1/reports", headers={**token, **FRENCH}, data={"text": "nothing"})
    assert said.status_code in (400, 415, 422)
    assert not re.search("[éèàç]", said.text)
    world.house.submit("bank-a", "evil-shop.example\n")
    person = world.person("clerk")
    report = re.search(r'/reports/([0-9a-f-]{36})"', read(person, "/reports", **FRENCH))
    assert report is not None
    body = person.get(f"/api/v1/reports/{report[1]}", headers=FRENCH).text
    assert "Published." in body
    assert "Publié." in read(person, f"/reports/{report[1]}", **FRENCH)
    assert "Published." in read(person, f"/reports/{report[1]}")


@pytest.mark.parametrize(
    ("rows", "words"),
    [(1, "1 ligne attend une deuxième voix"), (2, "2 lignes attendent une deuxième voix")],
)
def test_plurals_are_those_of_the_language(world: World, rows: int, words: str) -> None:
    world.house.submit("bank-a", "".join(f"+44 20 7946 0{n:03d}\n" for n in range(100, 100 + rows)))
    assert words in read(world.person("clerk"), "/", **FRENCH)


def test_nothing_is_counted_like_one_in_french(world: World) -> None:
    with world.app.test_request_context(headers=FRENCH):
        world.app.preprocess_request()
        said = world.app.jinja_env.from_string('{{ ngettext("%(num)s found", "%(num)s found", n) }}')
        assert [said.render(n=n) for n in (0, 1, 2)] == ["0 résultat", "1 résultat", "2 résultats"]


def test_days_numbers_and_money_are_those_of_the_language(world: World) -> None:
    source = "{{ 1769851800125|day }}; {{ 1769851800125|moment }}; {{ 1234567|number }}; {{ 'SG'|country }}; "
    source += "{{ 1500000|bytes }}; {{ loss|money }}; {{ asked|money }}; {{ yen|money }}"
    amounts = {"loss": Loss(1250050, "EUR"), "asked": Money(Decimal("12500.00"), "SGD"), "yen": Loss(1000, "JPY")}
    shown = {}
    for code in ("en", "fr"):
        with world.app.test_request_context(headers={"Accept-Language": code}):
            world.app.preprocess_request()
            shown[code] = world.app.jinja_env.from_string(source).render(amounts).split("; ")
    assert shown["en"] == [
        *("2026-01-31", "2026-01-31 09:30 UTC", "1,234,567", "SG", "1.5 MB"),
        *("12,500.50 EUR", "SGD 12,500.00", "1,000 JPY"),
    ]
    assert [words.replace("\u202f", "_") for words in shown["fr"]] == [
        *("31 janv. 2026", "31 janv. 2026 09:30 UTC", "1_234_567", "Singapour", "1,5 Mo"),
        *("12_500,50 EUR", "12_500,00 SGD", "1_000 JPY"),
    ]


def test_a_value_stays_a_value_in_every_language(world: World) -> None:
    hostile = '"><script>alert(1)</script>%(text)s%s{{ 7 * 7 }}.example'
    for headers in ({}, FRENCH):
        page = world.person("clerk").get("/search", query_string={"q": hostile}, headers=headers).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;%(text)s%s{{ 7 * 7 }}" in page


def test_sentences_from_elsewhere_are_told_in_french() -> None:
    told = {
        "Published.": "Publié.",
        "It waits for a second member's report or a moderator's approval.": (
            "Cela attend le signalement d’un deuxième membre ou l’approbation d’un modérateur."
        ),
        "'a.b' is not a domain such as example.com.": "'a.b' n’est pas un domaine tel que example.com.",
        "pay.example is on the list of banks' own sites, so it is not published.": (
            "pay.example figure sur la liste\u00a0: sites des banques\u00a0; ce n’est donc pas publié."
        ),
        "The file is empty. The check digit is wrong.": "Le fichier est vide. La clé de contrôle est fausse.",
        "What a moderator wrote stays.": "What a moderator wrote stays.",
        "": "",
    }
    assert {text: in_language(text, "fr") for text in told} == told


def test_a_sentence_with_a_hostile_value_is_neither_slow_nor_filled_twice() -> None:
    value = "%(what)s" * 20 + " is not a domain such as " * 20
    said = in_language(f"{value} is not a domain such as example.com.", "fr")
    assert "%(what)s" in said
    assert in_language("It is. " * 100, "fr") == "It is. " * 100
    assert in_language("is on the list of " * 50_000, "fr") == "is on the list of " * 50_000


def test_kinds_and_crimes_are_named_in_french() -> None:
    same = {one.label for one in (*CRIME_TYPES.values(), *KINDS.values()) if in_language(one.label, "fr") == one.label}
    assert same == {"Sanctions"}
    assert in_language("Romance fraud", "fr") == "Arnaque sentimentale"
