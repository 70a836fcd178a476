"""What was erased comes in again by no way without a moderator: file, form, API, TAXII, feed, another server's data."""

import base64
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from commands import run as command
from werkzeug.test import Client

from feeds.recipe import Attribution, Recipe
from feeds.run import FeedHouse, run
from tocsin.bootstrap import Tocsin, create_wsgi
from tocsin.intake import Claim, Defaults
from tocsin.ledger.collections import find_collection
from tocsin.ledger.database import Database
from tocsin.ledger.tables import entries
from tocsin.members.access import add_user
from tocsin.members.members import find_member
from tocsin.members.tokens import new_token
from tocsin.reports.tables import assertions
from tocsin.settings import settings
from tocsin.times import now_ms

DOMAIN, BESIDE = "parcel-fee.example", "harmless-beside.example"
PASSWORD = "a long enough password"
TAXII = "application/taxii+json;version=2.1"
AT = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def tocsin(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tocsin]:
    """An exchange in which a domain was erased that a bank and a list had reported."""
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "exchange"))
    monkeypatch.setenv("TOCSIN_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    tocsin = Tocsin(settings())
    tocsin.initialise("East exchange", "desk@east.example", demonstration=True)
    for slug, kind, more in (("bank", "bank", ()), ("cert", "agency", ("--trusted",)), ("watch", "list", ())):
        command("member", "add", slug, "--name", slug.title(), "--kind", kind, "--tlp", "green", *more)
    members = [word for slug in ("bank", "cert", "watch") for word in ("--read", slug, "--write", slug)]
    command("collection", "add", "Scams", *members)
    path = tmp_path / "first.txt"
    path.write_text(f"{DOMAIN}\n")
    command("submit", str(path), "--member", "bank", "--collection", "Scams")
    assert command("erase", DOMAIN, "--reason", "letter 17", "--no-purge") == 0
    yield tocsin
    tocsin.close()


def stix(pattern: str, seed: str = "") -> dict[str, Any]:
    identity = uuid.UUID(bytes=uuid.uuid5(uuid.NAMESPACE_DNS, pattern + seed).bytes, version=4)
    said = {"type": "indicator", "spec_version": "2.1", "id": f"indicator--{identity}", "created": AT, "modified": AT}
    return {
        **said,
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": AT,
        "indicator_types": ["malicious-activity"],
    }


def named(tocsin: Tocsin) -> list[str]:
    """The codes of the rows that name the domain."""
    with tocsin.database.reading() as connection:
        query = sa.select(assertions.c.code).where(assertions.c.raw.contains("parcel-fee", autoescape=True))
        return list(connection.execute(query).scalars())


def published(tocsin: Tocsin) -> list[str]:
    """The ids of what is served with the domain in it."""
    with tocsin.database.reading() as connection:
        rows = connection.execute(sa.select(entries.c.object_id, entries.c.body)).all()
    return [row.object_id for row in rows if DOMAIN.encode() in row.body]


def by_file(tocsin: Tocsin, folder: Path) -> None:
    path = folder / "again.csv"
    path.write_text(f"domain\n{DOMAIN.upper()}.\n{DOMAIN.replace('.', '[.]')}\n")
    assert command("submit", str(path), "--member", "bank", "--collection", "Scams") == 0


def by_form(tocsin: Tocsin, folder: Path) -> None:
    with tocsin.database.writing() as connection:
        add_user(connection, "clerk", find_member(connection, "bank").key, "contributor", PASSWORD, now_ms())
        collection = find_collection(connection, "Scams")
    client = Client(create_wsgi(tocsin))

    def send(url: str, page: str, **form: str) -> str:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get(page, follow_redirects=True).text)[0]
        return client.post(url, data={"csrf_token": token, **form}, follow_redirects=True).text

    send("/sign-in", "/sign-in", login="clerk", password=PASSWORD)
    text = send("/submit", "/submit", text=f"again {DOMAIN}", tlp="green", collection=collection.id)
    draft = re.findall(r'action="(/submit/[^"]+)"', text)[0]
    assert "erased before" in send(draft, "/submit")


