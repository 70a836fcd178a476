"""A client that speaks real HTTP and can be used where the framework's own test client can."""

import http.client
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

from real_server import HEADER
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request

_LIMIT_S = 30
_AS_IT_IS = "/:?&=%[]!$'()*,;@~+"


class HttpClient:
    """Asks the real server for one of its worlds, over a connection that stays open."""

    def __init__(self, port: int, world: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_LIMIT_S)
        self._world = world

    def open(
        self,
        url: str,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        data: bytes | Iterable[bytes] | None = None,
        query_string: dict[str, Any] | str | None = None,
    ) -> TestResponse:
        """One request, with nothing added to it but the world's name."""
        if query_string:
            query = query_string if isinstance(query_string, str) else urlencode(query_string)
            url += f"?{query}"
        sent = {HEADER: self._world, "Accept-Encoding": "identity", **(headers or {})}
        self._connection.request(method, quote(url, safe=_AS_IT_IS), body=data, headers=sent)
        answer = self._connection.getresponse()
        body = answer.read()
        return TestResponse(
            [body],
            f"{answer.status} {answer.reason}",
            Headers(answer.getheaders()),
            Request({"REQUEST_METHOD": method}),
        )

    def close(self) -> None:
        self._connection.close()
