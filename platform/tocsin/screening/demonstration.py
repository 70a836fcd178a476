"""What the demonstration puts on allow lists: the real lists know no reserved names."""

from collections.abc import Callable
from urllib.parse import urlsplit

from tocsin.identifiers import Identifier
from tocsin.screening.allowlists import ListHit

SHARED_HOST = "pages.example"
"""A host on which anybody can put pages."""


def with_shared_host(hit: Callable[[Identifier], ListHit | None]) -> Callable[[Identifier], ListHit | None]:
    """`hit`, and the demonstration's shared host: it is protected itself, and the pages on it are not."""

    def asked(identifier: Identifier) -> ListHit | None:
        if identifier.value == SHARED_HOST or _is_its_root(identifier):
            words = (
                f"{SHARED_HOST} is on the list of services on which anybody can put pages, so it is not published. "
                "Report the full address of the page instead."
            )
            return ListHit("demonstration", SHARED_HOST, "reject", words)
        return hit(identifier)

    return asked


def _is_its_root(identifier: Identifier) -> bool:
    if identifier.kind != "url":
        return False
    parts = urlsplit(identifier.value)
    return parts.hostname == SHARED_HOST and parts.path in ("", "/") and not parts.query
