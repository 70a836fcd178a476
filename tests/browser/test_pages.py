"""The members' pages as people use them, in Chromium: with scripts and without, on a desk and on a phone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from visitors import Site, Visitor, Visitors

pytestmark = pytest.mark.browser
LOOKS = (Path(__file__).parent / "looks.js").read_text()
PHONE = 390
RECEIPT = re.compile(r"/reports/[^/?]+$")
IBAN = "GB33BUKB20201555555555"
LONG = "https://pages.example/" + "a-long-way/" * 12 + "?session=" + "0123456789abcdef" * 6


def hand_in(visitor: Visitor, text: str) -> None:
    """Paste something and go as far as what would happen."""
    page = visitor.go("/submit")
    page.get_by_label("Paste it").fill(text)
    page.get_by_role("button", name="See what is in it").click()
    page.get_by_label("Scams").check()
    page.get_by_label("TLP:GREEN").check()
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("Who receives it: Scams")).to_be_visible()


def looks(visitor: Visitor) -> list[str]:
    """What is wrong with the page as it stands."""
    visitor.page.wait_for_load_state()  # a click comes back before the style sheet is there
    return [str(one) for one in visitor.page.evaluate(LOOKS)]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_a_paste_to_its_page(site: Site, visit: Visitors, scripts: bool) -> None:
    visitor = visit("clerk", scripts=scripts)
    name = f"pasted-{scripts}.example".lower()
    hand_in(visitor, f"hxxp://{name.replace('.', '[.]')}\n{IBAN}\nnothing of the kind\n")
    page = visitor.page
    for verdict in ("accepted", "held", "rejected"):
        expect(page.locator(f".totals .{verdict} dd")).to_have_text("1")
    page.get_by_role("button", name="Hand in").click()
    expect(page).to_have_url(RECEIPT)
    expect(page.locator("td .verdict")).to_have_text(["accepted", "held", "rejected"])

    site.world.index()
    visitor.go("/").get_by_role("searchbox").fill(name)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="hxxp").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name.replace(".", "[.]"))
    expect(page.get_by_label("The true value")).to_have_value(f"http://{name}/")
    assert not visitor.complaints


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_mistake_loses_nothing(visit: Visitors, sheet: Path, scripts: bool) -> None:
    page = (visitor := visit("clerk", scripts=scripts)).go("/submit")
    page.get_by_label("Or choose a file").set_input_files(sheet)
    page.get_by_role("button", name="See what is in it").click()
    page.get_by_label("What kind of crime").select_option("bec")
    page.get_by_role("button", name="Hand in").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("As it is, nobody would receive it.")
    if scripts:
        expect(summary).to_be_focused()
    assert not looks(visitor)
    expect(page.get_by_label("What kind of crime")).to_have_value("bec")
    page.get_by_label("Scams").check()
    page.get_by_label("TLP:AMBER", exact=False).first.check()
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("from-a-sheet[.]example", exact=True)).to_be_visible()


def test_enter_in_the_reason_publishes_nothing(visit: Visitors) -> None:
    hand_in(visitor := visit("clerk"), "GB82WEST12345698765432\n")
    visitor.page.get_by_role("button", name="Hand in").click()
    page = visit("desk").go("/held")
    page.get_by_label("Choose GB82WEST12345698765432").check()
    page.get_by_label("Reason").fill("The account belongs to the victim.")
    page.get_by_label("Reason").press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 turned down.")


def test_everything_can_be_reached_by_the_keyboard(visit: Visitors) -> None:
    page = visit("clerk").go("/collections")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)


def pages_of(visitor: Visitor) -> list[str]:
    """Every kind of page, with the longest things on them that there are."""
    page = visitor.page
    hand_in(visitor, f"{LONG}\n{IBAN}\n{'nonsense-' * 40}\n")
    assert not looks(visitor)
    page.get_by_role("button", name="Hand in").click()
    expect(page).to_have_url(RECEIPT)
    receipt = page.url.removeprefix(visitor.site.url)
    visitor.site.world.index()
    page.goto(visitor.site.url + "/search?q=a-long-way")
    indicator = str(page.locator(".hits a.main").first.get_attribute("href"))
    lists = ["/", "/submit", "/reports", "/held", "/collections", "/nowhere"]
    return [*lists, "/search", "/search?q=a-long-way", "/search?q=zzz&kind=domain", receipt, indicator]


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (1440, "light")])
def test_how_every_page_looks(visit: Visitors, width: int, scheme: str) -> None:
    stranger = visit(width=width, scheme=scheme)
    stranger.go("/sign-in")
    assert not looks(stranger)
    visitor = visit("desk", width=width, scheme=scheme)
    wrong = {}
    for path in pages_of(visitor):
        visitor.go(path)
        folded = visitor.page.locator("details:not([open]) > summary")
        while folded.count():
            folded.first.click()
        if found := looks(visitor):
            wrong[path] = found
    assert not wrong


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (1440, "light")])
def test_how_keeping_looks_and_works(visit: Visitors, width: int, scheme: str) -> None:
    value = f"{width}-{scheme}.{'long-way-' * 12}.example"[:60] + ".example"
    page = (visitor := visit("admin", width=width, scheme=scheme)).go("/keeping")
    page.get_by_text("Set a rule").click()
    page.get_by_role("button", name="Set the rule").click()
    expect(page.get_by_role("alert")).to_contain_text("Say for how many days")
    assert not looks(visitor)
    page.get_by_label("Days after").fill("365")
    page.get_by_role("button", name="Set the rule").click()
    page.get_by_text("Hold something").click()
    page.get_by_label("Which one?").fill(value)
    page.get_by_label("Why (said").fill("A claim in court that takes long to decide.")
    page.get_by_role("button", name="Hold it").click()
    expect(page.get_by_role("status")).to_contain_text("neither forgotten nor erased")
    assert not looks(visitor)
    page.get_by_label("Their accounts").fill(f"{value}\n{IBAN}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Get the files").click()
    assert download.value.suggested_filename.startswith("known-")
    page.get_by_label("Why it is lifted").first.fill("It is decided.")
    page.get_by_role("button", name="Lift the hold").first.click()
    expect(page.get_by_role("status")).to_have_text("The hold is lifted.")
    assert not looks(visitor)
