"""Media types: what a client may ask for and send (TAXII 2.1 sections 1.6.8 and 3.1, RFC 9110 section 12.5.1).

Liberal, because clients differ in blanks, quotes, letter case and lists; what asks for TAXII 2.0 alone is refused,
since such clients try 2.0 first and need the refusal to go on to 2.1.
"""

from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

TAXII = "application/taxii+json;version=2.1"
STIX = "application/stix+json;version=2.1"
STIX20 = "application/stix+json;version=2.0"

_RANGES = {"application/taxii+json": 2, "application/json": 1, "application/*": 1, "*/*": 0}
"""The media ranges that our answers fall in, and how specific each is; a version makes it more so."""

_SENT = frozenset({"application/taxii+json", "application/stix+json"})


@lru_cache(maxsize=256)
def may_answer(accept: str | None) -> bool:
    """Whether a client that sends this `Accept` takes TAXII 2.1; of ranges that fit, the most specific one decides."""
    if accept is None or not accept.strip():
        return True
    best, wanted = -1, False
    for media, quality in parse_accept_header(accept, MIMEAccept):
        name, version = _named(media)
        if name not in _RANGES or version not in (None, "2.1"):
            continue
        rank = _RANGES[name] + (version is not None)
        if rank > best:
            best, wanted = rank, quality > 0
        elif rank == best:
            wanted = wanted or quality > 0
    return wanted


@lru_cache(maxsize=256)
def may_take(content_type: str | None) -> bool:
    """Whether a body with this `Content-Type` is a TAXII 2.1 envelope or a STIX 2.1 bundle."""
    name, version = _named(content_type or "")
    return name in _SENT and version in (None, "2.1")


def _named(media: str) -> tuple[str, str | None]:
    name, parameters = parse_options_header(media)
    return name.strip().lower(), parameters.get("version")
