"""A token does less than its member may: scope, end, networks, and never by a certificate's public bytes."""

import pytest
from client_certificates import certificate
from house import START, House

from tocsin.members.access import Door
from tocsin.members.limits import Limits
from tocsin.members.members import Rights, find_member
from tocsin.members.roles import READ, SUBMIT
from tocsin.members.tables import tokens
from tocsin.members.tokens import add_certificate, all_tokens, new_token, revoke_token
from tocsin.networks import parse_networks
from tocsin.times import DAY_MS, now_ms

BOTH = Rights(True, True)


def made(house: House, name: str = "machine", **limits: object) -> str:
    with house.database.writing() as connection:
        key = find_member(connection, "bank-a").key
        return new_token(connection, key, name, START, limits=Limits(**limits), by="desk")  # type: ignore[arg-type]


@pytest.mark.parametrize("scope", [{READ}, {SUBMIT}, {READ, SUBMIT}])
def test_the_scope_is_all_that_it_may(house: House, scope: set[str]) -> None:
    found = Door(house.database).by_token(made(house, scope=frozenset(scope)))
    assert found is not None
    assert (found.may(READ), found.may(SUBMIT)) == (READ in scope, SUBMIT in scope)
    assert found.left_of(BOTH, 1) == Rights(READ in scope, SUBMIT in scope)
    assert found.left_of(Rights(False, False), 1) == Rights(False, False), "it adds nothing"


def test_other_collections_are_out_of_reach(house: House) -> None:
    scams, other = house.collections["Scams"], house.collection("Other")
    found = Door(house.database).by_token(made(house, collections=frozenset({scams.key})))
    assert found is not None
    assert found.left_of(BOTH, scams.key) == BOTH
    assert found.left_of(BOTH, other.key) == Rights(False, False)


def test_it_opens_from_its_networks_alone(house: House) -> None:
    door = Door(house.database)
    token = made(house, networks=parse_networks(["192.0.2.0/24", "2001:db8::/32"]))
    addresses = {"192.0.2.5": True, "2001:db8::5": True, "::ffff:192.0.2.5": True, "198.51.100.5": False, "": False}
    assert {one: door.by_token(token, one) is not None for one in addresses} == addresses
    assert (door.by_password("bank-a", token, "192.0.2.5") is None, door.by_password("bank-a", token)) == (False, None)


def test_it_ends(house: House) -> None:
    door = Door(house.database)
    assert door.by_token(made(house, "over", until_ms=START + DAY_MS)) is None
    assert door.by_token(made(house, "goes on", until_ms=now_ms() + DAY_MS)) is not None
    with house.database.reading() as connection:
        states = {one.name: one.state(now_ms()) for one in all_tokens(connection)}
    assert states == {"over": "over", "goes on": "works"}


def test_it_ends_while_the_door_remembers_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    door, until = Door(house.database), now_ms() + DAY_MS
    token = made(house, until_ms=until)
    assert door.by_token(token) is not None
    monkeypatch.setattr("tocsin.members.access.now_ms", lambda: until)
    assert door.by_token(token) is None


@pytest.mark.parametrize("limits", [{"scope": frozenset()}, {"scope": frozenset({"manage"})}, {"until_ms": START}])
def test_limits_that_cannot_be(house: House, limits: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="token"):
        made(house, **limits)


def test_a_token_limited_to_no_collection_is_not_made_unlimited(house: House) -> None:
    with pytest.raises(ValueError, match="needs one"):
        made(house, collections=frozenset())


def test_a_certificate_opens_by_its_fingerprint_until_it_ends(house: House) -> None:
    door, (text, digest) = Door(house.database), certificate()
    with house.database.writing() as connection:
        key = find_member(connection, "bank-a").key
        fingerprint = add_certificate(connection, key, "gateway", text, now_ms())
        with pytest.raises(ValueError, match="already"):
            add_certificate(connection, key, "again", text, now_ms())
    assert fingerprint == digest
    found = door.by_certificate(fingerprint)
    assert found is not None
    assert (found.subscriber, found.role) == ("bank-a/gateway", None)
    assert found.limits.until_ms is not None
    assert found.limits.until_ms <= now_ms() + DAY_MS
    assert door.by_token(fingerprint) is None
    assert door.by_certificate("00" * 32) is None


def test_neither_proof_passes_for_the_other(house: House) -> None:
    door, token = Door(house.database), made(house)
    with house.database.reading() as connection:
        digest = connection.execute(tokens.select()).one().sha256
    assert door.by_certificate(digest) is None, "the hash of a token is no certificate"
    assert door.by_token(digest) is None
    assert door.by_token(token) is not None


@pytest.mark.parametrize("text", [b"", b"no certificate", certificate(days=-1)[0]])
def test_what_cannot_be_registered(house: House, text: bytes) -> None:
    with house.database.writing() as connection, pytest.raises(ValueError, match="certificate"):
        add_certificate(connection, find_member(connection, "bank-a").key, "gateway", text, now_ms())


def test_a_revoked_token_of_one_member_is_not_anothers(house: House) -> None:
    token = made(house)
    with house.database.writing() as connection:
        other = find_member(connection, "bank-b").key
        with pytest.raises(LookupError):
            revoke_token(connection, "machine", START, other)
        with pytest.raises(LookupError):
            revoke_token(connection, token, START, other)
        revoke_token(connection, token, START, find_member(connection, "bank-a").key)
    assert Door(house.database).by_token(token) is None
