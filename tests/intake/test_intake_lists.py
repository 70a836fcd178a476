"""Lists with one entry a line, in every syntax."""

from typing import Any

import pytest

from tocsin.intake import CannotRead, Claim, Defaults, read


def values(data: bytes, **options: Any) -> list[str | None]:
    return [row.identifier.value if row.identifier else None for row in read(data, **options).rows]


@pytest.mark.parametrize(
    ("syntax", "lines"),
    [
        ("plain", "{0}\n{1}\n"),
        ("hosts", "0.0.0.0 {0}\n127.0.0.1\t{1}\n"),
        ("hosts", "0.0.0.0 {0} {1}\n"),
        ("adblock", "||{0}^\n||{1}^$all\n"),
        ("adblock", "||{0}^$third-party,important\n||{1}^|\n"),
        ("dnsmasq", "address=/{0}/0.0.0.0\nserver=/{1}/\n"),
        ("dnsmasq", "address=/{0}/{1}/#\n"),
        ("dnsmasq", "local=/{0}/\naddress=/{1}/\n"),
        ("ublacklist", "*://*.{0}/*\n*://{1}/*\n"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_syntax_lists_the_same_names(syntax: str, lines: str, end: str) -> None:
    text = "# Title: a list\n! for tests\n\n" + lines.format("bad.example.com", "worse.example.org")
    data = text.replace("\n", end).encode()
    reading = read(data)
    assert reading.format == syntax
    assert [row.identifier.value for row in reading.rows] == ["bad.example.com", "worse.example.org"]
    assert values(data, format=syntax) == ["bad.example.com", "worse.example.org"]


def test_rows_carry_their_line_the_text_as_it_stood_and_the_comment_behind_it() -> None:
    rows = list(
        read(b"// head\n\nEvil.Example.COM  # seen in May\n", defaults=Defaults(claim=Claim(note="batch"))).rows
    )
    assert [(row.row, row.column, row.value, row.claim.note) for row in rows] == [
        (3, "entry", "Evil.Example.COM", "batch; seen in May")
    ]


@pytest.mark.parametrize(
    ("line", "kind", "value"),
    [
        ("bad.example.com:8443", "domain", "bad.example.com"),
        ("bad.example.com/login", "url", "http://bad.example.com/login"),
        ("bad.example.com?id=7", "url", "http://bad.example.com/?id=7"),
        ("bad.example.com/a?b=1&#038;c=2", "url", "http://bad.example.com/a?b=1&c=2"),
        ("192.0.2.7:8080", "ipv4", "192.0.2.7"),
        ("hxxps://bad[.]example[.]com/x", "url", "https://bad.example.com/x"),
        ("*.bad.example.com", "domain", "bad.example.com"),
        ("+44 20 7946 0123", "phone", "+442079460123"),
        ("GB33 BUKB 2020 1555 5555 55", "iban", "GB33BUKB20201555555555"),
    ],
)
def test_a_plain_line_may_be_of_any_kind(line: str, kind: str, value: str) -> None:
    (row,) = read(line.encode(), format="plain").rows
    assert row.identifier is not None
    assert (row.identifier.kind, row.identifier.value) == (kind, value)


@pytest.mark.parametrize(
    ("syntax", "line", "problem"),
    [
        ("adblock", "@@||good.example.com^", "an exception, not a listing"),
        ("adblock", "example.com##.banner", "hides a part of a page"),
        ("adblock", "||example.com^*/ads/*", "a pattern"),
        ("ublacklist", "@*://*.example.com/*", "an exception, not a listing"),
        ("ublacklist", "/example\\.(com|org)/", "a pattern"),
        ("dnsmasq", "server=/example.com/192.0.2.53", "server of its own"),
        ("hosts", "192.0.2.1 intranet.example.com", "address of its own"),
        ("plain", "Phishing sites:", "Phishing sites"),
    ],
)
def test_a_line_that_lists_nothing_is_a_row_with_the_reason(syntax: str, line: str, problem: str) -> None:
    (row,) = read(line.encode(), format=syntax).rows
    assert row.identifier is None
    assert row.value == line
    assert problem in (row.problem or "")


def test_the_computers_own_names_in_a_hosts_file_are_counted_and_not_listed() -> None:
    data = b"127.0.0.1 localhost\n::1 ip6-localhost ip6-loopback\n0.0.0.0 0.0.0.0\n0.0.0.0 bad.example.com\n"
    reading = read(data, format="hosts")
    assert reading.notices == ("Names of the computer itself, such as localhost, skipped: 4.",)
    assert [row.value for row in reading.rows] == ["bad.example.com"]


def test_a_list_may_declare_its_kind_and_country() -> None:
    assert values(b"020 7946 0123\n", defaults=Defaults(kind="phone", country="GB")) == ["+442079460123"]


def test_a_shortened_number_is_told() -> None:
    (row,) = read(b"1.23457E+11\n", format="plain", defaults=Defaults(kind="phone", country="GB")).rows
    assert "cut the number short" in (row.problem or "")


@pytest.mark.parametrize("data", [b"# Title\n# Entries: 0\n\n", b"! nothing\n", b"[Adblock Plus 2.0]\n! x\n"])
def test_a_list_of_comments_cannot_be_read(data: bytes) -> None:
    with pytest.raises(CannotRead, match="no entries"):
        read(data)
