"""Signed lists of files: SHA-256 sums as `sha256sum` writes them, with an Ed25519 signature beside (RFC 8032)."""

import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from feeds.files import replacing

SUMS, SIGNATURE = ".sha256", ".sha256.sig"


class NotSigned(ValueError):
    """A file is not the one that was signed with this key; the message says what is wrong."""


def public_pem(seed: bytes) -> bytes:
    """The public key that belongs to a seed of 32 bytes, as PEM (RFC 8410)."""
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def sign(paths: list[Path], name: Path, seed: bytes) -> list[Path]:
    """Write `name.sha256` with the sums of these files, which are in its folder, and its signature; both paths."""
    lines = "".join(f"{_sum_of(path)}  {path.name}\n" for path in paths).encode()
    sums, signature = name.with_name(name.name + SUMS), name.with_name(name.name + SIGNATURE)
    for path, content in ((signature, Ed25519PrivateKey.from_private_bytes(seed).sign(lines)), (sums, lines)):
        with replacing(path) as file:
            file.write(content)
    return [sums, signature]


def check_signed(path: Path, pem: bytes) -> None:
    """Check that a list of sums beside `path`, signed with this public key, names it with the bytes it has."""
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise NotSigned("This is no public key in PEM form.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise NotSigned("This is no Ed25519 key.")
    line = f"{_sum_of(path)}  {path.name}".encode()
    lists = sorted(path.parent.glob(f"*{SUMS}"))
    named = [sums for sums in lists if line in sums.read_bytes().splitlines()]
    if not named:
        raise NotSigned(f"No list of sums (*{SUMS}) beside it names it with the bytes it has.")
    if not any(_is_signed(sums, key) for sums in named):
        raise NotSigned(f"{named[-1].name} is not signed with this key.")


def _is_signed(sums: Path, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(sums.with_suffix(SIGNATURE).read_bytes(), sums.read_bytes())
    except (InvalidSignature, OSError):
        return False
    return True


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
