"""Under which spellings things are found, without any engine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from search_world import document

from tocsin.search import Filters, parse
from tocsin.search.document import exact_terms, from_json, lookalike_terms, terms_of, to_json
from tocsin.search.expression import things
from tocsin.search.lookalike import near, skeleton
from tocsin.search.spelled import thing
from tocsin.search.spelling import bare, squeeze, trigrams, words


@pytest.mark.parametrize(
    ("kind", "value", "terms"),
    [
        ("domain", "www.example.com", {"www.example.com", "example.com"}),
        ("domain", "xn--mnchen-3ya.example", {"xn--mnchen-3ya.example", "münchen.example"}),
        ("url", "https://www.example.com/A?b", {"https://www.example.com/a?b", "example.com/a?b", "www.example.com"}),
        ("url", "http://u:p@example.com:8080/", {"u:p@example.com:8080", "example.com"}),
        ("url", "http://[2001:db8::1]/x", {"[2001:db8::1]"}),
        ("email", "ceo@example.com", {"ceo@example.com", "example.com"}),
        ("phone", "+442079460123", {"+442079460123", "442079460123", "2079460123"}),
        ("phone", "not a number", {"notanumber"}),
        ("iban", "GB33BUKB20201555555555", {"gb33bukb20201555555555", "bukb", "55555555"}),
        ("iban", "no IBAN", {"noiban"}),
        ("bank-account", "SG:DBSSSGSG:0012-3456", {"sg:dbsssgsg:0012-3456", "dbsssgsg", "0012-3456", "00123456"}),
        ("file-hash", "AB" * 32, {"ab" * 32}),
        ("ipv4", "192.0.2.1", {"192.0.2.1"}),
    ],
)
def test_a_value_is_found_under(kind: str, value: str, terms: set[str]) -> None:
    assert terms <= set(exact_terms(kind, value))


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("domain", "example.com", "hxxp://example[.]com"),
        ("domain", "example.com", "www.example.com"),
        ("domain", "example.com", "  EXAMPLE.COM. "),
        ("domain", "xn--mnchen-3ya.example", "münchen.example"),
        ("url", "https://example.com/a", "example.com/a"),
        ("email", "ceo@example.com", "ceo[at]example[.]com"),
        ("phone", "+442079460123", "+44 (20) 7946-0123"),
        ("phone", "+442079460123", "020 7946 0123"),
        ("iban", "GB33BUKB20201555555555", "gb33 bukb 2020 1555 5555 55"),
        ("bank-account", "SG:DBSSSGSG:0012345678", "001-234567-8"),
        ("bank-account", "SG:DBSSSGSG:12345678", "DBSSSGSG"),
    ],
)
def test_a_text_spells_a_value(kind: str, value: str, text: str) -> None:
    assert set(thing(text).exact) & set(exact_terms(kind, value))


@pytest.mark.parametrize(
    ("value", "text", "alike"),
    [
        ("northbank.example", "n0rthbank.test", True),
        ("northbank.example", "northbnk.test", True),
        ("northbank.example", "nrothbank.test", True),
        ("northbank.example", "north-bank.test", True),
        ("northbank.example", "northbank", True),
        ("rnorthbank.example", "morthbank", True),
        ("xn--nrthbank-nbh.example", "northbank", True),
        ("southbank.example", "northbank.test", False),
        ("dbs.example", "dbz.test", False),
    ],
)
def test_names_look_alike(value: str, text: str, alike: bool) -> None:
    assert bool(set(thing(text).lookalikes) & set(lookalike_terms("domain", value))) is alike


def test_numbers_have_no_looks() -> None:
    assert lookalike_terms("phone", "+442079460123") == ()
    assert thing("+44 20 7946 0123").lookalikes == ()


def test_words_of_scripts_without_blanks_are_pairs() -> None:
    assert words("投资诈骗") == ("投资", "资诈", "诈骗")
    assert words("Société, SOCIETE écran") == ("societe", "ecran")


def test_a_question_is_kept_within_bounds() -> None:
    query = parse("x" * 5_000, Filters(kind="domain"), offset=10**9, limit=10**6)
    assert (len(query.text), query.limit, query.offset) == (2_000, 100, 9_900)
    assert parse("", offset=-1, limit=0).offset == 0


def test_a_document_survives_being_kept() -> None:
    one = document(1, country="SG", valid_until=5, crime_types=("bec", "phishing"))
    assert from_json(to_json(one)) == one


@given(st.text())
def test_any_text_is_a_question(text: str) -> None:
    query = parse(text)
    assert all(" " not in term for one in things(query.wanted) for term in one.exact)


@given(st.sampled_from(("domain", "url", "email", "phone", "iban", "bank-account", "wallet", "other")), st.text())
def test_any_value_has_terms_and_is_found_by_itself(kind: str, value: str) -> None:
    terms = terms_of(document(1, kind, value))
    assert all(term and not any(map(str.isspace, term)) for term in (*terms.exact, *terms.trigrams, *terms.words))
    assert squeeze(value)[:2_000] in terms.exact or not squeeze(value)


@given(st.text(min_size=3), st.data())
def test_a_part_has_its_trigrams_in_a_row(value: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(value) - 3))
    part = value[start : data.draw(st.integers(start + 3, len(value)))]
    row, wanted = trigrams(value), trigrams(part)
    assert any(row[place : place + len(wanted)] == wanted for place in range(len(row)))


@given(st.text(alphabet="abcdeno01", min_size=6, max_size=20), st.data())
def test_one_changed_character_stays_near(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 1))
    changed = name[:place] + "x" + name[place + 1 :]
    assert set(near(name)) & set(near(changed))
    assert set(near(name)) & set(near(name[:place] + name[place + 1 :]))


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("https://www.example.com/", "example.com"),
        ("example.com/www.", "example.com/www."),
        ("svn+ssh://example.com/a/", "example.com/a"),
        ("www.", ""),
    ],
)
def test_a_bare_value_has_no_scheme(value: str, plain: str) -> None:
    assert bare(value) == plain


def test_a_skeleton_ignores_how_letters_are_drawn() -> None:
    assert skeleton("n0rth-BANK") == skeleton("n\u043erthb\u0430nk") == "northbank"
    assert skeleton("cornparny") == skeleton("compamy") == "compamy"
