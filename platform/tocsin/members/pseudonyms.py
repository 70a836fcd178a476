"""What a member is called by others who may not know its name: the same for one of them, another for each other one."""

import hmac

_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""No vowels, so that no word comes out; nothing that is read for something else."""

_LENGTH = 6
SOURCE, ASKER = "Source", "Asker"


def pseudonym(key: bytes, recipient_key: int, voice_key: int, what: str = SOURCE) -> str:
    """What the member `recipient_key` calls the voice `voice_key`, such as `Source K7M-2QX`.

    `key` is the exchange's key `pseudonyms`; without it nobody can tell whether two recipients mean the same. `what` is
    SOURCE for who reported something, ASKER for who asks about it: the two cannot be joined either.
    """
    digest = hmac.digest(key, f"{what}\n{recipient_key}\n{voice_key}".encode(), "sha256")
    number, letters = int.from_bytes(digest, "big"), ""
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return f"{what} {letters[:3]}-{letters[3:]}"
