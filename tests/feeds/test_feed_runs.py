"""Runs of a feed: what is added, ended, refused and left alone."""

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from feed_house import Feeds
from house import START

import feeds.run
from feeds.overview import followed
from feeds.recipe import load_recipe
from feeds.run import rehearse, run
from feeds.state import load_state
from tocsin.identifiers import Identifier, Unreadable, recognise
from tocsin.ledger.collections import freeze_collection
from tocsin.members.access import add_user
from tocsin.members.members import find_member, suspend_member
from tocsin.publishing.moderate import reject
from tocsin.publishing.withdraw import withdraw_object
from tocsin.reports.reports import list_reports
from tocsin.screening import ListHit
from tocsin.times import DAY_MS, now_ms

THREE = "one.example\ntwo.example\nthree.example\n"


def reports_of(made: Feeds, slug: str = "scam-watch") -> int:
    with made.house.database.reading() as connection:
        return len(list_reports(connection, member_key=find_member(connection, slug).key))


def at(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    monkeypatch.setattr(feeds.run, "now_ms", lambda: START + days * DAY_MS)


def test_a_list_is_taken_with_what_the_recipe_says(feeds: Feeds) -> None:
    outcome = feeds.run("# a comment\none.example\nTWO.example.\n\nnot a domain\n")
    assert (outcome.ended, outcome.entries, outcome.new, outcome.unreadable) == ("taken", 2, 2, 1)
    assert outcome.counts == {"accepted": 2, "merged": 0, "held": 0, "rejected": 0}
    assert outcome.problems[0].startswith("entry 5: ")
    assert feeds.values() == {"one.example", "two.example"}
    indicator = feeds.house.indicators("Open lists")["[domain-name:value = 'one.example']"]
    assert indicator["labels"] == ["phishing"]
    assert indicator["confidence"] == 30


def test_the_same_list_again_adds_nothing(feeds: Feeds) -> None:
    feeds.run(THREE)
    before = feeds.bodies()
    for same in (THREE, THREE.upper(), "three.example\none.example\ntwo.example"):
        outcome = feeds.run(same)
        assert (outcome.ended, outcome.new, outcome.withdrawn, outcome.report) == ("taken", 0, 0, None)
    assert feeds.bodies() == before
    assert reports_of(feeds) == 1


def test_only_what_is_new_is_handed_in_and_what_is_gone_ends(feeds: Feeds) -> None:
    feeds.run(THREE)
    outcome = feeds.run("two.example\nthree.example\nfour.example\n")
    assert (outcome.entries, outcome.new, outcome.gone, outcome.withdrawn) == (3, 1, 1, 1)
    assert feeds.values() == {"two.example", "three.example", "four.example"}
    assert feeds.withdrawn() == {"one.example"}


def test_what_comes_back_is_listed_again(feeds: Feeds) -> None:
    feeds.run(THREE)
    first = feeds.house.indicators("Open lists")["[domain-name:value = 'one.example']"]["id"]
    feeds.run("two.example\nthree.example\n")
    outcome = feeds.run(THREE)
    assert (outcome.new, outcome.counts["accepted"]) == (1, 1)
    assert feeds.house.indicators("Open lists")["[domain-name:value = 'one.example']"]["id"] != first


def test_the_file_is_kept_with_its_digest(feeds: Feeds) -> None:
    outcome = feeds.run(THREE)
    digest = hashlib.sha256(THREE.encode()).hexdigest()
    assert outcome.sha256 == digest
    (kept,) = (feeds.feed_house.home / "feeds" / "scam-watch").glob("*.gz")
    assert kept.name == f"{digest}.gz"
    assert gzip.decompress(kept.read_bytes()) == THREE.encode()


def test_a_window_that_slides_withdraws_nothing(feeds: Feeds) -> None:
    feeds.run(THREE, absence="means-nothing")
    outcome = feeds.run("four.example\nfive.example\n", absence="means-nothing")
    assert (outcome.new, outcome.withdrawn) == (2, 0)
    assert len(feeds.values()) == 5
    assert feeds.run("six.example\n", absence="means-nothing", shrink=0.4).ended == "refused"


def test_a_list_ends_only_what_it_said_itself(feeds: Feeds) -> None:
    feeds.add_list("other-watch")
    feeds.run("one.example\nshared.example\n")
    feeds.run("shared.example\ntwo.example\n", name="other-watch", member="other-watch")
    outcome = feeds.run("one.example\n")
    assert outcome.withdrawn == 1
    assert feeds.values() == {"one.example", "shared.example", "two.example"}


def test_two_recipes_do_not_speak_for_one_member(feeds: Feeds) -> None:
    feeds.run(THREE)
    outcome = feeds.run("four.example\n", name="second")
    assert outcome.ended == "refused"
    assert outcome.reason.startswith("The recipe 'scam-watch' speaks for the member 'scam-watch' already")
    assert len(feeds.values()) == 3
    assert feeds.run(THREE).ended == "taken", "a refused run does not take the member away from the first"


def test_a_personal_value_is_never_published_by_a_list(feeds: Feeds) -> None:
    feeds.add_list("other-watch")
    assert feeds.run("+44 20 7946 0123\n").counts["held"] == 1
    assert feeds.run("+442079460123\n", name="other-watch", member="other-watch").counts["held"] == 1
    assert feeds.values() == set()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"<!DOCTYPE html><html><body>Maintenance</body></html>", "web page"),
        (b"# Title: Scam Watch\n# Entries: 0\n", "nothing in it but comments"),
        (b'["one.example", "two.example",', "JSON"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"Too many requests. See https://help.example/limits for more.", "text and no list"),
        (b"no-entry\nis-a-value\n", "0 readable entries and 2 unreadable ones; the recipe expects at least 1"),
        (b"one.example\n", "2 of 3 entries have vanished since the last run, more than the 50%"),
    ],
)
def test_a_list_that_broke_changes_nothing(feeds: Feeds, content: bytes, words: str) -> None:
    feeds.run(THREE)
    before = feeds.bodies()
    outcome = feeds.run(content)
    assert (outcome.ended, outcome.new, outcome.withdrawn) == ("refused", 0, 0)
    assert words in outcome.reason
    assert feeds.bodies() == before
    state = load_state(feeds.feed_house.home, "scam-watch")
    assert state is not None
    assert state.last == outcome
    assert state.taken is not None
    assert state.taken.entries == 3


