"""Sending webhooks: signed after the Standard Webhooks scheme, to public addresses alone.

The name is resolved once, every address of it is looked at, and the connection goes to one that was looked at: no name
can lead to another machine between the look and the connection. Redirects are not followed, and of the answer nothing
but its number is used.
"""

import hashlib
import hmac
import re
import socket
import ssl
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from ipaddress import ip_address
from secrets import token_bytes
from urllib.parse import SplitResult, urlsplit

from tocsin.alerts.answers import Answer
from tocsin.networks import is_public

LONGEST_URL = 1_000
SILENCE_S = 10.0
"""Seconds without a byte after which the other side is given up."""

LONGEST_S = 20.0
"""Seconds that the whole exchange may take."""

_SECRET_BYTES = 32
_SIGNS_WITH = "whsec_"
_URL = re.compile(r"[!-~]+")
_NAME = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_GONE = 410


class BadUrl(ValueError):
    """It cannot be the address of a webhook; the message says why."""


@dataclass(frozen=True, slots=True)
class Posting:
    """How webhooks are sent. `inside`: names of the operator's own machines, which may have any address."""

    inside: frozenset[str] = frozenset()
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context, compare=False)
    silence_s: float = SILENCE_S
    longest_s: float = LONGEST_S


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: the same `identity` in every try, `at_s` the moment of this one in seconds."""

    identity: str
    at_s: int
    body: bytes


def new_secret() -> str:
    """A secret to sign with, as the scheme writes it."""
    return _SIGNS_WITH + b64encode(token_bytes(_SECRET_BYTES)).decode()


def signature(secret: str, letter: Letter) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 over id, moment and body."""
    key = b64decode(secret.removeprefix(_SIGNS_WITH))
    signed = f"{letter.identity}.{letter.at_s}.".encode() + letter.body
    return f"v1,{b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def check_url(text: str, inside: frozenset[str]) -> str:
    """The address, as it is kept; BadUrl says why it cannot be one. Nothing is resolved or asked here."""
    if len(text) > LONGEST_URL or not _URL.fullmatch(text):
        raise BadUrl("Write the address of the webhook, such as https://desk.example/hook, without blanks.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadUrl("This is no address that can be read.") from None
    if parts.scheme != "https":
        raise BadUrl("The address has to begin with https://.")
    if parts.username is not None or parts.password is not None:
        raise BadUrl("Leave name and password out of the address: requests are signed instead.")
    if parts.fragment or port == 0 or not (_is_address(host) or _NAME.fullmatch(host)):
        raise BadUrl("This is no address that can be read.")
    if _is_address(host) and host not in inside and not is_public(host):
        raise BadUrl("Webhooks are sent to public addresses alone.")
    return text


def post(posting: Posting, url: str, secret: str, letter: Letter) -> Answer:
    """Send one; what became of it. Never raises for what the other side does."""
    try:
        parts = urlsplit(check_url(url, posting.inside))
        place = _place(parts, posting)
    except BadUrl as error:
        return Answer(False, str(error), hopeless=True)
    if place is None:
        # in the same words whether there is such a name: nobody learns from here what inner machines are called
        return Answer(False, "Its name leads to no public address, and nothing is sent there.")
    return _sent(posting, parts, place, _headers(secret, letter), letter.body)


def _sent(posting: Posting, parts: SplitResult, place: str, headers: dict[str, str], body: bytes) -> Answer:
    connection = _Checked(parts, place, posting)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _in_time(connection, posting.longest_s):
            connection.request("POST", path, body, headers)
            status = connection.getresponse().status
    except ssl.SSLCertVerificationError:
        return Answer(False, "Its certificate is not valid for its name.")
    except TimeoutError:
        return Answer(False, "It took too long to answer.")
    except (OSError, HTTPException, ValueError):
        if connection.late:
            return Answer(False, "It took too long to answer.")
        return Answer(False, "It could not be reached, or broke off.")
    finally:
        connection.close()
    return _judged(status)


def _judged(status: int) -> Answer:
    if 200 <= status < 300:
        return Answer(True, "It took it.")
    if 300 <= status < 400:
        return Answer(False, f"It answered {status}: it sends on to another address, which is not followed.")
    return Answer(False, f"It answered {status}.", hopeless=status == _GONE)


def _headers(secret: str, letter: Letter) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "tocsin",
        "Connection": "close",
        "webhook-id": letter.identity,
        "webhook-timestamp": str(letter.at_s),
        "webhook-signature": signature(secret, letter),
    }


def _place(parts: SplitResult, posting: Posting) -> str | None:
    """The address to connect to; None where the name has none, or one that is not public."""
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError:
        return None
    places = [str(one[4][0]) for one in found]
    return places[0] if places and (host in posting.inside or all(map(is_public, places))) else None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class _Checked(HTTPSConnection):
    """A connection to an address that was looked at; its certificate has to be the name's."""

    def __init__(self, parts: SplitResult, place: str, posting: Posting) -> None:
        host = parts.hostname or ""
        super().__init__(host, parts.port or 443, timeout=posting.silence_s, context=posting.context)
        self._place, self._name, self._tls = place, host, posting.context
        self.late = False

    def connect(self) -> None:
        plain = socket.create_connection((self._place, self.port), self.timeout)
        # shaken hands with only when it can be given up
        held = self._tls.wrap_socket(plain, server_hostname=self._name, do_handshake_on_connect=False)
        self.sock = held
        held.do_handshake()

    def give_up(self) -> None:
        """End it from another thread: whoever sends a byte now and then holds nobody up."""
        self.late = True
        held = self.sock
        if held is not None:
            try:
                held.shutdown(socket.SHUT_RDWR)
            except OSError:
                held.close()


@contextmanager
def _in_time(connection: _Checked, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
