"""Passwords: which can be chosen, how they are kept, how they are checked."""

import hmac
import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from cachetools import TTLCache

_SHORTEST = 10
_LONGEST = 1_000
_FEWEST_CHARACTERS = 4
_SHORTEST_LOGIN = 3
_VERIFIED_S = 600.0
_MOST = 10_000
_hasher = PasswordHasher()

_OBVIOUS = (
    "0123456789 1234567890 12345678910 9876543210 0987654321 1q2w3e4r5t 1qaz2wsx3edc abcdefghij abcdefghijk"
    " qwertyuiop qwerty12345 qwerty123456 qwertzuiop azertyuiop asdfghjkl1 zaq12wsxcde3 administrator"
    " password12 password123 password1234 passw0rd12 passw0rd123 p@ssw0rd12 p@ssw0rd123 p@ssword123 mypassword"
    " mypassword1 newpassword changeme12 changeme123 changethis letmein123 letmein1234 welcome123 welcome1234"
    " iloveyou12 iloveyou123 sunshine123 football123 baseball123 princess123 superman123 trustno1trustno1"
    " default123 secret1234 secretsecret passwordpassword correcthorsebatterystaple temppassword temporary1"
)
_REFUSED = frozenset(_OBVIOUS.split())


def check_password(login: str, password: str) -> None:
    """ValueError says why this cannot be the password of this user."""
    if len(password) < _SHORTEST:
        raise ValueError(f"A password needs at least {_SHORTEST} characters.")
    if len(password) > _LONGEST:
        raise ValueError(f"A password has at most {_LONGEST:,} characters.")
    plain = password.casefold()
    if len(login) >= _SHORTEST_LOGIN and login.casefold() in plain:
        raise ValueError("A password must not contain the sign-in name.")
    if len(set(plain)) < _FEWEST_CHARACTERS or plain.replace(" ", "").rstrip("!.?") in _REFUSED:
        raise ValueError("This password is one of the first that somebody would try. Choose another.")


def hashed(password: str) -> str:
    """The password as it is kept: Argon2id."""
    return _hasher.hash(password)


class Verifier:
    """Checks passwords.

    That costs tens of milliseconds by design, so one that was right is remembered for ten minutes, for the place
    that it was tried from, as a keyed hash that dies with the process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._verified: TTLCache[bytes, str] = TTLCache(_MOST, _VERIFIED_S)
        self._key = secrets.token_bytes(32)

    def remembers(self, login: str, password: str, place: str, password_hash: str) -> bool:
        """Whether this was right a moment ago, from there."""
        with self._lock:
            return self._verified.get(self._proof(login, password, place)) == password_hash

    def is_right(self, login: str, password: str, place: str, password_hash: str | None) -> bool:
        """Whether it is right. With None for nobody's it is not, which takes as long to say."""
        try:
            _hasher.verify(password_hash or _nobodys(), password)
        except (Argon2Error, InvalidHashError):
            return False
        if password_hash is None:
            return False
        with self._lock:
            self._verified[self._proof(login, password, place)] = password_hash
        return True

    def _proof(self, login: str, password: str, place: str) -> bytes:
        return hmac.digest(self._key, f"{login}\0{place}\0{password}".encode("utf-8", "surrogatepass"), "sha256")


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))
