"""An exchange that follows lists: a member of kind list with a collection of its own, and a list in a file."""

from pathlib import Path

import pytest
from feed_house import Feeds
from house import House

from feeds.run import FeedHouse


@pytest.fixture
def feeds(house: House, tmp_path: Path) -> Feeds:
    """An exchange with the list member `scam-watch` and the collection 'Open lists'."""
    house.collection("Open lists", write=())
    made = Feeds(
        house,
        FeedHouse(house.database, house.exchange, house.screening, tmp_path / "home"),
        tmp_path / "list.txt",
    )
    made.add_list("scam-watch")
    return made
