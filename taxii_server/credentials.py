"""Who is asking, from the `Authorization` header (RFC 7617, RFC 6750)."""

import base64
import binascii

from tocsin.members.access import Door, Principal


def principal_of(door: Door, header: str | None) -> Principal | None:
    """Who proves to be somebody by this header; None where it is absent, cannot be read or proves nothing.

    Basic with a user, or a member's slug and a token; Bearer or Token with a token. Schemes in any letter case.
    """
    scheme, _, rest = (header or "").partition(" ")
    credentials = rest.strip()
    match scheme.lower():
        case "basic":
            login, password = _decoded(credentials)
            return door.by_password(login, password) if login else None
        case "bearer" | "token":
            return door.by_token(credentials) if credentials.isascii() else None
    return None


def _decoded(text: str) -> tuple[str, str]:
    """Login and password, empty where there are none that could be right."""
    try:
        login, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return (login, password) if colon and "\0" not in login else ("", "")
