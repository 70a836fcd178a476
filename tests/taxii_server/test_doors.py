"""Who comes in over TAXII, from where, and how far: users, tokens with limits, certificates that a proxy verified."""

import base64
from typing import Any

import pytest
from client_certificates import certificate
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from taxii_world import ELSEWHERE, IDS, PASSWORD, START, TAXII, World, add_ann, basic, body_of, envelope, ids, mounted
from werkzeug.test import Client

from tocsin.ledger.database import Database
from tocsin.members.limits import Limits
from tocsin.members.members import find_member
from tocsin.members.people import disable, find_person
from tocsin.members.roles import READ, SUBMIT
from tocsin.members.second_factor import begin_enrolment, confirm_enrolment
from tocsin.members.tokens import add_certificate, new_token, revoke_token
from tocsin.networks import behind_proxies, parse_networks
from tocsin.times import DAY_MS, now_ms

KEY = b"s" * 32
PROXY, CLIENT, OTHER = "10.0.0.1", "192.0.2.7", "203.0.113.7"
OTHER_COLLECTION = f"/taxii2/exchange/collections/{IDS['Other']}/"


@pytest.fixture
def behind(world: World) -> World:
    """The exchange behind a proxy at 10.0.0.1; `ask` takes the address of the peer."""
    world.client = Client(behind_proxies(mounted(world.service), parse_networks(["10.0.0.0/8"])))
    return world


def asked(world: World, path: str = "objects/", peer: str = PROXY, **headers: str) -> Any:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.ask(path, member=None, headers=said, environ_base={"REMOTE_ADDR": peer})


def token(world: World, name: str = "limited", member: str = "bank", **limits: Any) -> dict[str, str]:
    with world.database.writing() as connection:
        key = find_member(connection, member).key
        made = new_token(connection, key, name, START, limits=Limits(**limits))
    return {"Authorization": f"Bearer {made}"}


def registered(world: World, **limits: Any) -> str:
    """The SHA-256 of a certificate of the bank."""
    pem, _ = certificate()
    with world.database.writing() as connection:
        key = find_member(connection, "bank").key
        return add_certificate(connection, key, "gateway", pem, now_ms(), limits=Limits(**limits))


