"""Getting about: the places that stand in one line, and what is folded under More."""

import pytest
from playwright.sync_api import expect
from test_pages import LOOKS, PHONE
from visitors import Visitors

pytestmark = pytest.mark.browser
_CONTENT_COVERED = """() => {
  const header = document.querySelector("header.top").getBoundingClientRect();
  return document.querySelector("main").getBoundingClientRect().top < header.bottom;
}"""


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("width", [PHONE, 1440])
def test_more_is_opened_by_the_keyboard_and_covers_nothing(visit: Visitors, width: int, scripts: bool) -> None:
    page = (visitor := visit("admin", width=width, scripts=scripts)).go("/reports")
    first = page.get_by_role("navigation").get_by_role("link", name="Saved searches")
    expect(first).to_be_hidden()
    page.get_by_role("navigation").get_by_role("link", name="Collections").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(first).to_be_visible()
    assert not page.evaluate(_CONTENT_COVERED)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved searches")
    expect(first).to_have_attribute("aria-current", "page")
    expect(first).to_be_visible()
    assert not page.evaluate(LOOKS)
    assert not visitor.complaints


_FIRST = ["Saved searches", "Overview", "Communities", "Feedback", "Proposals", "Questions", "Disputes", "Lists"]
FOR_ALL = [*_FIRST, "Polling", "Audit", "Notices"]
FOR_MODERATORS = [*_FIRST, "Tokens", "Polling", "Audit", "Sources made known", "Notices"]


@pytest.mark.parametrize(("login", "found"), [("clerk", FOR_ALL), ("desk", FOR_MODERATORS)])
def test_more_holds_what_somebody_may_open_and_nothing_else(visit: Visitors, login: str, found: list[str]) -> None:
    page = (visitor := visit(login, width=PHONE)).go("/")
    page.get_by_text("More", exact=True).click()
    assert page.locator("details.more li").all_inner_texts() == found
    for words in found:
        page = visitor.go("/")
        page.get_by_text("More", exact=True).click()
        page.get_by_role("navigation").get_by_role("link", name=words, exact=True).click()
        expect(page.locator("nav [aria-current]")).to_have_text(words)
        assert not page.evaluate(LOOKS), words
