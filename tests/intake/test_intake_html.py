"""Web pages as reports: the words that a reader sees, and nothing executed, fetched or expanded."""

import pytest

from tocsin.intake import CannotRead, read
from tocsin.intake.web_page import words_of


def values(page: str) -> list[str]:
    return [row.identifier.value for row in read(page.encode(), "report.html").rows if row.identifier]


PAGE = """<!DOCTYPE html>
<html><head><title>Report on bad.example.org</title><style>a{background:url(http://style.example.org)}</style>
<script>var a = "script.example.org" < 1;</script></head>
<body onload="fetch('http://event.example.org')"><!-- comment.example.org -->
<p>The site <b>worse[.]</b>example<i>.org</i> and hxxp&#58;//worst.example.org/a&amp;b, see
<a href="https://vendor.example.net/blog">our blog</a>.</p>
<table><tr><td>192[.]0[.]2[.]1</td><td>boss@example.org</td></tr></table>
<img src="http://picture.example.org/x.png" alt="x"><noscript>no.example.org</noscript></body></html>"""


def test_the_words_of_a_page_are_searched_and_nothing_else_of_it() -> None:
    reading = read(PAGE.encode(), "report.html")
    assert reading.format == "html"
    assert [row.identifier.value for row in reading.rows if row.identifier] == [
        "bad.example.org",
        "worse.example.org",
        "http://worst.example.org/a&b",
        "192.0.2.1",
        "boss@example.org",
    ]
    assert "Links whose address does not stand in the words of the page, not read: 1." in reading.notices


def test_the_place_of_a_value_is_that_in_the_words() -> None:
    reading = read(PAGE.encode(), "report.html")
    assert reading.text is not None
    for row in reading.rows:
        assert row.span is not None
        assert reading.text.split("\n")[row.row - 1][row.span[0] - 1 :].startswith(row.value)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>a</p><p>b</p>", "a\nb"),
        ("a<br>b", "a\nb"),
        ("<div>a<span>b</span></div>", "ab"),
        ("<td>a</td><td>b</td>", "a\tb"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("a &lt;b&gt; &unknown; c", "a <b> &unknown; c"),
        ("a < b and c > d", "a < b and c > d"),
        ("<p title=don't>a</p>b", "a\nb"),
        ("<p title='>'>a</p>", "a"),
        ("<script>x</script >a", "a"),
        ("a<script>x", "a"),
        ("a<!-- x", "a"),
        ("a<p", "a"),
        ('a<p title="x', "a"),
    ],
)
def test_words(page: str, words: str) -> None:
    assert words_of(page).replace("\n\n", "\n").strip("\n\t") == words


def test_entities_that_a_page_declares_are_not_expanded() -> None:
    bomb = "<!DOCTYPE html [<!ENTITY a 'bad.example.org'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{'&' + chr(97 + n) + ';' * 10}'>" for n in range(20)
    )
    outside = "<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    assert values(f"{bomb}{outside}<html><body>&u; &x; good.example.net</body></html>") == ["good.example.net"]


@pytest.mark.parametrize("name", [None, "list.txt", "list.csv"])
def test_a_page_in_place_of_a_list_is_refused(name: str | None) -> None:
    with pytest.raises(CannotRead, match="web page"):
        read(PAGE.encode(), name)


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<html><body><script>location='http://bad.example.org'</script></body></html>", "no words"),
        ("<html><body>Down for maintenance</body></html>", "Nothing that can be shared was found in this page"),
        ("<?xml version='1.0'?><list><a>bad.example.org</a></list>", "XML"),
    ],
)
def test_what_cannot_be_read_says_why(page: str, why: str) -> None:
    with pytest.raises(CannotRead, match=why):
        read(page.encode(), "report.html")
