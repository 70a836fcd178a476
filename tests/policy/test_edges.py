"""What an edge may show: of whatever members say, with and without their names, before however many readers."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tocsin.policy.carry import SMALLEST_UNATTRIBUTED_AUDIENCE
from tocsin.policy.edges import (
    BASES,
    FEW,
    HOLDER,
    LOSS,
    REPORT,
    ROW,
    End,
    Join,
    Mention,
    edge_of,
    folded,
    overfull,
    shown,
    stated_edge,
    together,
)
from tocsin.stix import TLP
from tocsin.times import DAY_MS

NAMES = tuple("ABCD")
MANY = SMALLEST_UNATTRIBUTED_AUDIENCE
DAYS = st.integers(0, 1_000 * DAY_MS)


@st.composite
def mentions(draw: st.DrawFn, report: int | None = None) -> Mention:
    voice = draw(st.integers(0, 3))
    return Mention(
        report=draw(st.integers(0, 3)) if report is None else report,
        voice_of=voice,
        voice_names=frozenset(NAMES[voice]),
        member_name=NAMES[voice],
        named=draw(st.booleans()),
        voice=draw(st.booleans()),
        tlp=draw(st.sampled_from(list(TLP))),
        received_ms=draw(DAYS),
        first_seen=draw(st.none() | DAYS),
        last_seen=draw(st.none() | DAYS),
    )


@st.composite
def joins(draw: st.DrawFn) -> Join:
    here = draw(mentions())
    there = here._replace(first_seen=draw(st.none() | DAYS)) if draw(st.booleans()) else draw(mentions())
    return Join(draw(st.sampled_from(list(BASES))), here, there)


ends = st.builds(
    End, st.frozensets(st.sampled_from(NAMES)), st.sampled_from(list(TLP)), st.none() | DAYS.map(lambda at: at + 1)
)
some_joins = st.lists(joins(), max_size=6)


@given(some_joins, ends, ends, st.integers(0, 9))
def test_what_has_no_name_shows_to_enough_readers_alone(
    found: Sequence[Join], here: End, there: End, readers: int
) -> None:
    for join in shown(found, here, there, readers):
        for one in (join.here, join.there):
            assert one.named or readers >= MANY


@given(some_joins, ends, ends, st.integers(0, 9))
def test_who_says_one_end_with_its_name_joins_nothing_without(
    found: Sequence[Join], here: End, there: End, readers: int
) -> None:
    for join in shown(found, here, there, readers):
        for one in (join.here, join.there):
            assert one.named or not one.voice_names & (here.names | there.names)


@given(some_joins, ends, ends)
def test_the_names_are_those_that_were_given(found: Sequence[Join], here: End, there: End) -> None:
    seen = shown(found, here, there, MANY)
    if seen:
        edge = edge_of(seen, here, there)
        said = [one for join in seen for one in (join.here, join.there)]
        assert set(edge.sources) == {one.member_name for one in said if one.named}
        assert edge.members == len({one.voice_of for one in said if one.voice})


@given(some_joins, ends, ends, st.permutations(range(4)))
def test_who_it_was_changes_nothing_where_nobody_is_named(
    found: Sequence[Join], here: End, there: End, other: Sequence[int]
) -> None:
    """Two worlds that differ in the sources alone."""

    def swapped(one: Mention) -> Mention:
        voice = other[one.voice_of]
        return one._replace(voice_of=voice, voice_names=frozenset(NAMES[voice]), member_name=NAMES[voice])

    bare = [Join(join.basis, join.here._replace(named=False), join.there._replace(named=False)) for join in found]
    nobody, nowhere = End(frozenset(), here.tlp, here.closed_ms), End(frozenset(), there.tlp, there.closed_ms)
    worlds = [bare, [Join(join.basis, swapped(join.here), swapped(join.there)) for join in bare]]
    one, two = ([*shown(world, nobody, nowhere, MANY)] for world in worlds)
    assert len(one) == len(two)
    if one:
        assert edge_of(one, nobody, nowhere) == edge_of(two, nobody, nowhere)


@given(some_joins, ends, ends)
def test_moments_of_what_has_no_name_are_days(found: Sequence[Join], here: End, there: End) -> None:
    bare = [Join(join.basis, join.here._replace(named=False), join.there._replace(named=False)) for join in found]
    seen = shown(bare, End(frozenset(), here.tlp), End(frozenset(), there.tlp), MANY)
    if seen:
        edge = edge_of(seen, End(frozenset(), here.tlp), End(frozenset(), there.tlp))
        assert edge.since is not None
        assert edge.until is not None
        assert edge.since % DAY_MS == edge.until % DAY_MS == 0


@given(some_joins, ends, ends)
def test_an_edge_is_marked_as_strictly_as_anything_in_it_and_is_in_order(
    found: Sequence[Join], here: End, there: End
) -> None:
    seen = shown(found, here, there, MANY)
    if not seen:
        return
    edge = edge_of(seen, here, there)
    said = [here.tlp, there.tlp, *(one.tlp for join in seen for one in (join.here, join.there))]
    assert TLP[edge.tlp].rank == max(TLP[one].rank for one in said)
    assert edge.since is not None
    assert edge.until is not None
    assert edge.since <= edge.until
    assert list(edge.bases) == [basis for basis in BASES if basis in edge.bases]


@given(some_joins, ends, ends)
def test_the_order_of_what_was_handed_in_does_not_matter(found: Sequence[Join], here: End, there: End) -> None:
    one, other = shown(found, here, there, MANY), shown(found[::-1], here, there, MANY)
    assert {(join.here.report, join.there.report, join.basis) for join in one} == {
        (join.here.report, join.there.report, join.basis) for join in other
    }


def said(report: int, voice: int = 0, *, named: bool = True, **more: int) -> Mention:
    return Mention(report, voice, frozenset(NAMES[voice]), NAMES[voice], named, True, "green", 10 * DAY_MS, **more)


def joined(basis: str, report: int) -> Join:
    return Join(basis, said(report), said(report))


OPEN = End(frozenset(), "green")


def test_a_closed_account_ends_its_edges() -> None:
    closed = End(frozenset(), "green", closed_ms=12 * DAY_MS)
    join = Join(ROW, said(1, last_seen=20 * DAY_MS, first_seen=9 * DAY_MS), said(1))
    assert edge_of([join], OPEN, OPEN).until == 20 * DAY_MS
    assert edge_of([join], closed, OPEN).until == 12 * DAY_MS
    later = Join(ROW, said(1, first_seen=15 * DAY_MS), said(1, first_seen=16 * DAY_MS))
    assert edge_of([later], closed, OPEN).until == 16 * DAY_MS, "whoever has the number after that is somebody else"


def test_a_row_says_more_than_its_report() -> None:
    assert [one.basis for one in shown([joined(REPORT, 1), joined(ROW, 1)], OPEN, OPEN, 2)] == [ROW]
    assert {one.basis for one in shown([joined(REPORT, 1), joined(ROW, 2)], OPEN, OPEN, 2)} == {REPORT, ROW}


def test_more_than_a_few_in_one_report_are_folded() -> None:
    things = {("domain", f"d{number}.example"): [joined(REPORT, 1)] for number in range(FEW)}
    assert overfull(things) == {}
    things["domain", "one-more.example"] = [joined(REPORT, 1)]
    over = overfull(things)
    assert over == {(REPORT, 1): FEW + 1}
    assert folded([joined(REPORT, 1)], over)
    assert not folded([joined(REPORT, 1), joined(REPORT, 2)], over)
    assert not folded([joined(ROW, 1)], over)


def test_groups_are_counted_by_themselves() -> None:
    things = {("iban", str(number)): [joined(HOLDER, number), joined(LOSS, number)] for number in range(FEW + 1)}
    assert overfull(things) == {(HOLDER, 0): FEW + 1}, "one name beside so many accounts; each loss by itself is small"


def test_two_collections_that_say_it_are_not_added_up() -> None:
    one = stated_edge("domain", OPEN, OPEN, since=1, until=5)
    other = edge_of([joined(ROW, 1)], OPEN, End(frozenset(), "amber"))
    both = together(one, other)
    assert both.bases == (ROW, "domain")
    assert (both.members, both.sources, both.tlp, both.since) == (1, ("A",), "amber", 1)


def test_members_that_are_named_in_two_collections_are_counted_once_each() -> None:
    one = edge_of([Join(ROW, said(1), said(1))], OPEN, OPEN)
    other = edge_of([Join(ROW, said(2, 1), said(2, 1))], OPEN, OPEN)
    unnamed = edge_of([Join(ROW, said(3, 2, named=False), said(3, 2, named=False))], OPEN, OPEN)
    assert together(one, other).members == 2
    assert together(one, one).members == 1
    assert together(one, unnamed).members == 1, "it may be the same"
