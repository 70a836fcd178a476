"""Every page that links lead to, read in French: no English is left that the catalogue knows."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from web_world import World

from tocsin.web import languages
from tocsin.web.languages import COOKIE
from tocsin.web.sentences import _sentences


class Words(HTMLParser):
    """What a page says to people: its text and the attributes that are read out; and where it leads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self._silent += tag in ("script", "style", "pre", "code")
        self.links += [named["href"]] if tag == "a" and "href" in named else []
        self.said += [named[name] for name in ("aria-label", "data-label", "placeholder", "title") if name in named]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "pre", "code")

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.said.append(" ".join(data.split()))


SILENT = ("api", "static", "indicators.exact", "audit.in_", "reports.exceptions_", "health")
OFTEN = 4


@pytest.mark.parametrize("login", ["admin", "desk", "clerk-b", "inspector"])
def test_no_page_in_french_has_english_left_that_the_catalogue_knows(circles: World, login: str) -> None:
    known = _known()
    person = circles.person(login)
    person.client.set_cookie(COOKIE, "fr")
    todo, done, met, left = ["/", "/submit", "/search?q=a"], set[str](), dict[str, int](), set[str]()
    while todo:
        url = todo.pop(0)
        endpoint = _endpoint(circles, url)
        met[endpoint] = met.get(endpoint, 0) + 1
        if url in done or endpoint.startswith(SILENT) or met[endpoint] > OFTEN:
            continue
        done.add(url)
        answer = person.get(url)
        assert answer.status_code < 500, url
        words = Words(answer.text) if answer.mimetype == "text/html" else Words("")
        left |= {f"{endpoint}: {said}" for said in words.said if said in known}
        todo += [link for link in words.links if link.startswith("/")]
    assert left == set()
    assert len({_endpoint(circles, url) for url in done}) > 15


def _known() -> set[str]:
    """English messages that are another thing in French."""
    found = set()
    for message in languages.catalogue("fr"):
        if message.id and isinstance(message.id, str) and "%(" not in message.id and message.id != message.string:
            found.add(message.id)
    # French words too, names in the small exchange, and words of the language of filters
    names = {"Police", "auditor", "exchange", "kind", "crime", "role"}
    return found - names - set(_sentences("fr").whole.values())


def _endpoint(world: World, url: str) -> str:
    found = world.app.url_map.bind("").match(urlsplit(url).path)
    return str(found[0])
