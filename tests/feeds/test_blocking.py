"""What is contested, or marked for looking only, is not blocked; the other forms say so."""

import csv
from pathlib import Path

import orjson
import pytest
from house import START, House
from pushing import indicator, push, with_cert

from feeds.export import export_collection
from tocsin.identifiers import read
from tocsin.members.members import find_member
from tocsin.publishing.dispute import decide_dispute, open_dispute
from tocsin.reports.disputes import Dispute
from tocsin.times import DAY_MS, now_ms


@pytest.fixture
def listed(house: House) -> House:
    """Domains of every PAP, and one that its owner pushed."""
    with_cert(house)
    house.submit("bank-a", "florist.example\nbad.example\n")
    for name in ("clear", "green", "amber", "red"):
        house.submit("bank-a", f"pap-{name}.example\n", pap=name)
    push(house, "cert", indicator("one", "[domain-name:value = 'pushed.example']"))
    return house


def contest(house: House, value: str) -> Dispute:
    with house.database.reading() as connection:
        key = find_member(connection, "police").key
    about = read(value, "domain")
    return open_dispute(house.database, house.exchange, about, "A florist.", "inspector", key, now_ms())


def files(house: House, folder: Path, file_format: str) -> list[Path]:
    return export_collection(
        house.database, house.exchange, house.collections["Scams"], file_format, folder / file_format, START + DAY_MS
    )


def blocked(house: House, folder: Path) -> set[str]:
    """What both blocking forms list, which is the same."""
    plain = next(path for path in files(house, folder, "plain") if path.name == "domains.txt")
    (hosts,) = files(house, folder, "hosts")
    found = [
        {line.split()[-1] for line in path.read_text().splitlines() if not line.startswith("#")}
        for path in (plain, hosts)
    ]
    assert found[0] == found[1]
    return found[0]


def test_what_is_disputed_leaves_at_once_and_comes_back_when_it_is_upheld(listed: House, tmp_path: Path) -> None:
    everything = {"florist.example", "bad.example", "pap-clear.example", "pap-green.example", "pushed.example"}
    assert blocked(listed, tmp_path) == everything
    disputes = [contest(listed, value) for value in ("florist.example", "pushed.example")]
    assert blocked(listed, tmp_path) == everything - {"florist.example", "pushed.example"}
    for one in disputes:
        decide_dispute(listed.database, listed.exchange, one.id, "upheld", "It is none.", one.decider, now_ms())
    assert blocked(listed, tmp_path) == everything


def test_it_leaves_a_frozen_collection_too(listed: House, tmp_path: Path) -> None:
    with listed.database.writing() as connection:
        connection.exec_driver_sql("UPDATE collections SET frozen_ms = 1")
    contest(listed, "florist.example")
    assert "florist.example" not in blocked(listed, tmp_path)


def test_csv_says_what_is_disputed_and_how_it_is_marked(listed: House, tmp_path: Path) -> None:
    for value in ("florist.example", "pushed.example"):
        contest(listed, value)
    path, _ = files(listed, tmp_path, "csv")
    with path.open(newline="", encoding="utf-8") as file:
        rows = {row["value"]: row for row in csv.DictReader(file)}
    assert {value for value, row in rows.items() if row["disputed"] == "yes"} == {"florist.example", "pushed.example"}
    assert {value: row["pap"] for value, row in rows.items() if row["pap"]} == {
        f"pap-{name}.example": name for name in ("clear", "green", "amber", "red")
    }


def test_misp_is_told_not_to_detect_it(listed: House, tmp_path: Path) -> None:
    for value in ("florist.example", "pushed.example"):
        contest(listed, value)
    found = {}
    for path in files(listed, tmp_path, "misp"):
        event = orjson.loads(path.read_bytes()).get("Event", {}) if path.name.count("-") == 4 else {}
        found |= {one["value"]: one for one in event.get("Attribute", ())}
    assert {value for value, one in found.items() if not one["to_ids"]} == {"florist.example", "pushed.example"}
    tags = {value: {tag["name"] for tag in one["Tag"]} for value, one in found.items()}
    assert {value for value, some in tags.items() if "tocsin:disputed" in some} == {"florist.example", "pushed.example"}
    assert "PAP:AMBER" in tags["pap-amber.example"]


def test_stix_carries_the_mark(listed: House, tmp_path: Path) -> None:
    contest(listed, "florist.example")
    objects = orjson.loads(files(listed, tmp_path, "stix")[0].read_bytes())["objects"]
    marked = [one["pattern"] for one in objects if "disputed" in one.get("labels", ())]
    assert marked == ["[domain-name:value = 'florist.example']"]
