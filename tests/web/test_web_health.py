"""What those see who keep it running."""

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from web_world import World

from tocsin.ledger.database import Database


def test_it_is_up_and_ready(world: World) -> None:
    client = world.app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json["search"] == "ok"


def test_it_is_ready_while_search_is_down(world: World) -> None:
    client = world.without_search().app.test_client()
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json["search"] == "down"
    assert "tocsin_search_lag_entries -1.0" in client.get("/metrics").text


def test_it_is_not_ready_without_its_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(self: Database) -> bool:
        raise OperationalError("select 1", {}, ConnectionError("gone"))

    monkeypatch.setattr(Database, "has_tables", gone)
    client = world.app.test_client()
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json["database"] == "down"


@pytest.mark.parametrize(
    ("asks", "status"),
    [
        ({"environ_base": {"REMOTE_ADDR": "127.0.0.1"}}, 200),
        ({"environ_base": {"REMOTE_ADDR": "::1"}}, 200),
        ({"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}, 404),
        ({"environ_base": {"REMOTE_ADDR": "127.0.0.1"}, "headers": {"X-Forwarded-For": "127.0.0.1"}}, 404),
    ],
)
def test_figures_are_for_those_who_keep_it_running(world: World, asks: dict[str, Any], status: int) -> None:
    assert world.app.test_client().get("/metrics", **asks).status_code == status


def test_the_figures_follow_what_happens(world: World) -> None:
    client = world.app.test_client()

    def figure(name: str) -> float:
        (line,) = [line for line in client.get("/metrics").text.splitlines() if line.startswith(f"{name} ")]
        return float(line.rpartition(" ")[2])

    entries = figure("tocsin_ledger_entries")
    assert figure("tocsin_search_lag_entries") == 0
    world.house.submit("bank-a", "counted.example\n")
    assert figure("tocsin_ledger_entries") > entries
    assert figure("tocsin_search_lag_entries") > 0
    world.index()
    assert figure("tocsin_search_lag_entries") == 0
