"""Every way out, asked as a member would: what it gets, as text to search and as facts to compare."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from answers import words
from flask.testing import FlaskClient
from signed_in import sign_in
from werkzeug.test import Client

from feeds.export import export_collection
from knowing.furnishing import token_of
from knowing.script import VALUES
from knowing.worlds import SCREENING, World
from tocsin.cli.reading import _readable as readable_on_the_command_line
from tocsin.ledger.collections import all_collections
from tocsin.members.members import Rights, find_member, rights_of
from tocsin.publishing.hand_in import Refused, preview, terms_for
from tocsin.stix import INDICATOR_EXTENSION, tlp_of

NOWHERE = "00000000-0000-4000-8000-000000000000"
TAXII = "application/taxii+json;version=2.1"
FRAGMENTS = {
    "zebrafinch-pay.example": "zebrafinch",
    "login.umbrellabird.example": "umbrellabird",
    "payments@kookaburra.example": "kookaburra",
    "198.51.100.77": "198.51.100.77",
    "+6591230001": "91230001",
    "+6591230002": "91230002",
    "DE75512108001245126199": "1245126199",
}
"""What in any spelling of a value gives it away."""

_CSRF = re.compile(r'<[^>]*csrf_token"[^>]*>')

assert FRAGMENTS.keys() == VALUES.keys()


@dataclass
class Said:
    """What a member was told: `answers` by question, and of each collection that it reads what stands and what ended.

    `stands` has (independent members, named sources, TLP) by value; `counted` how much the search finds in each, None
    where it was not asked; `exported` the text of each collection's file, None where none was asked for; `new` what
    its person's saved search found, as title, value and whether it is gone, None where there is none; `filed` the
    same of each hit in a file of all. All is noted before any of it is looked at.
    """

    answers: dict[str, str] = field(default_factory=dict)
    stands: dict[str, dict[str, tuple[int, frozenset[str], str]]] = field(default_factory=dict)
    ended: dict[str, list[str]] = field(default_factory=dict)
    counted: dict[str, int] | None = None
    exported: dict[str, str] | None = None
    new: list[tuple[str, str, bool]] | None = None
    filed: list[tuple[str, str, bool]] | None = None

    @cached_property
    def _plain(self) -> dict[str, str]:
        """The answers without what keeps a value from being a link."""
        return {question: re.sub(r"[\[\]\s]|<[^>]*>", "", answer) for question, answer in self.answers.items()}

    def names(self, value: str) -> list[str]:
        """The questions whose answers give a value away, where the question itself did not."""
        fragment = FRAGMENTS[value]
        return [
            question
            for question, answer in self._plain.items()
            if fragment in answer
            and not (question.startswith("page /search") and value in question)
            and not question.startswith("rehearsal")
        ]

    def naming(self, title: str) -> list[str]:
        """The questions whose answers say this title."""
        return [question for question, answer in self.answers.items() if title in answer]

    def hidden(self, identity: str) -> list[str]:
        """The questions whose answers give a collection away: they name it, or differ from those for none."""
        return [
            question
            for question, answer in self.answers.items()
            if (
                answer.replace(identity, NOWHERE) != self.answers.get(question.replace(identity, NOWHERE), answer)
                if identity in question
                else identity in answer
            )
        ]


class Asking:
    """One member at the doors of one world."""

    def __init__(self, world: World, member: str, reports: Mapping[int, str]) -> None:
        self.world = world
        self.reports = reports
        self.member = member
        self.said = Said()
        self._taxii = Client(world.taxii)
        self._api: FlaskClient = world.pages.test_client()
        self._token = {"Authorization": f"Bearer {token_of(member)}"}

    @cached_property
    def _pages(self) -> FlaskClient:
        """A browser, signed in when the first page is asked for: most cases ask for none."""
        client: FlaskClient = self.world.pages.test_client()
        sign_in(client, self.world.database, self.member)
        return client

    def taxii(self, path: str, **query: str) -> Any:
        """A TAXII answer, noted whole: status, headers, body."""
        headers = {**self._token, "Accept": TAXII}
        answer = self._taxii.get(f"/taxii2{path}", query_string=query, headers=headers)
        dates = [f"{name}: {value}" for name, value in answer.headers if name.startswith("X-TAXII") or name == "ETag"]
        self.note(f"taxii {path} {query or ''}", answer.status_code, "\n".join([*dates, answer.text]))
        return answer

    def api(self, path: str, method: str = "GET", **options: Any) -> Any:
        answer = self._api.open(f"/api/v1{path}", method=method, headers=self._token, **options)
        self.note(f"api {path} {options or ''}", answer.status_code, answer.text)
        return answer

    def page(self, path: str, **query: str) -> Any:
        answer = self._pages.get(path, query_string=query)
        self.note(f"page {path} {query or ''}", answer.status_code, words(answer))
        return answer

    def own(self, path: str) -> Any:
        """What the API tells the member's person, who is signed in."""
        answer = self._pages.get(path)
        self.note(f"own {path}", answer.status_code, answer.text)
        return answer

    def note(self, question: str, status: int, text: str) -> None:
        """Keep an answer; none is our mistake."""
        assert status < 500, f"{question}: {text}"
        search = self.world.searches.get(self.member)
        if search is not None:
            question, text = question.replace(search, "the search"), text.replace(search, "the search")
        for number, identity in self.reports.items():
            question, text = question.replace(identity, f"report {number}"), text.replace(identity, f"report {number}")
        self.said.answers[question] = f"{status}\n{_CSRF.sub('', text)}"


