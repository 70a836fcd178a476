"""`next`: a position that says itself what it belongs to, so that it works in every process and never expires."""

import base64
import binascii
import zlib
from typing import Annotated

import msgspec

from taxii_server.filters import LATEST_MS, Filters

_LARGEST = 1_000_000
"""Bytes that a cursor may unpack to: more than the filters of the longest URL."""


class BadCursor(ValueError):
    """A `next` that this server did not make."""


class Cursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a request goes on: after `position` (ms) in a collection, at an endpoint, under these match filters.

    `collection` is its id; `object_id` is None at endpoints that are not about one object.
    """

    collection: str
    endpoint: str
    object_id: str | None
    filters: Filters
    position: Annotated[int, msgspec.Meta(ge=0, le=LATEST_MS)]


_decoder = msgspec.json.Decoder(Cursor)


def encode(cursor: Cursor) -> str:
    """`cursor` as text that needs no escaping in a URL, and is shorter than the filters that a URL can name."""
    return base64.urlsafe_b64encode(zlib.compress(msgspec.json.encode(cursor))).rstrip(b"=").decode("ascii")


def decode(text: str) -> Cursor:
    """The cursor that `encode` wrote as `text`; BadCursor for anything else."""
    unpacker = zlib.decompressobj()
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        packed = base64.b64decode(padded, altchars=b"-_", validate=True)
        cursor = _decoder.decode(unpacker.decompress(packed, _LARGEST))
    except (binascii.Error, zlib.error, msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadCursor("It cannot be read.") from error
    if not unpacker.eof:
        raise BadCursor("It is cut off.")
    return cursor
