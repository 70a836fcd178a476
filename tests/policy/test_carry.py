"""What a collection may carry: the one decision on who may know."""

import pytest

from tocsin.policy.agreement import Agreement, check_agreement, voices_needed
from tocsin.policy.carry import Audience, Community, Reach, Reader, Shared, covers, farthest, may_carry

BANK, POLICE, REGION, FORCES, BANKS = (
    Reader("member", 1),
    Reader("member", 2),
    Reader("community", 10),
    Reader("community", 11),
    Reader("community", 12),
)
ALL_BASES = frozenset({"law-enforcement"})


def community(
    key: int = 10, within: frozenset[int] | None = None, *, in_force: bool = True, onward: str = "none"
) -> Community:
    around = within or frozenset({key})
    return Community(f"Community {key}", around, Agreement(onward=onward, bases=ALL_BASES), in_force)


def audience(*readers: Reader, members: int = 9, inbox_of: int | None = None, **communities: Community) -> Audience:
    known = {one.key: communities.get(f"c{one.key}", community(one.key)) for one in readers if one.kind == "community"}
    return Audience("Scams", frozenset(readers), members, inbox_of=inbox_of, communities=known)


def shared(tlp: str = "green", *named: Reader, owner: int = 7, **terms: object) -> Shared:
    return Shared(tlp, owner, frozenset(named) if named else None, basis="law-enforcement", **terms)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("named", "readers", "reach"),
    [
        ((BANK,), (BANK,), Reach.EVERYTHING),
        ((BANK,), (BANK, POLICE), Reach.NOTHING),
        ((BANK, POLICE), (BANK,), Reach.EVERYTHING),
        ((REGION,), (REGION,), Reach.EVERYTHING),
        ((REGION,), (BANK,), Reach.NOTHING),  # it may be in the community today and gone tomorrow
        ((BANK,), (REGION,), Reach.NOTHING),
        ((), (BANK, REGION), Reach.EVERYTHING),  # everybody may know
    ],
)
def test_every_reader_has_to_be_meant(named: tuple[Reader, ...], readers: tuple[Reader, ...], reach: Reach) -> None:
    assert may_carry(shared("green", *named), audience(*readers)).reach is reach


def test_a_community_is_meant_by_the_one_around_it_and_not_the_other_way_round() -> None:
    inner = audience(FORCES, c11=community(11, frozenset({11, 10})))
    assert may_carry(shared("green", REGION), inner).reach is Reach.EVERYTHING
    assert may_carry(shared("green", FORCES), audience(REGION)).reach is Reach.NOTHING
    assert covers(frozenset({REGION}), FORCES, frozenset({11, 10}))


def test_whoever_hands_in_need_not_be_named() -> None:
    assert may_carry(shared("amber", BANK, owner=2), audience(BANK, POLICE)).reach is Reach.EVERYTHING


def test_nobody_is_in_an_empty_audience() -> None:
    assert may_carry(Shared("green", 7, frozenset()), audience(BANK)).reach is Reach.NOTHING


@pytest.mark.parametrize(
    ("tlp", "handling", "onward", "goes"),
    [
        ("clear", None, "public", True),
        ("green", None, "public", False),
        ("green", None, "partners", True),
        ("amber", None, "partners", False),
        ("amber", None, "clients", True),
        ("amber+strict", None, "clients", False),
        ("amber+strict", None, "none", True),
        ("clear", "H0", "public", True),
        ("clear", "H1", "public", True),
        ("clear", "H2", "clients", False),
        ("green", "H3", "partners", False),
        ("green", "H2", "none", True),
    ],
)
def test_a_marking_goes_only_where_members_pass_on_no_further(
    tlp: str, handling: str | None, onward: str, goes: bool
) -> None:
    decision = may_carry(shared(tlp, handling=handling), audience(REGION, c10=community(onward=onward)))
    assert (decision.reach is Reach.EVERYTHING) is goes
    assert bool(decision.reason) is not goes


def test_red_goes_to_an_inbox_and_nowhere_else() -> None:
    assert may_carry(shared("red", BANK), audience(BANK, members=1)).reach is Reach.NOTHING
    assert may_carry(shared("red", BANK), audience(BANK, members=1, inbox_of=1)).reach is Reach.EVERYTHING
    assert may_carry(shared("red", POLICE), audience(BANK, members=1, inbox_of=1)).reach is Reach.NOTHING
    assert farthest(shared("red")) == "none"


def test_nothing_goes_in_after_the_agreement() -> None:
    decision = may_carry(shared(), audience(REGION, c10=community(in_force=False)))
    assert (decision.reach, "has ended" in decision.reason) == (Reach.NOTHING, True)


def test_a_source_that_is_not_to_be_seen_needs_five_readers() -> None:
    assert may_carry(shared(unattributed=True), audience(REGION, members=4)).reach is Reach.NOTHING
    assert may_carry(shared(unattributed=True), audience(REGION, members=5)).reach is Reach.EVERYTHING


def test_what_may_be_a_persons_needs_a_basis_that_every_community_accepts() -> None:
    both = audience(
        REGION, BANKS, c12=Community("Banks", frozenset({12}), Agreement(bases=frozenset({"consent"})), True)
    )
    decision = may_carry(shared(), both)
    assert decision.reach is Reach.IMPERSONAL
    assert "Banks does not take the basis 'law-enforcement'" in decision.reason
    without = may_carry(Shared("green", 7), audience(REGION))
    assert (without.reach, "law-enforcement" in without.reason) == (Reach.IMPERSONAL, True)
    assert may_carry(Shared("green", 7), audience(BANK)).reach is Reach.EVERYTHING


def test_a_collection_that_one_may_not_write_to_is_refused_in_the_words_for_none() -> None:
    closed = Audience("Secret", frozenset({BANK}), 3, may_write=False, frozen=True)
    assert may_carry(shared("red", BANK), closed).reason == "There is no collection 'Secret' that you may hand in to."
    assert may_carry(shared(), closed, standing=True).reach is Reach.EVERYTHING


@pytest.mark.parametrize(
    ("agreements", "kind", "personal", "needed"),
    [
        ((), "domain", False, 1),
        ((), "iban", True, 2),
        (({"iban": 3},), "iban", True, 3),
        (({"iban": 3},), "phone", True, 2),
        (({"*": 4},), "phone", True, 4),
        (({"*": 4},), "domain", False, 1),
        (({"*": 4, "iban": 2},), "iban", True, 2),
        (({"domain": 2}, {"domain": 1}), "domain", False, 2),
    ],
)
def test_the_agreement_that_asks_most_decides(
    agreements: tuple[dict[str, int], ...], kind: str, personal: bool, needed: int
) -> None:
    assert voices_needed(tuple(Agreement(voices=one) for one in agreements), kind, personal=personal) == needed


@pytest.mark.parametrize(
    "agreement",
    [
        Agreement(parties=frozenset({"circus"})),
        Agreement(bases=frozenset({"because"})),
        Agreement(onward="sideways"),
        Agreement(voices={"iban": 1}),
        Agreement(voices={"*": 1}),
        Agreement(voices={"domain": 0}),
        Agreement(voices={"horse": 2}),
        Agreement(voices={"iban": 99}),
    ],
)
def test_an_agreement_that_cannot_be_is_refused_in_a_sentence(agreement: Agreement) -> None:
    with pytest.raises(ValueError, match=r"\w+.*\."):
        check_agreement(agreement, frozenset({"bank"}), {"iban": True, "domain": False})
