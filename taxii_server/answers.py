"""Answers: bodies and headers that every endpoint shares."""

from typing import Any

import orjson
from flask import Response
from werkzeug.datastructures import Headers

from taxii_server.negotiate import TAXII
from tocsin.times import taxii_stamp

_FIRST, _LAST = "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"
_CHALLENGE = 'Basic realm="TAXII", charset="UTF-8", Bearer realm="TAXII"'


class Refusal(Exception):
    """A request that is answered with a TAXII error.

    `description` is for the client, which may come again in `retry_s`.
    """

    def __init__(self, status: int, title: str, description: str, retry_s: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.title = title
        self.description = description
        self.retry_s = retry_s


def nothing_there(what: str) -> Refusal:
    """404: the same for what does not exist and for what the client may not know of."""
    return Refusal(404, "Not found", f"There is no such {what}, or it is not for you.")


def forbidden(description: str) -> Refusal:
    """403."""
    return Refusal(403, "Not allowed", description)


def answer(resource: Any, status: int = 200) -> Response:
    """A resource as JSON."""
    return answer_bytes(orjson.dumps(resource), status)


def answer_bytes(
    body: bytes, status: int = 200, added: tuple[int, int] | None = None, tag: str | None = None
) -> Response:
    """Bytes that are JSON already; `added` are the positions (ms) of the first and last entry in them."""
    headers = [("Content-Type", TAXII), ("X-Content-Type-Options", "nosniff")]
    if added is not None:
        first, last = added
        stamp = taxii_stamp(last)
        headers += [(_FIRST, stamp if first == last else taxii_stamp(first)), (_LAST, stamp)]
    if tag is not None:
        headers += [("ETag", tag), ("Cache-Control", "private, no-cache")]
    return Response(body, status, Headers(headers))


def unchanged(tag: str) -> Response:
    """304: the client has this already."""
    response = Response(status=304)
    response.headers["ETag"] = tag
    return response


def error_answer(status: int, title: str, description: str, retry_s: int | None = None) -> Response:
    """A TAXII error (TAXII 2.1 section 3.6)."""
    response = answer({"title": title, "description": description, "http_status": str(status)}, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = _CHALLENGE
    if status == 503:
        retry_s = 5
    if retry_s is not None:
        response.headers["Retry-After"] = str(retry_s)
    return response