@dataclass(frozen=True)
class Guessed:
    """What whoever asks may have guessed: ids of collections and indicators, numbers of reports.

    They are asked for whether they are in the world that answers or not.
    """

    collections: tuple[str, ...]
    objects: tuple[str, ...]
    reports: tuple[int, ...]


def guessed(world: World) -> Guessed:
    """Everything that there is in a world."""
    with world.database.reading() as connection:
        objects = connection.exec_driver_sql("SELECT DISTINCT object_id FROM entries WHERE type = 'indicator'")
        ids = tuple(sorted(objects.scalars()))
    return Guessed((NOWHERE, *sorted(world.titles())), ids, tuple(world.reports))


def ask(world: World, member: str, known: Guessed, *, searched: bool, everything: bool) -> Said:
    """What a member is told over TAXII; with `searched` by the search of the API, with `everything` by every way."""
    asking = Asking(world, member, {one: world.reports.get(one, _no_report(one)) for one in known.reports})
    titles = world.titles()
    listed = asking.taxii("/exchange/collections/")
    readable: list[str] = []
    for one in listed.json.get("collections", ()) if listed.status_code == 200 else ():
        if one["can_read"]:
            readable.append(one["id"])
    hidden = [one for one in known.collections if one not in readable]
    for identity in (*readable, *(hidden if everything else hidden[:2])):
        _poll(asking, identity, titles.get(identity, ""), can_read=identity in readable)
    if searched:
        found = asking.api("/search", query_string={"q": ""})
        facets = found.json["facets"]["collection"] if found.status_code == 200 else ()
        asking.said.counted = {titles[identity]: count for identity, count in facets}
        _of_file(asking)
        _of_saved(asking)
    if everything:
        for question in (_of_taxii, _of_search, _of_hits, _of_pages, _of_files, _of_rehearsals):
            question(asking, known)
    return asking.said


def _poll(asking: Asking, identity: str, title: str, *, can_read: bool) -> None:
    answer = asking.taxii(f"/exchange/collections/{identity}/objects/")
    if can_read:
        asking.said.stands[title], asking.said.ended[title] = {}, []
        for one in answer.json.get("objects", ()):
            if one["type"] != "indicator":
                continue
            value = next(value for value in VALUES if FRAGMENTS[value] in one["pattern"])
            if one.get("revoked"):
                asking.said.ended[title].append(value)
            else:
                ours = one["extensions"][INDICATOR_EXTENSION]
                facts = ours["independent_members"], frozenset(ours.get("sources", ())), tlp_of(one) or ""
                assert value not in asking.said.stands[title], f"{value} stands twice in {title}"
                asking.said.stands[title][value] = facts


def _of_taxii(asking: Asking, known: Guessed) -> None:
    asking.taxii("/")
    asking.taxii("/exchange/")
    for identity in known.collections:
        base = f"/exchange/collections/{identity}/"
        asking.taxii(base)
        asking.taxii(base + "manifest/")
        asking.taxii(base + "objects/", **{"match[version]": "all"})
        asking.taxii(base + "objects/", **{"match[type]": "indicator", "limit": "1"})
        for name, wanted in _FILTERS:
            asking.taxii(base + "objects/", **{f"match[{name}]": wanted})
        for one in known.objects:
            asking.taxii(f"{base}objects/{one}/")
            asking.taxii(f"{base}objects/{one}/versions/")
    for status in asking.reports.values():
        asking.taxii(f"/exchange/status/{status}/")


_FILTERS = (
    *(("value", value) for value in VALUES),
    ("tlp", "green"),
    ("labels", "phishing"),
    ("confidence-gte", "50"),
)


