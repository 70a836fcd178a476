"""Which passwords can be chosen."""

import runpy

import pytest

from tocsin.members import passwords
from tocsin.members.passwords import Verifier, check_password, hashed

OBVIOUS = ("password123", "Password123!", "1234567890", "qwertyuiop", "aaaaaaaaaaaa", "abababababab")


@pytest.mark.parametrize(
    "password", [*OBVIOUS, "", "short", "nine char", "my CLERK password", "x" * 1_001, "correct horse battery staple"]
)
def test_what_somebody_would_try_first_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match="assword"):
        check_password("clerk", password)


@pytest.mark.parametrize("password", ["nine chars", "a long enough password", "ลูกค้าธนาคาร", "x1y2z3w4v5" * 100])
def test_others_are_taken(password: str) -> None:
    check_password("clerk", password)


def test_a_login_of_two_letters_may_occur_in_it() -> None:
    check_password("al", "a normal password")


def test_a_right_password_is_remembered_for_its_place_and_hash() -> None:
    verifier, kept = Verifier(), hashed("a long enough password")
    assert not verifier.remembers("clerk", "a long enough password", "here", kept)
    assert not verifier.is_right("clerk", "a wrong password", "here", kept)
    assert not verifier.remembers("clerk", "a wrong password", "here", kept)
    assert verifier.is_right("clerk", "a long enough password", "here", kept)
    assert verifier.remembers("clerk", "a long enough password", "here", kept)
    assert not verifier.remembers("clerk", "a long enough password", "there", kept)
    assert not verifier.remembers("clerk", "a long enough password", "here", hashed("a long enough password"))


def test_nobodys_password_is_never_right() -> None:
    assert not Verifier().is_right("nobody", "a long enough password", "here", None)


def test_it_is_kept_so_that_trying_costs_a_lot() -> None:
    """The second choice of RFC 9106, section 4; the tests themselves have a cheaper one."""
    kept = runpy.run_path(passwords.__file__)["hashed"]("a long enough password")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
