"""Accounts on platforms, apps and listings in every file that leaves: the same facts in each."""

import csv
import json
from pathlib import Path

from house import START, House

from feeds.export import export_collection
from tocsin.times import DAY_MS

SHEET = """value
https://t.me/Bad_Trader
android:com.example.bad_app
carousell:item:1234567890
Sender ID: Bad-Bank
telegram:id:123456789
"""
VALUES = {
    "telegram:bad_trader",
    "telegram:id:123456789",
    "android:com.example.bad_app",
    "carousell:item:1234567890",
    "BAD-BANK",
}


def test_every_form_says_the_same(house: House, tmp_path: Path) -> None:
    for bank in ("bank-a", "bank-b"):
        house.submit(bank, SHEET)

    def exported(form: str) -> list[Path]:
        collection = house.collections["Scams"]
        return export_collection(house.database, house.exchange, collection, form, tmp_path / form, START + DAY_MS)

    with next(path for path in exported("csv") if path.suffix == ".csv").open(newline="", encoding="utf-8") as file:
        assert {row["value"] for row in csv.DictReader(file)} == VALUES
    lines = {line for path in exported("plain") for line in path.read_text().splitlines() if not line.startswith("#")}
    assert lines == VALUES
    events = [json.loads(path.read_bytes()) for path in exported("misp") if path.suffix == ".json"]
    found = [event["Event"] for event in events if isinstance(event, dict) and "Event" in event]
    objects = [one for event in found for one in event.get("Object", [])]
    told = [{a["object_relation"]: a["value"] for a in one["Attribute"]} for one in objects]
    assert sorted(one.get("username", one.get("user-id")) for one in told) == ["123456789", "BAD-BANK", "bad_trader"]
    assert {one["account-type"] for one in told} == {"telegram", "sms-sender"}
    plain = {a["type"]: a["value"] for event in found for a in event.get("Attribute", [])}
    assert plain == {"mobile-application-id": "com.example.bad_app", "other": "carousell:item:1234567890"}
