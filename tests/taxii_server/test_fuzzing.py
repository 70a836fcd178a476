"""Whatever bytes come in over HTTP: no server error, nobody else's data, no word of our insides."""

import json
import socket
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from real_server import HEADER
from taxii_world import IDS, TAXII, World, body_of, envelope, id_of

CANARY = "canary-5d1f"
INSIDES = (
    b"Traceback",
    b'File "',
    b"sqlite",
    b"SQLite",
    b"psycopg",
    b"sqlalchemy",
    b"SELECT ",
    b"werkzeug",
    b"object at 0x",
)
_LIMIT_S = 20

words = st.one_of(
    st.sampled_from(
        [
            *IDS.values(),
            *(one.upper() for one in IDS.values()),
            *("exchange", "second", "shared", "collections", "objects", "manifest", "versions", "status"),
            id_of(CANARY),
            id_of("other"),
            *("", ".", "..", "%2e%2e", "%00", "%ff", "%", "%2F", "é", "null", "0", "-1", "malware--", "a" * 3_000),
        ]
    ),
    st.text(max_size=12),
)
names = st.one_of(
    st.sampled_from(
        [
            *("added_after", "limit", "next", "match", "match[", "match[]", "match[x]"),
            *(
                f"match[{name}]"
                for name in ("id", "type", "version", "spec_version", "value", "tlp", "revoked", "name")
            ),
            *(f"match[{name}]" for name in ("labels", "external_id", "confidence-gte", "valid_until-gte")),
        ]
    ),
    st.text(max_size=8),
)
values = st.one_of(
    st.sampled_from(
        [
            *(
                "",
                "all",
                "first",
                "last",
                "last,last",
                ",",
                "true",
                "2.1",
                "2.0",
                "9" * 400,
                "-1",
                "0",
                "1e9",
                "0x10",
                "٣",
            ),
            *("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00 00:00", "9999-12-31T23:59:59.999999999Z", "2026-02-30"),
            *(
                "10000-01-01T00:00:00Z",
                "1969-12-31T23:59:59Z",
                "%00",
                "\x00",
                "\ud800",
                "malware",
                id_of(CANARY),
                CANARY,
            ),
            ",".join(map(str, range(600))),
            "AAAA",
        ]
    ),
    st.text(max_size=20),
)
headers = st.dictionaries(
    st.sampled_from(
        [
            *("Accept", "Accept-Encoding", "Content-Type", "Content-Encoding", "If-None-Match", "Range", "Expect"),
            *("X-Forwarded-For", "X-HTTP-Method-Override", "Cookie", "Host", "Origin", "Transfer-Encoding"),
        ]
    ),
    st.one_of(
        st.sampled_from(
            [
                *(
                    TAXII,
                    "application/json",
                    "*/*",
                    "application/taxii+json;version=9",
                    "text/html",
                    "gzip",
                    "identity",
                ),
                *(
                    "application/stix+json;version=2.1",
                    "q=x;;;",
                    "W/",
                    '"x"',
                    "bytes=0-1",
                    "100-continue",
                    "DELETE",
                    "",
                ),
            ]
        ),
        st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30),
    ),
    max_size=4,
)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10), st.just(id_of(CANARY))),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)
good = json.loads(body_of("fuzzed"))
objects = st.dictionaries(st.sampled_from([*good, "pattern", "revoked", "x"]), json_values, max_size=4).map(
    lambda changed: {**good, **changed}
)
bodies = st.one_of(
    st.just(b""),
    st.binary(max_size=60),
    json_values.map(lambda one: json.dumps(one).encode()),
    st.lists(objects, max_size=3).map(lambda some: json.dumps({"objects": some}).encode()),
    st.sampled_from(
        [
            envelope(body_of("fuzzed")),
            envelope(body_of("fuzzed"))[:-3],
            b'{"objects":' + b"[" * 20_000,
            b'{"objects":[{"a":' * 5_000,
            b'{"objects":[1e999]}',
            b'{"objects":[{"id":"\\ud800"}]}',
            b"\xff\xfe{\x00}\x00",
            b"\x1f\x8b\x08",
        ]
    ),
)
methods = st.sampled_from(
    ["GET"] * 6 + ["POST"] * 3 + ["DELETE", "HEAD", "PUT", "OPTIONS", "PATCH", "TRACE", "get", "X"]
)
members = st.sampled_from(["stranger", "telco", "police", "bank", None, "nobody"])


@st.composite
def requests(draw: st.DrawFn) -> tuple[str | None, bytes, bytes]:
    """Who asks, the request's first lines without the credential, and its body."""
    deep = draw(st.integers(0, 3))
    known = ["exchange", "collections", draw(st.sampled_from(list(IDS.values()))), "objects"][: 4 - deep]
    path = "/taxii2/" + "/".join([*known, *draw(st.lists(words, max_size=3))])
    query = "&".join(f"{name}={value}" for name, value in draw(st.lists(st.tuples(names, values), max_size=3)))
    target = quote((path + (f"?{query}" if query else "")).encode("utf-8", "surrogatepass"), safe="/%?&=[],:+")
    body = draw(bodies) if draw(st.booleans()) else b""
    lines = [f"{draw(methods)} {target} HTTP/1.1"]
    sent = {"Host": "127.0.0.1", "Accept": TAXII, "Content-Type": TAXII, **draw(headers)}
    lines += [f"{name}: {value}" for name, value in sent.items() if "\r" not in value and "\n" not in value]
    return draw(members), "\r\n".join(lines).encode("latin-1", "replace"), body


def sent(port: int, request: bytes) -> bytes:
    """All that comes back on a connection of its own."""
    with socket.create_connection(("127.0.0.1", port), _LIMIT_S) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
        return answer


@pytest.mark.parametrize("runs", [400, pytest.param(20_000, marks=pytest.mark.proof)])
def test_no_request_breaks_the_server_or_opens_a_door(world: World, real_server: int, runs: int) -> None:
    world.put(body_of(CANARY), body_of("other"), to="Other", owner="peer")
    world.put(body_of(CANARY), owner="peer")

    @settings(
        max_examples=runs,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(requests())
    def judged(made: tuple[str | None, bytes, bytes]) -> None:
        member, head, body = made
        token = {None: "", "nobody": "Authorization: Bearer nobody\r\n"}.get(
            member, f"Authorization: Bearer {world.tokens.get(member or '', '')}\r\n"
        )
        length = b"" if b"Transfer-Encoding" in head else f"Content-Length: {len(body)}\r\n".encode()
        request = b"%s\r\n%s%s%s: %s\r\nConnection: close\r\n\r\n%s" % (
            head,
            token.encode(),
            length,
            HEADER.encode(),
            world.name.encode(),
            body,
        )
        answer = sent(real_server, request)
        status = int(answer.split(b" ", 2)[1])
        assert status < 500, answer
        assert not any(inside in answer for inside in INSIDES), answer
        if member not in ("police", "bank"):
            assert CANARY.encode() not in answer.partition(b"\r\n\r\n")[2], answer
            assert status != 200 or member in ("telco", "stranger"), answer

    judged()
    assert world.ask("", "police").status_code == 200, "the server is still there"
