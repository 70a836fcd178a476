"""The page of what was erased."""

from pathlib import Path

from web_world import World

from tocsin.identifiers import read
from tocsin.publishing.erase import erase
from tocsin.times import now_ms


def test_it_says_so_and_shows_nothing_of_it(world: World, tmp_path: Path) -> None:
    world.house.submit("bank-a", "gone.example\n")
    url = world.indicator_url("Scams", "[domain-name:value = 'gone.example']")
    what = read("gone.example", "domain")
    erase(world.house.database, world.house.exchange, what, str.encode, lambda _: None, "letter 17", "admin", now_ms())
    page = world.person("clerk").get(url)
    assert page.status_code == 200
    assert "<h1>Erased</h1>" in page.text
    assert "remove it there too" in page.text
    for words in ("gone.example", "The true value", "independent member"):
        assert words not in page.text