def with_second_factor(database: Database) -> None:
    """Give ann a second factor."""
    add_ann(database)
    with database.writing() as connection:
        ann = find_person(connection, "ann")
        told = begin_enrolment(connection, KEY, ann.key, "ann", "Test")
        secret, now = base64.b32decode(told.groups.replace(" ", "")), now_ms()
        code = TOTP(secret, 6, SHA1(), 30).generate(now // 1000).decode()
        assert confirm_enrolment(connection, KEY, ann.key, code, now) is not None


def test_a_user_with_a_second_factor_needs_a_token(world: World) -> None:
    with_second_factor(world.database)
    refused = world.ask("objects/", headers=basic("ann", PASSWORD))
    wrong = world.ask("objects/", headers=basic("ann", "wrong password"))
    assert refused.status_code == wrong.status_code == 401
    assert refused.data == wrong.data, "it does not tell whether the password was right"
    assert world.ask("objects/", headers=basic("bank", world.tokens["bank"])).status_code == 200
    assert world.ask("objects/").status_code == 200


def test_a_disabled_user_is_out(world: World) -> None:
    add_ann(world.database)
    with world.database.writing() as connection:
        disable(connection, find_person(connection, "ann"), START)
    assert world.ask("objects/", headers=basic("ann", PASSWORD)).status_code == 401


def test_a_token_that_reads_adds_nothing(world: World) -> None:
    headers = token(world, scope=frozenset({READ}))
    pushed = world.push(body_of("new"), headers=headers)
    assert pushed.status_code == 403
    assert world.ask("objects/x/", method="DELETE", headers=headers).status_code == 403
    shown = world.ask("", headers=headers).json
    assert (shown["can_read"], shown["can_write"]) == (True, False)
    assert world.ask("objects/", headers=headers).status_code == 200
    assert world.ask("objects/", headers=headers).json == {}


def test_a_token_that_submits_reads_nothing(world: World) -> None:
    world.put(body_of("o1"), owner="bank")
    headers = token(world, scope=frozenset({SUBMIT}))
    for path in ("objects/", "manifest/", f"objects/{ids(world.ask('objects/').json)[0]}/"):
        assert world.ask(path, headers=headers).status_code == 403
    assert world.ask("", headers=headers).json["can_read"] is False
    pushed = world.push(body_of("new"), headers=headers)
    assert pushed.status_code == 202
    status = world.ask(f"/taxii2/exchange/status/{pushed.json['id']}/", headers=headers)
    assert status.status_code == 200


def test_a_scope_gives_no_right_that_the_member_lacks(world: World) -> None:
    headers = token(world, member="police")
    assert world.push(body_of("new"), headers=headers).status_code == 403
    assert world.ask("objects/", headers=token(world, member="stranger")).status_code == 404


def test_other_collections_are_not_there_for_a_token_that_is_limited(world: World) -> None:
    world.put(body_of("o1"), to="Other", owner="bank")
    pushed = world.push(body_of("elsewhere"), path=OTHER_COLLECTION + "objects/")
    headers = token(world, collections=frozenset({world.collections["Shared"].key}))
    for path in ("", "objects/", "manifest/", f"objects/{ids(world.ask(OTHER_COLLECTION + 'objects/').json)[0]}/"):
        hidden = world.ask(OTHER_COLLECTION + path, headers=headers)
        missing = world.ask(OTHER_COLLECTION.replace("aaaa", "bbbb") + path, headers=headers)
        assert (hidden.status_code, hidden.data) == (404, missing.data)
    assert world.push(body_of("x"), path=OTHER_COLLECTION + "objects/", headers=headers).status_code == 404
    assert world.ask(f"/taxii2/exchange/status/{pushed.json['id']}/", headers=headers).status_code == 404
    listed = world.ask("/taxii2/exchange/collections/", headers=headers).json["collections"]
    assert [one["id"] for one in listed] == [IDS["Shared"]]
    roots = world.ask("/taxii2/", headers=headers).json["api_roots"]
    assert not [url for url in roots if "/second/" in url]
    assert world.ask("/taxii2/second/", headers=headers).status_code == 404
    assert world.ask(f"/taxii2/second/collections/{ELSEWHERE}/objects/", headers=headers).status_code == 404
    assert world.ask("objects/", headers=headers).status_code == 200


def test_a_next_from_another_token_does_not_widen_it(world: World) -> None:
    world.put(*[body_of(f"o{number}") for number in range(3)], to="Other", owner="bank")
    cursor = world.ask(OTHER_COLLECTION + "objects/?limit=1").json["next"]
    headers = token(world, collections=frozenset({world.collections["Shared"].key}))
    assert world.ask(f"{OTHER_COLLECTION}objects/?next={cursor}", headers=headers).status_code == 404
    assert world.ask(f"objects/?next={cursor}", headers=headers).status_code == 400


def test_ended_wrong_network_and_unknown_are_answered_the_same(world: World) -> None:
    over = token(world, "over", until_ms=START + DAY_MS)
    away = token(world, "away", networks=parse_networks(["192.0.2.0/24"]))
    unknown = {"Authorization": "Bearer tocsin_unknown"}
    answers = [world.ask("objects/", headers=headers) for headers in (over, away, unknown)]
    assert [one.status_code for one in answers] == [401] * 3
    assert len({one.data for one in answers}) == 1


def test_a_network_is_that_of_the_client_behind_the_proxy(behind: World) -> None:
    bound = token(behind, networks=parse_networks(["192.0.2.0/24"]))
    for peer, forwarded, status in (
        (PROXY, CLIENT, 200),
        (PROXY, f"{OTHER}, {CLIENT}", 200),
        (PROXY, f"{CLIENT}, {OTHER}", 401),
        (PROXY, OTHER, 401),
        (OTHER, CLIENT, 401),
        (CLIENT, OTHER, 200),
        (PROXY, "", 401),
    ):
        assert asked(behind, peer=peer, X_Forwarded_For=forwarded, **bound).status_code == status, (peer, forwarded)


def test_a_certificate_opens_where_the_proxy_verified_it(behind: World) -> None:
    fingerprint = registered(behind)
    seen = asked(behind, Clientverify="SUCCESS", Clientcert=fingerprint, X_Forwarded_For=CLIENT)
    assert seen.status_code == 200
    assert seen.headers["Content-Type"] == TAXII
    behind.receipts.flush()
    assert [one.subscriber for one in behind.receipts.of(IDS["Shared"])] == ["bank/gateway"]


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        (OTHER, {"Clientverify": "SUCCESS"}),
        (CLIENT, {"Clientverify": "SUCCESS", "X_Forwarded_For": PROXY}),
        (PROXY, {"Clientverify": "NONE"}),
        (PROXY, {"Clientverify": "FAILED:expired"}),
        (PROXY, {}),
        (PROXY, {"Clientverify": "SUCCESS", "Authorization": "Bearer tocsin_unknown"}),
    ],
)
def test_a_certificate_that_nobody_verified_opens_nothing(behind: World, peer: str, headers: dict[str, str]) -> None:
    assert asked(behind, peer=peer, Clientcert=registered(behind), **headers).status_code == 401


