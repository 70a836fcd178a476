"""One document held against a question finds what an engine would find."""

from typing import get_args

import pytest
from search.search_world import EVERYTHING, QUESTIONS, document, expected, world

from tocsin.search import Filters, parse
from tocsin.search.expression import All, Has, Not, Some, Thing, Within
from tocsin.search.fitting import awaited, facts_of, fitting, offered
from tocsin.search.query import LARGEST_PAGE, Query
from tocsin.search.tiers import Why, because, plainly

WORLD = world()
FACTS = [facts_of(one) for one in WORLD]
OFFERED = [offered(one) for one in FACTS]


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_a_question_fits_what_is_found_by_the_rules(number: int) -> None:
    query = parse(QUESTIONS[number], limit=LARGEST_PAGE)
    why = {one.key: hit.why for one in WORLD for hit in expected([one], query, EVERYTHING).hits}
    assert _fitting(query) == set(why)
    for reason in get_args(Why):
        narrowed = parse(QUESTIONS[number], Filters(match=reason))
        if narrowed.match is not None:
            assert _fitting(narrowed) == {key for key, one in why.items() if one == reason}


def _fitting(query: Query) -> set[str]:
    fits = fitting(because(query.wanted, query.match))
    return {one.key for one, facts in zip(WORLD, FACTS, strict=True) if fits(facts)}


@pytest.mark.parametrize("why", [None, "exact", "look-alike"])
@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_whatever_fits_has_a_key_that_the_question_waits_for(number: int, why: Why | None) -> None:
    query = parse(QUESTIONS[number], Filters(match=why))
    node = because(query.wanted, query.match)
    keys, fits = awaited(node), fitting(node)
    for facts, there in zip(FACTS, OFFERED, strict=True):
        if fits(facts):
            assert keys is None or not keys.isdisjoint(there)


def test_most_documents_have_no_key_of_a_question_for_one_name() -> None:
    keys = awaited(plainly(parse("unheard-of-name.example kind:domain").wanted))
    assert keys is not None
    assert sum(not keys.isdisjoint(there) for there in OFFERED) == 0


def test_a_question_without_anything_to_wait_for_says_so() -> None:
    for text in ("", "NOT kind:domain", "confidence>50", "since:7d"):
        assert awaited(plainly(parse(text).wanted)) is None
    assert awaited(Some()) == frozenset()
    assert awaited(All((Not(Has("kind", ("url",))), Has("kind", ("domain",))))) == {("kind", "domain")}


def test_a_number_that_is_not_there_lies_within_nothing() -> None:
    assert not fitting(Within("confidence", 0, 100))(facts_of(document(1, confidence=None)))
    assert fitting(Within("confidence", 50, 50))(facts_of(document(1, confidence=50)))


def test_a_thing_has_to_be_made_into_look_ups_first() -> None:
    with pytest.raises(TypeError):
        fitting(Thing(whole=("a",)))
