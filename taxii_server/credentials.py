"""Who is asking, from the `Authorization` header (RFC 7617, RFC 6750) or the client's certificate."""

import base64
import binascii

from tocsin.members.access import Door, Principal


def principal_of(door: Door, header: str | None, address: str = "", certificate: str | None = None) -> Principal | None:
    """Who proves to be somebody by this header; None where it cannot be read or proves nothing.

    Basic with a user, or a member's slug and a token; Bearer or Token with a token. Schemes in any letter case.
    Without a header the client's certificate tells (its SHA-256), where a proxy that is trusted verified one.
    """
    if header is None:
        return door.by_certificate(certificate, address) if certificate else None
    scheme, _, rest = header.partition(" ")
    credentials = rest.strip()
    match scheme.lower():
        case "basic":
            login, password = _decoded(credentials)
            return door.by_password(login, password, address) if login else None
        case "bearer" | "token":
            return door.by_token(credentials, address) if credentials.isascii() else None
    return None


def _decoded(text: str) -> tuple[str, str]:
    """Login and password, empty where there are none that could be right."""
    try:
        login, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return (login, password) if colon and "\0" not in login else ("", "")