def _of_search(asking: Asking, known: Guessed) -> None:
    for value in VALUES:
        fragment = FRAGMENTS[value]
        for text in (value, value[:6], fragment, fragment[1:6], fragment.replace("i", "l").replace("0", "o")):
            asking.api("/search", query_string={"q": text})
        asking.page("/search", q=value)
    for name, wanted in (("kind", "phone"), ("tlp", "green"), ("country", "SG"), ("revoked", "yes")):
        asking.api("/search", query_string={"q": "", name: wanted})
    for identity in known.collections:
        asking.page("/search", collection=identity)


def _of_saved(asking: Asking) -> None:
    """What the saved search of the member's person found, where there is one."""
    titles, identity = asking.world.titles(), asking.world.searches.get(asking.member)
    if identity is None:
        return
    asking.own("/api/v1/searches")
    told = asking.own(f"/api/v1/searches/{identity}/new")
    if told.status_code == 200:
        asking.said.new = [(titles[one["collection"]], one["value"], one["withdrawn"]) for one in told.json["hits"]]


def _of_hits(asking: Asking, _known: Guessed) -> None:
    """The file of all that the search finds as a table, and the page of what was saved."""
    asking.page("/searches")
    asking.page("/search/hits.csv", q="")


def _of_file(asking: Asking) -> None:
    """A file of all that the search finds."""
    file = asking.api("/search/hits.jsonl", query_string={"q": ""})
    if file.status_code == 200:
        lines = [json.loads(line) for line in file.text.splitlines()[1:]]
        asking.said.filed = [(one["title"], one["value"], one["revoked"]) for one in lines]


def _of_pages(asking: Asking, known: Guessed) -> None:
    asking.api("/collections")
    for path in ("/", "/collections", "/reports", "/held", "/polling", "/submit", "/feedback", "/proposals", "/lists"):
        asking.page(path)
    asking.api("/feedback")
    for report in asking.reports.values():
        asking.page(f"/reports/{report}")
        asking.page(f"/reports/{report}/exceptions.csv")
        asking.page(f"/reports/{report}/exceptions.xlsx")
        asking.page(f"/reports/{report}/recall")
        asking.api(f"/reports/{report}")
        asking.page(f"/reports/{report}/feedback")
        asking.page(f"/reports/{report}/rows/0")
        asking.api(f"/reports/{report}/feedback")
    for one in known.objects:
        for identity in known.collections:
            asking.page(f"/indicators/{identity}/{one}")
            asking.page(f"/indicators/{identity}/{one}.json")
            asking.api(f"/indicators/{identity}/{one}/related")
            asking.api(f"/indicators/{identity}/{one}")
            asking.api(f"/indicators/{identity}/{one}/votes")


def _of_files(asking: Asking, _known: Guessed) -> None:
    """Exports, behind what `export --as` asks."""
    world = asking.world
    asking.said.exported = {}
    with world.database.reading() as connection:
        listed = readable_on_the_command_line(connection, asking.member)
    for one in listed:
        with TemporaryDirectory() as folder:
            paths = export_collection(world.database, world.exchange, one, "csv", Path(folder), world.clock.at)
            text = "\n".join(path.read_text() for path in paths)
        asking.said.exported[one.title] = text
        asking.note(f"export {one.title}", 0, text)


def _of_rehearsals(asking: Asking, _known: Guessed) -> None:
    """What handing in everything would do, where the member may read what it hands in to."""
    world = asking.world
    if world.door.by_login(asking.member) is None:
        return
    with world.database.reading() as connection:
        member = find_member(connection, asking.member)
        rights = rights_of(connection, member.key)
        listed = [one for one in all_collections(connection) if rights.get(one.key) == Rights(True, True)]
    for one in listed:
        try:
            with world.database.rehearsing() as connection:
                terms = terms_for(connection, member, tlp="green", collections=[one.id], basis="consent")
                body = "\n".join(VALUES).encode()
                seen = preview(connection, world.exchange, SCREENING, member, "x", body, None, terms, world.clock.at)
            told = [f"{row.value} {row.verdict} {row.reason} {row.stix_id}" for row in seen.verdicts]
            told += [entry.body.decode() for entry in seen.objects]
        except Refused as refused:
            told = [str(refused)]
        asking.note(f"rehearsal {one.title}", 0, "\n".join(told))


def same(one: Said, other: Said) -> Iterator[str]:
    """The questions that two worlds answer differently."""
    for question in one.answers.keys() | other.answers.keys():
        if one.answers.get(question) != other.answers.get(question):
            yield question


def _no_report(number: int) -> str:
    return f"00000000-0000-4000-9000-{number:012}"
