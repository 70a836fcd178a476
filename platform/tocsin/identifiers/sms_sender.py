"""Names that stand in place of a number as the sender of text messages (3GPP TS 23.040 section 9.1.2.5).

Any sender can use any name where no registry forbids it, so that one voice does not publish it.
"""

import re
from typing import Any

from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.spelling import plain, shown
from tocsin.identifiers.stix_form import observable, pattern_of_all

ACCOUNT_TYPE = "sms-sender"
"""What STIX's user-account is told for one."""

_PREFIX = re.compile(r"(?:sms[ -]sender|sender[ -]?id|sms-from)[ ]?[:：][ ]?", re.I)
_NAME = re.compile(r"(?=.*[A-Z])[A-Z0-9 !\"#%&'()*+,./:;<=>?@_$£¥§¿¡-]{1,11}")


def read(text: str, hints: Hints) -> Identifier:
    """A sender name in capitals: at most 11 characters, of which one is a letter. Registries do not mind case."""
    name = " ".join(_PREFIX.sub("", plain(text), count=1).split()).upper()
    if _NAME.fullmatch(name) is None or plain(name) != name:
        raise Unreadable(
            f"{shown(text)} is not a sender's name: it has up to 11 letters, digits and signs, and one letter at least."
        )
    return Identifier("sms-sender", name)


def looks_like(text: str) -> bool:
    """Whether it says so itself: the names are words like any others."""
    return _PREFIX.match(text) is not None


def stix_parts(identifier: Identifier) -> dict[str, str]:
    """What identifies the sender in STIX, which has no object for one: an account by its name."""
    return {"account_type": ACCOUNT_TYPE, "account_login": identifier.value}


def _observable(identifier: Identifier) -> dict[str, Any]:
    return observable("user-account", stix_parts(identifier))


def _pattern(identifier: Identifier, role: str | None) -> str:
    return pattern_of_all({f"user-account:{name}": value for name, value in stix_parts(identifier).items()})


KIND = Kind("sms-sender", "Sender name of text messages", True, looks_like, read, _observable, _pattern)
