"""The file of seals beside the audit trail: whoever can write the database alone cannot cut the trail short unseen."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_HASH, _SEAL = 64, 64
"""Hexadecimal digits."""


class Head(NamedTuple):
    """A line: a batch's number, its hash, and the seal on both."""

    number: int
    chained: bytes
    seal: bytes


def append_head(path: Path, head: Head) -> None:
    """Add a line; it is on the disk when this returns. OSError where it cannot be."""
    line = f"{head.number} {head.chained.hex()} {head.seal.hex()}\n".encode()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        end = os.fstat(descriptor).st_size
        # what a power failure tore does not take this line with it
        if end and os.pread(descriptor, 1, end - 1) != b"\n":
            line = b"\n" + line
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_heads(path: Path) -> Iterator[Head]:
    """The lines in the order they were written, without what was torn; none where there is no file."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            number, _, rest = line.strip().partition(b" ")
            chained, _, seal = rest.partition(b" ")
            if number.isdigit() and len(chained) == _HASH and len(seal) == _SEAL:
                yield Head(int(number), *map(_bytes, (chained, seal)))


def _bytes(digits: bytes) -> bytes:
    """The bytes that hexadecimal digits spell; empty, which no seal is, where somebody changed them to none."""
    try:
        return bytes.fromhex(digits.decode())
    except ValueError:
        return b""
