"""Webhooks: signed, to public addresses alone, and not held up by whoever receives them."""

import hashlib
import hmac
import socket
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alerts.receiving import Received, trusting, webhook_server

from tocsin.alerts.posting import BadUrl, Letter, Posting, check_url, new_secret, post, signature
from tocsin.networks import is_public

LETTER = Letter("msg_1", 1_700_000_000, b'{"new": 1}')
SECRET = new_secret()


@pytest.fixture
def received(tmp_path: Path) -> Iterator[Received]:
    with webhook_server(tmp_path) as made:
        yield made


@pytest.fixture
def posting(tmp_path: Path) -> Posting:
    return Posting(frozenset({"localhost"}), trusting(tmp_path))


def test_what_is_sent_can_be_checked_with_the_secret(received: Received, posting: Posting) -> None:
    assert post(posting, received.url, SECRET, LETTER).arrived
    ((path, headers, body),) = received.requests
    assert path == "/hook?of=desk"
    assert body == LETTER.body
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_1", "1700000000")
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = hmac.new(b64decode(SECRET.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{b64encode(right).decode()}"


def test_the_signature_is_that_of_the_scheme() -> None:
    """The example of the scheme's own documentation."""
    letter = Letter("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert signature(secret, letter) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_are_long_and_differ() -> None:
    assert len(b64decode(SECRET.removeprefix("whsec_"))) == 32
    assert new_secret() != SECRET


@pytest.mark.parametrize(
    ("status", "words", "hopeless"),
    [
        (500, "It answered 500.", False),
        (404, "It answered 404.", False),
        (410, "It answered 410.", True),
        (302, "It answered 302: it sends on to another address, which is not followed.", False),
    ],
)
def test_what_the_other_side_answers_is_said_in_words(
    received: Received, posting: Posting, status: int, words: str, hopeless: bool
) -> None:
    received.status, received.headers = status, {"Location": received.url + "&again=1"}
    answer = post(posting, received.url, SECRET, LETTER)
    assert (answer.arrived, answer.words, answer.hopeless) == (False, words, hopeless)
    assert len(received.requests) == 1


def test_a_name_that_leads_inside_is_sent_nothing(received: Received, tmp_path: Path) -> None:
    answer = post(Posting(context=trusting(tmp_path)), received.url, SECRET, LETTER)
    assert not answer.arrived
    assert answer.words == "Its name leads to no public address, and nothing is sent there."
    assert received.requests == []


def test_nobody_learns_which_names_there_are_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    there = post(Posting(context=trusting(tmp_path)), "https://localhost/", SECRET, LETTER)
    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    assert post(Posting(context=trusting(tmp_path)), "https://database/", SECRET, LETTER) == there


def test_one_inner_address_among_others_is_enough(
    received: Received, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert "no public address" in post(Posting(context=trusting(tmp_path)), received.url, SECRET, LETTER).words
    assert received.requests == []


def test_the_name_is_looked_up_once_and_the_connection_goes_there(
    received: Received, posting: Posting, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = socket.getaddrinfo, list[str]()

    def once(host: Any, *rest: Any, **more: Any) -> Any:
        asked.append(str(host))
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    assert post(posting, received.url, SECRET, LETTER).arrived
    assert [one for one in asked if one == "localhost"] == ["localhost"]


def test_a_certificate_of_another_name_or_of_nobody_is_refused(received: Received, tmp_path: Path) -> None:
    other = Posting(frozenset({"127.0.0.1", "localhost"}), trusting(tmp_path))
    address = received.url.replace("localhost", "127.0.0.1")
    assert post(other, address, SECRET, LETTER).words == "Its certificate is not valid for its name."
    stranger = Posting(frozenset({"localhost"}))
    assert post(stranger, received.url, SECRET, LETTER).words == "Its certificate is not valid for its name."
    assert received.requests == []


def test_whoever_answers_byte_by_byte_holds_nobody_up(received: Received, tmp_path: Path) -> None:
    def drip(handler: Any) -> None:
        while True:
            handler.wfile.write(b"H")
            handler.wfile.flush()
            time.sleep(0.02)

    received.before = drip
    hasty = Posting(frozenset({"localhost"}), trusting(tmp_path), longest_s=0.3)
    assert post(hasty, received.url, SECRET, LETTER).words == "It took too long to answer."


def test_whoever_says_nothing_is_given_up(tmp_path: Path) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        url = f"https://localhost:{mute.getsockname()[1]}/"
        quick = Posting(frozenset({"localhost"}), trusting_nobody(), silence_s=0.2)
        assert post(quick, url, SECRET, LETTER).words == "It took too long to answer."


def test_nobody_there_is_said(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    inside = Posting(frozenset({"localhost"}))
    assert post(inside, f"https://localhost:{port}/", SECRET, LETTER).words == "It could not be reached, or broke off."
    assert "no public address" in post(inside, "https://no-such-host.invalid/", SECRET, LETTER).words
    assert post(inside, "http://localhost/", SECRET, LETTER).hopeless


@pytest.mark.parametrize(
    "text",
    [
        "http://hooks.example/", "https://", "https:///path", "ftp://hooks.example/", "https://name:word@hooks.example/",
        "https://hooks.example/ x", "https://hooks.example/\r\nHost: other", "https://hooks.example:0/",
        "https://hooks.example:99999/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/",
        "https://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/", "https://[fe80::1]/", "https://hooks.example/#x", "https://höoks.example/",
        "https://hooks_.example./", "https://" + "a" * 1_000 + ".example/", "hooks.example", "",
    ],
)  # fmt: skip
def test_what_can_be_no_webhook_is_refused(text: str) -> None:
    with pytest.raises(BadUrl):
        check_url(text, frozenset())


def test_an_operator_may_allow_a_machine_of_its_own() -> None:
    assert check_url("https://10.0.0.1:8443/hook", frozenset({"10.0.0.1"}))
    assert check_url("https://hooks.example/a?b=c", frozenset())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1",
        "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::", "2001::1", "2001:db8::1", "100::1",
        "192.0.0.8", "192.0.0.192", "192.88.99.1", "3fff::1", "not an address", "",
    ],
)  # fmt: skip
def test_no_address_inside_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_what_everybody_reaches_is_public(address: str) -> None:
    assert is_public(address)


def trusting_nobody() -> Any:
    return Posting().context
