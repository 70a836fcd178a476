"""Promise 4: whatever is handed in, changed and asked, nobody learns what is not for it, and everybody what is."""

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from knowing.chance import society, steps_in
from knowing.court import Prepared, on_postgresql, on_sqlite
from knowing.instead import ListEngine
from knowing.script import Collection, Gather, HandIn, Join, Leave, Poll, Society, Step
from services.postgresql_server import drop_database, fresh_database
from sqlalchemy.engine import Connection

from taxii_server import visible
from tocsin.alerts.hits import Found
from tocsin.ledger.collections import all_collections
from tocsin.members import members
from tocsin.members.access import Principal
from tocsin.members.members import Rights
from tocsin.policy import carry
from tocsin.policy.carry import EVERYTHING
from tocsin.projections import alerting
from tocsin.projections.alerting import Waiting
from tocsin.publishing import gather, redecide, settle
from tocsin.publishing.standing import Claimed
from tocsin.screening import Voice, corroborated
from tocsin.search import Query, Results
from tocsin.stix import TLP
from tocsin.web import api_searches, hits_file
from tocsin.web.readable import Visible

SOCIETIES = 150


def hear(judge: Callable[[Society, tuple[Step, ...]], None], cases: int, part: int) -> None:
    """Let this many cases happen: the same ones each time, and others in each part."""
    dice = random.Random(part)
    for _ in range(cases):
        made = society(dice.randrange(SOCIETIES))
        judge(made, steps_in(made, dice, dice.randint(2, 6)))


# in parts, which processes beside one another can take: 2,000 cases, and 50,000 others in the proof
PARTS = [(500, part) for part in range(4)]
PROOF = [pytest.param(5_000, part, marks=pytest.mark.proof) for part in range(4, 14)]


@pytest.mark.parametrize(("cases", "part"), [*PARTS, *PROOF])
def test_everybody_learns_what_it_may_and_nobody_more(
    tmp_path: Path, prepared: Prepared, cases: int, part: int
) -> None:
    with on_sqlite(tmp_path, prepared) as court:
        hear(court.judge, cases, part)
        assert court.compared > cases // 2


def test_no_two_parts_hear_the_same_cases() -> None:
    """Each once drew from where all began, and 2,000 cases were 500."""

    heard: list[tuple[int, tuple[Step, ...]]] = []
    for part in range(4):
        hear(lambda made, steps: heard.append((made.number, steps)), 50, part)
    assert len(set(heard)) > 190


def test_the_order_of_what_a_collection_gathers_tells_nothing_of_what_it_may_not_say(
    tmp_path: Path, prepared: Prepared
) -> None:
    """A case in which a report that is not served moved what is served before other things."""
    mail, address, site = "payments@kookaburra.example", "198.51.100.77", "login.umbrellabird.example"
    everybody = frozenset({"circle-0", "member-0", "member-1", "member-4"})
    steps = (
        HandIn(
            0, "member-4", ("+6591230001", mail), "green", share=("circle-2", "member-0", "member-1"), basis="consent"
        ),
        HandIn(1, "member-0", (address, site, mail), "clear", ("Collection 4",), basis="fraud-prevention-law"),
        Gather(Collection("Gathered 2", everybody, everybody, None, gathers=True)),
    )
    with on_sqlite(tmp_path, prepared) as court:
        for _ in range(6):  # not in every case is everything asked
            court.judge(society(68), steps)
        assert court.compared


def test_whoever_joins_again_when_its_time_is_over_reads_again(tmp_path: Path, prepared: Prepared) -> None:
    """A case in which the reference once knew less than the documentation says."""
    steps = (
        HandIn(0, "member-0", ("payments@kookaburra.example",), to=("Collection 0",), basis="fraud-prevention-law"),
        Leave("member-5", "circle-3"),
        HandIn(
            1, "member-0", ("+6591230001",), "clear", ("Collection 2", "Collection 4"), basis="fraud-prevention-law"
        ),
        Poll("member-2"),
        Join("member-4", "circle-1"),
        HandIn(2, "member-3", ("+6591230001",), "clear", share=("member-2", "member-5", "member-6"), handling="H2"),
    )
    with on_sqlite(tmp_path, prepared) as court:
        court.judge(society(116), steps)


@pytest.mark.postgresql
@pytest.mark.parametrize("cases", [20, pytest.param(1_000, marks=pytest.mark.proof)])
def test_the_same_on_postgresql(postgresql_url: str, tmp_path: Path, cases: int) -> None:
    urls = fresh_database(postgresql_url), fresh_database(postgresql_url)
    try:
        with on_postgresql(urls, tmp_path) as court:
            hear(court.judge, cases, 14)
    finally:
        for url in urls:
            drop_database(url)


def everybody_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry, "covers", lambda *_: True)


def everything_may_be_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry, "_FARTHEST", dict.fromkeys(TLP, "public"))


def memberships_never_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (members, visible):
        monkeypatch.setattr(module, "now_ms", lambda: 0)


def members_are_counted_and_not_voices(monkeypatch: pytest.MonkeyPatch) -> None:
    def enough(fit: Iterable[Claimed], needed: int) -> bool:
        return corroborated(
            [Voice(one.standing.member_key, one.standing.voice, one.standing.approved) for one in fit], needed
        )

    monkeypatch.setattr(settle, "support_enough", enough)


def search_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def search(engine: ListEngine, query: Query, _readable: frozenset[str]) -> Results:
        return kept(engine, query, frozenset(one.collection for one in engine.documents.values()))

    kept = ListEngine.search
    monkeypatch.setattr(ListEngine, "search", search)


def collections_gather_for_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "may_carry", lambda *_: EVERYTHING)


def a_stricter_marking_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redecide, "_set_reach", lambda *_: None)


def every_collection(connection: Connection, _principal: Principal) -> list[Visible]:
    return [Visible(one, Rights(True, True)) for one in all_collections(connection)]


def alerts_ask_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def every_key(connection: Connection, _waiting: Waiting, found: Iterable[Found]) -> dict[int, frozenset[int]]:
        return dict.fromkeys(
            {one.search_key for one in found}, frozenset(one.key for one in all_collections(connection))
        )

    monkeypatch.setattr(alerting, "_readable", every_key)
    monkeypatch.setattr(api_searches, "visible", every_collection)


def files_ask_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def every_id(connection: Connection, _principal: Principal) -> frozenset[str]:
        return frozenset(one.id for one in all_collections(connection))

    monkeypatch.setattr(hits_file, "visible", every_collection)
    monkeypatch.setattr(hits_file, "readable_ids", every_id)


@pytest.mark.parametrize(
    "broken",
    [
        everybody_is_meant,
        everything_may_be_passed_on,
        memberships_never_end,
        members_are_counted_and_not_voices,
        search_asks_nobody,
        collections_gather_for_anybody,
        a_stricter_marking_changes_nothing,
        alerts_ask_nobody,
        files_ask_nobody,
    ],
)
def test_it_would_be_found(tmp_path: Path, prepared: Prepared, broken: Callable[[pytest.MonkeyPatch], None]) -> None:
    """Each rule, taken away, shows within a few dozen cases."""
    # mended before the court gives the clocks back: what it puts back is the court's own
    with on_sqlite(tmp_path, prepared) as court, pytest.MonkeyPatch.context() as monkeypatch:
        broken(monkeypatch)
        with pytest.raises(AssertionError):
            hear(court.judge, 1_000, 5)
