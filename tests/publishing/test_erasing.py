"""Erasure: nothing is left of a value in any table, readers are told, a restored backup is emptied again."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from house import START, House

from tocsin.identifiers import Identifier, read
from tocsin.ledger.append import committed
from tocsin.ledger.database import metadata
from tocsin.ledger.read import EVERYTHING, Match, page
from tocsin.ledger.tables import collections, entries
from tocsin.ledger.verify import verify_ledger
from tocsin.members.access import add_user
from tocsin.members.members import add_member, find_member, grant
from tocsin.projections.search_index import catch_up
from tocsin.publishing.emptying import left_behind
from tocsin.publishing.erase import CannotErase, apply, erase, named_by, still_named
from tocsin.publishing.moderate import approve
from tocsin.publishing.withdraw import NoSuchObject, withdraw_object
from tocsin.reports.erasures import Erasure, read_erasures, write_erasure
from tocsin.reports.tables import assertions, report_bytes
from tocsin.search import Filters, open_engine, parse
from tocsin.stix import check, indicator_id
from tocsin.times import parse_stamp

PHONE = "+6591234567"
PATTERN = f"[phone-number:value = '{PHONE}']"
SHEET = f"phone,role,note\n{PHONE},mule,Mr Tan of Block 7\n+6598765432,mule,\n"
AT = "2026-01-01T00:00:00.000Z"
NOTE = {
    "type": "note",
    "spec_version": "2.1",
    "id": "note--6fb1b5c6-6f3a-4e0b-9d3b-8a3d7b5a2c11",
    "created": AT,
    "modified": AT,
    "content": f"Mr Tan answers at {PHONE}",
    "object_refs": ["indicator--6fb1b5c6-6f3a-4e0b-9d3b-8a3d7b5a2c12"],
}


def token(text: str) -> bytes:
    return b"token of " + str(hash(text)).encode()


@pytest.fixture
def house(house: House) -> House:
    """Two banks reported a phone and another one; a trusted member wrote a note that names the first."""
    with house.database.writing() as connection:
        cert = add_member(connection, "cert", "Cert", "agency", "SG", START, trusted=True)
        grant(connection, house.collections["Scams"].key, cert.key, read=True, write=True)
        add_user(connection, "mod", find_member(connection, "police").key, "moderator", "correct horse battery", START)
    object.__setattr__(house.screening, "token", token)
    house.submit("bank-a", SHEET, "phones.csv")
    house.submit("bank-b", SHEET, "phones.csv")
    note = house.submit("cert", json.dumps({"objects": [NOTE]}), file_format="stix", whole=True, tlp="green")
    approve(house.database, house.exchange, note.key, None, "mod", START)
    assert PATTERN in house.indicators()
    return house


class Log(list[Erasure]):
    """A log of erasures in memory."""

    def erase(self, house: House, what: Identifier | str) -> Erasure:
        return erase(
            house.database, house.exchange, what, token, self.append, "asked for by letter", "admin", START + 1
        )


@pytest.fixture
def log() -> Log:
    return Log()


def objects(house: House, match: Match = EVERYTHING) -> list[dict[str, Any]]:
    return [orjson.loads(entry.body) for entry in house.entries(match=match)]


def test_nothing_is_left_of_the_value_but_where_another_object_names_it(house: House, log: Log) -> None:
    assert house.where(PHONE) == ["assertions", "entries", "entry_fields", "report_bytes"]
    log.erase(house, read(PHONE, "phone"))
    with house.database.reading() as connection:
        assert list(still_named(connection, PHONE)) == [NOTE["id"]]
    assert house.where(PHONE) == ["entries", "report_bytes"]  # the note
    log.erase(house, str(NOTE["id"]))
    assert house.where(PHONE) == []
    assert house.where("Mr Tan") == []
    with house.database.reading() as connection:
        assert not list(still_named(connection, PHONE))


def test_readers_get_a_last_version_that_is_revoked_and_says_nothing(house: House, log: Log) -> None:
    before = {one["id"]: one for one in objects(house)}
    newest = max(entry.position for entry in house.entries())
    log.erase(house, read(PHONE, "phone"))
    with house.database.reading() as connection:
        sent = page(connection, house.collections["Scams"].key, newest, 100)
    bodies = [orjson.loads(entry.body) for entry in sent]
    assert sorted(one["type"] for one in bodies) == ["indicator", "relationship"]
    for body in bodies:
        assert body["revoked"] is True
        assert parse_stamp(body["modified"]) > parse_stamp(before[body["id"]]["modified"])
        check(orjson.dumps(body))
    (indicator,) = (one for one in bodies if one["type"] == "indicator")
    assert indicator["id"] == indicator_id(house.exchange.namespace, house.collections["Scams"].id, PATTERN, 1)
    assert indicator["pattern"] == "[phone-number:value = 'erased']"
    assert indicator["object_marking_refs"] == before[indicator["id"]]["object_marking_refs"]
    assert indicator["confidence"] == before[indicator["id"]]["confidence"]


def test_all_earlier_versions_are_gone_but_their_positions_and_hashes_stay(house: House, log: Log) -> None:
    with house.database.reading() as connection:
        columns = (entries.c.seq, entries.c.position, entries.c.sha256)
        before = {tuple(row) for row in connection.execute(sa.select(*columns))}
    withdraw_object(
        house.database,
        house.exchange,
        indicator_id(house.exchange.namespace, house.collections["Scams"].id, PATTERN, 1),
        "wrong",
        "admin",
        START,
    )
    log.erase(house, read(PHONE, "phone"))
    with house.database.reading() as connection:
        assert before <= {tuple(row) for row in connection.execute(sa.select(*columns))}
    assert all(check["ok"] for check in verify_ledger(house.database))
    every = Match(versions=("all",))
    phones = [one for one in objects(house, every) if one["type"] == "phone-number"]
    assert [one["value"] for one in phones] == ["+6598765432"]
    ids = [one["id"] for one in objects(house, every)]
    assert ids.count(indicator_id(house.exchange.namespace, house.collections["Scams"].id, PATTERN, 1)) == 1


def test_the_other_rows_of_the_same_report_stand(house: House, log: Log) -> None:
    log.erase(house, read(PHONE, "phone"))
    assert list(house.indicators()) == ["[phone-number:value = '+6598765432']"]
    with house.database.reading() as connection:
        rows = connection.execute(sa.select(assertions).where(assertions.c.kind == "phone")).all()
        assert [row.raw for row in rows if row.n == 0] == ["", ""]
        assert all(row.note is None and row.verdict for row in rows)


def test_a_bundle_keeps_the_objects_beside_the_erased_one(house: House, log: Log) -> None:
    other = {**NOTE, "id": "note--6fb1b5c6-6f3a-4e0b-9d3b-8a3d7b5a2c13", "content": "Nothing personal."}
    third = {**NOTE, "id": "note--6fb1b5c6-6f3a-4e0b-9d3b-8a3d7b5a2c14", "content": f"call {PHONE}"}
    report = house.submit("cert", json.dumps({"objects": [third, other]}), file_format="stix", whole=True)
    log.erase(house, third["id"])
    with house.database.reading() as connection:
        query = sa.select(report_bytes.c.body).where(report_bytes.c.report_key == report.key)
        kept = orjson.loads(connection.execute(query).scalar_one())["objects"]
    assert kept == [{"id": "erased"}, other]


def test_a_list_of_objects_keeps_the_others_too(house: House, log: Log) -> None:
    other = {**NOTE, "id": "note--6fb1b5c6-6f3a-4e0b-9d3b-8a3d7b5a2c13", "content": "Nothing personal."}
    third = {**NOTE, "id": "note--6fb1b5c6-6f3a-4e0b-9d3b-8a3d7b5a2c14", "content": f"call {PHONE}"}
    report = house.submit("cert", json.dumps([third, other]), file_format="stix", whole=True)
    log.erase(house, third["id"])
    with house.database.reading() as connection:
        query = sa.select(report_bytes.c.body).where(report_bytes.c.report_key == report.key)
        assert orjson.loads(connection.execute(query).scalar_one())["objects"] == [{"id": "erased"}, other]


def test_what_was_erased_waits_for_a_moderator_when_it_comes_again(house: House, log: Log) -> None:
    log.erase(house, read(PHONE, "phone"))
    log.erase(house, str(NOTE["id"]))
    reports = [house.submit(bank, f"phone\n{PHONE}\n", "p.csv") for bank in ("bank-a", "bank-b")]
    pushed = house.submit("cert", json.dumps({"objects": [NOTE]}) + " ", file_format="stix", whole=True)
    for report in (*reports, pushed):
        (verdict,) = house.verdicts(report)
        assert (verdict.verdict, "erased before" in verdict.reason) == ("held", True)
    assert PATTERN not in house.indicators()
    approve(house.database, house.exchange, reports[0].key, None, "mod", START + 5)
    found = house.indicators()[PATTERN]
    assert found["id"] == indicator_id(house.exchange.namespace, house.collections["Scams"].id, PATTERN, 2)


def test_a_value_that_only_waits_is_erased_too(house: House, log: Log) -> None:
    house.submit("bank-a", "phone\n+6590001111\n", "one.csv")
    erasure = log.erase(house, read("+6590001111", "phone"))
    assert not erasure.entries
    assert house.where("90001111") == []


def test_the_log_names_nothing_and_a_restored_backup_is_emptied_again(house: House, log: Log, tmp_path: Path) -> None:
    with house.database.reading() as connection:
        backup = {table.name: connection.execute(sa.select(table)).all() for table in metadata.sorted_tables}
    log.erase(house, read(PHONE, "phone"))
    path = tmp_path / "erasures.jsonl"
    write_erasure(path, log[0])
    assert PHONE not in path.read_text()
    _restore(house, backup)
    (erasure,) = read_erasures(path)
    with house.database.reading() as connection:
        assert left_behind(connection, erasure) > 0
    assert committed(house.database, partial(apply, erasure=erasure)) > 0
    assert house.where(PHONE) == ["entries", "report_bytes"]  # the note again
    assert PATTERN not in house.indicators()
    (revoked,) = (one for one in objects(house) if one.get("revoked") and one["type"] == "indicator")
    assert revoked["pattern"] == "[phone-number:value = 'erased']"
    with house.database.reading() as connection:
        assert left_behind(connection, erasure) == 0
    assert committed(house.database, partial(apply, erasure=erasure)) == 0


def _restore(house: House, backup: dict[str, Any]) -> None:
    with house.database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        for table in metadata.sorted_tables:
            rows = [row._asdict() for row in backup[table.name]]
            if rows:
                connection.execute(table.insert(), rows)


def test_it_is_found_no_more(house: House, log: Log, tmp_path: Path) -> None:
    engine = open_engine(None, tmp_path)
    catch_up(house.database, engine)
    seen = frozenset([house.collections["Scams"].id])
    assert engine.search(parse(PHONE, Filters()), seen).total == 1
    log.erase(house, read(PHONE, "phone"))
    catch_up(house.database, engine)
    for asked in (PHONE, "erased"):
        assert engine.search(parse(asked, Filters()), seen).total == 0
    engine.close()


def test_nothing_of_it_is_left_in_the_files(house: House, log: Log) -> None:
    log.erase(house, read(PHONE, "phone"))
    log.erase(house, str(NOTE["id"]))
    assert house.database.purge()
    if house.database.engine.dialect.name == "sqlite":
        path = Path(house.database.engine.url.database or "")
        for file in path.parent.glob(f"{path.name}*"):
            assert PHONE.encode() not in file.read_bytes()
            assert b"Mr Tan" not in file.read_bytes()


def test_erasing_again_finds_nothing(house: House, log: Log) -> None:
    log.erase(house, read(PHONE, "phone"))
    with pytest.raises(NoSuchObject):
        log.erase(house, read(PHONE, "phone"))
    assert len(log) == 1


def test_what_others_refer_to_stays(house: House, log: Log) -> None:
    joined = next(one["id"] for one in objects(house) if one["type"] == "relationship")
    for own in (house.exchange.identity, joined):
        with pytest.raises(CannotErase):
            log.erase(house, own)


def test_a_report_that_is_being_read_is_waited_for(house: House, log: Log) -> None:
    with house.database.writing() as connection:
        connection.exec_driver_sql("UPDATE reports SET state = 'received'")
    with pytest.raises(CannotErase, match="being read"):
        log.erase(house, read(PHONE, "phone"))
    assert PATTERN in house.indicators()


def test_an_object_is_named_by_its_observable_or_its_indicator(house: House, log: Log) -> None:
    seen = next(one["id"] for one in objects(house) if one.get("value") == PHONE)
    with house.database.reading() as connection:
        assert [one.value for one in named_by(connection, seen)] == [PHONE]
    log.erase(house, seen)
    assert PATTERN not in house.indicators()


def test_the_collection_says_that_it_changed(house: House, log: Log) -> None:
    def last() -> int:
        with house.database.reading() as connection:
            return int(connection.execute(sa.select(sa.func.max(collections.c.last_position))).scalar_one())

    before = last()
    log.erase(house, str(NOTE["id"]))
    assert last() > before
