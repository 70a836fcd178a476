"""People who save searches, on each engine."""

import pytest
from alerts.watching import Watch, watch_over
from house import House


@pytest.fixture
def watch(house: House) -> Watch:
    return watch_over(house)
