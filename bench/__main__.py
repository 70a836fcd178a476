"""`python -m bench [--full]`: the table on the screen, the same as JSON in bench/results/."""

import json
import platform
import sys
import time
from dataclasses import asdict
from pathlib import Path

from bench.communities import community_cost
from bench.freshness import freshness
from bench.measures import Figure, exchange, indexing, polling, real_data, submitting, values
from bench.pages import pages
from bench.searching import elasticsearch, embedded
from bench.taxii import beside_medallion, flat, subscribing

ROWS, ALL_ROWS = 100_000, 720_544
SEARCHED = 1_000_000
"""Things that are searched at full size."""

SHARED, ALL_SHARED = 20_000, 200_000
"""Identifiers on which the cost of communities is measured."""


def main() -> None:
    """Measure, print, keep."""
    rows = ALL_ROWS if "--full" in sys.argv[1:] else ROWS
    size = SEARCHED if rows == ALL_ROWS else ROWS
    lines = list(values(rows, real_data()))
    print(f"{len(lines):,} rows, Python {platform.python_version()}, {platform.machine()}")
    with exchange() as (tocsin, collection_id, token):
        figures = submitting(tocsin, lines)
        figures += indexing(tocsin)
        figures += polling(tocsin, collection_id, token)
        figures += flat(tocsin, collection_id, token)
        figures += subscribing(tocsin, collection_id, token)
        figures += beside_medallion(tocsin, collection_id, token)
        figures += freshness(tocsin, collection_id)
        figures += pages(tocsin, lines, size)
    figures += community_cost(lines[: ALL_SHARED if rows == ALL_ROWS else SHARED])
    figures += embedded(size)
    figures += elasticsearch(size)
    for figure in figures:
        print(_line(figure))
    folder = Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    kept = [{**asdict(figure), "ratio": figure.ratio} for figure in figures]
    path = folder / f"{time.strftime('%Y%m%dT%H%M%S')}-{rows}.json"
    path.write_text(json.dumps({"rows": rows, "figures": kept}, indent=1) + "\n")
    print(f"kept as {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")


def _line(figure: Figure) -> str:
    text = f"{figure.name:36} {figure.figure:12,.2f} {figure.unit:10}"
    if figure.reference_figure is not None and figure.ratio is not None:
        text += f" {figure.reference:40} {figure.reference_figure:12,.2f}   x{figure.ratio:.2f}"
    return text + (f"  (goal: {figure.goal})" if figure.goal else "")


if __name__ == "__main__":
    main()
