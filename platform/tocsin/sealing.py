"""Sealing what only the key opens again: AES-256-GCM (NIST SP 800-38D), bound to what it belongs to."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


def seal(key: bytes, body: bytes, about: str) -> bytes:
    """`body` sealed with a key of 32 bytes; it opens for the same `about` alone, so that it cannot be moved."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, body, about.encode())


def unseal(key: bytes, sealed: bytes, about: str) -> bytes | None:
    """What was sealed; None where the key or `about` is another, or a bit of it was changed."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError):
        return None
