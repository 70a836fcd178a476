"""Correcting it later, what readers say, and feedback: as people use them, on a desk and on a phone."""

import pytest
from house import START
from playwright.sync_api import expect
from test_pages import LOOKS, PHONE
from visitors import Site, Visitor, Visitors
from voting_house import weigh_all
from web_world import PASSWORD, World

from tocsin.members.access import add_user
from tocsin.members.members import add_member, find_member, grant

pytestmark = pytest.mark.browser
LONG = "https://florist.example/" + "a-long-way/" * 12 + "?session=" + "0123456789abcdef" * 6


@pytest.fixture(scope="module")
def readers(site: Site) -> tuple[str, ...]:
    """Clerks of two more members that read what bank A hands in."""
    with site.world.house.database.writing() as connection:
        for slug in ("bank-y", "bank-z"):
            member = add_member(connection, slug, slug.replace("-", " ").title(), "bank", "SG", START)
            grant(connection, site.world.house.collections["Scams"].key, member.key, read=True, write=True)
            add_user(connection, f"clerk-{slug[-1]}", find_member(connection, slug).key, "contributor", PASSWORD, START)
    return "clerk-y", "clerk-z"


def handed_in(world: World, name: str) -> tuple[str, str]:
    """A report of bank A's with a long value: its address and the indicator's."""
    value = LONG.replace("florist", name)
    report = world.house.submit("bank-a", f"{value}\nsecond-{name}.example\nnothing of the kind\n", name=f"{name}.txt")
    url = world.indicator_url("Scams", f"[url:value = '{value}']")
    world.index()
    return f"/reports/{report.id}", url


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_two_readers_call_it_wrong_and_the_source_corrects_it(
    site: Site, visit: Visitors, readers: tuple[str, ...], scripts: bool
) -> None:
    report, url = handed_in(site.world, f"scripts-{scripts}".lower())
    for login in readers:
        page = visit(login, scripts=scripts).go(url)
        page.get_by_text("Say that you saw it, or that it is wrong").click()
        page.get_by_label("Or it is wrong:").select_option(label="It belongs to somebody honest.")
        page.get_by_role("button", name="It is wrong").click()
        expect(page.get_by_role("status")).to_contain_text("you call it wrong")
    source = visit("clerk", scripts=scripts)
    page = source.go("/")
    page.get_by_role("link", name=f"scripts-{scripts}".lower()).first.click()
    page.get_by_role("link", name="Correct it or take it back").first.click()
    page.locator("summary", has_text="Correct it").click()
    page.get_by_label("The value").fill("no address")
    page.get_by_role("button", name="Correct it").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.get_by_label("The value")).to_have_value("no address")
    # Chromium notes every answer of 400 itself
    source.complaints.clear()
    page.get_by_label("The value").fill(f"https://right-{scripts}.example/x".lower())
    page.get_by_role("button", name="Correct it").click()
    expect(page.get_by_role("status")).to_contain_text("Corrected. It is accepted now")
    assert page.url.endswith(f"{report}/rows/0")
    assert not source.complaints


def test_a_reader_proposes_and_the_source_takes_it_up(site: Site, visit: Visitors, readers: tuple[str, ...]) -> None:
    _, url = handed_in(site.world, "proposed")
    page = visit(readers[0]).go(url)
    page.get_by_text("Propose a correction").click()
    page.get_by_label("The right value").fill("https://taken-up.example/x")
    page.get_by_label("Why, at most 500 characters").fill("It is mistyped.")
    page.get_by_role("button", name="Propose this correction").click()
    expect(page.get_by_text("no answer yet")).to_be_visible()
    source = visit("clerk").go("/proposals")
    expect(source.get_by_text("It is mistyped.")).to_be_visible()
    source.get_by_role("button", name="Correct it so").click()
    expect(source.get_by_role("status")).to_contain_text("Done in 1 of your rows")
    page.reload()
    expect(page.get_by_text("taken up")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (1440, "light")])
def test_how_these_pages_look(site: Site, visit: Visitors, readers: tuple[str, ...], width: int, scheme: str) -> None:
    report, url = handed_in(site.world, f"looks-{width}-{scheme}")
    for login in readers:
        asked = site.world.person(login)
        asked.post(f"{url}/vote", {"says": "false", "why": "shared"})
        data = {"kind": "domain", "value": "right.example", "words": "It is not that one, it is the other one."}
        asked.post(f"{url}/propose", data)
    weigh_all(site.world.house)
    wrong: dict[str, list[str]] = {}
    visitor: Visitor = visit("clerk", width=width, scheme=scheme)
    paths = ["/", "/feedback", "/proposals", report, f"{report}/feedback", f"{report}/rows/0", f"{report}/rows/2", url]
    for who, some in (
        (visitor, paths),
        (visit(readers[0], width=width, scheme=scheme), [url, "/feedback", "/proposals"]),
    ):
        for path in some:
            page = who.go(path)
            folded = page.locator("details:not([open]) > summary")
            while folded.count():
                folded.first.click()
            page.wait_for_load_state()
            if found := [str(one) for one in page.evaluate(LOOKS)]:
                wrong[path] = found
    assert not wrong
