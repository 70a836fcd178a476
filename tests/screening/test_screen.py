"""One row, one verdict, and why in a sentence."""

from dataclasses import replace

import pytest

from tocsin.identifiers import Identifier, read
from tocsin.intake import Claim, Row
from tocsin.screening import BRAND, HARMLESS, OWN, ListEntry, ListHit, Screening, Verdict, lists_for, screen

HELD = ListHit("popular", "held-pages.com", "hold", "held-pages.com is on the list of X, so a moderator decides.")
REFUSED = ListHit("banks", "bank-pages.com", "reject", "bank-pages.com is on the list of Y, so it is not published.")


def lists(identifier: Identifier) -> ListHit | None:
    return {"held-pages.com": HELD, "bank-pages.com": REFUSED}.get(identifier.value)


MINE, THEIRS = 1, 2
ENTRIES = [
    (MINE, ListEntry(OWN, "domain", "my-own-bank.com", True)),
    (MINE, ListEntry(OWN, "phone", "+6561234567")),
    (MINE, ListEntry(OWN, BRAND, "Quiet Brand")),
    (MINE, ListEntry(HARMLESS, "domain", "payroll-partner.com")),
    (THEIRS, ListEntry(OWN, "domain", "their-own-bank.com", True)),
    (THEIRS, ListEntry(OWN, "domain", "their-secret-bank.com")),
    (THEIRS, ListEntry(HARMLESS, "domain", "their-partner.com")),
]
SCREENING = Screening(hit=lists, members=lists_for(MINE, ENTRIES))


def row(value: str, kind: str = "domain", role: str | None = None) -> Row:
    return Row(1, "value", value, read(value, kind), None, Claim(role=role))


@pytest.mark.parametrize(
    ("given", "verdict", "code", "words"),
    [
        (row("bad-pages.com"), "accepted", "accepted", "Published."),
        (row("held-pages.com"), "held", "allow-list", "a moderator decides"),
        (row("bank-pages.com"), "rejected", "allow-list", "not published"),
        (row("bank.example"), "rejected", "reserved", "kept for examples"),
        (row("my-own-bank.com"), "rejected", "own-identifier", "your own organisation's"),
        (row("mail.my-own-bank.com"), "rejected", "own-identifier", "your own organisation's"),
        (row("boss@my-own-bank.com", "email"), "rejected", "own-identifier", "your own organisation's"),
        (row("https://my-own-bank.com/", "url"), "rejected", "own-identifier", "your own organisation's"),
        (row("https://my-own-bank.com/a", "url"), "held", "allow-list", "a page there may have been tampered with"),
        (row("+65 6123 4567", "phone"), "rejected", "own-identifier", "your own organisation's"),
        (row("payroll-partner.com"), "rejected", "allow-list", "a member's list of what is harmless, so it is not"),
        (row("https://payroll-partner.com/a", "url"), "held", "allow-list", "list of what is harmless; a page there"),
        (row("their-own-bank.com"), "held", "allow-list", "on the list of what members say is their own"),
        (row("their-secret-bank.com"), "accepted", "accepted", "Published."),
        (row("their-partner.com"), "accepted", "accepted", "Published."),
        (row("my-0wn-bank.com"), "accepted", "accepted", "Published. It imitates my-own-bank.com: "),
        (row("https://login.my-own-bank-help.com/x", "url"), "accepted", "accepted", "It imitates my-own-bank.com: "),
        (row("boss@their-own-bank.co", "email"), "accepted", "accepted", "It imitates their-own-bank.com: "),
        (row("quiet-brand-login.com"), "accepted", "accepted", "It imitates Quiet Brand: "),
        (row("bad-pages.com", role="victim"), "rejected", "victim", "belongs to a victim"),
        (row("bad-pages.com", role="spoofed"), "rejected", "victim", "somebody forged"),
        (row("a@bad-pages.com", "email", "compromised-victim"), "rejected", "victim", "victim's own mailbox"),
        (row("bad-pages.com", role="lookalike"), "accepted", "accepted", "Published."),
        (Row(1, "value", "?", problem="It is no domain."), "rejected", "unreadable", "It is no domain."),
        (Row(1, "value", "?", object_type="tool"), "rejected", "unreadable", "nothing in it that can be published"),
    ],
)
def test_every_row_gets_a_verdict_with_a_reason(given: Row, verdict: str, code: str, words: str) -> None:
    found = screen(given, SCREENING)
    assert (found.verdict, found.code) == (verdict, code)
    assert words in found.reason
    assert found.reason.endswith(".")


@pytest.mark.parametrize("value", ["held-pages.com", "bank-pages.com"])
def test_a_hit_is_set_aside_with_a_reason_that_stays_visible(value: str) -> None:
    found = screen(row(value), replace(SCREENING, override="the site was hijacked on 3 May"))
    assert (found.verdict, found.code) == ("accepted", "override")
    assert value in found.reason
    assert "the site was hijacked on 3 May" in found.reason


@pytest.mark.parametrize("given", [row("bank.example"), row("my-own-bank.com"), row("bad-pages.com", role="victim")])
def test_an_override_sets_nothing_but_the_lists_aside(given: Row) -> None:
    assert screen(given, replace(SCREENING, override="please")).verdict == "rejected"


def test_an_override_sets_ones_own_list_aside_and_not_what_others_say_of_themselves() -> None:
    said = replace(SCREENING, override="the site was hijacked")
    assert screen(row("https://my-own-bank.com/a", "url"), said).code == "override"
    assert screen(row("payroll-partner.com"), said).code == "override"
    assert screen(row("their-own-bank.com"), said).verdict == "held"


def test_what_no_other_member_may_learn_tells_nothing_in_a_report_without_a_name() -> None:
    unseen = replace(SCREENING, unseen=True)
    assert screen(row("quiet-brand-login.com"), unseen).reason == "Published."
    assert "It imitates my-own-bank.com" in screen(row("my-0wn-bank.com"), unseen).reason
    mine = screen(row("https://my-own-bank.com/a", "url"), unseen).reason
    others = screen(row("https://their-own-bank.com/a", "url"), unseen).reason
    assert mine.replace("my-own", "their-own") == others


def test_only_the_demonstration_lets_reserved_values_through() -> None:
    assert screen(row("bank.example"), replace(SCREENING, demonstration=True)) == Verdict(
        "accepted", "Published.", "accepted"
    )
    assert screen(row("bank-pages.com"), replace(SCREENING, demonstration=True)).verdict == "rejected"


def test_a_victims_value_is_asked_of_no_list() -> None:
    def never(identifier: Identifier) -> ListHit | None:
        raise AssertionError(identifier)

    assert screen(row("bad-pages.com", role="victim"), Screening(hit=never)).verdict == "rejected"
