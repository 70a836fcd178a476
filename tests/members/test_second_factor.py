"""Codes count once, near their moment; so do recovery codes."""

import base64
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from house import START, House

from tocsin.members.people import Person
from tocsin.members.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    has_second_factor,
    new_recovery_codes,
    pending_enrolment,
    prove,
    recovery_codes_left,
    remove_second_factor,
)
from tocsin.members.tables import recovery_codes, second_factors

KEY = b"s" * 32
STEP_MS = 30_000
NOON = START - START % STEP_MS


def enrol(house: House, clerk: Person) -> bytes:
    """The secret that an authenticator would keep."""
    with house.database.writing() as connection:
        told = begin_enrolment(connection, KEY, clerk.key, clerk.login, "Test: exchange")
    return base64.b32decode(told.groups.replace(" ", ""))


def code_at(secret: bytes, now: int) -> str:
    return TOTP(secret, 6, SHA1(), 30).generate(now // 1000).decode()


def confirmed(house: House, clerk: Person) -> tuple[bytes, list[str]]:
    secret = enrol(house, clerk)
    with house.database.writing() as connection:
        codes = confirm_enrolment(connection, KEY, clerk.key, code_at(secret, NOON), NOON)
    assert codes is not None
    return secret, codes


def proves(house: House, clerk: Person, code: str, now: int) -> bool:
    with house.database.writing() as connection:
        return prove(connection, KEY, clerk.key, code, now)


def test_the_codes_are_those_of_the_standard(house: House, clerk: Person) -> None:
    # RFC 6238, appendix B: the secret is ASCII digits, the code that of 59 s, its last six digits
    assert code_at(b"12345678901234567890", 59_000) == "287082"


def test_an_authenticator_is_told_all_it_needs(house: House, clerk: Person) -> None:
    with house.database.writing() as connection:
        told = begin_enrolment(connection, KEY, clerk.key, clerk.login, "Test: exchange")
        assert pending_enrolment(connection, KEY, clerk.key, clerk.login, "Test: exchange") == told
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", told.groups)
    uri = urlsplit(told.uri)
    query = parse_qs(uri.query)
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert query["secret"] == [told.groups.replace(" ", "")]
    assert query["issuer"] == ["Test  exchange"]


def test_it_counts_for_nothing_until_it_is_confirmed(house: House, clerk: Person) -> None:
    secret = enrol(house, clerk)
    assert not proves(house, clerk, code_at(secret, NOON), NOON)
    with house.database.writing() as connection:
        assert confirm_enrolment(connection, KEY, clerk.key, "000000", NOON) is None
        assert not has_second_factor(connection, clerk.key)
        assert confirm_enrolment(connection, KEY, clerk.key, code_at(secret, NOON), NOON) is not None
        assert has_second_factor(connection, clerk.key)
        with pytest.raises(ValueError, match="already"):
            begin_enrolment(connection, KEY, clerk.key, clerk.login, "Test")


def test_a_code_counts_once(house: House, clerk: Person) -> None:
    secret, _ = confirmed(house, clerk)
    assert not proves(house, clerk, code_at(secret, NOON), NOON), "it confirmed the enrolment"
    later = NOON + STEP_MS
    assert proves(house, clerk, code_at(secret, later), later)
    assert not proves(house, clerk, code_at(secret, later), later)
    assert not proves(house, clerk, code_at(secret, NOON), later), "an earlier one, not used yet, counts no more"


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(house: House, clerk: Person, steps: int, right: bool) -> None:
    secret, _ = confirmed(house, clerk)
    now = NOON + 10 * STEP_MS
    assert proves(house, clerk, code_at(secret, now + steps * STEP_MS), now) == right


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "٣٣٣٣٣٣", "-1", "0" * 5_000, "x\0y"])
def test_what_is_no_code_is_wrong(house: House, clerk: Person, code: str) -> None:
    confirmed(house, clerk)
    assert not proves(house, clerk, code, NOON + STEP_MS)


def test_each_recovery_code_lets_in_once(house: House, clerk: Person) -> None:
    _, codes = confirmed(house, clerk)
    assert len(set(codes)) == 10
    for left, code in enumerate(reversed(codes)):
        assert proves(house, clerk, code.upper() if left % 2 else f" {code.replace('-', '')} ", NOON)
        assert not proves(house, clerk, code, NOON)
        with house.database.reading() as connection:
            assert recovery_codes_left(connection, clerk.key) == 9 - left


def test_new_recovery_codes_end_those_before(house: House, clerk: Person) -> None:
    _, codes = confirmed(house, clerk)
    with house.database.writing() as connection:
        fresh = new_recovery_codes(connection, clerk.key)
    assert not proves(house, clerk, codes[0], NOON)
    assert proves(house, clerk, fresh[0], NOON)


def test_neither_secret_nor_codes_are_kept_in_the_open(house: House, clerk: Person) -> None:
    secret, codes = confirmed(house, clerk)
    with house.database.reading() as connection:
        sealed = connection.execute(sa.select(second_factors.c.secret)).scalar_one()
        kept = set(connection.execute(sa.select(recovery_codes.c.sha256)).scalars())
    assert secret not in sealed
    assert not kept & {code.replace("-", "") for code in codes}


def test_a_sealed_secret_opens_with_its_key_for_its_user_alone(house: House, clerk: Person) -> None:
    secret, codes = confirmed(house, clerk)
    now = NOON + STEP_MS
    with house.database.writing() as connection:
        assert not prove(connection, b"x" * 32, clerk.key, code_at(secret, now), now)
        assert prove(connection, b"x" * 32, clerk.key, codes[0], now), "recovery codes need no key"
        assert prove(connection, KEY, clerk.key, code_at(secret, now), now)


def test_after_it_is_removed_nothing_of_it_counts(house: House, clerk: Person) -> None:
    secret, codes = confirmed(house, clerk)
    with house.database.writing() as connection:
        assert remove_second_factor(connection, clerk.key)
        assert not has_second_factor(connection, clerk.key)
    now = NOON + STEP_MS
    assert not proves(house, clerk, codes[0], now)
    assert not proves(house, clerk, code_at(secret, now), now)
