"""What tests of saved searches do on the pages: saving one, letting it find, reading what it says."""

from dataclasses import dataclass
from typing import Any

from web_world import Person, World

from tocsin.projections.alerting import EVERY_MS, Alerting
from tocsin.times import now_ms

HOSTILE = "<b>x</b> https://evil.example/"


@dataclass
class Finder:
    """Finds what is new over a world's pages; the moment moves on with each look."""

    world: World
    alerting: Alerting
    now: int

    def look(self) -> None:
        self.world.index()
        self.now += EVERY_MS
        while self.alerting.step(self.now):
            pass


def finder(world: World) -> Finder:
    services = world.services
    return Finder(world, Alerting(services.database, services.engine, services.screening.number_token), now_ms())


def saved(person: Person, question: str = "northbank", name: str = "Our brand", **filters: str) -> str:
    """The id of a search that is saved now."""
    answer = person.post("/searches/save", {"q": question, "name": name, **filters})
    assert answer.status_code == 302, answer.text
    assert answer.location.startswith("/searches/"), answer.location
    return str(answer.location.rpartition("/")[2])


def page(person: Person, search_id: str, do: str = "", **fields: Any) -> str:
    """The page of a search, after doing something with it."""
    if do:
        return person.post(f"/searches/{search_id}/{do}", fields, follow_redirects=True).text
    return person.get(f"/searches/{search_id}").text
