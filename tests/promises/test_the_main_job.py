"""A bank hands in, agencies poll with the clients they have, an investigator searches: each a process of its own."""

import json
import subprocess
from pathlib import Path

import pytest
from live import fetch, serving, started, tocsin
from stix2 import Filter, TAXIICollectionSource
from taxii2client.v21 import Collection, as_pages

BEFORE, DURING = 1_500, 3_000
SUBMIT = ("submit", "--member", "bank", "--tlp", "green", "--collection", "scams", "--quiet")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("main-job") / "home"
    tocsin(home, "init")
    tocsin(home, "member", "add", "bank", "--name", "Bank", "--kind", "bank", "--country", "SG")
    tocsin(home, "member", "add", "police", "--name", "Police", "--kind", "agency", "--country", "TH")
    tocsin(home, "collection", "add", "Scams", "--alias", "scams", "--read", "police", "--write", "bank")
    return home


def lines(word: str, count: int) -> str:
    return "".join(f"{word}-{n}.top\n" for n in range(count))


@pytest.fixture(scope="module")
def token(home: Path) -> str:
    """What the police polls with; the bank has handed in a first list by then."""
    (home / "before.txt").write_text(lines("before", BEFORE))
    tocsin(home, *SUBMIT, str(home / "before.txt"))
    return tocsin(home, "token", "new", "--member", "police", "--name", "poller").strip()


@pytest.fixture
def polled(home: Path, token: str) -> None:
    """The police has polled everything and asked once more, and that is written down, which takes a second."""
    collection_id = json.loads(tocsin(home, "collection", "list", "--json"))["id"]
    with serving(home) as base:
        url, after = f"{base}/taxii2/exchange/collections/{collection_id}/objects/?limit=5000", ""
        while True:
            page, headers = fetch(url + after, token)
            if not page:
                break
            after = "&added_after=" + headers["X-TAXII-Date-Added-Last"]
        for _ in range(30):
            told = json.loads(tocsin(home, "receipts", "scams", "--json"))
            if any(one["sent"] == one["confirmed"] for one in told):
                break


def test_every_client_gets_every_object_once_while_others_submit(home: Path, token: str, tmp_path: Path) -> None:
    collection_id = json.loads(tocsin(home, "collection", "list", "--json"))["id"]
    (tmp_path / "during.txt").write_text(lines("during", DURING))
    with serving(home, "--workers", "4") as base:
        url = f"{base}/taxii2/exchange/collections/{collection_id}/"
        process = started(home, *SUBMIT, str(tmp_path / "during.txt"))
        polled, after, served = [], "", []
        ended = False
        while True:
            last_round = process.poll() is not None
            page, headers = fetch(f"{url}objects/?limit=700{after}", token)
            served += [one["id"] for one in page.get("objects", [])]
            polled.append(len(page.get("objects", [])))
            after = "&added_after=" + headers["X-TAXII-Date-Added-Last"]
            if not page and last_round:
                if ended:
                    break
                ended = True
        assert process.wait(120) == 0
        everything = set(served)
        assert len(everything) == len(served), "no object came twice"
        client = Collection(url, user="police", password=token)
        by_next = [one["id"] for page in as_pages(client.get_objects, per_request=1_000) for one in page["objects"]]
        assert sorted(by_next) == sorted(served)
        client.close()
        found = _source(url, token).query([Filter("type", "=", "indicator")])
        assert len(found) > 0
        curl = subprocess.run(
            [
                "curl",
                "-s",
                "-H",
                f"Authorization: Bearer {token}",
                f"{url}objects/?limit=10000&match[type]=indicator",
                "-g",
            ],
            capture_output=True,
            check=True,
        )
        indicators = [one["id"] for one in json.loads(curl.stdout)["objects"]]
    assert len(set(indicators)) == len(indicators) == BEFORE + DURING
    assert set(indicators) <= everything


@pytest.mark.usefixtures("polled")
def test_one_of_them_is_found_by_any_spelling(home: Path) -> None:
    found = json.loads(tocsin(home, "search", "hxxps://BEFORE-7[.]top/", "--as", "police", "--json"))
    assert found["hits"][0]["value"] == "before-7.top"
    assert found["hits"][0]["why"] == "exact"
    hidden = json.loads(tocsin(home, "search", "before-7.top", "--as", "bank", "--json"))
    assert hidden == {"total": 0, "hits": []}, "the bank may hand in, not read"


@pytest.mark.usefixtures("polled")
def test_receipts_say_who_has_what(home: Path) -> None:
    listed = json.loads(tocsin(home, "receipts", "scams", "--json"))
    assert {one["subscriber"] for one in listed} == {"police/poller"}
    assert any(one["behind"] == 0 and one["sent"] == one["confirmed"] for one in listed)


def _source(url: str, token: str) -> TAXIICollectionSource:
    return TAXIICollectionSource(Collection(url, user="police", password=token), items_per_page=5_000)
