"""Mails made to use up time and memory: read in work that grows no faster than they do, or refused in a sentence."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.intake import CannotRead, Reading, Row, read
from tocsin.intake.addresses import mailboxes_in
from tocsin.intake.links import read_html, unwrapped
from tocsin.intake.mime import DEEPEST, MOST_FIELDS, MOST_PARTS
from tocsin.intake.money import amount_of, money_in
from tocsin.intake.quoting import parted

HEAD = "From: x@evil.example\nTo: ann@buyer.example\nSubject: x\n"


def mail(text: str | bytes, head: str = HEAD) -> Reading:
    return read(head.encode() + (text if isinstance(text, bytes) else text.encode()))


def nested(depth: int) -> str:
    parts = [f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n' for level in range(depth)]
    return "".join(parts) + "\nhttp://evil.example/x\n"


def attached(depth: int) -> str:
    return ("Content-Type: message/rfc822\n\n" + HEAD) * depth + "\nhttp://evil.example/x\n"


@pytest.mark.parametrize("build", [nested, attached])
@pytest.mark.parametrize("depth", [DEEPEST + 1, 10_000])
def test_parts_inside_each_other(build: Callable[[int], str], depth: int) -> None:
    assert list(mail(build(8)).rows)
    with pytest.raises(CannotRead, match="inside each other more than 20 deep"):
        mail(build(depth))


def test_the_same_boundary_at_every_depth() -> None:
    part = 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n'
    assert list(mail(part * 500 + "\nhttp://evil.example/x\n").rows)


def test_more_parts_than_any_mail_has() -> None:
    head = HEAD + "Content-Type: multipart/mixed; boundary=b\n\n"
    with pytest.raises(CannotRead, match=f"more than {MOST_PARTS:,} parts"):
        mail("--b\n\nx\n" * 1_000_000, head)


def test_more_header_lines_than_any_mail_has() -> None:
    with pytest.raises(CannotRead, match=f"more than {MOST_FIELDS:,} header lines"):
        mail("x: y\n" * 100_000 + "\nx\n")
    with pytest.raises(CannotRead, match="more than 1,000,000 bytes"):
        mail("x: y\n" * 1_000_000 + "\nx\n")


def test_a_text_longer_than_any_letter() -> None:
    with pytest.raises(CannotRead, match="more than 2,000,000 characters"):
        mail("\n" + "word " * 500_000)


def test_a_mailbox_of_more_mails_than_are_read() -> None:
    one = "From x Mon Nov  2 09:30:00 2026\n" + HEAD + "\nx\n\n"
    with pytest.raises(CannotRead, match="at most 10,000 are read"):
        read((one * 10_001).encode())


def steps(work: Callable[[], Any]) -> int:
    """How many lines of Python a piece of work takes."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def grows_with_its_length(work: Callable[[str], Any], unit: str, many: int = 500) -> None:
    """Four times the text takes at most about four times the work."""
    once = steps(lambda: work(unit * many))
    assert steps(lambda: work(unit * many * 4)) <= once * 5 + 5_000


HTML = [
    "<",
    "<a ",
    '<a href="',
    "<a href='x",
    "<!--",
    "<script>",
    "</",
    "<a href=x>y",
    "&#",
    "&amp",
    "<![CDATA[",
    "<b><i>",
]


@pytest.mark.parametrize("unit", HTML)
def test_html_takes_work_with_its_length(unit: str) -> None:
    grows_with_its_length(read_html, unit)


@pytest.mark.parametrize(
    "unit", ["From: x\n", "> ", "On ", "a:", "From: a@b.example\nTo: c@d.example\n", "To: x\n", "-----\n", ":", "* "]
)
def test_quoted_mails_take_work_with_their_length(unit: str) -> None:
    grows_with_its_length(parted, unit)


@pytest.mark.parametrize("unit", ['"', "<", "(", '\\"', "a@", "a,", "=?a?q?", "a@b.example,", "<<>>", ":;"])
def test_lists_of_addresses_take_work_with_their_length(unit: str) -> None:
    grows_with_its_length(lambda text: list(mailboxes_in(text)), unit)


@pytest.mark.parametrize("unit", ["1,", "1.1", "USD ", "$1 ", "1 ", "9"])
def test_sums_take_work_with_their_length(unit: str) -> None:
    grows_with_its_length(lambda text: list(money_in(text)), unit)
    amount_of(unit * 10_000)


@pytest.mark.parametrize(
    "value",
    [
        "multipart/mixed" + ';"' * 500_000,
        'multipart/mixed; boundary="' + "x;" * 500_000,
        "multipart/mixed; boundary*0*=" + "%" * 500_000,
        "text/plain; charset*=" + "'" * 500_000,
        "text/plain; name*" + "9" * 5_000 + "*=x",
        "=?utf-8?q?" * 50_000,
    ],
)
def test_header_lines_that_are_costly_to_take_apart(value: str) -> None:
    for name in ("Content-Type", "Content-Disposition", "Subject", "Authentication-Results", "Received"):
        assert list(mail("\nhttp://evil.example/x\n", HEAD + f"{name}: {value[:900_000]}\n").rows)


@pytest.mark.parametrize(
    "value", ["(" * 200_000, "a@b.example, " * 30_000, "<" * 200_000, '"' * 200_000, "," * 200_000]
)
def test_addresses_that_are_costly_to_take_apart(value: str) -> None:
    assert list(mail("\nhttp://evil.example/x\n", f"Cc: {value}\nReply-To: {value}\n" + HEAD).rows)


def test_wrappings_around_an_address_end() -> None:
    address = "https://www.google.com/url?q=" * 1_000
    assert unwrapped(address)


PIECES = st.sampled_from(
    (
        "From: ", "To: ", "Subject: ", "Reply-To: ", "Received: from ", "Authentication-Results: ", "a@evil.example",
        "Content-Type: multipart/mixed; boundary=b", "Content-Type: message/rfc822", "Content-Type: text/html",
        "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable", "--b", "--b--", "\n",
        "\n\n", "From x Mon\n", "<a href=", "http://evil.example/", ">", "<", '"', "=?utf-8?b?", "?=", "=", "é", "\x00",
        ";", " by ", "Date: Mon, 99 Nov 2026 99:99:99 +9999", "charset=utf-16", "On x wrote:", "USD 1,0", "&#xD800;",
        "Content-Disposition: attachment; filename*=utf-8''%ff", "IBAN GB33BUKB20201555555555", "[192.0.2.1]", "spf=",
        "GROUP:;",
    )
)  # fmt: skip


def rows_of(data: bytes) -> list[Row] | str:
    try:
        return list(read(data, format="mail").rows)
    except CannotRead as refusal:
        return str(refusal)


@given(st.lists(PIECES, max_size=40), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_mail_is_read_or_refused_and_twice_the_same(pieces: list[str], encoding: str) -> None:
    data = HEAD.encode() + "".join(pieces).encode(encoding, "replace")
    first = rows_of(data)
    assert first == rows_of(data)
    if isinstance(first, str):
        assert first.endswith(".")
        return
    for row in first:
        stored = f"{row.column}{row.value}{row.problem}{row.claim.note}"
        assert "\x00" not in stored
        stored.encode()
        assert (row.identifier is None) == (row.problem is not None)
