"""Feeds for tests: recipes run over a list in a file, in the small exchange of `house`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from house import START, House

from feeds.recipe import Attribution, Recipe
from feeds.run import FeedHouse, run
from feeds.state import Outcome
from tocsin.intake import Claim, Defaults
from tocsin.ledger.read import EVERYTHING, page
from tocsin.members.members import add_member, grant


@dataclass
class Feeds:
    """Runs recipes over a list that the test writes."""

    house: House
    feed_house: FeedHouse
    file: Path

    def recipe(self, **said: Any) -> Recipe:
        usual: dict[str, Any] = {
            "name": "scam-watch",
            "title": "Scam Watch",
            "source": str(self.file),
            "format": "auto",
            "defaults": Defaults(claim=Claim(crime_type="phishing")),
            "tlp": "clear",
            "licence": "CC-BY-4.0",
            "attribution": Attribution("Scam Watch", "https://watch.example/about"),
            "collection": "Open lists",
            "member": "scam-watch",
            "absence": "withdraw",
            "at_least": 1,
            "shrink": 0.5,
            "every": None,
        }
        return Recipe(**usual | said)

    def run(self, content: str | bytes | None = None, **said: Any) -> Outcome:
        if content is not None:
            self.file.write_bytes(content.encode() if isinstance(content, str) else content)
        return run(self.recipe(**said), self.feed_house)

    def add_list(self, slug: str) -> None:
        with self.house.database.writing() as connection:
            member = add_member(connection, slug, slug.replace("-", " ").title(), "list", None, START)
            grant(connection, self.house.collections["Open lists"].key, member.key, read=True, write=True)

    def values(self) -> set[str]:
        """What stands in the collection."""
        return {pattern.split("'")[1] for pattern in self.house.indicators("Open lists")}

    def bodies(self) -> list[bytes]:
        """Everything in the collection, to see that nothing has changed."""
        with self.house.database.reading() as connection:
            key = self.house.collections["Open lists"].key
            return [entry.body for entry in page(connection, key, 0, 1_000_000, EVERYTHING)]

    def withdrawn(self) -> set[str]:
        entries = self.house.entries("Open lists")
        found = [orjson.loads(entry.body) for entry in entries if entry.type == "indicator" and entry.revoked]
        return {one["pattern"].split("'")[1] for one in found}
