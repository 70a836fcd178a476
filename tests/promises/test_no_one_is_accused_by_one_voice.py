"""Promise 6: what may be a person's is published on two independent voices, never on one, and never forgotten."""

import multiprocessing
from collections.abc import Sequence

import orjson
import sqlalchemy as sa
from first_voices import PATIENCE_S, report_all
from house import House, build

from tocsin.ledger.database import Database
from tocsin.ledger.tables import entries
from tocsin.reports.tables import assertions
from tocsin.stix import INDICATOR_EXTENSION

TIMES = 200
BANKS = ("bank-a", "bank-b")


def phones(count: int) -> list[str]:
    """So many numbers that differ."""
    return [f"+659{1_000_000 + 7 * n}" for n in range(count)]


def reported_at_once(house: House, values: Sequence[str]) -> list[list[int]]:
    """Have two processes report the same values at the same instants; when each report was durable (ms)."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(len(BANKS))
    ends = [context.Pipe(duplex=False) for _ in BANKS]
    url = house.database.engine.url.render_as_string(hide_password=False)
    processes = [
        context.Process(target=report_all, args=(url, bank, values, barrier, answers), daemon=True)
        for bank, (_, answers) in zip(BANKS, ends, strict=True)
    ]
    for process in processes:
        process.start()
    try:
        return [_answer(receiving, len(values)) for receiving, _ in ends]
    finally:
        for process in processes:
            process.join(PATIENCE_S)
            process.kill()


def _answer(receiving: "multiprocessing.connection.Connection", count: int) -> list[int]:
    assert receiving.poll(PATIENCE_S + count), "a process did not come to its end"
    answer: list[int] = receiving.recv()
    return answer


def published(house: House) -> dict[str, list[tuple[int, int]]]:
    """By value, the position (ms) of every version of its indicator, and on how many voices that stands."""
    found: dict[str, list[tuple[int, int]]] = {}
    query = sa.select(entries.c.position, entries.c.body).where(entries.c.type == "indicator")
    with house.database.reading() as connection:
        for row in connection.execute(query.order_by(entries.c.seq)):
            content = orjson.loads(row.body)
            members = content["extensions"][INDICATOR_EXTENSION]["independent_members"]
            found.setdefault(content["pattern"].split("'")[1], []).append((row.position, members))
    return found


def test_two_first_voices_at_the_same_instant_are_two(database: Database) -> None:
    house, values = build(database), phones(TIMES)
    durable = reported_at_once(house, values)
    versions = published(house)
    assert versions.keys() == set(values), "two first voices were both held"
    for n, value in enumerate(values):
        assert [members for _, members in versions[value]] == [2], value
        ((position, _),) = versions[value]
        assert position >= max(times[n] for times in durable), f"{value} was there before its second report"
    with database.reading() as connection:
        verdicts = connection.execute(
            sa.select(assertions.c.value, assertions.c.verdict).order_by(assertions.c.value)
        ).all()
    assert len(verdicts) == 2 * TIMES
    assert "held" not in {row.verdict for row in verdicts}
