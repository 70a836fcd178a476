"""Promise 1 as a model: whatever writers, deletions, withdrawals and restarts do, every poller ends up with it all."""

import uuid
from pathlib import Path

import pytest
import taxii_world
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from pollers import LAST, STYLES, Poller
from taxii_world import START, World, body_of, id_of

from tocsin.ledger.collections import Collection, add_collection
from tocsin.ledger.database import Database
from tocsin.members.members import all_members, grant
from tocsin.publishing.hand_in import take_in, terms_for
from tocsin.publishing.process import process
from tocsin.publishing.withdraw import withdraw_object, withdraw_report
from tocsin.times import now_ms

FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"match[version]": "all"},
    {"match[type]": "indicator"},
    {"match[type]": "malware,tool"},
    {"match[version]": "all", "match[type]": "malware"},
)
NAMES = [f"thing {n}" for n in range(8)]
DOMAINS = [f"bad{n}.example" for n in range(4)]
"""Few, so that versions, withdrawals and returns of the same thing happen."""


def day(n: int) -> str:
    return f"2026-01-{n:02d}T00:00:00.000Z"


class Exchange(RuleBasedStateMachine):
    """Operations on one collection, and what each poller must have seen in the end."""

    worlds: list[World]

    def __init__(self) -> None:
        super().__init__()
        self.pollers: list[Poller] = []
        self.versions: dict[str, dict[str, bytes]] = {}
        """What was pushed and stands: bytes by version, by id."""
        self.ended: set[str] = set()
        """Ids of objects that were withdrawn or deleted."""
        self.reports: dict[str, list[int]] = {}
        """Keys of the reports that stand for a domain."""
        self.wrong: set[str] = set()
        self.turn = 0

    @initialize()
    def a_new_collection(self) -> None:
        self.collection = new_collection(self.worlds[0].database)
        self.url = f"/taxii2/exchange/collections/{self.collection.id}/objects/"

    @property
    def world(self) -> World:
        """One process after another."""
        self.turn += 1
        return self.worlds[self.turn % len(self.worlds)]

    @rule(name=st.sampled_from(NAMES), kind=st.sampled_from(["malware", "tool"]), n=st.integers(1, 28))
    def push(self, name: str, kind: str, n: int) -> None:
        identity = id_of(name, kind)
        if identity in self.ended:
            return
        body = body_of(name, day(n), kind)
        status = self.world.push(body, path=self.url)
        assert status.status_code == 202, status.text
        assert status.json["success_count"] == 1, status.json
        self.versions.setdefault(identity, {})[day(n)] = body

    @rule(count=st.integers(2, 40), n=st.integers(1, 28))
    def push_many(self, count: int, n: int) -> None:
        self.turn += 1
        names = [f"many {self.turn} {one}" for one in range(count)]
        bodies = {id_of(name): body_of(name, day(n)) for name in names}
        status = self.world.push(*bodies.values(), path=self.url)
        assert status.json["success_count"] == count, status.json
        for identity, body in bodies.items():
            self.versions.setdefault(identity, {})[day(n)] = body

    @rule(domain=st.sampled_from(DOMAINS), member=st.sampled_from(["bank", "peer"]))
    def report(self, domain: str, member: str) -> None:
        if domain in self.wrong:
            return
        key = hand_in(self.world, self.collection, member, f"# {uuid.uuid4()}\n{domain}\n".encode())
        self.reports.setdefault(domain, []).append(key)

    @rule(domain=st.sampled_from(DOMAINS))
    def take_a_report_back(self, domain: str) -> None:
        if self.reports.get(domain):
            world = self.world
            key = self.reports[domain].pop()
            withdraw_report(world.database, world.service.exchange, key, "mistake", "desk", now_ms())

    @rule(data=st.data(), how=st.sampled_from(["withdraw", "delete"]))
    def end(self, data: st.DataObject, how: str) -> None:
        standing = sorted(set(self.versions) - self.ended)
        if not standing:
            return
        identity = data.draw(st.sampled_from(standing))
        world = self.world
        if how == "delete":
            assert world.ask(f"{self.url}{identity}/", method="DELETE").status_code == 200
            self.versions[identity] = {}
        else:
            withdraw_object(world.database, world.service.exchange, identity, "wrong", "desk", now_ms())
        self.ended.add(identity)

    @rule(
        style=st.sampled_from(STYLES),
        filters=st.sampled_from(FILTERS),
        limit=st.sampled_from([None, 1, 2, 7, 1_001]),
    )
    def a_poller_comes(self, style: str, filters: dict[str, str], limit: int | None) -> None:
        if len(self.pollers) < 6:
            self.pollers.append(Poller(style, filters, limit if style != "seconds" else None))

    @rule(data=st.data(), requests=st.integers(1, 4))
    def poll(self, data: st.DataObject, requests: int) -> None:
        if self.pollers:
            poller = data.draw(st.sampled_from(self.pollers))
            for _ in range(requests):
                self.step(poller)

    @rule(data=st.data())
    def a_poller_saves(self, data: st.DataObject) -> None:
        if self.pollers:
            data.draw(st.sampled_from(self.pollers)).save()

    @rule(data=st.data())
    def a_poller_crashes(self, data: st.DataObject) -> None:
        if self.pollers:
            data.draw(st.sampled_from(self.pollers)).crash()

    @rule()
    def a_process_restarts(self) -> None:
        old, self.worlds[0] = self.worlds[0], taxii_world.another(self.worlds[0])
        old.close()

    def step(self, poller: Poller) -> bool:
        response = self.world.ask(self.url, "police", query_string=poller.query())
        assert response.status_code == 200, response.text
        return poller.take(response.json, response.headers.get(LAST))

    def teardown(self) -> None:
        """Every poller comes to an end, and then has it all."""
        for poller in self.pollers:
            self.drain(poller)
            self.judge(poller)

    def drain(self, poller: Poller) -> None:
        entries = sum(map(len, self.versions.values())) + len(self.ended) + 12 * sum(map(len, self.reports.values()))
        most = 100 + 4 * entries
        runs_without_news = 0
        for _ in range(most):
            before = len(poller.held)
            more = self.step(poller)
            if len(poller.held) != before:
                runs_without_news = 0
            elif not more:
                runs_without_news += 1
            if runs_without_news == 2:
                return
        raise AssertionError(f"{poller.style} does not come to an end in {most} requests")

    def judge(self, poller: Poller) -> None:
        kinds = poller.filters.get("match[type]", "malware,tool,indicator").split(",")
        newest = poller.newest()
        for identity, versions in self.versions.items():
            if identity.partition("--")[0] not in kinds:
                continue
            if identity not in self.ended:
                assert newest.get(identity) == (max(versions), False), (poller, identity)
            else:
                assert newest[identity][1], (poller, identity)
            if "match[version]" in poller.filters:
                assert {(identity, version) for version in versions} <= set(poller.held), (poller, identity)
        if "indicator" in kinds:
            live = {one for one, (_, revoked) in newest.items() if one.startswith("indicator") and not revoked}
            assert len(live) == sum(1 for standing in self.reports.values() if standing), (poller, live)