def test_without_a_proxy_the_headers_are_nothing(world: World) -> None:
    headers = {"Clientverify": "SUCCESS", "Clientcert": registered(world)}
    assert world.ask("objects/", member=None, headers=headers).status_code == 401


def test_a_certificate_is_limited_and_revoked_like_a_token(behind: World) -> None:
    limits = {"scope": frozenset({READ}), "networks": parse_networks(["192.0.2.0/24"])}
    proof = {"Clientverify": "SUCCESS", "Clientcert": registered(behind, **limits)}
    assert asked(behind, X_Forwarded_For=CLIENT, **proof).status_code == 200
    assert asked(behind, X_Forwarded_For=OTHER, **proof).status_code == 401
    pushed = behind.ask(
        "objects/",
        None,
        "POST",
        data=envelope(body_of("new")),
        headers={"Content-Type": TAXII, "X-Forwarded-For": CLIENT, **proof},
        environ_base={"REMOTE_ADDR": PROXY},
    )
    assert pushed.status_code == 403
    with behind.database.writing() as connection:
        revoke_token(connection, "gateway", now_ms(), find_member(connection, "bank").key)
    behind.service.door._answers.clear()
    assert asked(behind, X_Forwarded_For=CLIENT, **proof).status_code == 401


def test_a_token_with_limits_costs_no_look_up_at_each_poll(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = token(
        world,
        scope=frozenset({READ}),
        collections=frozenset({world.collections["Shared"].key}),
        networks=parse_networks(["127.0.0.0/8"]),
    )
    client = Client(mounted(world.service))
    options = {"headers": {"Accept": TAXII, **headers}, "environ_base": {"REMOTE_ADDR": "127.0.0.1"}}
    path = f"/taxii2/exchange/collections/{IDS['Shared']}/objects/"
    assert client.get(path, **options).status_code == 200

    def fails(*_: object, **__: object) -> None:
        raise AssertionError("it asked the database who that is")

    monkeypatch.setattr("tocsin.members.access._find_machine", fails)
    assert client.get(path, **options).status_code == 200


def test_a_password_that_was_right_is_not_hashed_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    add_ann(world.database)
    client = Client(mounted(world.service))
    path = f"/taxii2/exchange/collections/{IDS['Shared']}/objects/"
    headers = {"Accept": TAXII, **basic("ann", PASSWORD)}
    assert client.get(path, headers=headers).status_code == 200
    monkeypatch.setattr("tocsin.members.access.Verifier.is_right", lambda *_: pytest.fail("it hashed again"))
    monkeypatch.setattr("tocsin.members.access.standing", lambda *_: pytest.fail("it looked for failures"))
    assert client.get(path, headers=headers).status_code == 200