def test_too_few_entries_are_refused(feeds: Feeds) -> None:
    outcome = feeds.run(THREE, at_least=4)
    assert outcome.reason == "The list has 3 readable entries and 0 unreadable ones; the recipe expects at least 4."
    assert feeds.bodies() == []


def test_a_large_loss_is_allowed_where_the_recipe_says_so(feeds: Feeds) -> None:
    feeds.run(THREE)
    assert feeds.run("one.example\n", shrink=1.0).withdrawn == 2
    assert feeds.values() == {"one.example"}


def test_who_may_not_hand_in_is_refused(feeds: Feeds) -> None:
    assert feeds.run(THREE, member="nobody").reason == "There is no member 'nobody'."
    assert "of kind bank" in feeds.run(member="bank-a").reason
    assert feeds.run(collection="Nowhere").reason == "There is no collection 'Nowhere'."
    assert "may hand in to" in feeds.run(collection="Scams").reason
    with feeds.house.database.writing() as connection:
        freeze_collection(connection, feeds.house.collections["Open lists"].key, START)
    assert "frozen" in feeds.run().reason
    assert feeds.bodies() == []


def test_a_suspended_list_is_not_followed(feeds: Feeds) -> None:
    feeds.run(THREE)
    with feeds.house.database.writing() as connection:
        suspend_member(connection, find_member(connection, "scam-watch").key, START)
    outcome = feeds.run("two.example\nthree.example\nfour.example\n")
    assert outcome.reason == "The member 'scam-watch' is suspended: its list is not followed meanwhile."
    assert feeds.values() == {"one.example", "two.example", "three.example"}


