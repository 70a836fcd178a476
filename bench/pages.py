"""How long a whole page takes at size, over HTTP, asked as a browser asks."""

import http.client
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from flask.sessions import SecureCookieSessionInterface

from bench.http import percentiles, serving
from bench.measures import Figure, timed
from bench.searching import NEEDLES, misspelt, node
from tocsin.bootstrap import Tocsin, create_pages
from tocsin.ledger.read import last_seq
from tocsin.members.access import add_user
from tocsin.members.members import find_member
from tocsin.members.people import find_person
from tocsin.members.sessions import begin_session
from tocsin.publishing.hand_in import take_in, terms_for
from tocsin.publishing.process import process
from tocsin.times import now_ms

ALLOWED_MS = 300.0
OVERVIEWS = 20
_FILE = 100_000
_FIRST_HIT = re.compile(r'href="(/indicators/[^"?#]+)"')


def pages(tocsin: Tocsin, listed: list[str], count: int) -> list[Figure]:
    """Pages of search, of one thing and of what is new, where `count` things can be found, with each of the engines.

    `listed` are among those things.
    """
    _fill_up(tocsin, count - len(listed))
    tocsin.index()
    cookie = _signed_in(tocsin)
    figures = _asked(tocsin, listed, cookie, "page")
    with node() as url:
        beside = Tocsin(replace(tocsin.settings, search_url=url))
        try:
            beside.index()
            figures += _asked(beside, listed, cookie, "Elasticsearch, page")
        finally:
            beside.close()
    with tocsin.database.reading() as connection:
        print(f"pages: {count:,} things, {last_seq(connection):,} entries")
    return figures


def _asked(tocsin: Tocsin, listed: list[str], cookie: str, page: str) -> list[Figure]:
    chance = random.Random(5)
    chosen = chance.sample(listed, NEEDLES)
    asked = {
        "exact": chosen,
        "substring": [one[2:11] for one in chosen],
        "look-alike": [misspelt(one, chance) for one in chosen],
    }
    figures, things = [], []
    with serving(tocsin.settings.home, 1, tocsin.settings.search_url) as (port, _):
        browser = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for what, questions in asked.items():
            paths = [f"/search?{urlencode({'q': one})}" for one in questions]
            bodies, figure = _opened(browser, cookie, f"{page} of search: {what}", paths)
            figures.append(figure)
            things += [hit[1] for body in bodies if (hit := _FIRST_HIT.search(body))]
        figures.append(_opened(browser, cookie, f"{page} of one thing", things[:NEEDLES])[1])
        figures.append(_opened(browser, cookie, f"{page} of what is new", ["/overview"] * OVERVIEWS)[1])
    print(f"{page}s of search: {len(things)} of {3 * NEEDLES} found")
    return figures


def _opened(browser: http.client.HTTPConnection, cookie: str, what: str, paths: list[str]) -> tuple[list[str], Figure]:
    """What each page says, and the 95th percentile of their times."""
    bodies: list[str] = []

    def opened(path: str) -> None:
        bodies.append(_page(browser, cookie, path))

    opened(paths[0])
    seconds = [timed(partial(opened, path)) for path in paths]
    return bodies[1:], Figure(f"{what}, p95", percentiles(seconds)[1], "ms", "allowed", ALLOWED_MS, "at most 1")


def _page(browser: http.client.HTTPConnection, cookie: str, path: str) -> str:
    browser.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
    answer = browser.getresponse()
    body = answer.read().decode()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return body


def _signed_in(tocsin: Tocsin) -> str:
    """The cookie of somebody who reads."""
    with tocsin.database.writing() as connection:
        police = find_member(connection, "police")
        add_user(connection, "reader", police.key, "investigator", "a long enough password", now_ms())
        name = begin_session(connection, find_person(connection, "reader").key, now_ms())
    app = create_pages(tocsin)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None, "pages have a secret key"
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'name': name})}"


def _fill_up(tocsin: Tocsin, missing: int) -> None:
    """Hand in so many made-up names more."""
    for begun in range(0, missing, _FILE):
        names = _made_up(begun, min(_FILE, missing - begun))
        with tocsin.database.writing() as connection:
            bank = find_member(connection, "bank")
            terms = terms_for(connection, bank, tlp="green", collections=["Bench"])
            body = ("value\n" + "\n".join(names)).encode()
            report, _ = take_in(connection, bank, "bench", body, f"more-{begun}.csv", terms, now_ms())
        process(tocsin.database, tocsin.exchange, tocsin.screening, report)


def _made_up(begun: int, count: int) -> Iterator[str]:
    chance = random.Random(begun)
    for number in range(begun, begun + count):
        yield f"{chance.choice(('parcel', 'refund', 'wallet'))}-{chance.randrange(10**9):09d}-{number}.top"
