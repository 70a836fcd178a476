"""Carrying a collection to those who cannot poll: signed increments, read elsewhere with nothing lost."""

import json
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import orjson
import pytest
from house import START, House, build
from pushing import indicator, push, release, tool, with_cert

from feeds import export_stix
from feeds.export import export_increment_of
from feeds.export_increment import last_position
from feeds.signing import NotSigned, check_signed, public_pem
from tocsin.ledger.database import Database
from tocsin.ledger.read import EVERYTHING, Entry, page
from tocsin.publishing.withdraw import delete_object, withdraw_object, withdraw_report
from tocsin.times import now_ms

SEED = bytes(range(32))
SHEET = "phone,crime type\n+6591234567,bec\n+6591234568,bec\n"
DOMAIN = "[domain-name:value = 'bad.example']"


@pytest.fixture
def here(house: House) -> House:
    """An exchange with everything in it that a collection can hold."""
    with_cert(house)
    house.submit("bank-a", "bad.example\nhttps://worse.example/pay\nGB33BUKB20201555555555\n")
    house.submit("bank-a", SHEET, "p.csv")
    house.submit("bank-b", SHEET, "p.csv")
    push(house, "cert", tool("lure kit"), indicator("i", DOMAIN), tool("other kit"))
    return house


@pytest.fixture
def there(tmp_path: Path) -> House:
    """Another exchange, where one trusted member hands in what it was sent."""
    database = Database(f"sqlite:///{tmp_path / 'there' / 'tocsin.db'}")
    database.migrate()
    return with_cert(build(database))


def export(house: House, folder: Path, since: int) -> list[Path]:
    collection = house.collections["Scams"]
    return export_increment_of(house.database, house.exchange, collection, folder, since, SEED)


def carry(paths: list[Path], there: House) -> list[str]:
    """Hand the bundles in, release what waits for a moderator; the verdicts before that."""
    found = []
    for path in paths:
        if path.suffix == ".json":
            check_signed(path, public_pem(SEED))
            report = there.submit("cert", path.read_bytes(), path.name, file_format="stix", whole=True)
            found += [one.verdict for one in there.verdicts(report)]
            release(there, report)
    return found


def objects(house: House, *, ours: bool) -> dict[str, bytes]:
    """The newest versions in the collection, without what each exchange publishes of its own accord."""
    common = ("marking-definition", "extension-definition", "identity")
    return {entry.object_id: entry.body for entry in entries(house) if ours or entry.type not in common}


def entries(house: House) -> list[Entry]:
    with house.database.reading() as connection:
        return page(connection, house.collections["Scams"].key, 0, 100_000, EVERYTHING)


def test_everything_arrives_byte_for_byte_and_so_do_changes(here: House, there: House, tmp_path: Path) -> None:
    out = tmp_path / "out"
    verdicts = carry(export(here, out, 0), there)
    assert "rejected" not in verdicts
    assert objects(here, ours=False).items() <= objects(there, ours=True).items()

    here.submit("bank-c", "third.example\n")
    here.submit("bank-c", SHEET, "p.csv")  # a later version of what is there
    identity = here.indicators()[DOMAIN]["id"]
    withdraw_object(here.database, here.exchange, identity, "a florist", "desk", now_ms())
    report = here.submit("bank-a", "fourth.example\n")
    withdraw_report(here.database, here.exchange, report.key, "by mistake", "desk", now_ms())
    with here.database.writing() as connection:
        gone = tool("other kit")["id"]
        delete_object(connection, here.exchange, here.collections["Scams"].key, gone, None, now_ms())

    position = last_position(out)
    assert position == int(sorted(out.glob("*.json"))[-1].stem.split("-")[1])
    verdicts = carry(export(here, out, position), there)
    assert "rejected" not in verdicts
    assert objects(here, ours=False).items() <= objects(there, ours=True).items()
    revoked = {name for name, body in objects(there, ours=False).items() if orjson.loads(body).get("revoked")}
    assert {identity, gone} <= revoked
    assert export(here, out, last_position(out)) == []


def test_increments_follow_one_another_without_a_gap(
    here: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_stix, "OBJECTS", 7)
    export(here, tmp_path, 0)
    here.submit("bank-c", "third.example\n")
    export(here, tmp_path, last_position(tmp_path))
    names = sorted(path.stem for path in tmp_path.glob("*.json"))
    ends = [tuple(map(int, name.split("-"))) for name in names]
    assert len(ends) > 3
    assert ends[0][0] == 0
    assert all(before[1] == after[0] for before, after in pairwise(ends))
    assert ends[-1][1] == entries(here)[-1].position
    found = [one["id"] for name in names for one in json.loads((tmp_path / f"{name}.json").read_bytes())["objects"]]
    assert set(found) == {entry.object_id for entry in entries(here)}


def test_a_file_ends_at_so_many_bytes(here: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_stix, "BYTES", 3_000)
    bundles = [path for path in export(here, tmp_path, 0) if path.suffix == ".json"]
    assert len(bundles) > 3
    assert all(path.stat().st_size < 6_000 for path in bundles)


def test_what_was_changed_on_the_way_is_refused(here: House, tmp_path: Path) -> None:
    bundle, sums, signature, *_ = export(here, tmp_path, 0)
    pem = public_pem(SEED)
    check_signed(bundle, pem)
    with pytest.raises(NotSigned, match="not signed with this key"):
        check_signed(bundle, public_pem(bytes(32)))
    with pytest.raises(NotSigned, match="no public key"):
        check_signed(bundle, b"-----BEGIN")
    body = bundle.read_bytes()
    bundle.write_bytes(body.replace(b"worse.example", b"other.example"))
    with pytest.raises(NotSigned, match="names it with the bytes it has"):
        check_signed(bundle, pem)
    bundle.write_bytes(body)
    signature.write_bytes(bytes(64))
    with pytest.raises(NotSigned, match="not signed with this key"):
        check_signed(bundle, pem)
    sums.unlink()
    with pytest.raises(NotSigned, match="No list of sums"):
        check_signed(bundle, pem)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_common_tools_check_it_too(here: House, tmp_path: Path) -> None:
    _, sums, signature, *_ = export(here, tmp_path, 0)
    subprocess.run(["sha256sum", "--check", "--strict", sums.name], cwd=tmp_path, check=True, capture_output=True)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "exchange.pem", "-rawin", "-in", sums.name]
    done = subprocess.run(
        [*command, "-sigfile", signature.name], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert "Verified" in done.stdout


def test_the_same_state_gives_the_same_bytes(here: House, tmp_path: Path) -> None:
    for name in ("one", "two"):
        export(here, tmp_path / name, START)
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert len(one) == 5
