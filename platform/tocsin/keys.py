"""The secret keys of an exchange: one file, readable by its owner alone, with a line `name hex` for each."""

import fcntl
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

_BYTES = 32
_NAMES = ("sessions", "tombstones", "signing", "audit", "secrets", "pseudonyms", "numbers")


@dataclass(frozen=True, slots=True)
class Keys:
    """32 bytes each. `sessions` may be changed at any time; the others must stay as long as the exchange does.

    `tombstones` makes the tokens of what was erased; `signing` is the seed of the Ed25519 key that signs exports;
    `audit` seals the audit trail and makes its tokens; `secrets` seals what people prove themselves with a second time,
    and files of evidence; `pseudonyms` makes what members are called whose names others may not know; `numbers` makes
    what stands for numbers that are never kept, such as those of cards.
    """

    sessions: bytes = field(repr=False)
    tombstones: bytes = field(repr=False)
    signing: bytes = field(repr=False)
    audit: bytes = field(repr=False)
    secrets: bytes = field(repr=False)
    pseudonyms: bytes = field(repr=False)
    numbers: bytes = field(repr=False)


def load_keys(path: Path) -> Keys:
    """The keys in a file, made where they are not there; ValueError says what in the file is no key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = _parsed(file.read(), path)
        for name in _NAMES:
            if name not in known:
                known[name] = secrets.token_bytes(_BYTES)
                file.write(f"{name} {known[name].hex()}\n")
        file.flush()
        os.fsync(file.fileno())
    return Keys(**known)


def _parsed(text: str, path: Path) -> dict[str, bytes]:
    known = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, _, value = line.strip().rpartition(" ")
        if not value:
            continue
        try:
            # a file of the first version holds one key without a name
            known[name or "sessions"] = bytes.fromhex(value)
        except ValueError:
            raise ValueError(
                f"Line {number} of {path} is no key: a name and hexadecimal digits are expected."
            ) from None
    return {name: known[name] for name in _NAMES if name in known}
