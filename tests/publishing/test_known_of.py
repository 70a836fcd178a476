"""Who may be asked about what somebody may not read, on each engine."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from asking_house import (
    ASKER,
    HIDING,
    MORE,
    NOTHING,
    PHONE,
    READER,
    SECRET,
    SHOWING,
    SOURCE,
    VALUE,
    asked_by,
    both,
    collection_allows,
    enlarge,
    erased,
    key_of,
    left_the_circle,
    member_lets_ask,
    secret,
    suspended,
    taken_back,
)
from house import START, House
from pushing import ids, indicator, push, with_cert

from tocsin.identifiers import KINDS, Identifier, recognise
from tocsin.members.circles import circle_of, set_circle
from tocsin.members.defaults import let_ask
from tocsin.members.members import add_member, find_member, grant
from tocsin.members.rations import MOST_A_DAY, take
from tocsin.policy.keeping import Rule
from tocsin.policy.known_of import NOBODY, Circle, may_be_asked_about
from tocsin.publishing import asking
from tocsin.publishing.audience import inbox_of
from tocsin.publishing.forget import forget
from tocsin.publishing.known_of import asker_of, known_of
from tocsin.reports.asked_about import Word, let_ask_about, word_on
from tocsin.reports.askings import Asking, Question, agree, askings_by
from tocsin.reports.enquiries import (
    MOST_OPEN,
    OPEN_DAYS,
    CannotAsk,
    Enquiry,
    NoSuchEnquiry,
    enquiries_between,
    enquiries_by,
    enquiries_to,
)
from tocsin.reports.keeping import set_rule
from tocsin.reports.tables import reports
from tocsin.times import DAY_MS, now_ms

WHY = Question("We have a victim who paid there.", "C-1", "law-enforcement")


@pytest.fixture
def allowed(house: House) -> House:
    secret(house)
    both(house)
    return house


def knows(house: House, value: str = VALUE, slug: str = ASKER) -> bool:
    with house.database.reading() as connection:
        asker = asker_of(connection, find_member(connection, slug).key)
        what = recognise(value)
        return asker is not None and what in known_of(connection, asker, [what])


def ask(house: House, value: str = VALUE, question: Question = WHY, now: int | None = None) -> str:
    by = asked_by(house)
    with house.database.writing() as connection:
        return asking.ask(connection, by, recognise(value), question, now or now_ms())


def put_to(house: House, slug: str = SOURCE) -> list[Enquiry]:
    with house.database.reading() as connection:
        return enquiries_to(connection, find_member(connection, slug).key)


def answer(house: House, text: str | None, slug: str = SOURCE, now: int | None = None, *, agrees: bool = False) -> None:
    by = asked_by(house, f"person-{slug}", slug)
    (waiting,) = [one for one in put_to(house, slug) if one.answered_ms is None]
    with house.database.writing() as connection:
        asking.answer(connection, waiting.id, by, text, now or now_ms(), agrees=agrees)


def asked(house: House, now: int | None = None) -> Asking:
    with house.database.reading() as connection:
        (one,) = askings_by(connection, find_member(connection, ASKER).key, now or now_ms())
    return one


@pytest.mark.parametrize("state", SHOWING)
def test_it_may_be_known_of_where_both_want_it(allowed: House, state: str) -> None:
    SHOWING[state](allowed)
    assert knows(allowed)
    assert not knows(allowed, NOTHING)


@pytest.mark.parametrize("state", HIDING)
def test_everything_else_hides_it(allowed: House, state: str) -> None:
    HIDING[state](allowed)
    assert not knows(allowed)
    with pytest.raises(asking.NobodyToAsk):
        ask(allowed)


def test_nobody_may_know_of_anything_by_default(house: House) -> None:
    secret(house)
    assert not knows(house)
    with house.database.reading() as connection:
        assert circle_of(connection, house.collections[SECRET].key) == NOBODY
        assert not any(find_member(connection, slug).may_be_asked for slug in (SOURCE, ASKER))


def test_whoever_said_it_is_not_told_that_somebody_did(allowed: House) -> None:
    with allowed.database.writing() as connection:
        grant(connection, allowed.collections[SECRET].key, key_of(allowed, ASKER), write=True)
    allowed.submit(ASKER, "our-own.example\n", to=(SECRET,))
    member_lets_ask(allowed, slug=ASKER)
    assert not knows(allowed, "our-own.example")
    assert knows(allowed, "our-own.example", "fifth")


def test_what_waits_for_a_second_voice_is_not_known_of(allowed: House) -> None:
    with allowed.database.writing() as connection:
        grant(connection, allowed.collections[SECRET].key, key_of(allowed, "bank-c"), read=True, write=True)
    member_lets_ask(allowed, slug="bank-c")
    allowed.submit(SOURCE, f"{PHONE}\n", to=(SECRET,))
    assert not knows(allowed, PHONE)
    allowed.submit("bank-c", f"{PHONE}\n", to=(SECRET,))
    assert knows(allowed, PHONE)


@pytest.mark.parametrize(
    "near", ["nightjar-only.example/pay", "only.example", "nightjar-on1y.example", "nightjar-only"]
)
def test_only_the_exact_value_is_known_of(allowed: House, near: str) -> None:
    try:
        assert not knows(allowed, near)
    except ValueError:
        assert near == "nightjar-only", "this is no identifier, so that nobody looks"


def test_any_spelling_of_the_value_is_the_value(allowed: House) -> None:
    assert knows(allowed, "NIGHTJAR-only[.]example")


def test_what_stands_for_a_number_that_is_never_kept_is_never_known_of() -> None:
    never = {name for name in KINDS if not may_be_asked_about(name)}
    assert never >= {"name", "passport", "identity-document", "payment-card", "payment-proxy", "invoice"}
    assert may_be_asked_about("phone")


def test_an_inbox_has_no_circle(house: House) -> None:
    with house.database.writing() as connection:
        inbox = inbox_of(connection, find_member(connection, SOURCE).key, START)
        with pytest.raises(ValueError, match="for one member alone"):
            set_circle(connection, inbox, Circle(everybody=True))


def test_a_member_looks_for_so_many_values_a_day(house: House) -> None:
    key = key_of(house, ASKER)
    with house.database.writing() as connection:
        assert take(connection, key, MOST_A_DAY - 1, START) == MOST_A_DAY - 1
        assert take(connection, key, 5, START) == 1
        assert take(connection, key, 1, START) == 0
        assert take(connection, key_of(house, SOURCE), 1, START) == 1
        assert take(connection, key, 2, START + DAY_MS) == 2


def test_all_who_know_are_asked_and_none_is_counted(allowed: House) -> None:
    with allowed.database.writing() as connection:
        for slug in ("bank-c", *MORE):
            grant(connection, allowed.collections[SECRET].key, find_member(connection, slug).key, write=True)
    for slug in ("bank-c", *MORE):
        allowed.submit(slug, f"{VALUE}\n", to=(SECRET,))
    for slug in ("bank-c", "fifth"):
        member_lets_ask(allowed, slug=slug)
    ask(allowed)
    assert [len(put_to(allowed, slug)) for slug in (SOURCE, "bank-c", "fifth", "sixth", READER)] == [1, 1, 1, 0, 0]
    before = asked(allowed)
    assert (before.state, before.answers) == ("open", ())
    answer(allowed, None, "bank-c")
    assert asked(allowed) == before, "whoever declines is like whoever says nothing"
    answer(allowed, "Since March.", "fifth")
    after = asked(allowed)
    assert (after.state, [one.answer for one in after.answers]) == ("answered", ["Since March."])
    assert not any(one.source_name or one.asker_name for one in after.answers)
    with allowed.database.reading() as connection:
        assert enquiries_by(connection, key_of(allowed, ASKER)) == []
        for slug in (ASKER, SOURCE, "bank-c"):
            assert enquiries_between(connection, key_of(allowed, slug), now_ms()) == []
        assert [state for _, state in enquiries_between(connection, key_of(allowed, READER), now_ms())] == ["answered"]


def name(house: House, identity: str, yes: bool, login: str = "seeker", slug: str = ASKER) -> None:
    by = asked_by(house, login, slug)
    with house.database.writing() as connection:
        agree(connection, identity, by, yes)


def test_they_are_named_once_both_agree(allowed: House) -> None:
    ask(allowed)
    with pytest.raises(NoSuchEnquiry):
        name(allowed, put_to(allowed)[0].id, True)
    answer(allowed, "Yes.", agrees=True)
    (one,) = asked(allowed).answers
    assert (one.source_agrees, one.asker_agrees, one.source_name, one.asker_name) == (True, False, None, None)
    with pytest.raises(NoSuchEnquiry):
        name(allowed, one.id, True, "stranger", READER)
    name(allowed, one.id, True)
    (one,) = asked(allowed).answers
    assert (one.source_name, one.asker_name) == ("Bank B", "Bank A")
    for login, slug in (("seeker", ASKER), (f"person-{SOURCE}", SOURCE)):
        with pytest.raises(NoSuchEnquiry):
            name(allowed, one.id, False, login, slug)


def test_one_side_may_think_better_of_it(allowed: House) -> None:
    ask(allowed, question=Question("Why?", agrees=True))
    answer(allowed, "Yes.")
    (one,) = asked(allowed).answers
    name(allowed, one.id, False)
    name(allowed, one.id, True, f"person-{SOURCE}", SOURCE)
    (one,) = asked(allowed).answers
    assert (one.source_name, one.asker_name) == (None, None)


@pytest.mark.parametrize(
    "end",
    [taken_back, erased, suspended, left_the_circle, lambda house: member_lets_ask(house, False)],
    ids=["taken back", "erased", "source suspended", "asker left", "source lets nobody ask any more"],
)
def test_a_question_ends_with_what_it_is_about(allowed: House, end: Callable[[House], None]) -> None:
    ask(allowed)
    with allowed.database.reading() as connection:
        assert asking.count_waiting(connection, key_of(allowed, SOURCE), now_ms()) == 1
    by, (theirs,) = asked_by(allowed, f"person-{SOURCE}", SOURCE), put_to(allowed)
    end(allowed)
    with allowed.database.reading() as connection:
        assert asking.count_waiting(connection, by.member_key, now_ms()) == 0
    with pytest.raises(NoSuchEnquiry), allowed.database.writing() as connection:
        asking.answer(connection, theirs.id, by, "Too late.", now_ms())


def test_a_question_ends_after_some_days(allowed: House) -> None:
    ask(allowed)
    later = now_ms() + (OPEN_DAYS + 1) * DAY_MS
    assert asked(allowed, later).state == "unanswered"
    with pytest.raises(NoSuchEnquiry):
        answer(allowed, "Too late.", now=later)


def test_an_erasure_leaves_nothing_of_a_question(allowed: House) -> None:
    ask(allowed, question=Question(f"Who had {VALUE}?", VALUE))
    answer(allowed, f"We had {VALUE}.")
    erased(allowed)
    assert allowed.where(VALUE) == []
    one = asked(allowed)
    assert (one.value, one.question, one.answers) == (None, "", ())
    (theirs,) = put_to(allowed)
    assert theirs.subject == b""


def test_what_one_of_them_forgets_another_one_keeps(allowed: House) -> None:
    """Of what was asked the words stay with those who still know of it."""
    ask(allowed, question=Question(f"Who had {VALUE}?"))
    allowed.submit(SOURCE, f"{VALUE}\nmore.example\n", to=(SECRET,))
    with allowed.database.writing() as connection:
        set_rule(connection, Rule(1, None, None), "admin", START)
        newest = sa.select(sa.func.max(reports.c.key)).scalar_subquery()
        connection.execute(reports.update().where(reports.c.key == newest).values(received_ms=now_ms()))
    list(forget(allowed.database, allowed.exchange, lambda text: text.encode()[:16], now_ms()))
    assert asked(allowed).question == f"Who had {VALUE}?"
    assert knows(allowed)


def test_a_question_is_asked_once_and_so_many_at_a_time(allowed: House) -> None:
    for n in range(MOST_OPEN + 1):
        allowed.submit(SOURCE, f"number-{n}.example\n", to=(SECRET,))
    for n in range(MOST_OPEN):
        ask(allowed, f"number-{n}.example")
    with pytest.raises(CannotAsk, match="wait for an answer"):
        ask(allowed, f"number-{MOST_OPEN}.example")
    later = now_ms() + (OPEN_DAYS + 1) * DAY_MS
    ask(allowed, "number-0.example", now=later)
    with pytest.raises(CannotAsk, match="asked about this already"):
        ask(allowed, "number-0.example", now=later)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (Question(" "), "why you ask"),
        (Question("x" * 2_001), "why you ask"),
        (Question("Why?", "9" * 101), "case number"),
        (Question("Why?", None, "because"), "lawful basis"),
    ],
)
def test_a_question_says_what_it_has_to(allowed: House, question: Question, words: str) -> None:
    with pytest.raises(CannotAsk, match=words):
        ask(allowed, question=question)


def test_a_circle_is_kept_as_it_was_said(house: House) -> None:
    secret(house)
    for circle in (Circle(everybody=True), Circle(communities=frozenset({3, 4})), NOBODY):
        collection_allows(house, circle)
        with house.database.reading() as connection:
            assert circle_of(connection, house.collections[SECRET].key) == circle


def test_what_an_open_list_says_nobody_can_be_asked_about(allowed: House) -> None:
    with allowed.database.writing() as connection:
        key = add_member(connection, "list", "A list", "list", None, START).key
        grant(connection, allowed.collections[SECRET].key, key, write=True)
    member_lets_ask(allowed, slug="list")
    allowed.submit("list", "listed.example\n", to=(SECRET,), voice=False)
    assert not knows(allowed, "listed.example")


def test_thousands_are_looked_up_at_once(allowed: House) -> None:
    with allowed.database.reading() as connection:
        asker = asker_of(connection, key_of(allowed, ASKER))
        assert asker is not None
        many = [Identifier("domain", f"{n}.example") for n in range(1_200)] + [recognise(VALUE)]
        assert known_of(connection, asker, many) == {recognise(VALUE)}


def test_an_object_that_was_pushed_whole_takes_a_word_on_its_report(house: House) -> None:
    """It may be marked stricter than the report that brought it."""
    with_cert(house)
    enlarge(house)
    with house.database.writing() as connection:
        set_circle(connection, house.collections["Scams"], Circle(everybody=True))
        outsider = add_member(connection, "outsider", "Outsider", "bank", "SG", START)
        let_ask(connection, find_member(connection, "cert").key, True)
    report = push(house, "cert", indicator("whole", f"[domain-name:value = '{NOTHING}']"))
    assert ids(house) == [indicator("whole", "")["id"]]
    assert not knows(house, NOTHING, outsider.slug)
    with house.database.writing() as connection:
        assert word_on(connection, report.key) == Word(None, False)
        let_ask_about(connection, report.key, True)
        assert word_on(connection, report.key) == Word(True, True)
    assert knows(house, NOTHING, outsider.slug)
