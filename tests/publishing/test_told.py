"""What a submitter is told depends on nothing that others reported where it may not read."""

import json
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from house import House, build, no_lists
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taxii_server.status import status_of
from tocsin.ledger.collections import all_collections
from tocsin.ledger.database import Database
from tocsin.members.access import add_user
from tocsin.members.members import find_member, grant
from tocsin.publishing.exchange import load_exchange
from tocsin.publishing.hand_in import preview, terms_for
from tocsin.publishing.moderate import reject
from tocsin.publishing.told import TAKEN_UNSEEN, WAITS_UNSEEN, told_counts, told_verdicts
from tocsin.publishing.withdraw import withdraw_object
from tocsin.reports.reports import Report
from tocsin.screening import Screening
from tocsin.times import now_ms

PHONE, SECOND, DOMAIN = "+442079460958", "+442079460123", "shop.example"
VALUES = (PHONE, SECOND, DOMAIN, "GB33BUKB20201555555555", "GB33BUKB20201555555555,again", "not anything")


def veil(house: House, slug: str = "police", *, read: bool = False) -> None:
    """Let a member hand in to 'Scams' and not read it."""
    with house.database.writing() as connection:
        member = find_member(connection, slug)
        grant(connection, house.collections["Scams"].key, member.key, read=read, write=True)


def told(house: House, report: Report) -> str:
    """All that its member is told of a report."""
    with house.database.reading() as connection:
        rows = [asdict(one) for one in told_verdicts(connection, report)]
        held = [asdict(one) for one in told_verdicts(connection, report, verdicts=("held", "rejected"), offset=1)]
        return json.dumps([rows, held, told_counts(connection, report)])


