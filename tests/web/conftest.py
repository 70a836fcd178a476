"""The pages over a small exchange."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from web_world import World, build_world, close_world

from tocsin.web import session


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    session._failures.clear()
    world = build_world(tmp_path)
    yield world
    close_world(world)
