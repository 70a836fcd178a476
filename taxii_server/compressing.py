"""Answers packed for clients that ask for it (RFC 9110 section 12.5.3)."""

from flask import Request, Response
from isal import igzip

_SMALLEST = 1_000
"""Bytes below which packing saves nothing that a network notices."""

_LEVEL = 1


def packed(request: Request, response: Response) -> Response:
    """The answer, gzipped where the client takes that and the body is worth it."""
    if response.status_code != 200 or response.is_streamed or (response.content_length or 0) < _SMALLEST:
        return response
    response.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings.quality("gzip") > 0:
        response.set_data(igzip.compress(response.get_data(), _LEVEL))
        response.headers["Content-Encoding"] = "gzip"
    return response
