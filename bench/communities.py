"""What communities cost: the same identifiers in 20 collections of 50 communities, beside one open collection."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from sqlalchemy.engine import Connection

from bench.http import full_poll, requests_per_second, serving
from bench.measures import PAGE, Figure
from tocsin.bootstrap import Tocsin
from tocsin.ledger.collections import Collection, add_collection, all_collections
from tocsin.members.communities import Community, add_community, find_community
from tocsin.members.granting import grant_community
from tocsin.members.members import Member, add_member, find_member, grant, rights_of
from tocsin.members.memberships import approve_membership, ask_to_join
from tocsin.members.tokens import new_token
from tocsin.publishing.hand_in import take_in, terms_for
from tocsin.publishing.process import process
from tocsin.search import Filters, parse
from tocsin.settings import settings
from tocsin.times import now_ms

_MEMBERS, _COMMUNITIES, _COLLECTIONS = 60, 50, 20
_NEEDLES, _TURNS = 200, 5
_GOAL = "at most 1.5"
_MANY = 10
"""Collections that carry the same report, where many do."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two exchanges: who hands in, who reads, and the collections that the identifiers go to in turn."""

    tocsin: Tocsin
    token: str
    collections: tuple[Collection, ...]


def community_cost(lines: list[str]) -> list[Figure]:
    """Submit, full poll, idle poll, search: time with communities, and without."""
    with _exchange(_open) as plain, _exchange(_communities) as shared:
        figures = _submitting(plain, shared, lines)
        figures += _searching(plain, shared, lines)
        figures += _polling(plain, shared)
        figures.append(_many_collections(plain, shared, lines[: len(lines) // _MANY]))
    return figures


def _submitting(plain: _Side, shared: _Side, lines: list[str]) -> list[Figure]:
    """Each row is published once on either side; the two take turns, report by report."""
    for side in (plain, shared):
        _ = side.tocsin.screening
        # what is made once, such as the extension definitions, is measured on neither side
        _hand_in(side, ["warm-up.top"], side.collections)
    parts = [lines[n::_COLLECTIONS] for n in range(_COLLECTIONS)]
    seconds = {id(side): 0.0 for side in (plain, shared)}
    for n, part in enumerate(parts):
        for side in (plain, shared):
            seconds[id(side)] += _hand_in(side, part, [side.collections[n % len(side.collections)]])
    ours, reference = (seconds[id(side)] / len(lines) * 1e6 for side in (shared, plain))
    return [Figure("communities: submit", ours, "µs a row", "one open collection", reference, _GOAL)]


def _many_collections(plain: _Side, shared: _Side, lines: list[str]) -> Figure:
    """New identifiers in one report that many collections carry; what each published indicator takes."""
    fresh = [f"many-{one}" for one in lines]
    ours = _hand_in(shared, fresh, shared.collections[:_MANY]) / (len(fresh) * _MANY)
    reference = _hand_in(plain, fresh, plain.collections) / len(fresh)
    name = f"communities: submit to {_MANY} collections"
    return Figure(name, ours * 1e6, "µs a row and collection", "one open collection", reference * 1e6, "")


def _hand_in(side: _Side, lines: list[str], targets: Sequence[Collection]) -> float:
    """Seconds that a report takes from the door to its last verdict."""
    tocsin, body = side.tocsin, ("value\n" + "\n".join(lines) + "\n").encode()
    start = time.perf_counter()
    with tocsin.database.writing() as connection:
        member = find_member(connection, "member-0")
        terms = terms_for(connection, member, tlp="green", collections=[one.id for one in targets])
        report_id, _ = take_in(connection, member, "bench", body, "bulk.csv", terms, now_ms())
    process(tocsin.database, tocsin.exchange, tocsin.screening, report_id)
    return time.perf_counter() - start


def _searching(plain: _Side, shared: _Side, lines: list[str]) -> list[Figure]:
    """A question with the look at what may be read, as a page asks it."""
    for side in (plain, shared):
        side.tocsin.index()
    chance = random.Random(3)
    figures = []
    for what, cut in (("exact", slice(None)), ("substring", slice(2, 11))):
        times: dict[int, list[float]] = {id(plain): [], id(shared): []}
        for text in [one[cut] for one in chance.sample(lines, min(_NEEDLES, len(lines)))]:
            for side in (plain, shared):
                times[id(side)].append(_search(side.tocsin, text))
        ours, reference = (median(times[id(side)]) * 1000 for side in (shared, plain))
        figures.append(Figure(f"communities: search {what} p50", ours, "ms", "one open collection", reference, _GOAL))
    return figures


def _search(tocsin: Tocsin, text: str) -> float:
    start = time.perf_counter()
    with tocsin.database.reading() as connection:
        member = find_member(connection, "member-1")
        readable = {key for key, right in rights_of(connection, member.key).items() if right.can_read}
        ids = frozenset(one.id for one in all_collections(connection) if one.key in readable)
    tocsin.engine.search(parse(text, Filters()), ids)
    return time.perf_counter() - start


def _polling(plain: _Side, shared: _Side) -> list[Figure]:
    """Everything that a member of all communities may read; and polls that find nothing new."""
    objects: dict[int, list[float]] = {id(plain): [], id(shared): []}
    idle: dict[int, list[float]] = {id(plain): [], id(shared): []}
    with serving(plain.tocsin.settings.home, 1) as (one, _), serving(shared.tocsin.settings.home, 1) as (two, _):
        for _turn in range(_TURNS):
            for side, port in ((plain, one), (shared, two)):
                count, seconds = 0, 0.0
                for collection in side.collections:
                    found, took = full_poll(port, _path(collection), side.token, PAGE)
                    count, seconds = count + found, seconds + took
                objects[id(side)].append(seconds / count)
                path = _path(side.collections[0]) + "?added_after=2999-01-01T00:00:00Z"
                idle[id(side)].append(1 / requests_per_second(port, path, side.token, 1))
    figures = []
    for name, times in (("full poll", objects), ("idle poll", idle)):
        ours, reference = (min(times[id(side)]) * 1e6 for side in (shared, plain))
        unit = "µs an object" if name == "full poll" else "µs a request"
        figures.append(Figure(f"communities: {name}", ours, unit, "one open collection", reference, _GOAL))
    return figures


def _path(collection: Collection) -> str:
    return f"/taxii2/exchange/collections/{collection.id}/objects/"


@contextmanager
def _exchange(furnish: Callable[[Connection, list[Member], int], list[Collection]]) -> Iterator[_Side]:
    """An exchange in a folder of its own, with its members."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        tocsin = Tocsin(settings({"TOCSIN_HOME": folder}))
        tocsin.initialise("Bench", "nobody", demonstration=True)
        now = now_ms()
        with tocsin.database.writing() as connection:
            made = [add_member(connection, f"member-{n}", f"Member {n}", "bank", "SG", now) for n in range(_MEMBERS)]
            collections = furnish(connection, made, now)
            token = new_token(connection, made[1].key, "bench", now)
        try:
            yield _Side(tocsin, token, tuple(collections))
        finally:
            tocsin.close()


def _open(connection: Connection, members: list[Member], now: int) -> list[Collection]:
    """One collection that every member may read."""
    made = add_collection(connection, "Open", now)
    for member in members:
        grant(connection, made.key, member.key, read=True, write=True)
    return [made]


def _communities(connection: Connection, members: list[Member], now: int) -> list[Collection]:
    """Communities in three layers; each collection is for two of them, and the first two members are in all."""
    made: list[Community] = []
    for n in range(_COMMUNITIES):
        parent = made[(n - 5) // 3] if n >= 5 else None
        made.append(add_community(connection, f"circle-{n}", f"Circle {n}", now, parent=parent))
        for member in {*members[:2], *members[n % 7 :: 7]}:
            community = find_community(connection, f"circle-{n}")
            ask_to_join(connection, community, member, "bench", now)
            approve_membership(connection, community, member, "bench", now)
    collections = []
    for n in range(_COLLECTIONS):
        collection = add_collection(connection, f"Collection {n}", now)
        for community in (made[n], made[_COMMUNITIES - 1 - n]):
            grant_community(connection, collection.key, community.key, read=True, write=True)
        collections.append(collection)
    return collections
