"""The bytes of a list, from a file or over HTTP: all of them, or a plain sentence that says why not."""

import time
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tocsin.reports.receiving import LARGEST_REPORT

MOST_BYTES = LARGEST_REPORT
SILENCE_S = 30
"""Seconds without a byte after which a server is given up."""
LONGEST_S = 600
"""Seconds that a whole download may take."""
MOST_REDIRECTS = 5

_BLOCK = 1 << 16


class FetchFailed(ValueError):
    """The list could not be had, or not as a whole. The message says why."""


def fetch(source: str, most: int = MOST_BYTES) -> bytes:
    """The bytes at an http(s) address or in a file, at most `most`; FetchFailed says what went wrong."""
    if source.startswith(("https://", "http://")):
        return _download(source, most)
    path = Path(source)
    try:
        with path.open("rb") as file:
            body = file.read(most + 1)
    except OSError as error:
        raise FetchFailed(f"The file {path} cannot be opened: {error.strerror}.") from None
    return _not_too_large(body, most)


def _download(address: str, most: int) -> bytes:
    host = urlsplit(address).netloc.rpartition("@")[2]
    request = Request(  # noqa: S310 - only http and https get here
        address, headers={"User-Agent": "tocsin", "Accept-Encoding": "identity"}
    )
    try:
        with build_opener(_Redirects).open(request, timeout=SILENCE_S) as answer:
            return _body(answer, host, most)
    except HTTPError as error:
        error.close()
        raise FetchFailed(f"{host} answered {error.code}{_phrase(error.code)} instead of the list.") from None
    except (URLError, TimeoutError) as error:
        late = isinstance(error, TimeoutError) or isinstance(error.reason, TimeoutError)
        raise FetchFailed(
            f"{host} sent nothing for {SILENCE_S} seconds." if late else f"{host} cannot be reached."
        ) from None
    except (HTTPException, OSError, ValueError) as error:
        if isinstance(error, FetchFailed):
            raise
        raise FetchFailed(f"The connection to {host} broke off before the list was complete.") from None


def _body(answer: Any, host: str, most: int) -> bytes:
    """What the server sends, compared with the length it announced: half a list would end the other half."""
    until = time.monotonic() + LONGEST_S
    parts: list[bytes] = []
    size = 0
    while part := answer.read(_BLOCK):
        parts.append(part)
        size += len(part)
        if size > most:
            break
        if time.monotonic() > until:
            raise FetchFailed(f"{host} took longer than {LONGEST_S // 60} minutes to send the list.")
    announced = answer.headers.get("Content-Length")
    if size <= most and announced is not None and announced.isdecimal() and int(announced) != size:
        raise FetchFailed(f"{host} announced {int(announced):,} bytes and sent {size:,}.")
    return _not_too_large(b"".join(parts), most)


def _not_too_large(body: bytes, most: int) -> bytes:
    if len(body) > most:
        raise FetchFailed(f"The list is larger than {most / 1e6:.0f} MB, the most that is taken.")
    return body


def _phrase(code: int) -> str:
    try:
        return f" {HTTPStatus(code).phrase}"
    except ValueError:
        return ""


class _Redirects(HTTPRedirectHandler):
    """Follows a few redirects, and none to a place that is read less safely than was asked."""

    max_redirections = MOST_REDIRECTS
    max_repeats = 2

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        allowed = ("https://",) if req.full_url.startswith("https://") else ("https://", "http://")
        if not newurl.lower().startswith(allowed):
            raise FetchFailed(f"{req.host} sends us on to an address that is not safe to follow.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]
