"""The TAXII server over each storage engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from taxii_world import World, build

from tocsin.ledger.database import Database


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[World]:
    made = build(database, f"sqlite:///{tmp_path / 'receipts.db'}", max_content_length=50_000)
    yield made
    made.receipts.close()
