"""One live server for all clients."""

from collections.abc import Iterator

import pytest
from live_server import Live, serving


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(tmp_path_factory.mktemp("live")) as running:
        yield running
