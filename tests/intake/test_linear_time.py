"""No line makes intake work more than in proportion to its length: catastrophic expressions, nested and long things."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from zipfile import ZipFile

import pytest

from tocsin.intake import CannotRead, read

SHORT, LONG = 3_000, 24_000
"""Characters: eight times as long may take eight times as long; what grew with the square would take 64 times."""
MOST = 28
TRIES = 3
UNMEASURED = 0.1
"""Seconds below which nothing is compared: the square of something that small is small."""

PIECES = [
    "a.", "a-", "-a", "a", "A", "1", "a1", "A1 ", "AB12 ", ".", "..", "[.", "[.]", "(.)", "a[.]", "[dot]", " [dot] ",
    "a [at] ", "@", "a@", "a@a.", "@a.", "hxxp://", "http://a", "http://a[b]", "http://a.example/[", "h[tt]p", "a://",
    "://", "//", "[:]", "+1", "+1 ", "+(", "+1-", "::", "a:", "a::", "1:", "[::", "0x", "x ", " ", "\t", "# ", " #",
    " !", " //", "a  ", "(", ")", "[", "]", "{", "}", "http://a.example/)", "http://a.example/(", "account 12345 ",
    "account: 1 ", "acc no ", "swift AAAAGB2L ", "bank: a ", "bank name: ", "sort code 12-34-56 ", "IBAN GB33 ",
    "IBAN: ", "tel ", "tel: 1 ", "country: ", "branch: ", "From: ", "From: a@b.example ", "victim ",
    "victim's account ", "our hotline ", "regards ", "wrote: ", "recover funds ", "scam ", "> ", "-----",
    "12/12/2023, 12:12 - ", "[12/12/2023, 12:12:12] a: ", "||", "^", "||a^", "address=/", "*://*.", "0.0.0.0 ",
    "1.1.1.1 ", "version 1.2.3.4 ", "<", "<a ", "<a b=", "<a b='", '<a b="', "<!--", "<script>", "</script", "&",
    "&#1", "&amp;", "<pre>", "<td>", "<p>", "\u200b", "\u0660", "\xe9.", "\u3001", "a,", "a;", '"', '"a",', ";", "|",
]  # fmt: skip


def work(data: bytes, name: str | None, form: str) -> float:
    """Seconds of processor time."""
    begun = time.process_time()
    with suppress(CannotRead):
        for _row in read(data, name, form).rows:
            pass
    return time.process_time() - begun


def is_linear(make: Callable[[int], bytes], name: str | None, form: str) -> bool:
    """Whether eight times as much takes at most so many times as long, or nothing that could be measured."""
    if work(make(LONG), name, form) < UNMEASURED:
        return True
    short = min(work(make(SHORT), name, form) for _ in range(TRIES))
    return min(work(make(LONG), name, form) for _ in range(TRIES)) < MOST * max(short, UNMEASURED / 8)


FORMS = [
    (None, "text"),
    ("x.html", "html"),
    (None, "plain"),
    (None, "adblock"),
    ("a.csv", "csv"),
    (None, "chat"),
    (None, "auto"),
]


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_a_line_of_one_piece_repeated(name: str | None, form: str) -> None:
    slow = [
        piece
        for piece in PIECES
        if not is_linear(lambda size, piece=piece: (piece * (size // len(piece))).encode(), name, form)  # type: ignore[misc]
    ]
    assert slow == []


@pytest.mark.parametrize(
    "begin",
    ["http://", "a@", "+1 23", "IBAN GB33 ", "account ", "0x", "a.", "From: a@b.example\n", "X-A: ", "victim ", "Tel "],
)
@pytest.mark.parametrize("fill", ["a", ".", "-", " ", "(", "]", "[.]", "1"])
def test_a_beginning_and_a_long_rest(begin: str, fill: str) -> None:
    assert is_linear(lambda size: (begin + fill * (size // len(fill)) + "\n!").encode(), None, "text")


@pytest.mark.parametrize(
    "piece", ["account 12345\n", "From: a\n\n", "swift AAAAGB2L account 12345\n", "> a\n", "regards\n", "a.example\n"]
)
def test_many_short_lines(piece: str) -> None:
    assert is_linear(lambda size: (piece * (size // len(piece))).encode(), None, "text")


def threaded(size: int) -> bytes:
    """A mail with as many links as it quotes people, about `size` bytes of each."""
    head = "From: x@evil.example\nTo: ann@buyer.example\nSubject: Re: x\nContent-Type: text/plain\n\n"
    links = "".join(f"http://evil.example/{n}?id={n}@other.example\n" for n in range(size // 40))
    people = ", ".join(f"p{n}@solid.example" for n in range(60))
    quoted = f"\nFrom: sue@solid.example\nTo: {people}\nSent: Monday\nSubject: x\n\nAs agreed.\n"
    return (head + links + quoted * (size // len(quoted) + 1)).encode()


def test_many_links_in_a_thread_of_many_people() -> None:
    assert is_linear(lambda size: threaded(3 * size), None, "mail")


@pytest.mark.parametrize("piece", ["a@a.a", "@", "YW5uQGJ1eWVy", "a@", "%2540", "/a@b.example"])
def test_many_links_with_long_queries(piece: str) -> None:
    line = f"http://evil.example/?{piece * (1_500 // len(piece))}\n"
    head = "victim ann@buyer.example\n"
    assert is_linear(
        lambda size: (head + "".join(f"{line[:-1]}{n}\n" for n in range(size // 1_000))).encode(), None, "text"
    )


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_a_long_run_of_blanks(name: str | None, form: str) -> None:
    assert is_linear(lambda size: b"a.example" + b" " * size + b"b\n", name, form)


def test_tags_in_tags_of_a_sheet_are_refused_at_once() -> None:
    sheet = b"<worksheet><row>" + b'<c r="' * 200_000
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(CannotRead, match="without a readable address"):
        read(data.getvalue())


DEEP = 10_000


@pytest.mark.parametrize("form", ["auto", "json", "stix", "misp", "chat"])
@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEP + "]" * DEEP,
        "[" * DEEP,
        '{"a":' * DEEP + "1" + "}" * DEEP,
        '{"objects":[{"type":"indicator","id":"indicator--1","a":' + '{"a":' * DEEP + "1" + "}" * DEEP + "}]}",
        '{"Event":{"info":"x","Attribute":[{"type":"domain","value":' + "[" * DEEP + "]" * DEEP + "}]}}",
        '{"messages":[{"date":"x","from":"y","text":' + "[" * DEEP + "]" * DEEP + "}]}",
    ],
)
def test_deep_json_is_refused_with_a_reason(text: str, form: str) -> None:
    with suppress(CannotRead):
        assert all(row.problem for row in read(text.encode(), None, form).rows)


def test_json_at_the_edge_of_what_is_parsed() -> None:
    text = json.dumps({"Event": {"info": "x", "Attribute": [{"type": "domain", "value": "bad.example.org"}]}})
    nested = text.replace('"x"', "[" * 900 + "]" * 900)
    (row,) = read(nested.encode()).rows
    assert row.value == "bad.example.org"
