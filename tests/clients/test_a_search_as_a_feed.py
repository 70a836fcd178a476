"""From a search to a feed: what it finds is what an unmodified client polls, and nothing that was not shared."""

import re
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from house import START, House, build
from requests.exceptions import HTTPError
from signed_in import sign_in
from taxii2client.common import TokenAuth
from taxii2client.v21 import Collection, as_pages
from werkzeug.serving import make_server

from tocsin.bootstrap import Tocsin, create_pages, create_wsgi
from tocsin.ledger.collections import find_collection
from tocsin.members.access import add_user
from tocsin.members.members import find_member
from tocsin.members.tokens import new_token
from tocsin.publishing.withdraw import withdraw_object
from tocsin.settings import settings
from tocsin.times import now_ms

QUESTION = "kind:phone country:TH"
SECRET = "Case Nightjar"


@dataclass
class Exchange:
    """A running exchange with an administrator at the pages."""

    tocsin: Tocsin
    house: House
    url: str
    admin: FlaskClient
    looked: list[str] = field(default_factory=list)
    """What the form said before a feed was made."""

    def polled(self, title: str, slug: str) -> dict[str, bool]:
        """The patterns that a member's client gets of a collection, and whether each is withdrawn."""
        with self.tocsin.database.writing() as connection:
            made = find_collection(connection, title)
            token = new_token(connection, find_member(connection, slug).key, f"of {slug} {now_ms()}", START)
        with closing(Collection(f"{self.url}/taxii2/exchange/collections/{made.id}/", auth=TokenAuth(token))) as one:
            objects = [each for page in as_pages(one.get_objects, per_request=3) for each in page.get("objects", ())]
        return {each["pattern"]: each.get("revoked", False) for each in objects if each["type"] == "indicator"}

    def found(self) -> set[str]:
        """The patterns of what the search finds."""
        self.tocsin.index()
        answer: Any = self.admin.get("/api/v1/search", query_string={"q": QUESTION}).json
        return {f"[phone-number:value = '{hit['value']}']" for hit in answer["hits"]}


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    tocsin = Tocsin(settings({"TOCSIN_HOME": str(tmp_path)}))
    tocsin.initialise("Test exchange", "desk@exchange.example", demonstration=True)
    house = build(tocsin.database)
    house.collection(SECRET, read=("bank-b", "police"), write=("bank-b",))
    for bank in ("bank-a", "bank-b"):
        house.submit(bank, "+66812345678\n+66812345679\n+6591234567\nshop.example\n", f"{bank}.txt")
        house.submit(bank, "+66812340000\n", f"{bank}-alone.txt", to=(SECRET if bank == "bank-b" else "Scams",))
    house.submit("bank-b", "nightjar-only.example\n", to=(SECRET,))
    with tocsin.database.writing() as connection:
        add_user(connection, "admin", find_member(connection, "bank-c").key, "administrator", "a long password", START)
    client = create_pages(tocsin).test_client()
    sign_in(client, tocsin.database, "admin")
    server = make_server("127.0.0.1", 0, create_wsgi(tocsin), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Exchange(tocsin, house, f"http://127.0.0.1:{server.server_port}", client)
    server.shutdown()
    thread.join()
    server.server_close()
    tocsin.close()


def filled(page: str) -> dict[str, str]:
    """The fields of a form as a browser would send them back."""
    found = re.findall(r'<input[^>]* name="(title|filter|csrf_token)"[^>]* value="([^"]*)"', page)
    ticked = re.findall(r'<input[^>]* name="(gathers)" value="([^"]*)" checked', page)
    return {name: unescape(value) for name, value in (*found, *ticked)}


def make_feed(exchange: Exchange, **rights: list[str]) -> str:
    """Follow the link on the page of the search, tick who may do what, and make it; its title."""
    exchange.tocsin.index()
    page = exchange.admin.get("/search", query_string={"q": QUESTION}).text
    link = re.search(r'href="([^"]+)">Serve this search as a feed<', page)
    assert link is not None
    form = exchange.admin.get(unescape(link[1])).text
    assert "All of it fits into the filter below." in form
    fields = filled(form)
    assert fields["filter"] == QUESTION
    assert fields["gathers"] == "yes"
    looked = exchange.admin.post("/collections/new", data={**fields, **rights, "step": "look"}).text
    assert "Nothing is made yet." in looked
    exchange.looked.append(looked)
    assert exchange.admin.post("/collections/new", data={**fields, **rights}).status_code == 302
    return fields["title"]


def test_what_the_search_finds_is_what_is_polled(exchange: Exchange) -> None:
    everybody = ["bank-a", "bank-b", "bank-c", "police"]
    title = make_feed(exchange, read=everybody, write=["bank-a", "bank-b"])
    expected = {f"[phone-number:value = '{number}']" for number in ("+66812345678", "+66812345679")}
    assert exchange.found() == expected
    assert "2 indicators would stand in it." in exchange.looked[0]
    polled = exchange.polled(title, "police")
    assert polled.keys() == expected
    assert not any(polled.values())


def test_it_goes_on_by_itself_and_ends_what_ends(exchange: Exchange) -> None:
    title = make_feed(exchange, read=["bank-a", "bank-b", "police"], write=["bank-a", "bank-b"])
    for bank in ("bank-a", "bank-b"):
        exchange.house.submit(bank, "+66812345555\n+6591230000\n", f"{bank}-later.txt")
    assert exchange.polled(title, "police").keys() == exchange.found()
    pattern = "[phone-number:value = '+66812345555']"
    assert pattern in exchange.found()
    gone = exchange.house.indicators()[pattern]["id"]
    withdraw_object(exchange.tocsin.database, exchange.tocsin.exchange, gone, "It was wrong.", "desk", now_ms())
    assert exchange.polled(title, "police")[pattern] is True


def test_what_was_shared_with_few_is_polled_by_nobody_else(exchange: Exchange) -> None:
    title = make_feed(exchange, read=["bank-a", "bank-b", "bank-c", "police"], write=["bank-a", "bank-b"])
    # its second voice was shared with two alone, so that for the others it is one voice
    assert "[phone-number:value = '+66812340000']" not in exchange.polled(title, "police")
    with pytest.raises(HTTPError, match="404"):
        exchange.polled(SECRET, "bank-a")


def test_who_does_not_read_the_feed_does_not_find_it(exchange: Exchange) -> None:
    title = make_feed(exchange, read=["bank-a", "police"], write=["bank-a"])
    assert "0 indicators would stand in it." in exchange.looked[0]
    with pytest.raises(HTTPError, match="404"):
        exchange.polled(title, "bank-b")
    assert exchange.polled(title, "police") == {}
