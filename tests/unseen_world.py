"""A member that hands in without its name in every way there is, and everything that others can get hold of."""

import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

from answers import words
from house import START, no_lists
from signed_in import sign_in
from web_world import PASSWORD, Person
from werkzeug.test import Client, TestResponse

import taxii_server
from feeds.export import FORMATS, export_collection, export_increment_of
from tocsin.bootstrap import Tocsin, create_pages, taxii_service
from tocsin.keys import Keys
from tocsin.ledger.collections import Collection, add_collection, find_collection
from tocsin.members.access import add_user
from tocsin.members.defaults import set_default
from tocsin.members.members import add_member, find_member, grant
from tocsin.members.tokens import new_token
from tocsin.reports.reports import list_reports
from tocsin.screening import Screening
from tocsin.settings import Settings
from tocsin.times import now_ms

SOURCE = "quokka-bank"
PICTURE = b"a picture of a screen at quokka"
NAMES = {SOURCE: "Quokka Savings"}
PEERS = ("bank-b", "bank-c", "police", "desk", "shop")
ROLES = ("contributor", "investigator", "moderator", "administrator", "auditor")
PEOPLE = {f"{role}-{slug}": (slug, role) for slug in ("desk", "police") for role in ROLES} | {
    "mabel.quokka": (SOURCE, "contributor"),
    "otto.quokka": (SOURCE, "moderator"),
    "writer": ("telco", "contributor"),
}
ADDRESS = "203.0.113.77"
IDENTITY = "identity--1f0c5a3e-6d7b-4c52-9a8e-5b6c7d8e9f01"
SHEET = (
    "IoC,Remark,First seen,Role,Wilhelmina code\n"
    "hxxps://Sheet-One[.]example,heard by teller Wilhelmina,2026-01-31T09:31:07Z,,77q81\n"
    "+44 20 7946 0958,phone of Wilhelmina,,,77q81\n"
    "+44 20 7946 0123,two said so,,,77q81\n"
    "ceo@quokka.example,our own mailbox,,victim,77q81\n"
    "what Wilhelmina could not read,,,,77q81\n"
)
PASTED = "Wilhelmina wrote: look at pasted-one[.]example and pasted-two[.]example\n"
BY_API = "api-one.example\nsheet-one.example\n"
PUSHED = json.dumps(
    {
        "objects": [
            {
                "type": "identity",
                "spec_version": "2.1",
                "id": IDENTITY,
                "created": "2026-01-31T09:31:07.123Z",
                "modified": "2026-01-31T09:31:07.123Z",
                "name": "Quokka Savings",
                "identity_class": "organization",
            },
            {
                "type": "indicator",
                "spec_version": "2.1",
                "id": "indicator--2a1c5a3e-6d7b-4c52-9a8e-5b6c7d8e9f02",
                "created_by_ref": IDENTITY,
                "created": "2026-01-31T09:31:07.123Z",
                "modified": "2026-01-31T09:31:07.123Z",
                "name": "found by Wilhelmina",
                "description": "Quokka Savings, branch 77q81",
                "pattern": "[domain-name:value = 'pushed-one.example']",
                "pattern_type": "stix",
                "valid_from": "2026-01-31T09:31:07.123Z",
            },
        ]
    }
)
TELLTALES = (
    "quokka",
    "wilhelmina",
    "mabel",
    "otto.",
    "teller",
    "77q81",
    "20 7946 0958",
    ADDRESS,
    IDENTITY,
    "2a1c5a3e-6d7b",
    "09:31:07",
    *(hashlib.sha256(body.encode()).hexdigest() for body in (SHEET, PASTED, BY_API, PUSHED)),
)
"""What may be nowhere, in small letters."""

_LINK = re.compile(r'(?:href|action|src)="(/[^"#]*)')
_TAXII = "application/taxii+json;version=2.1"
_MOST_PAGES = 400


