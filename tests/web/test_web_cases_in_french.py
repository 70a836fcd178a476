"""Cases and relations in French: their pages, and what the graph says; exports and programs stay English."""

import json
from html import unescape
from html.parser import HTMLParser

import pytest
from case_world import exported, opened, pages_of, published, put
from web_world import Person, World

from tocsin.web.languages import COOKIE, ngettext


class Graph(HTMLParser):
    """What a page hands to the script of the graph."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: dict[str, str | dict[str, str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("id") == "graph":
            self.words = json.loads(named["data-words"] or "{}")


@pytest.fixture
def reader(world: World) -> Person:
    person = world.person("inspector")
    person.client.set_cookie(COOKIE, "fr")
    return person


def domain(name: str) -> str:
    return f"[domain-name:value = '{name}']"


def words_of(page: str) -> str:
    return unescape(page).replace("\u00a0", " ")


def test_a_case_is_read_in_french_and_exported_in_english(world: World, reader: Person) -> None:
    first, second = published(world, "first-scam.example", "second-scam.example")
    assert "Aucun dossier n’est ouvert." in words_of(reader.get("/cases").text)
    case_id = opened(reader)
    page = words_of(put(reader, case_id, first, second).text)
    assert "2 ajouté(s)." in page
    assert "la version la plus récente" in page
    assert "Tout cela s’y trouve déjà" in words_of(put(reader, case_id, first).text)
    refused = words_of(reader.post(f"/cases/{case_id}/notes", {"note": " "}).text)
    assert "Écrivez d’abord quelque chose." in refused
    assert "the newest version" in "".join(pages_of(exported(reader, case_id, "pdf")))


def test_an_export_is_checked_in_french(world: World, reader: Person) -> None:
    case_id = opened(reader)
    put(reader, case_id, *published(world, "first-scam.example"))
    place = world.collection_id("Scams")
    lines = f"{place} 2026-11-01T00:00:00.000Z {'0' * 64}"
    page = words_of(reader.post("/cases/check", {"lines": lines}).text)
    assert "0 élément sur 1 est dans le registre" in page
    assert "Il n’y a rien à cet endroit" in page
    assert "Choisissez le fichier" in words_of(reader.post("/cases/check", {"lines": ""}).text)


def test_why_things_are_joined_is_told_in_french_and_to_programs_in_english(world: World, reader: Person) -> None:
    world.house.submit("bank-a", "one.example\ntwo.example\n")
    world.index()
    url = world.indicator_url("Scams", domain("one.example"))
    for page in (reader.get(url).text, reader.get(f"{url}/related").text):
        assert "dans un même signalement" in words_of(page)
        assert "1 membre : Bank A" in words_of(page)
    (told,) = reader.get(f"/api/v1{url}/related").json["related"]
    assert (told["why"], told["who"]) == ("in one report", "1 member: Bank A")


def test_the_timeline_is_told_in_french(world: World, reader: Person) -> None:
    world.house.submit("bank-a", "one.example\n")
    world.index()
    page = words_of(reader.get(world.indicator_url("Scams", domain("one.example"))).text)
    assert "Publié ici" in page
    assert "Bank A l’a signalé" in page


def test_the_graph_has_its_words_from_the_page(world: World, reader: Person) -> None:
    world.house.submit("bank-a", "one.example\ntwo.example\n")
    world.index()
    url = f"{world.indicator_url('Scams', domain('one.example'))}/related"
    french, english = Graph(reader.get(url).text).words, Graph(world.person("clerk").get(url).text).words
    assert french.keys() == english.keys()
    same = {name for name, words in french.items() if words == english[name]}
    assert same == set()
    assert english["members"] == {"one": "{number} member: {names}", "other": "{number} members: {names}"}
    assert set(french["members"]) == {"one", "many", "other"}


def test_what_stands_for_a_number_may_be_given(world: World) -> None:
    with world.app.test_request_context(headers={"Accept-Language": "fr"}):
        world.app.preprocess_request()
        said = [ngettext("%(num)s thing", "%(num)s things", number, num="{n}") for number in (0, 1, 2)]
    assert said == ["{n} élément", "{n} élément", "{n} éléments"]