def verdicts(house: House, report: Report) -> list[str]:
    with house.database.reading() as connection:
        return [one.verdict for one in told_verdicts(connection, report)]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an exchange in which the police hands in and does not read."""
    path = tmp_path_factory.mktemp("empty") / "tocsin.db"
    for house in opened(path):
        veil(house)
    return path


def opened(path: Path) -> Iterator[House]:
    database = Database(f"sqlite:///{path}")
    if not path.exists():
        database.migrate()
        yield build(database)
    else:
        with database.reading() as connection:
            exchange = load_exchange(connection)
            collections = {one.title: one for one in all_collections(connection)}
        assert exchange is not None
        yield House(database, exchange, Screening(no_lists, demonstration=True), collections)
    database.close()


def one_run(empty: Path, folder: Path, rows: list[str], before: list[list[str]], after: list[list[str]]) -> str:
    """What the police is told of these rows when other banks report before and after it."""
    path = folder / f"{uuid.uuid4()}.db"
    shutil.copy(empty, path)
    for house in opened(path):
        for n, some in enumerate(before):
            house.submit(f"bank-{'abc'[n % 3]}", "\n".join(some) or "-")
        report = house.submit("police", "\n".join(rows))
        seen = told(house, report)
        for n, some in enumerate(after):
            house.submit(f"bank-{'bca'[n % 3]}", "\n".join([*some, f"x{n}.example"]))
        assert told(house, report) == seen, "it changed afterwards"
    path.unlink()
    return seen


some_rows = st.lists(st.sampled_from(VALUES), max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.sampled_from(VALUES), min_size=1, max_size=5),
    before=st.lists(some_rows, max_size=3),
    after=st.lists(some_rows, max_size=3),
)
def test_who_may_not_read_is_told_the_same_whatever_others_report(
    empty: Path, tmp_path: Path, rows: list[str], before: list[list[str]], after: list[list[str]]
) -> None:
    assert one_run(empty, tmp_path, rows, before, after) == one_run(empty, tmp_path, rows, [], [])


def test_the_stored_verdicts_do_differ(house: House) -> None:
    """What is told is the same; what moderators see is true."""
    veil(house)
    alone = house.submit("police", f"{PHONE}\n{DOMAIN}\n")
    before = told(house, alone)
    house.submit("bank-a", f"{PHONE}\n{DOMAIN}\n")
    assert told(house, alone) == before
    assert [one.verdict for one in house.verdicts(alone)] == ["accepted", "accepted"]
    assert verdicts(house, alone) == ["held", "accepted"]
    with house.database.reading() as connection:
        reasons = [one.reason for one in told_verdicts(connection, alone)]
    assert reasons == [WAITS_UNSEEN, TAKEN_UNSEEN]


def test_who_may_read_is_told_the_truth(house: House) -> None:
    report = house.submit("police", f"{PHONE}\n{DOMAIN}\n")
    house.submit("bank-a", f"{PHONE}\n")
    with house.database.reading() as connection:
        assert told_verdicts(connection, report) == house.verdicts(report)
        assert [one.verdict for one in house.verdicts(report)] == ["accepted", "accepted"]


def test_a_second_voice_where_one_does_not_read_is_not_told(house: House) -> None:
    """Handed in for two collections, of which the member reads one."""
    house.collection("Hidden", read=("bank-a", "bank-b"), write=("police", "bank-a"))
    report = house.submit("police", f"{PHONE}\n", to=("Scams", "Hidden"))
    before = told(house, report)
    house.submit("bank-a", f"{PHONE}\n", to=("Hidden",))
    assert house.counts(report) == {"accepted": 1}
    assert told(house, report) == before
    house.submit("bank-b", f"{PHONE}\n", to=("Scams",))
    assert verdicts(house, report) == ["accepted"], "there it reads"


def test_that_it_was_withdrawn_as_wrong_is_not_told(house: House) -> None:
    veil(house)
    alone = house.submit("police", f"{DOMAIN}\n")
    before = told(house, alone)
    wrong = next(iter(house.indicators().values()))["id"]
    withdraw_object(house.database, house.exchange, wrong, "a florist", "desk", now_ms())
    again = house.submit("police", f"{DOMAIN}\n", name="again.txt", tlp="amber")
    assert house.counts(again) == {"held": 1}
    assert told(house, again) == before.replace(alone.id, again.id)


def test_a_moderators_decision_is_told(house: House) -> None:

    veil(house)
    with house.database.writing() as connection:
        add_user(connection, "desk", find_member(connection, "bank-a").key, "moderator", "a long password", 1)
    report = house.submit("police", f"{PHONE}\n")
    reject(house.database, report.key, None, "desk", now_ms(), "It is a help line.")
    with house.database.reading() as connection:
        (row,) = told_verdicts(connection, report)
    assert (row.verdict, row.reason) == ("rejected", "A moderator turned it down: It is a help line.")


def test_a_rehearsal_shows_nothing_that_may_not_be_read(house: House) -> None:
    veil(house)
    house.submit("bank-a", f"{PHONE}\n{DOMAIN}\n")
    body = f"{PHONE}\n{DOMAIN}\n".encode()
    with house.database.rehearsing() as connection:
        member = find_member(connection, "police")
        terms = terms_for(connection, member, tlp="green", collections=("Scams",))
        seen = preview(connection, house.exchange, house.screening, member, "x", body, None, terms, now_ms())
    assert seen.objects == []
    assert [one.verdict for one in seen.verdicts] == ["held", "accepted"]


@pytest.mark.parametrize("earlier", [False, True])
def test_a_taxii_status_tells_no_more(house: House, earlier: bool) -> None:
    veil(house)
    pushed: list[dict[str, Any]] = [
        {"type": "domain-name", "id": "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7", "value": "example.com"},
        {"type": "ipv4-addr", "id": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bcd350f07d", "value": "198.51.100.3"},
    ]
    body = json.dumps({"objects": [{"spec_version": "2.1", **one} for one in pushed]})
    if earlier:
        house.submit("bank-a", body.replace(" ", "  "), file_format="stix", whole=True)
    report = house.submit("police", body, file_format="stix", whole=True)
    with house.database.reading() as connection:
        status = status_of(connection, report)
    versions = [one["version"] for name in ("successes", "pendings", "failures") for one in status.get(name, [])]
    assert len(set(versions)) == 1
    assert versions[0] == status["request_timestamp"]
