"""Run with the interpreter that has the references: JSON list of texts in, what each reference finds in each out."""

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import Any


def main() -> None:
    """Every reference that can be imported, over all texts."""
    texts = json.load(sys.stdin)
    found: dict[str, Any] = {}
    with contextlib.redirect_stdout(sys.stderr):
        with contextlib.suppress(ImportError):
            found["iocsearcher"] = list(_iocsearcher(texts))
        with contextlib.suppress(ImportError):
            found["ioc-finder"] = list(_ioc_finder(texts))
    json.dump(found, sys.stdout)


def _iocsearcher(texts: list[str]) -> Iterator[list[tuple[str, str]]]:
    from iocsearcher.searcher import Searcher

    searcher = Searcher()
    for text in texts:
        yield sorted({(one.name, one.value) for one in searcher.search_data(text)})


def _ioc_finder(texts: list[str]) -> Iterator[list[tuple[str, str]]]:
    from ioc_finder import find_iocs

    for text in texts:
        # the parts of a URL or mailbox are no findings of their own in the sets
        found = find_iocs(
            text, parse_domain_from_url=False, parse_from_url_path=False, parse_domain_from_email_address=False
        )
        yield sorted(
            {(name, str(value)) for name, values in found.items() if isinstance(values, list) for value in values}
        )


if __name__ == "__main__":
    main()
