"""The body of a push, read within its limit: as long as it says, chunked, or packed with gzip (RFC 9110, RFC 1952)."""

import zlib
from collections.abc import Iterator

from flask import Request, Response
from werkzeug.exceptions import BadRequest, HTTPException

from taxii_server.answers import Refusal

_PIECE = 64 * 1024
_SLICE = 4 * 1024
"""Packed bytes unpacked at once: what is left of them is copied for each gzip member that ends in them."""
_MORE_PACKED = 1024 * 1024
"""Bytes that a packed body may be longer than unpacked: what cannot be packed, and what holds nothing."""
_MOST_REST = 16 * 1024 * 1024
_GZIP = 31
_PACKINGS = {"": False, "identity": False, "gzip": True, "x-gzip": True}


def read_body(request: Request, most: int) -> bytes:
    """The unpacked bytes of the request; 413 when there are more than `most`, read no further than that.

    Of packed bytes there may be a megabyte more: gzip members that hold nothing could follow one another for ever.
    """
    packing = request.headers.get("Content-Encoding", "").strip().lower()
    if packing not in _PACKINGS:
        raise Refusal(415, "Unsupported media type", "The body may be packed with gzip, and with nothing else.")
    if (request.content_length or 0) > most + (_MORE_PACKED if _PACKINGS[packing] else 0):
        raise _too_large(most)
    pieces = _pieces(request)
    if _PACKINGS[packing]:
        pieces = _unpacked(_up_to(pieces, most + _MORE_PACKED, most))
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


def read_rest(request: Request, response: Response) -> Response:
    """The answer, after reading what was not read of the request's body: a refusal comes before that.

    The server drops a connection with an unread body, and says so to nobody: the client's next request would fail.
    Where too much is left for that, the answer says that the connection ends.
    """
    if not request.content_length and "Transfer-Encoding" not in request.headers:
        return response
    left = _MOST_REST
    try:
        while left > 0 and (piece := request.stream.read(_PIECE)):
            left -= len(piece)
    except (OSError, HTTPException):
        left = 0
    if left <= 0:
        response.headers["Connection"] = "close"
    return response


def _pieces(request: Request) -> Iterator[bytes]:
    while piece := request.stream.read(_PIECE):
        yield piece


def _up_to(pieces: Iterator[bytes], packed: int, most: int) -> Iterator[bytes]:
    """The pieces, in slices; 413 when they are more than `packed` bytes."""
    for piece in pieces:
        packed -= len(piece)
        if packed < 0:
            raise _too_large(most)
        for start in range(0, len(piece), _SLICE):
            yield piece[start : start + _SLICE]


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What gzip members hold, in pieces of a bounded size: a bomb is noticed before it unfolds."""
    unpacker = zlib.decompressobj(_GZIP)
    for piece in pieces:
        while piece:
            if unpacker.eof:
                unpacker = zlib.decompressobj(_GZIP)
            try:
                yield unpacker.decompress(piece, _PIECE)
            except zlib.error as error:
                raise BadRequest("The body is not what gzip writes.") from error
            piece = unpacker.unconsumed_tail or unpacker.unused_data
    if not unpacker.eof:
        raise BadRequest("The body is cut off: its gzip data has no end.")


def _too_large(most: int) -> Refusal:
    return Refusal(413, "Too large", f"A body may have at most {most} bytes, unpacked. Send several smaller ones.")
