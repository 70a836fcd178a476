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
    """A request that is answered with a TAXII error. `description` is for the client."""

    def __init__(self, status: int, title: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.title = title
        self.description = description


def nothing_there(what: str) -> Refusal:
    """404: the same for what does not exist and for what the client may not know of."""
    return Refusal(404, "Not found", f"There is no such {what}, or it is not for you.")


def forbidden(description: str) -> Refusal:
    """403."""
    return Refusal(403, "Not allowed", description)


def answer(resource: Any, status: int = 200) -> Response:
    """A resource as JSON."""
    return answer_bytes(orjson.dumps(resource), status)


def answer_bytes(body: bytes, status: int = 200, added: tuple[int, int] | None = None) -> Response:
    """Bytes that are JSON already; `added` are the positions (ms) of the first and last entry in them."""
    headers = [("Content-Type", TAXII), ("X-Content-Type-Options", "nosniff")]
    if added is not None:
        first, last = added
        stamp = taxii_stamp(last)
        headers += [(_FIRST, stamp if first == last else taxii_stamp(first)), (_LAST, stamp)]
    return Response(body, status, Headers(headers))


def error_answer(status: int, title: str, description: str) -> Response:
    """A TAXII error (TAXII 2.1 section 3.6)."""
    response = answer({"title": title, "description": description, "http_status": str(status)}, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = _CHALLENGE
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response
