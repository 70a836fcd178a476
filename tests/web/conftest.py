"""The pages over a small exchange."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from gathered import gather
from web_world import World, close_world, furnish, open_world

from tocsin.web import polling


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exchange")
    furnish(folder)
    return folder


@pytest.fixture(scope="session")
def gathered(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("communities") / "exchange"
    shutil.copytree(furnished, folder)
    world = open_world(folder)
    gather(world)
    close_world(world)
    return folder


@pytest.fixture
def circles(gathered: Path, tmp_path: Path) -> Iterator[World]:
    """The small exchange with communities in it."""
    yield from _copied(gathered, tmp_path)


@pytest.fixture
def world(furnished: Path, tmp_path: Path) -> Iterator[World]:
    yield from _copied(furnished, tmp_path)


def _copied(furnished: Path, tmp_path: Path) -> Iterator[World]:
    polling._alerts.clear()
    folder = tmp_path / "home"
    shutil.copytree(furnished, folder)
    world = open_world(folder)
    yield world
    close_world(world)
