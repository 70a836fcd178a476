"""Choosing the engine."""

from pathlib import Path

from tocsin.search.elasticsearch_engine import ElasticsearchEngine
from tocsin.search.engine import Engine
from tocsin.search.tantivy_engine import TantivyEngine


def open_engine(url: str | None, home: Path) -> Engine:
    """Elasticsearch at `url`, or the embedded index under `home` without one. Opening asks nothing of either."""
    return ElasticsearchEngine(url) if url else TantivyEngine(home / "search")
