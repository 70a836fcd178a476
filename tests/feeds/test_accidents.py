"""What went wrong with lists in the past: nothing of it changes what stands, and what can be used is used."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from feed_house import Feeds

from tocsin.intake import CannotRead, read
from tocsin.places import cache_folder
from tocsin.screening import compile_allowlists, open_allowlists

HUNDRED = "".join(f"listed{number}.example\n" for number in range(100))
CONFLICT = """\
# Scam list
one.example
<<<<<<< HEAD
two.example
three.example
=======
four.example
>>>>>>> 3f2a9c1 (Add four.example)
five.example
"""


def refused(feeds: Feeds, content: str | bytes, words: str) -> None:
    """A run over this is refused in these words, and changes nothing."""
    feeds.run(HUNDRED)
    before = feeds.bodies()
    outcome = feeds.run(content)
    assert (outcome.ended, outcome.new, outcome.withdrawn) == ("refused", 0, 0)
    assert words in outcome.reason
    assert feeds.bodies() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<!DOCTYPE html>\n<html><head><title>503</title></head></html>", "web page"),
        ("<html lang='tr'><body>Bakım çalışması</body></html>", "web page"),
        ("\n\n<!-- cached --><script>location.reload()</script>", "web page"),
        ("<?xml version='1.0'?><error>AccessDenied</error>", "web page or XML"),
        ("domain,first seen\n", "heading and no rows"),
        ("# Title: Scam list\n# Entries: 0\n", "nothing in it but comments"),
        ('{"blacklist": ["one.example", "two.example"', "line 1"),
        ('["one.example",\n"two.example",\n]', "line 2"),
        (CONFLICT, "Line 3 is the mark of an unfinished merge"),
        ("domain,note\n" + CONFLICT.replace(".example", ".example,seen"), "unfinished merge"),
        ('["one.example",\n' + CONFLICT + '"two.example"]', "unfinished merge"),
        ("".join(HUNDRED.splitlines(keepends=True)[:10]), "90 of 100 entries have vanished"),
        ("\n" * 1_025_265, "empty"),
    ],
)
def test_a_broken_list_changes_nothing(feeds: Feeds, content: str, words: str) -> None:
    refused(feeds, content, words)


def test_a_list_that_shrank_to_a_tenth_is_followed_when_somebody_says_so(feeds: Feeds) -> None:
    feeds.run(HUNDRED)
    tenth = "".join(HUNDRED.splitlines(keepends=True)[:10])
    assert "--accept-shrink" in feeds.run(tenth).reason
    assert len(feeds.values()) == 100
    outcome = feeds.run(tenth, shrink=1.0)
    assert (outcome.ended, outcome.withdrawn) == ("taken", 90)
    assert len(feeds.values()) == 10
    assert feeds.run(tenth).ended == "taken", "it is the list now"


def test_marks_of_a_merge_in_a_letter_are_no_conflict() -> None:
    letter = "Dear all,\n<<<<<<< this came in\n=======\nplease block bad.example\n>>>>>>> yes\n"
    assert [row.value for row in read(letter.encode(), format="text").rows] == ["bad.example"]
    underlined = "Scams\n=======\nbad.example\nworse.example\n"
    assert read(underlined.encode(), format="plain").rows


def test_blank_rows_by_the_million_are_counted_and_skipped() -> None:
    body = b"domain,label\r\n" + b"one.example,Fraud\r\n" * 3 + b",\r\n" * 1_025_265
    reading = read(body, "domains.csv")
    assert "Blank rows skipped: 1,025,265." in reading.notices
    assert [row.value for row in reading.rows] == ["one.example"] * 3


def test_stray_bytes_are_told_and_no_letter_is_guessed() -> None:
    body = (
        b"domain,label\none.example\xca,Fraud\n\xcatwo.example,Fraud\nthree.example,Fraud\xca\ncaf\xca.example,Fraud\n"
    )
    reading = read(body, "domains.csv")
    assert any("Stray bytes 0xCA" in notice for notice in reading.notices)
    rows = list(reading.rows)
    assert [row.identifier.value if row.identifier else None for row in rows] == [
        "one.example",
        "two.example",
        "three.example",
        None,
    ]
    assert rows[3].problem


def test_the_same_in_the_list_as_it_was_published(real_data: Path) -> None:
    found = 0
    for path in sorted((real_data / "unit42" / "silverterrier").glob("domains*.csv")):
        reading = read(path.read_bytes(), path.name)
        found += any("1,025,265" in notice or "0xCA" in notice for notice in reading.notices)
        assert next(iter(reading.rows)).column
    assert found >= 1


def test_real_banks_in_a_phishing_list_are_left_out_by_name(feeds: Feeds) -> None:
    lists = open_allowlists(compile_allowlists(cache_folder(Path(".cache"))))
    feeds.feed_house = replace(feeds.feed_house, screening=replace(feeds.house.screening, hit=lists.hit))
    banks = ["dbs.com.sg", "www.paypal.com", "hsbc.com", "secure.dbs.com.sg"]
    outcome = feeds.run("\n".join([*banks, "bad-pages.example", "dbs.com.sg.bad-pages.example"]))
    assert outcome.counts == {"accepted": 2, "merged": 0, "held": 0, "rejected": 4}
    assert feeds.values() == {"bad-pages.example", "dbs.com.sg.bad-pages.example"}


@pytest.mark.parametrize("body", [b"<" * 900_000, b"<<<<<<< \n" * 9_000, b"=======\n" * 9_000, b"\xca" * 900_000])
def test_much_of_each_accident_has_an_end(body: bytes) -> None:
    with suppress(CannotRead):
        assert all(row.problem for row in read(body, "list.txt").rows)
