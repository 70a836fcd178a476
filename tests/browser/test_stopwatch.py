"""A clerk who never saw the pages hands in a pasted scam mail: from the first look to the receipt, within a minute."""

import re

import pytest
from playwright.sync_api import expect
from stopwatch import Stopwatch
from visitors import Site, Visitors

from tocsin.members.defaults import set_default
from tocsin.members.members import find_member

pytestmark = pytest.mark.browser

RECEIPT = re.compile(r"/reports/[^/?]+$")
MINUTE = 60


def mail(name: str) -> str:
    return f"""Return-Path: <bounce@{name}.example>
Received: from mail.{name}.example ([192.0.2.7]) by mx.our-bank.example
From: "Accounts, Harbour Supplies" <accounts@{name}.example>
Reply-To: accounts.harbour@{name}-mail.example
To: payments@our-customer.example
Subject: New bank details

Dear colleague,

our bank is being audited, so please pay invoice 4711 over SGD 48,200.00 to this account from now on:

IBAN: GB33BUKB20201555555555
Any question? Call +44 7700 900123, or see hxxps://{name}[.]example/new-details today.

Kind regards
Mary Tan
"""


@pytest.fixture
def defaults(site: Site) -> None:
    """What an administrator sets once for a member."""
    with site.world.house.database.writing() as connection:
        key = site.world.house.collections["Scams"].key
        set_default(connection, find_member(connection, "bank-b").key, "amber", key)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("width", [390, 1440], ids=["phone", "desk"])
@pytest.mark.usefixtures("defaults")
def test_a_pasted_mail_takes_no_minute(visit: Visitors, width: int, scripts: bool) -> None:
    watch, name = Stopwatch(), f"harbour-{width}-{scripts}".lower()
    visitor = visit("clerk-b", width=width, scripts=scripts)
    page = visitor.page
    with watch.step("open the page", points=1, thinks=1):
        visitor.go("/submit")
    with watch.step("paste the mail", keys=2, points=1, thinks=1):
        page.get_by_label("Paste it").fill(mail(name))
    with watch.step("see what is in it", points=1, thinks=1):
        page.get_by_role("button", name="See what is in it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("This is what was found")
    found = page.locator(".item")
    assert 6 <= found.count() <= 12
    with watch.step(f"look through {found.count()} things that were found", thinks=found.count()):
        pass
    with watch.step("say whose the customer's address is", points=1, thinks=1):
        mine = found.filter(has_text="payments[@]our-customer")
        expect(mine.get_by_role("radio", name="the victim’s")).to_be_checked()
    with watch.step("choose the crime", points=2, thinks=1):
        page.get_by_label("What kind of crime").select_option("bec-invoice")
    with watch.step("say when", keys=8, points=1, thinks=1):
        page.get_by_label("When did it happen").fill("2026-01-20")
    with watch.step("say how much", keys=5, points=1, thinks=1):
        page.get_by_label("How much was lost").fill("48200")
    with watch.step("look who receives it", thinks=1):
        expect(page.get_by_text("Who receives it: Scams")).to_be_visible()
    with watch.step("hand in", points=1, thinks=1):
        page.get_by_role("button", name="Hand in").click()
        expect(page).to_have_url(RECEIPT)
    print(f"\n{width} px{'' if scripts else ', no scripts'}\n{watch}")
    expect(page.get_by_text("Your receipt:")).to_be_visible()
    expect(page.get_by_text("Loss: 48,200.00 SGD")).to_be_visible()
    assert watch.seconds <= MINUTE, str(watch)
    assert sum(one.machine for one in watch.steps) <= MINUTE / 4, str(watch)
    assert not visitor.complaints


@pytest.mark.usefixtures("defaults")
def test_by_the_keyboard_alone(visit: Visitors) -> None:
    visitor = visit("clerk-b")
    page = visitor.go("/submit")
    expect(page.get_by_label("Paste it")).to_be_focused()
    page.keyboard.insert_text("look at keyboard-only.example please, and soon\n")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("This is what was found")
    victim = page.get_by_role("radio", name="the victim’s")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || ''").startswith("role-"):
            break
    page.keyboard.press("ArrowRight")
    expect(victim).to_be_checked()
    expect(page.get_by_text("It stays with the report and is not published.")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(victim).not_to_be_checked()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''") == "Hand in":
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(RECEIPT)
    expect(page.locator("td .verdict")).to_have_text("accepted")


@pytest.mark.usefixtures("defaults")
def test_a_lost_connection_loses_nothing(visit: Visitors) -> None:
    visitor = visit("clerk-b")
    page, text = visitor.go("/submit"), "look at tunnel.example please, and soon\n"
    page.get_by_label("Paste it").fill(text)
    visitor.context.set_offline(True)
    page.get_by_role("button", name="See what is in it").click()
    expect(page.get_by_role("status")).to_contain_text("There is no connection.")
    visitor.context.set_offline(False)
    expect(page.get_by_role("status")).to_contain_text("The connection is back.")
    page.reload()
    expect(page.get_by_label("Paste it")).to_have_value(text)
    page.get_by_role("button", name="See what is in it").click()
    page.get_by_label("What kind of crime").select_option("phishing")
    page.get_by_role("radio", name="ours").first.check()
    page.reload()
    expect(page.get_by_label("What kind of crime")).to_have_value("phishing")
    expect(page.get_by_role("radio", name="ours").first).to_be_checked()
    visitor.go("/submit")
    expect(page.get_by_label("Paste it")).to_have_value("")
    page.get_by_role("link", name="look at tunnel").click()
    page.get_by_role("button", name="Hand in").click()
    expect(page).to_have_url(RECEIPT)
    visitor.go("/submit")
    expect(page.get_by_role("link", name="look at tunnel")).to_have_count(0)
    page.get_by_label("Paste it").fill("typed and left")
    page.get_by_role("button", name="Sign out").click()
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.usefixtures("defaults")
def test_a_role_is_one_click(visit: Visitors, scripts: bool) -> None:
    visitor = visit("clerk-b", width=390, scripts=scripts)
    page = visitor.go("/submit")
    word = "click" if scripts else "plain-click"
    page.get_by_label("Paste it").fill(f"they wrote from {word}-one.example, our site is {word}-two.example here\n")
    page.get_by_role("button", name="See what is in it").click()
    ours = page.locator(".item").filter(has_text=f"{word}-two[.]example")
    ours.get_by_role("radio", name="ours").check()
    expect(ours.get_by_text("It stays with the report and is not published.")).to_be_visible()
    expect(ours.get_by_text("accepted")).not_to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("td .verdict")).to_have_text(["accepted", "rejected"])
