"""What the TAXII server notes in the audit trail."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from taxii_world import IDS, SHARED, World, body_of, build, id_of

from tocsin.ledger.database import Database
from tocsin.members import audit as trail
from tocsin.members.audit_seeing import OWNER, Asked, Seen


@pytest.fixture
def here(database: Database, tmp_path: Path) -> Iterator[World]:
    """The exchange, served in this process, with three objects."""
    world = build(database, f"sqlite:///{tmp_path / 'receipts.db'}")
    world.put(*(body_of(name) for name in "abc"))
    yield world
    world.service.audit.close()
    world.receipts.close()


def noted(world: World, **asked: Any) -> list[Seen]:
    """The entries, oldest first."""
    return world.service.audit.seen_by(OWNER, Asked(**asked))[::-1]


def test_a_poll_tells_who_what_and_from_where_to_where(here: World) -> None:
    positions = [one["date_added"] for one in here.pages("manifest/")[0]["objects"]]
    here.service.audit.flush()
    first = here.ask("objects/?limit=2&match[type]=malware", "police").json
    here.ask(f"objects/?limit=2&next={first['next']}", "police")
    here.ask("objects/", "police", headers={"If-None-Match": here.ask("objects/", "bank").headers["ETag"]})
    manifest, *polls = noted(here, actions=("poll",))
    assert (manifest.actor, manifest.details["endpoint"]) == ("bank/machine", "manifest")
    assert "times" not in manifest.details
    mine = [one for one in polls if one.actor == "police/machine"]
    assert {(one.target_kind, one.target) for one in mine} == {("collection", IDS["Shared"])}
    steps = [(one.details["from"], one.details["to"], one.details.get("filter", {})) for one in mine]
    filtered = {"type": ["malware"]}
    start, middle, end = 0, steps[0][1], steps[1][1]
    assert steps == [(start, middle, filtered), (middle, end, filtered), (start, start, {})]
    assert middle < end
    assert len(positions) == 3


def test_idle_polls_within_a_second_are_one_entry(here: World) -> None:
    last = here.pages("manifest/")[0]["objects"][-1]["date_added"]
    for _ in range(4):
        here.ask(f"objects/?added_after={last}", "police")
    (poll,) = noted(here, actor="police")
    assert poll.details["times"] == 4
    assert poll.details["from"] == poll.details["to"]


@pytest.mark.parametrize(
    "path", ["objects/{}/", "objects/{}/versions/", "objects/?match[id]={}", "manifest/?match[id]={}"]
)
def test_who_asked_for_an_object_is_found_by_its_id(here: World, path: str) -> None:
    for name in ("a", "not there"):
        here.ask(path.format(id_of(name)), "police")
        (seen,) = noted(here, values=(id_of(name),))
        assert (seen.actor, seen.target) == ("police/machine", IDS["Shared"])


def test_values_that_are_looked_for_stand_as_tokens(here: World, tmp_path: Path) -> None:
    for name in ("value", "name", "external_id", "labels", "type", "id"):
        here.ask("objects/", "police", query_string={f"match[{name}]": "Nightjar.example,other.example"})
    assert len(noted(here, values=("nightjar.example",))) == 6
    if here.database.engine.dialect.name == "sqlite":
        kept = b"".join(path.read_bytes() for path in tmp_path.glob("audit.*"))
        assert b"ightjar" not in kept


def test_a_collection_that_is_not_seen_leaves_no_poll(here: World) -> None:
    assert here.ask("objects/", "stranger").status_code == 404
    assert here.ask("objects/", "telco").status_code == 403
    assert noted(here) == []


def test_credentials_that_prove_nothing_are_noted(here: World) -> None:
    here.ask("objects/", None)
    assert here.ask("objects/", headers={"Authorization": "Bearer tocsin_guess"}).status_code == 401
    assert [(one.actor, one.action, one.details) for one in noted(here)] == [
        ("nobody", "sign-in-refused", {"over": "taxii"})
    ]


def test_pushes_and_deletes_are_noted(here: World) -> None:
    report = here.push(body_of("mine"), body_of("too")).json["id"]
    assert here.ask(f"objects/{id_of('mine')}/", method="DELETE").status_code == 200
    assert here.ask(f"objects/{id_of('a')}/", method="DELETE").status_code == 403
    (push,) = noted(here, actions=("push",))
    assert (push.actor, push.target, push.details) == (
        "bank/machine",
        report,
        {"collection": IDS["Shared"], "objects": 2},
    )
    deleted = noted(here, actions=("delete",))
    assert [one.details.get("failed") for one in deleted] == [None, None, True]
    assert noted(here, values=(id_of("mine"),)) == deleted[:1]


def test_what_cannot_be_noted_is_not_deleted_and_polls_go_on(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here.push(body_of("mine"))
    here.service.audit.flush()

    def refuse(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(trail, "append_batch", refuse)
    answer = here.ask(f"objects/{id_of('mine')}/", method="DELETE")
    assert answer.status_code == 503
    assert "could not be recorded" in answer.json["description"]
    assert here.ask(f"objects/{id_of('mine')}/").status_code == 200
    assert here.ask("objects/").status_code == 200
    monkeypatch.setattr(trail, "MOST_WAITING", 0)
    assert here.ask("objects/?match[type]=tool").status_code == 503
    monkeypatch.undo()


def test_other_members_cannot_ask_for_the_trail(here: World) -> None:
    here.ask("objects/?match[value]=nightjar.example", "police")
    for path in (SHARED, SHARED + "objects/", SHARED + "manifest/", "/taxii2/", "/taxii2/exchange/collections/"):
        assert "police" not in here.ask(path, "bank").text
