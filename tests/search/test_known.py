"""Many values at once, and what may be meant, on both engines."""

from search_world import COLLECTIONS, EVERYTHING, document
from test_engine_contract import engine, opener  # noqa: F401  # fixtures
from variants import VARIANTS, identifier, token

from tocsin.search import Engine
from tocsin.search.known import MOST_FOUND, MOST_VALUES, known
from tocsin.search.suggest import MOST, suggestions


def test_each_value_is_told_known_or_not_in_its_order(engine: Engine) -> None:  # noqa: F811
    things = [identifier(name) for name in VARIANTS]
    engine.apply([document(n, one.kind, one.value) for n, one in enumerate(things, 1)], [], 30)
    asked = [plain for kind, plain, _ in VARIANTS.values()] + ["nobody.example", "+44 20 7946 0999", ""]
    answers = known(engine, asked, EVERYTHING, token, "SG")
    assert [one.asked for one in answers] == asked
    assert [[(found.kind, found.value) for found in one.found] for one in answers] == [
        *([(one.kind, one.value)] for one in things),
        *([], [], []),
    ]


def test_parts_and_look_alikes_are_not_the_thing(engine: Engine) -> None:  # noqa: F811
    engine.apply([document(1, "url", "https://scam.example/pay"), document(2, "domain", "scams.example")], [], 2)
    (answer,) = known(engine, ["scam.example"], EVERYTHING, None, None)
    assert answer.found == ()


def test_only_what_may_be_read_is_known(engine: Engine) -> None:  # noqa: F811
    engine.apply([document(1, value="x.example", collection=COLLECTIONS[1])], [], 1)
    assert known(engine, ["x.example"], frozenset(COLLECTIONS[:1]), None, None)[0].found == ()
    assert known(engine, ["x.example"], frozenset(), None, None)[0].found == ()
    assert suggestions(engine, "x.exa", frozenset(COLLECTIONS[:1]), None, None) == []


def test_very_many_are_answered_and_no_more_than_that(engine: Engine) -> None:  # noqa: F811
    engine.apply([document(n, value=f"d{n}.example") for n in range(1, 3_000)], [], 3_000)
    engine.apply([document(n, value="d1.example") for n in range(5_000, 5_030)], [], 6_000)
    answers = known(engine, [f"d{n}.example" for n in range(1, MOST_VALUES + 2)], EVERYTHING, None, None)
    assert len(answers) == MOST_VALUES
    assert sum(bool(one.found) for one in answers) == 2_999
    assert [found.seq for found in answers[0].found] == list(range(5_029, 5_029 - MOST_FOUND, -1))


def test_what_may_be_meant_is_different_things_best_first(engine: Engine) -> None:  # noqa: F811
    engine.apply([document(n, value="parcel.example", collection=COLLECTIONS[n]) for n in range(3)], [], 3)
    engine.apply([document(n, value=f"parcel-{n}.example") for n in range(10, 40)], [], 40)
    engine.apply([document(50, "email", "me@parcel.example")], [], 50)
    found = [one.value for one in suggestions(engine, "parcel.example", EVERYTHING, None, None)]
    assert found[:2] == ["parcel.example", "me@parcel.example"]
    assert len(suggestions(engine, "parcel", EVERYTHING, None, None)) == MOST
    assert suggestions(engine, "pa", EVERYTHING, None, None) == []
    assert suggestions(engine, "arcel", EVERYTHING, None, None) == []