@dataclass
class Unseen:
    """The exchange, with both applications over it, and what the source handed in."""

    tocsin: Tocsin
    pages: Any
    taxii: Client
    collection: Collection
    tokens: dict[str, str]
    folder: Path
    reports: list[str] = field(default_factory=list)

    def person(self, login: str) -> Person:
        person = Person(self.pages.test_client())
        sign_in(person.client, self.tocsin.database, login)
        return person

    def api(self, slug: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.tokens[slug]}"}
        return self.pages.test_client().open(f"/api/v1/{path}", headers=headers, **options)

    def hand_in(self, slug: str, body: str, **more: str) -> Any:
        query = {"collection": self.collection.id, "tlp": "green", **more}
        answer = self.api(slug, "reports", method="POST", query_string=query, data=body.encode())
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    def poll(self, slug: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.tokens[slug]}", "Accept": _TAXII}
        return self.taxii.open(f"/{path}", headers={**headers, **options.pop("headers", {})}, **options)

    def indicators(self) -> dict[str, dict[str, Any]]:
        """The newest indicators, by the value in their pattern."""
        answer = self.poll("police", f"exchange/collections/{self.collection.id}/objects/?match[type]=indicator")
        return {one["pattern"].split("'")[1]: one for one in answer.json["objects"]}

    def sources(self, slug: str, value: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api(
            slug, f"indicators/{self.collection.id}/{self.indicators()[value]['id']}/sources"
        ).json["sources"]
        return found


def furnish(folder: Path) -> None:
    """Make the exchange with its members and people in an empty folder; `open_unseen` opens it, or a copy of it."""
    tocsin = _tocsin(folder)
    tocsin.initialise("Test exchange", "contact@exchange.example", demonstration=True)
    with tocsin.database.writing() as connection:
        made = add_collection(connection, "Scams", START)
        for slug in (SOURCE, *PEERS, "telco"):
            member = add_member(connection, slug, NAMES.get(slug, slug.title()), "bank", "SG", START)
            grant(connection, made.key, member.key, read=slug != "telco", write=True)
        for login, (slug, role) in PEOPLE.items():
            add_user(connection, login, find_member(connection, slug).key, role, PASSWORD, START)
        set_default(connection, find_member(connection, SOURCE).key, "green", made.key, unattributed=True)
    tocsin.close()


def open_unseen(folder: Path) -> Unseen:
    tocsin = _tocsin(folder)
    with tocsin.database.writing() as connection:
        tokens = {
            slug: new_token(connection, find_member(connection, slug).key, f"{slug}-machine", START)
            for slug in (SOURCE, *PEERS, "telco")
        }
        collection = find_collection(connection, "Scams")
    taxii = Client(taxii_server.create_app(taxii_service(tocsin)))
    return Unseen(tocsin, create_pages(tocsin), taxii, collection, tokens, folder)


def _tocsin(folder: Path) -> Tocsin:
    tocsin = Tocsin(Settings(folder, f"sqlite:///{folder / 'tocsin.db'}", None, folder / "keys"))
    tocsin.__dict__["keys"] = Keys(*(letter * 32 for letter in (b"s", b"t", b"g", b"a", b"f", b"p", b"n")))
    tocsin.__dict__["screening"] = Screening(
        no_lists, demonstration=True, token=tocsin.token, number_token=tocsin.number_token
    )
    return tocsin


def hand_everything_in(unseen: Unseen) -> None:
    """By file, by form, over the JSON API and over TAXII, always without the name; and what a peer reports too."""
    mabel = unseen.person("mabel.quokka")
    mabel.client.environ_base["REMOTE_ADDR"] = ADDRESS
    shared = {"tlp": "green", "collection": unseen.collection.id, "unattributed": "on"}
    upload = {**shared, "file": (io.BytesIO(SHEET.encode()), "quokka-case-77q81.csv")}
    for form in (upload, {**shared, "text": PASTED, "crime": "phishing"}):
        page = mabel.post("/submit", form, content_type="multipart/form-data")
        assert page.status_code == 200, page.text
        (token,) = set(re.findall(r'action="(/submit/[^"]+)"', page.text))
        assert mabel.post(token).status_code == 302
    unseen.hand_in(SOURCE, BY_API, name="quokka-api.txt")
    pushed = unseen.poll(
        SOURCE,
        f"exchange/collections/{unseen.collection.id}/objects/",
        method="POST",
        data=PUSHED.encode(),
        headers={"Content-Type": _TAXII},
        environ_base={"REMOTE_ADDR": ADDRESS},
    )
    assert pushed.status_code == 202, pushed.text
    mistaken = unseen.poll(SOURCE, f"second/status/{pushed.json['id']}/")
    assert mistaken.status_code == 404, "administrators are shown what pollers were refused last"
    unseen.hand_in("bank-b", "+44 20 7946 0123\nshared-one.example\n")
    with unseen.tocsin.database.reading() as connection:
        key = find_member(connection, SOURCE).key
        unseen.reports = [one.id for one in list_reports(connection, member_key=key)]
    assert len(unseen.reports) == 4
    for one in unseen.reports:
        path = f"reports/{one}/evidence?name=quokka-screen.png"
        assert unseen.api(SOURCE, path, method="POST", data=PICTURE).status_code == 201
    unseen.tocsin.index()


def obtainable(
    unseen: Unseen, logins: Iterable[str], slugs: Iterable[str] = (), *, fewest: int = 31
) -> Iterator[tuple[str, str]]:
    """(where, what) of all that these people and these members' machines can get hold of.

    `fewest` pages must be found for each of the people.
    """
    for login in logins:
        yield from _crawl(unseen, login, fewest)
    for slug in slugs:
        yield from _over_the_api(unseen, slug)
        yield from _over_taxii(unseen, slug)
    yield from _exported(unseen)


Listed = frozenset[tuple[str, str, str]]
"""(part of the site, tag, text): where members and people are listed whatever they do. That a member reads a collection
or could decide on a dispute is no secret; who of them reported something is."""


def listed(unseen: Unseen, logins: Iterable[str], slugs: Iterable[str]) -> Listed:
    """What names the source where it has not handed in anything yet, but a peer has."""
    unseen.hand_in("bank-b", "listed.example\n")
    unseen.poll(SOURCE, f"exchange/collections/{unseen.collection.id}/objects/")
    unseen.tocsin.index()
    # with one report of a peer's there are fewer pages
    found = obtainable(unseen, logins, slugs, fewest=16)
    return frozenset((_part(where), tag, piece) for where, what in found for tag, piece, _ in _telltales(what))


def telling(found: Iterable[tuple[str, str]], known: Listed) -> list[tuple[str, str]]:
    """(where, telltale) of what must not be there."""
    return [
        (where, one)
        for where, what in found
        for tag, piece, one in _telltales(what)
        if (_part(where), tag, piece) not in known
    ]


def _telltales(what: str) -> Iterator[tuple[str, str, str]]:
    """Each telltale with the text or tag that it is in, and the tag or text before that."""
    pieces = ["", *(one.strip() for one in re.split("[<>]", what.lower()))]
    for before, piece in pairwise(pieces):
        for one in TELLTALES:
            if one in piece:
                yield before, piece, one


def _part(where: str) -> str:
    """Whose eyes, and the first words of the address: what is listed on one page is no excuse for another."""
    return "/".join(where.split("?")[0].split("/")[:2])


def _crawl(unseen: Unseen, login: str, fewest: int) -> Iterator[tuple[str, str]]:
    """Every page from the first one on, by the links and the forms' addresses in them, with headers."""
    person = unseen.person(login)
    waiting, seen = _seeds(unseen), set()
    while waiting and len(seen) < _MOST_PAGES:
        url = waiting.pop(0)
        if url in seen or url == "/sign-out" or url.startswith("/static/"):
            continue
        seen.add(url)
        answer = person.get(url)
        what = words(answer)
        yield f"{login} {url}", f"{what}\n{answer.headers}"
        waiting += [link for one in _LINK.findall(what) if (link := one.replace("&amp;", "&")).count("&") < 1]
    assert len(seen) >= fewest, "the crawl did not get anywhere"


def _seeds(unseen: Unseen) -> list[str]:
    reports = [f"{base}{one}{end}" for one in unseen.reports for base, end in _OF_A_REPORT]
    return [
        "/",
        "/metrics",
        "/unmasking",
        "/notices",
        "/enquiries",
        "/polling",
        "/search?q=example",
        "/feedback",
        "/proposals",
        "/lists",
        *reports,
    ]


_OF_A_PICTURE = f"/evidence/{hashlib.sha256(PICTURE).hexdigest()}"
_OF_A_REPORT = (
    ("/reports/", _OF_A_PICTURE),
    ("/reports/", ""),
    ("/reports/", "/exceptions.csv"),
    ("/reports/", "/exceptions.xlsx"),
    ("/reports/", "/recall"),
    ("/reports/", "?verdict=rejected"),
    ("/reports/", "?verdict=held"),
    ("/reports/", "/feedback"),
    ("/reports/", "/rows/0"),
    ("/api/v1/reports/", ""),
    ("/api/v1/reports/", "?page=2"),
)


def _over_the_api(unseen: Unseen, slug: str) -> Iterator[tuple[str, str]]:
    paths = [
        "collections",
        "openapi.json",
        "enquiries",
        "feedback",
        "search?q=example",
        "search?q=Wil",
        "search?kind=phone",
    ]
    paths += [f"search?q={quote(word)}" for word in (*TELLTALES, "Quokka Savings", SOURCE)]
    ends = ("", "/feedback", "/evidence", _OF_A_PICTURE)
    paths += [f"reports/{one}{end}" for one in unseen.reports for end in ends]
    for one in unseen.indicators().values():
        base = f"indicators/{unseen.collection.id}/{one['id']}"
        paths += [base, f"{base}/sources", f"{base}/votes", f"{base}/related"]
    for path in paths:
        answer = unseen.api(slug, path)
        yield f"{slug} api {path}", f"{answer.text}\n{answer.headers}"
    for body in ("sheet-one.example\n+442079460958\n", "api-one.example\n", "pasted-one.example"):
        told = unseen.hand_in(slug, body)
        yield f"{slug} verdicts", json.dumps(told)
        yield f"{slug} report", unseen.api(slug, f"reports/{told['report']}").text
    for query in ("tlp=red&collection=Scams", "tlp=green&collection=Nowhere", "tlp=green&collection=Scams&crime=x"):
        yield f"{slug} refused", unseen.api(slug, f"reports?{query}", method="POST", data=b"x.example").text


def _over_taxii(unseen: Unseen, slug: str) -> Iterator[tuple[str, str]]:
    base = f"exchange/collections/{unseen.collection.id}/"
    paths = ["", "exchange/", "exchange/collections/", base, f"{base}manifest/", f"{base}objects/?match[version]=all"]
    for one in unseen.indicators().values():
        paths += [f"{base}objects/{one['id']}/{end}" for end in ("", "versions/", "?match[version]=all")]
    paths += [f"exchange/status/{one}/" for one in unseen.reports]
    for path in paths:
        answer = unseen.poll(slug, path)
        yield f"{slug} taxii {path}", f"{answer.text}\n{answer.headers}"


def _exported(unseen: Unseen) -> Iterator[tuple[str, str]]:
    tocsin = unseen.tocsin
    for one in FORMATS:
        out = unseen.folder / "out" / one
        paths = export_collection(tocsin.database, tocsin.exchange, unseen.collection, one, out, now_ms())
        yield from ((f"export {path.name}", path.name + path.read_bytes().decode()) for path in paths)
    out = unseen.folder / "out" / "increment"
    for path in export_increment_of(tocsin.database, tocsin.exchange, unseen.collection, out, 0, b"g" * 32):
        yield f"increment {path.name}", path.read_bytes().decode(errors="replace")
