"""What the tests of promises share."""

import pytest
from knowing.court import Prepared


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """The societies of the random worlds, for all tests of a process."""
    return Prepared(tmp_path_factory.mktemp("societies"))
