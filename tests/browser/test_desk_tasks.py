"""Three tasks of an investigator with real material, and how many clicks they take (docs/desk.md)."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from visitors import Site, Visitor, Visitors

pytestmark = pytest.mark.browser


@dataclass
class Hand:
    """Somebody's hand: it types and clicks, and counts the clicks. Enter is a click."""

    visitor: Visitor
    clicks: int = 0

    @property
    def page(self) -> Page:
        return self.visitor.page

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def search(self, text: str) -> None:
        self.page.get_by_role("searchbox").fill(text)
        self.click(self.page.get_by_role("button", name="Search"))


@pytest.fixture
def hand(visit: Visitors) -> Hand:
    return Hand(visit("inspector"))


def test_from_a_victims_mail_to_the_other_victims(site: Site, hand: Hand, real_data: Path) -> None:
    folder = real_data / "tests-only" / "phishing_pot" / "bec419"
    if not folder.is_dir():
        pytest.skip("the mails of phishing_pot are not here")
    house = site.world.house
    for slug, samples in {"bank-a": (4672, 4722), "bank-b": (4668, 4689, 4692, 4609)}.items():
        for sample in samples:
            house.submit(slug, (folder / f"sample-{sample}.eml").read_bytes(), name=f"{sample}.eml")
    site.world.index()
    # a victim shows the mail that promised compensation, and to whom it asks to answer
    hand.visitor.go("/")
    hand.search("wunion35519@gmail.com")
    hand.click(hand.page.locator(".hits a.main").first)
    expect(hand.page.get_by_text("2 independent members: Bank A, Bank B")).to_be_visible()
    sources = hand.page.get_by_role("table").filter(has_text="Reported")
    for victim in ("Bank A", "Bank B"):
        expect(sources.get_by_text(victim, exact=True)).to_be_visible()
    assert hand.clicks == 2


def test_from_one_account_of_a_group_to_the_others(site: Site, hand: Hand, real_data: Path) -> None:
    source = next((real_data / "ofac-crypto").glob("**/sanctioned_addresses_LTC.txt"))
    listed = source.read_text().split()
    site.world.house.submit("bank-a", "\n".join(["wallet", *listed]) + "\n", name="wallets.csv")
    site.world.house.submit("bank-b", "\n".join(["wallet", *listed]) + "\n", name="wallets.csv")
    site.world.index()
    hand.visitor.go("/")
    hand.search(listed[0])
    hand.click(hand.page.locator(".hits a.main").first)
    for other in sorted({*listed} - {listed[0]}):
        expect(hand.page.get_by_role("link", name=other)).to_be_visible()
    assert hand.clicks == 2


def test_from_a_brand_to_all_its_look_alikes(site: Site, hand: Hand, real_data: Path) -> None:
    source = next((real_data / "discord-phishing").glob("*/domain-list.json"))
    names = json.loads(source.read_text())["domains"]
    site.world.house.submit("bank-a", "\n".join(names) + "\n", name="names.txt")
    site.world.index()
    hand.visitor.go("/")
    hand.search("discord.com")
    for alike in ("discord[.]com[.]ru", "verify-discord[.]com"):
        expect(hand.page.get_by_role("link", name=alike, exact=True).first).to_be_visible()
    total = int(hand.page.locator(".found").inner_text().split()[0].replace(",", ""))
    assert total > 500
    assert hand.clicks == 1
