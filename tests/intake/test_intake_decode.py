"""Encodings, files that are no text, and what format a file is taken for."""

import gzip
import zipfile
from io import BytesIO

import pytest

from tocsin.intake import FORMATS, CannotRead, read

LIST = "bücher.example.com\nbad.example.com\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_with_and_without_mark(encoding: str) -> None:
    rows = list(read(LIST.encode(encoding)).rows)
    assert [row.identifier.value for row in rows] == ["xn--bcher-kva.example.com", "bad.example.com"]
    assert rows[0].value == "bücher.example.com"


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf16_with_its_mark(mark: bytes, encoding: str) -> None:
    reading = read(mark + LIST.encode(encoding))
    assert len(list(reading.rows)) == 2
    assert reading.notices == ()


def test_windows_1252_is_read_with_a_notice_and_no_name_is_guessed_from_it() -> None:
    reading = read("domain,note\nbad.example.com,déjà vu\nbücher.example.com,x\n".encode("cp1252"))
    first, second = reading.rows
    assert "not UTF-8: bytes such as 0xE0, 0xE9, 0xFC (3 in all) were read as Windows-1252" in reading.notices[0]
    assert first.claim.note == "déjà vu"
    assert second.value == "bücher.example.com"
    assert "could not be read for certain" in (second.problem or "")


def test_blanks_of_an_old_mac_spreadsheet_are_blanks() -> None:
    reading = read(b"Domain,Domain Use\r\nbad.example.com\xca,Fraud\r\n")
    (row,) = reading.rows
    assert row.identifier is not None
    assert row.identifier.value == "bad.example.com"
    assert reading.notices == ("Stray bytes 0xCA, the blanks of an old Mac spreadsheet, read as blanks: 1.",)


def test_other_encodings_are_recognised_from_enough_text() -> None:
    note = "这个网站冒充银行骗取客户的密码和验证码请立即停止付款"
    data = "".join(f"a{i}.example.com,{note}\n" for i in range(40))
    reading = read(f"domain,note\n{data}".encode("gb18030"))
    assert "GB18030" in reading.notices[0]
    assert next(reading.rows).claim.note == note


def _zip() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("list.txt", "bad.example.com")
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!DOCTYPE html>\n<html><body>404</body></html>", "web page"),
        (b"\n\n<HTML><a href=x>bad.example.com</a></HTML>", "web page"),
        (b'<?xml version="1.0"?><list/>', "web page or XML"),
        (b"%PDF-1.7\n...", "PDF"),
        (gzip.compress(b"bad.example.com", mtime=0), "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Excel"),
        (_zip(), "no spreadsheet"),
        (b"PK\x03\x04cut", "cut off"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "picture"),
        (b"bad.example.com\x00\n", "binary"),
        (bytes(range(1, 32)) * 20, "binary"),
        (b"bad.example.com\n".decode().encode("utf-16-le"), "binary"),
        (b"\xff\xfe\x00\x00" + "bad.example.com".encode("utf-32-le"), "UTF-32"),
        (b"\xff\xfe" + b"a", "says that it is"),
        (b"\x7fELF\x02\x01\x01" + bytes(9), "binary"),
        (b"a" * 1_000_001, "Line 1 is longer"),
        (b"domain\n" + b"b" * 1_000_001, "Line 2 is longer"),
    ],
)
def test_files_that_cannot_be_read_say_why(data: bytes, message: str) -> None:
    with pytest.raises(CannotRead, match=message):
        read(data)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(CannotRead, match="not known"):
        read(b"bad.example.com", format="docx")


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"bad.example.com", None, "plain"),
        (b"bad.example.com", "list.csv", "csv"),
        (b"domain\nbad.example.com", None, "csv"),
        (b"bad.example.com,Fraud\nworse.example.com,Fraud", None, "csv"),
        (b"Hello, please block bad.example.com now, thank you.\nBest, Ann", None, "text"),
        (b"Suspicious URLs\nbad.example.com\n\nPhishing\nworse.example.com\n", None, "plain"),
        (b'["bad.example.com"]', None, "json"),
        (b"[::1]\n[::2]\n", None, "plain"),
        (b"||bad.example.com^", "x.csv", "adblock"),
    ],
)
def test_the_format_is_found(data: bytes, name: str | None, found: str) -> None:
    assert found in FORMATS
    assert read(data, name).format == found