def new_collection(database: Database) -> Collection:
    with database.writing() as connection:
        made = add_collection(connection, f"Model {uuid.uuid4()}", START)
        for member in all_members(connection):
            grant(connection, made.key, member.key, read=True, write=member.slug in ("bank", "peer"))
    return made


def hand_in(world: World, collection: Collection, slug: str, body: bytes) -> int:
    """The key of the report, which is processed."""
    with world.database.writing() as connection:
        member = next(one for one in all_members(connection) if one.slug == slug)
        terms = terms_for(connection, member, tlp="green", collections=[collection.id])
        report_id, _ = take_in(connection, member, slug, body, "list.txt", terms, now_ms())
    return process(world.database, world.service.exchange, taxii_world.screening(), report_id).key


@pytest.mark.parametrize("runs", [30, pytest.param(1_000, marks=pytest.mark.proof)])
def test_every_poller_ends_up_with_everything(database: Database, tmp_path: Path, runs: int) -> None:
    world = taxii_world.build(database, f"sqlite:///{tmp_path / 'receipts.db'}")
    machine = type("Machine", (Exchange,), {"worlds": [taxii_world.another(world), taxii_world.another(world)]})
    chosen = settings(
        max_examples=runs,
        stateful_step_count=40,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # a shorter example is not worth the minutes that finding it takes
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(machine, settings=chosen)  # type: ignore[no-untyped-call]
    finally:
        for one in (world, *machine.worlds):
            one.close()