def by_api(tocsin: Tocsin, folder: Path) -> None:
    with tocsin.database.writing() as connection:
        token = new_token(connection, find_member(connection, "bank").key, "machine", now_ms())
    answer = Client(create_wsgi(tocsin)).post(
        "/api/v1/reports",
        query_string={"tlp": "green", "collection": "Scams"},
        data=f"{DOMAIN}\n\n".encode(),
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code in (200, 201, 202), answer.text


def by_taxii(tocsin: Tocsin, folder: Path) -> None:
    with tocsin.database.writing() as connection:
        token = new_token(connection, find_member(connection, "cert").key, "machine", now_ms())
        collection = find_collection(connection, "Scams")
    patterns = [
        f"[domain-name:value = '{DOMAIN}']",
        # the domain is not what this one is counted for
        f"[domain-name:value = '{BESIDE}' OR domain-name:value = '{DOMAIN}']",
    ]
    credentials = base64.b64encode(f"cert:{token}".encode()).decode()
    answer = Client(create_wsgi(tocsin)).post(
        f"/taxii2/exchange/collections/{collection.id}/objects/",
        data=json.dumps({"objects": [stix(pattern) for pattern in patterns]}),
        headers={"Authorization": f"Basic {credentials}", "Accept": TAXII, "Content-Type": TAXII},
    )
    assert answer.status_code == 202, answer.text


def by_feed(tocsin: Tocsin, folder: Path) -> None:
    path = folder / "list.txt"
    path.write_text(f"0.0.0.0 {DOMAIN}\n0.0.0.0 {BESIDE}\n")
    recipe = Recipe(
        name="watch",
        title="Watch",
        source=str(path),
        format="auto",
        defaults=Defaults(claim=Claim(crime_type="phishing")),
        tlp="clear",
        licence="CC-BY-4.0",
        attribution=Attribution("Watch", "https://watch.example/"),
        collection="Scams",
        member="watch",
        absence="withdraw",
        at_least=1,
        shrink=0.5,
        every=None,
    )
    house = FeedHouse(tocsin.database, tocsin.exchange, tocsin.screening, tocsin.settings.home)
    assert run(recipe, house).ended == "taken"


def by_import(tocsin: Tocsin, folder: Path) -> None:
    objects = [stix(f"[domain-name:value = '{name}']", "import") for name in (DOMAIN, BESIDE)]
    collection = {"id": str(uuid.uuid4()), "title": "Old", "can_read": True, "objects": objects, "manifest": []}
    path = folder / "medallion.json"
    path.write_text(json.dumps({"old": {"information": {"title": "Old"}, "collections": [collection]}}))
    assert command("import-medallion", str(path)) == 0
    with tocsin.database.reading() as connection:
        bodies = connection.execute(sa.select(entries.c.body)).scalars().all()
    assert any(BESIDE.encode() in body for body in bodies)


@pytest.mark.parametrize("way", [by_file, by_form, by_api, by_taxii, by_feed, by_import])
def test_it_waits_for_a_moderator_whichever_way_it_comes(tocsin: Tocsin, tmp_path: Path, way: Any) -> None:
    assert published(tocsin) == []
    way(tocsin, tmp_path)
    assert published(tocsin) == []
    codes = named(tocsin)
    assert set(codes) <= {"erased-before"}
    assert bool(codes) is (way not in (by_taxii, by_import))  # of an object no value is written beside its report


def test_an_object_waits_too(tocsin: Tocsin, tmp_path: Path) -> None:
    by_taxii(tocsin, tmp_path)
    with tocsin.database.reading() as connection:
        query = sa.select(assertions.c.code).where(assertions.c.object_id.is_not(None))
        assert list(connection.execute(query).scalars()) == ["erased-before"] * 2