def test_a_rehearsal_tells_and_keeps_nothing(feeds: Feeds) -> None:
    feeds.run(THREE)
    before, state = feeds.bodies(), load_state(feeds.feed_house.home, "scam-watch")
    feeds.file.write_text("two.example\nthree.example\nfour.example\n+442079460123\nnonsense\n")
    outcome = rehearse(feeds.recipe(), feeds.feed_house)
    assert (outcome.entries, outcome.new, outcome.gone, outcome.unreadable) == (4, 2, 1, 1)
    assert outcome.counts == {"accepted": 1, "held": 1}
    feeds.file.write_text("")
    assert rehearse(feeds.recipe(), feeds.feed_house).reason == "The file is empty."
    assert feeds.bodies() == before
    assert load_state(feeds.feed_house.home, "scam-watch") == state
    assert reports_of(feeds) == 1


def test_a_killed_run_is_finished_by_the_next(feeds: Feeds, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("feeds.run.process", killed)
        with pytest.raises(KeyboardInterrupt):
            feeds.run(THREE)
    assert feeds.values() == set()
    outcome = feeds.run(THREE)
    assert (outcome.ended, outcome.new) == ("taken", 0)
    assert len(feeds.values()) == 3
    assert reports_of(feeds) == 1


def test_what_stays_listed_does_not_expire(feeds: Feeds, monkeypatch: pytest.MonkeyPatch) -> None:
    news = []
    for day in range(0, 60, 3):
        at(monkeypatch, day)
        news.append(feeds.run("192.0.2.1\none.example\n").new)
    assert news[0] == 2
    assert sum(news) - 2 == 3, "an address holds for 30 days and is said again after 15"


def test_a_stricter_marking_holds_at_once(feeds: Feeds) -> None:
    feeds.run(THREE)
    outcome = feeds.run(THREE, tlp="amber")
    assert outcome.counts["merged"] == 3
    assert feeds.run(THREE, tlp="amber").new == 0


def test_what_was_refused_is_not_asked_again(feeds: Feeds) -> None:
    feeds.run("+442079460123\n")
    with feeds.house.database.writing() as connection:
        key = find_member(connection, "police").key
        add_user(connection, "mod", key, "moderator", "correct horse battery", START)
    with feeds.house.database.reading() as connection:
        list_key = find_member(connection, "scam-watch").key
        (report,) = list_reports(connection, member_key=list_key)
    assert reject(feeds.house.database, report.key, None, "mod", now_ms()) == 1
    assert feeds.run("+442079460123\n").new == 0


def test_what_was_withdrawn_as_wrong_waits_once(feeds: Feeds) -> None:
    feeds.run(THREE)
    wrong = feeds.house.indicators("Open lists")["[domain-name:value = 'one.example']"]["id"]
    withdraw_object(feeds.house.database, feeds.house.exchange, wrong, "a florist", "desk", now_ms())
    outcome = feeds.run(THREE)
    assert (outcome.new, outcome.counts["held"]) == (1, 1)
    assert feeds.run(THREE).new == 0
    assert feeds.values() == {"two.example", "three.example"}


def test_an_allow_list_that_changes_lets_in(feeds: Feeds) -> None:
    def hit(identifier: Identifier) -> ListHit | None:
        return harmless if identifier.value == "one.example" else None

    harmless = ListHit("florists", "one.example", "reject", "It is on the list of florists.")
    strict = replace(feeds.feed_house, screening=replace(feeds.house.screening, hit=hit))
    open_house, feeds.feed_house = feeds.feed_house, strict
    assert feeds.run(THREE).counts["rejected"] == 1
    assert feeds.run(THREE).new == 0
    feeds.feed_house = open_house
    assert feeds.run(THREE).counts["accepted"] == 1
    assert len(feeds.values()) == 3


@pytest.mark.parametrize("name", ["urls-2-incident-html.txt", "ips-2-incident-empty.txt"])
def test_the_incident_of_a_national_list(feeds: Feeds, real_data: Path, name: str) -> None:
    folder = real_data / "usom" / "incident-2026-06-01"
    lines = (folder / "ips-1-before.txt").read_bytes().splitlines(keepends=True)
    feeds.run(b"".join(lines[:300]))
    refused_and_unchanged(feeds, folder / name)


@pytest.mark.parametrize(
    "pattern", ["blocklistproject/incident-2026-06-22/*.txt", "discord-phishing/incident-badjson/*.json"]
)
def test_incidents_of_other_lists(feeds: Feeds, real_data: Path, pattern: str) -> None:
    feeds.run(THREE)
    for path in sorted(real_data.glob(pattern)):
        refused_and_unchanged(feeds, path)


def refused_and_unchanged(made: Feeds, path: Path) -> None:
    before = made.bodies()
    assert before
    outcome = made.run(source=str(path))
    assert (outcome.ended, outcome.new, outcome.withdrawn) == ("refused", 0, 0), path.name
    assert outcome.reason
    assert made.bodies() == before


@pytest.mark.parametrize("share", [40, pytest.param(1, marks=pytest.mark.proof)])
def test_snapshots_follow_each_other(feeds: Feeds, real_data: Path, share: int) -> None:
    """The lines that came and went between real snapshots; `share`: every which of them is taken."""
    rows = (real_data / "expected" / "gaso_snapshot_deltas.tsv").read_text().splitlines()[1:]
    folder = real_data / "gaso" / "snapshots"
    feeds.run(sample(folder / rows[0].split("\t")[0], share))
    for row in rows:
        earlier, later, added, removed, kept, _ = row.split("\t")
        before, after = (lines(sample(folder / name, share)) for name in (earlier, later))
        if share == 1:
            assert (len(after - before), len(before - after), len(after & before)) == (
                int(added),
                int(removed),
                int(kept),
            )
        came, gone = named(feeds, after) - named(feeds, before), named(feeds, before) - named(feeds, after)
        outcome = feeds.run(sample(folder / later, share))
        assert (outcome.new, outcome.gone, outcome.withdrawn) == (len(came), len(gone), len(gone))
        assert outcome.counts["accepted"] == len(came)
        assert feeds.values() == named(feeds, after)


def sample(path: Path, share: int) -> bytes:
    chosen = [line for line in path.read_bytes().split(b"\n") if hashlib.sha256(line).digest()[0] % share == 0]
    return b"\n".join(chosen)


def lines(content: bytes) -> set[bytes]:
    return {line for line in content.split(b"\n") if line.strip()}


def named(made: Feeds, entries: set[bytes]) -> set[str]:
    found = set()
    for entry in entries:
        try:
            found.add(recognise(entry.decode()).value)
        except Unreadable:
            continue
    return found


def test_the_recipes_of_a_folder_with_their_last_runs(feeds: Feeds, tmp_path: Path) -> None:
    folder = tmp_path / "recipes"
    folder.mkdir()
    text = """
title: A list
source: {source}
licence: MIT
attribution: {{name: A, url: "https://a.example"}}
collection: Open lists
member: scam-watch
absence: withdraw
"""
    (folder / "b-ran.yaml").write_text(f"name: b-ran{text.format(source=feeds.file)}")
    (folder / "a-new.yaml").write_text(f"name: a-new{text.format(source='none.txt')}")
    (folder / "c-bad.yaml").write_text("name: C")
    (folder / "notes.txt").write_text("no recipe")
    feeds.file.write_text(THREE)
    outcome = run(load_recipe(folder / "b-ran.yaml"), feeds.feed_house)
    new, ran, bad = followed(folder, feeds.feed_house.home)
    assert (new.path.name, new.state, new.problem) == ("a-new.yaml", None, None)
    assert ran.state is not None
    assert ran.state.last == outcome
    assert (ran.state.licence, ran.state.attribution) == ("MIT", "A")
    assert (bad.recipe, bad.state) == (None, None)
    assert bad.problem == "c-bad.yaml: the key 'title' is missing; it gives the list's name for people."
    assert followed(folder / "b-ran.yaml", feeds.feed_house.home) == [ran]
