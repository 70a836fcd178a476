"""Names that imitate a protected one, and names that only happen to be near."""

import cProfile
import pstats

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.identifiers import Unreadable, read
from tocsin.screening import Protected, imitated, protect
from tocsin.screening.lookalike import look

PROTECTED = protect(
    ["eastbank.example", "paypal.example", "obx.example", "mymaritime.co.uk", "citi.example", "North Harbour", "Rivo"]
)

IMITATE = [
    # letters that look alike, of other scripts and as digits
    ("paypa1.example", "paypal.example", "letters"),
    ("pаypаl.example", "paypal.example", "letters"),
    ("xn--pypl-53dc.example", "paypal.example", "letters"),
    ("ραyραl.example", "paypal.example", "letters"),
    ("pàypál.example", "paypal.example", "letters"),
    ("c1ti.test", "citi.example", "letters"),
    ("eastbаnk.test", "eastbank.example", "letters"),
    ("rnymaritirne.example", "mymaritime.co.uk", "letters"),
    ("0bx.example", "obx.example", "letters"),
    # one slip
    ("eastbnk.example", "eastbank.example", "slip"),
    ("easttbank.example", "eastbank.example", "slip"),
    ("easbtank.example", "eastbank.example", "slip"),
    ("eastbenk.example", "eastbank.example", "slip"),
    ("paypall.example", "paypal.example", "slip"),
    ("nortnharbour.example", "North Harbour", "slip"),
    # added words
    ("secure-eastbank.example", "eastbank.example", "words"),
    ("eastbank-login.example", "eastbank.example", "words"),
    ("eastbanklogin.example", "eastbank.example", "words"),
    ("myeastbank.example", "eastbank.example", "words"),
    ("eastbank24.example", "eastbank.example", "words"),
    ("eastbank-singapore-refund.example", "eastbank.example", "words"),
    ("eastbank-com.example", "eastbank.example", "words"),
    ("secure-obx.example", "obx.example", "words"),
    ("obxsecurelogin.example", "obx.example", "words"),
    ("paypa1-verify.example", "paypal.example", "words"),
    ("login-citi.test", "citi.example", "words"),
    ("northharbour.example", "North Harbour", "words"),
    ("north-harbour-support.example", "North Harbour", "words"),
    ("east-bank.example", "eastbank.example", "ending"),
    # the same name elsewhere
    ("eastbank.test", "eastbank.example", "ending"),
    ("www.mymaritime.example", "mymaritime.co.uk", "ending"),
    ("obx.test", "obx.example", "ending"),
    # before what was registered
    ("eastbank.example.other.test", "eastbank.example", "subdomain"),
    ("login.eastbank.other.test", "eastbank.example", "subdomain"),
    ("obx.example.other.test", "obx.example", "subdomain"),
]

DO_NOT = [
    # protected itself, and below it
    "eastbank.example",
    "login.eastbank.example",
    "mail.mymaritime.co.uk",
    # other names
    "other.example",
    "westbank.test",
    "obxerve.example",
    "boxobx.example",
    "cities.example",
    "rivoli.example",
    "maritime.example",
    "obx.other.test",
    "north-sea-harbour.example",
    "a.test",
    "xn--caf-dma.example",
]


@pytest.mark.parametrize(("domain", "of", "how"), IMITATE, ids=[one[0] for one in IMITATE])
def test_what_imitates_a_name_is_found(domain: str, of: str, how: str) -> None:
    found = imitated(read(domain, "domain").value, PROTECTED)
    assert found is not None
    assert (found.of, found.how) == (of, how)
    assert found.reason.startswith(f"It imitates {of}: ")
    assert found.reason.endswith(".")


@pytest.mark.parametrize("domain", DO_NOT)
def test_what_only_happens_to_be_near_is_not(domain: str) -> None:
    assert imitated(domain, PROTECTED) is None


def test_nothing_protected_is_nothing_imitated() -> None:
    assert not protect([])
    assert imitated("paypa1.example", protect([])) is None
    assert not protect(["ab.example", "?!"])


@given(st.text(max_size=70))
def test_any_text_has_an_answer(text: str) -> None:
    protect([text])
    try:
        host = read(text, "domain").value
    except Unreadable:
        host = text
    found = imitated(host, PROTECTED)
    assert found is None or found.of


@given(st.from_regex(r"[a-z]{6,12}", fullmatch=True), st.integers(0, 11), st.sampled_from("abcxyz"))
def test_every_single_slip_is_found(name: str, place: int, letter: str) -> None:
    protected = protect([f"{name}.example"])
    place %= len(name)
    slips = {
        name[:place] + name[place + 1 :],
        name[:place] + letter + name[place:],
        name[:place] + letter + name[place + 1 :],
    }
    for slip in slips - {name}:
        if look(slip) != look(name) and len(look(slip)) >= 5:
            assert imitated(f"{slip}.test", protected) is not None, slip


def test_many_protected_names_cost_a_name_no_more() -> None:
    few = protect(["eastbank.example"])
    many = protect([f"bank{number:05}of{number * 7919 % 100003}.example" for number in range(5_000)])

    def calls(protected: Protected) -> int:
        profile = cProfile.Profile()
        for number in range(100):
            profile.runcall(imitated, f"host{number}.test", protected)
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]

    assert calls(many) < 3 * calls(few)


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.screening.lookalike._MOST_ASKED", 3)
    protected = protect(["northbank.example"])
    for number in range(10):
        assert imitated(f"northbank-login{number}.test", protected) == imitated(
            f"northbank-login{number}.test", protected
        )
    assert len(protected.asked) <= 3
