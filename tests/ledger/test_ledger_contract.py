"""What a ledger promises, on SQLite and on PostgreSQL alike."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tocsin.ledger.append import MOST_AHEAD_MS, AheadOfClock, Outcome, Version, append
from tocsin.ledger.collections import (
    Collection,
    CollectionExists,
    add_collection,
    all_collections,
    find_collection,
)
from tocsin.ledger.database import Database, metadata
from tocsin.ledger.hide import hide
from tocsin.ledger.objects import latest_of, where_is
from tocsin.ledger.read import EVERYTHING, Entry, Match, count_after, follow, last_seq, page
from tocsin.ledger.serve import MOST_BYTES, Served, served
from tocsin.ledger.verify import verify_ledger
from tocsin.members import tables as _members
from tocsin.reports import tables as _reports

assert _members
assert _reports
NOW = 1_800_000_000_000


def version(
    name: str = "a",
    modified: str | None = "2026-01-01T00:00:00",
    body: bytes | None = None,
    *,
    type_: str = "indicator",
    spec: str = "2.1",
    owner: int | None = None,
    fields: Sequence[tuple[str, str]] = (),
) -> Version:
    object_id = f"{type_}--{uuid.uuid5(uuid.NAMESPACE_DNS, name)}"
    return Version(
        object_id=object_id,
        type=type_,
        body=body or f"{object_id} {modified} {spec}".encode(),
        version=f"{modified}.000Z" if modified else None,
        version_key=modified,
        spec_version=spec,
        owner=owner,
        fields=tuple(fields),
    )


@pytest.fixture
def collection(database: Database) -> Collection:
    with database.writing() as connection:
        return add_collection(connection, "Test", NOW - 1_000)


def put(database: Database, collection: Collection, *versions: Version, now: int = NOW) -> list[Outcome]:
    with database.writing() as connection:
        return append(connection, collection.key, versions, now)


def got(
    database: Database, collection: Collection, match: Match = EVERYTHING, after: int = 0, limit: int = 100
) -> list[Entry]:
    with database.reading() as connection:
        return page(connection, collection.key, after, limit, match)


def bodies(entries: Sequence[Entry]) -> list[bytes]:
    return [entry.body for entry in entries]


def test_the_tables_are_what_the_migrations_make(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [change for change in compare_metadata(context, metadata) if "receipts" not in str(change)]
    assert found == []


def test_a_ledger_of_the_first_revision_gets_what_filters_compare(database: Database) -> None:
    with database.writing() as connection:
        key = add_collection(connection, "Old", NOW).key
        said = b'{"type":"indicator","confidence":50,"valid_until":"2026-05-17T10:20:30.500Z"}'
        append(connection, key, [version("a", body=said), version("b", body=b'{"type":"tool"}')], NOW)
    database.migrate("0001")
    database.migrate()
    with database.reading() as connection:
        for asked, found in ((("confidence", "050"), 1), (("confidence", "051"), 0), (("valid_until", "2026-05"), 1)):
            assert len(page(connection, key, 0, 10, Match(at_least=(asked,)))) == found


def test_migrating_again_changes_nothing(database: Database) -> None:
    database.migrate()
    assert database.is_current()


def test_every_entry_has_its_own_position(database: Database, collection: Collection) -> None:
    put(database, collection, *[version(str(n)) for n in range(50)])
    positions = [entry.position for entry in got(database, collection)]
    assert positions == list(range(NOW, NOW + 50))


def test_a_page_is_the_bodies_in_order(database: Database, collection: Collection) -> None:
    put(database, collection, *[version(str(n)) for n in range(1_203)])
    entries = got(database, collection, limit=2_000)
    for match in (EVERYTHING, Match(versions=("all",))):
        with database.reading() as connection:
            found = served(connection, collection.key, 0, 1_200, match)
            rest = served(connection, collection.key, found.last, 1_200, match)
            nothing = served(connection, collection.key, rest.last, 1_200, match)
        assert (found.entries, found.first, found.last, found.more) == (1_200, NOW, NOW + 1_199, True)
        assert b",".join(found.pieces) == b",".join(bodies(entries)[:1_200])
        assert (rest.entries, rest.first, rest.more) == (3, NOW + 1_200, False)
        assert b",".join(rest.pieces) == b",".join(bodies(entries)[1_200:])
        assert nothing == (0, 0, rest.last, (), False)


EVERY = Match(versions=("all",))


def pages(database: Database, collection: Collection, match: Match, *, whole_seconds: bool = False) -> list[Served]:
    """Every page, as a client gets them that keeps its place to the millisecond, or cuts it to the second."""
    found: list[Served] = []
    after = 0
    with database.reading() as connection:
        while not found or found[-1].more:
            found.append(served(connection, collection.key, after, 10_000, match))
            assert found[-1].last > after
            after = found[-1].last // 1_000 * 1_000 if whole_seconds else found[-1].last
            assert len(found) < 100
    return found


@pytest.mark.parametrize("match", [EVERYTHING, EVERY])
@pytest.mark.parametrize("whole_seconds", [False, True])
def test_a_page_has_no_more_bytes_than_it_needs(
    database: Database, collection: Collection, match: Match, whole_seconds: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = [version(str(n), body=b"%04d" % n + b"x" * 400_000) for n in range(40)]
    small = [version(f"small {n}") for n in range(300)]
    monkeypatch.setattr("tocsin.ledger.serve.MOST_BYTES", 4_000_000)
    monkeypatch.setattr("tocsin.ledger.append.BYTES_PER_MS", 4_000)
    put(database, collection, *small[:150], *large[:20], *small[150:], *large[20:])
    found = pages(database, collection, match, whole_seconds=whole_seconds)
    sizes = [sum(map(len, one.pieces)) for one in found]
    assert max(sizes) < 9_000_000, "the limit, and what one second may hold on top"
    every = b",".join(b",".join(one.pieces) for one in found)
    assert all(one.body[:100] in every for one in (*small, *large))


@pytest.mark.parametrize("match", [EVERYTHING, EVERY])
def test_a_page_is_full_where_a_second_ends(
    database: Database, collection: Collection, match: Match, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.ledger.serve.MOST_BYTES", 1_000_000)
    put(database, collection, *[version(str(n), body=b"x" * 40_000 + b"%d" % n) for n in range(100)], now=NOW)
    first = pages(database, collection, match)[0]
    assert (first.entries, first.more) == (25, True), "it begins in another second than the client was in"
    with database.reading() as connection:
        within = served(connection, collection.key, NOW, 10_000, match)
    assert (within.entries, within.more) == (99, False), "all of it lies in the second that the client names"


def test_a_large_entry_takes_its_time(database: Database, collection: Collection) -> None:
    size = 1_000_000
    put(database, collection, *[version(str(n), body=b"%03d" % n + b"x" * size) for n in range(100)])
    positions = [entry.position for entry in got(database, collection)]
    assert positions[0] == NOW
    seconds = Counter(position // 1_000 for position in positions)
    assert max(seconds.values()) * size <= MOST_BYTES
    put(database, collection, version("large", body=b"y" * size), now=NOW + 60_000)
    (late,) = got(database, collection, after=positions[-1])
    assert late.position == NOW + 60_000, "where there was time, it is when it came"


def test_positions_rise_when_the_clock_falls_back(database: Database, collection: Collection) -> None:
    put(database, collection, version("a"), now=NOW)
    put(database, collection, version("b"), now=NOW - 60_000)
    first, second = got(database, collection)
    assert second.position == first.position + 1


def test_seq_follows_commit_order_over_collections(database: Database, collection: Collection) -> None:
    with database.writing() as connection:
        other = add_collection(connection, "Other", NOW)
    for target in (collection, other, collection):
        put(database, target, version(uuid.uuid4().hex))
    with database.reading() as connection:
        entries = follow(connection, 0, 10)
        assert [entry.seq for entry in entries] == [1, 2, 3]
        assert [entry.collection_key for entry in entries] == [collection.key, other.key, collection.key]
        assert last_seq(connection) == 3
        assert [entry.seq for entry in follow(connection, 1, 1)] == [2]


def test_a_writer_too_far_ahead_has_to_wait(database: Database, collection: Collection) -> None:
    put(database, collection, version("a"), now=NOW + MOST_AHEAD_MS)
    with pytest.raises(AheadOfClock) as ahead:
        put(database, collection, version("b"), now=NOW - 1)
    assert ahead.value.wait_ms == 2
    assert len(got(database, collection)) == 1


def test_the_same_bytes_add_nothing(database: Database, collection: Collection) -> None:
    assert put(database, collection, version("a"), version("a")) == [Outcome.APPENDED, Outcome.SAME]
    assert put(database, collection, version("a")) == [Outcome.SAME]
    assert len(got(database, collection)) == 1


def test_other_bytes_under_the_same_version_are_refused(database: Database, collection: Collection) -> None:
    put(database, collection, version("a"))
    assert put(database, collection, version("a", body=b"other")) == [Outcome.CONFLICT]
    assert bodies(got(database, collection)) == [version("a").body]


def test_an_id_belongs_to_its_first_writer(database: Database, collection: Collection) -> None:
    put(database, collection, version("a", owner=1))
    later = "2026-02-01T00:00:00"
    assert put(database, collection, version("a", later, owner=2)) == [Outcome.FOREIGN]
    assert put(database, collection, version("a", later, owner=None)) == [Outcome.FOREIGN]
    assert put(database, collection, version("a", later, owner=1)) == [Outcome.APPENDED]


def test_nothing_follows_what_was_revoked_but_what_came_so(database: Database, collection: Collection) -> None:
    ended = version("a", "2026-02-01T00:00:00", owner=1)._replace(revoked=True)
    later = version("a", "2026-03-01T00:00:00", owner=1)
    assert put(database, collection, version("a", owner=1), ended) == [Outcome.APPENDED, Outcome.APPENDED]
    assert put(database, collection, later) == [Outcome.ENDED]
    assert put(database, collection, version("a", "2026-01-15T00:00:00", owner=1)) == [Outcome.APPENDED]
    with database.writing() as connection:
        assert append(connection, collection.key, [later], NOW, history=True) == [Outcome.APPENDED]


def test_what_is_named_by_its_value_is_nobodys_when_it_is_gone(database: Database, collection: Collection) -> None:
    seen = version("a", None, type_="url", owner=1)._replace(version_key=None, shared=True)
    assert put(database, collection, seen) == [Outcome.APPENDED]
    assert put(database, collection, seen._replace(owner=2, body=b"other")) == [Outcome.FOREIGN]
    with database.writing() as connection:
        hide(connection, collection.key, seen.object_id)
    assert put(database, collection, seen._replace(owner=None)) == [Outcome.APPENDED]


def test_an_id_in_two_collections_are_two_things(database: Database, collection: Collection) -> None:
    with database.writing() as connection:
        other = add_collection(connection, "Other", NOW)
    put(database, collection, version("a", owner=1))
    assert put(database, other, version("a", owner=2)) == [Outcome.APPENDED]
    with database.reading() as connection:
        assert {entry.collection_key for entry in where_is(connection, version("a").object_id)} == {
            collection.key,
            other.key,
        }


def test_an_object_without_timestamps_is_versioned_by_its_date_added(
    database: Database, collection: Collection
) -> None:
    put(database, collection, version("a", None, b"one", type_="domain-name"))
    (entry,) = got(database, collection)
    assert entry.version == "2027-01-15T08:00:00.000000Z"
    assert put(database, collection, version("a", None, b"two", type_="domain-name")) == [Outcome.APPENDED]
    assert bodies(got(database, collection)) == [b"two"]
    assert put(database, collection, version("b", None, b"one", type_="domain-name", owner=3)) == [Outcome.APPENDED]
    assert put(database, collection, version("b", None, b"two", type_="domain-name", owner=3)) == [Outcome.CONFLICT]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("together", [True, False])
def test_first_and_last_go_by_version_not_by_arrival(
    database: Database, collection: Collection, order: tuple[int, ...], together: bool
) -> None:
    versions = [version("a", f"2026-0{month}-01T00:00:00") for month in (1, 2, 3)]
    arriving = [versions[place] for place in order]
    for some in [arriving] if together else [[one] for one in arriving]:
        put(database, collection, *some)
    assert bodies(got(database, collection)) == [versions[2].body]
    assert bodies(got(database, collection, Match(versions=("first",)))) == [versions[0].body]
    assert set(bodies(got(database, collection, Match(versions=("first", "last"))))) == {
        versions[0].body,
        versions[2].body,
    }
    assert bodies(got(database, collection, Match(versions=("all",)))) == bodies_in(arriving)
    assert bodies(got(database, collection, Match(versions=("2026-02-01T00:00:00",)))) == [versions[1].body]


def bodies_in(versions: Sequence[Version]) -> list[bytes]:
    return [one.body for one in versions]


def test_by_default_only_the_newest_specification_is_served(database: Database, collection: Collection) -> None:
    old, new = version("a", spec="2.0"), version("a", spec="2.1")
    only_old = version("b", spec="2.0")
    put(database, collection, old, new, only_old)
    assert bodies(got(database, collection)) == [new.body, only_old.body]
    assert bodies(got(database, collection, Match(spec_versions=("2.0",)))) == [old.body, only_old.body]
    assert len(got(database, collection, Match(spec_versions=("2.0", "2.1")))) == 3


def test_filters_are_joined_by_and_their_values_by_or(database: Database, collection: Collection) -> None:
    put(
        database,
        collection,
        version("a", fields=[("value", "one.example"), ("labels", "bec")]),
        version("b", fields=[("value", "two.example"), ("labels", "bec"), ("labels", "bec")]),
        version("c", type_="malware", fields=[("name", "x")]),
    )

    def names(match: Match) -> list[str]:
        known = {version("a").object_id: "a", version("b").object_id: "b"}
        return [known.get(entry.object_id, "c") for entry in got(database, collection, match)]

    both = (version("a").object_id, version("b").object_id)
    assert names(Match(types=("indicator",))) == ["a", "b"]
    assert names(Match(types=("indicator", "malware"))) == ["a", "b", "c"]
    assert names(Match(ids=both[::-1])) == ["a", "b"]
    assert names(Match(ids=both, types=("malware",))) == []
    assert names(Match(fields=(("labels", ("bec",)),))) == ["a", "b"]
    assert names(Match(fields=(("labels", ("bec",)), ("value", ("two.example", "no.example"))))) == ["b"]
    assert names(Match(fields=(("value", ("one.example", "two.example")),), ids=both[:1])) == ["a"]
    assert names(Match(types=("no",))) == []


def test_pages_over_merged_ranges_lose_nothing(database: Database, collection: Collection) -> None:
    put(
        database,
        collection,
        *[version(str(n), type_=("malware", "indicator", "tool")[n % 3]) for n in range(60)],
    )
    seen: list[int] = []
    after = 0
    while some := got(database, collection, Match(types=("malware", "tool")), after, 7):
        assert len(some) <= 7
        seen += [entry.position for entry in some]
        after = seen[-1]
    assert seen == [NOW + n for n in range(60) if n % 3 != 1]


def test_hiding_an_object_brings_back_nothing_older(database: Database, collection: Collection) -> None:
    old, new = version("a", "2026-01-01T00:00:00"), version("a", "2026-02-01T00:00:00")
    put(database, collection, old, new)
    with database.writing() as connection:
        assert hide(connection, collection.key, old.object_id) == 2
    assert got(database, collection) == []
    assert got(database, collection, Match(versions=("all",))) == []


def test_hiding_one_version_leaves_the_other(database: Database, collection: Collection) -> None:
    old, new = version("a", "2026-01-01T00:00:00"), version("a", "2026-02-01T00:00:00")
    put(database, collection, old, new)
    with database.writing() as connection:
        assert hide(connection, collection.key, old.object_id, "2026-02-01T00:00:00") == 1
    assert bodies(got(database, collection)) == [old.body]


def test_what_is_counted_after_a_position(database: Database, collection: Collection) -> None:
    put(database, collection, *[version(str(n)) for n in range(5)])
    with database.reading() as connection:
        assert count_after(connection, collection.key, NOW + 1) == 3
        assert set(latest_of(connection, collection.key, [version("2").object_id, "indicator--no"])) == {
            version("2").object_id
        }


def test_newest_versions_come_in_the_order_in_which_they_are_named(database: Database, collection: Collection) -> None:
    made = [version(str(n)) for n in range(40)]
    put(database, collection, *made)
    for order in (made, made[::-1], made[::2] + made[1::2]):
        names = [one.object_id for one in order]
        with database.reading() as connection:
            assert list(latest_of(connection, collection.key, names)) == names


def test_verify_finds_altered_bytes(database: Database, collection: Collection) -> None:
    put(database, collection, *[version(str(n)) for n in range(5)])
    assert all(check["ok"] for check in verify_ledger(database))
    with database.writing() as connection:
        connection.execute(
            sa.text("UPDATE entries SET sha256 = :other WHERE seq = 3"), {"other": hashlib.sha256().digest()}
        )
    assert [check["found"] for check in verify_ledger(database)] == [1, 0, 0]


def test_collections_are_found_by_id_alias_and_title(database: Database) -> None:
    identity = "7fbea6f1-6e0d-4f06-9d3f-2d0cd53e5a4e"
    with database.writing() as connection:
        add_collection(connection, "Mule accounts", NOW, collection_id=identity.upper(), alias="mules")
        for name in (identity, identity.upper(), "mules", "Mule accounts"):
            assert find_collection(connection, name).id == identity
        with pytest.raises(CollectionExists):
            add_collection(connection, "Mule accounts", NOW)
        for title, wrong in (
            ("a.b", None),
            (" ", None),
            ("x", "no"),
            ("x", "7fbea6f1-6e0d-1f06-9d3f-2d0cd53e5a4e"),
        ):
            with pytest.raises(ValueError, match=r"\."):
                add_collection(connection, title, NOW, collection_id=wrong)
        assert len(all_collections(connection)) == 1


def test_a_rehearsal_leaves_nothing(database: Database, collection: Collection) -> None:
    with database.rehearsing() as connection:
        append(connection, collection.key, [version("a")], NOW)
    assert got(database, collection) == []
