"""A search is saved, finds something and is looked at in Chromium: on a phone without scripts, on a desk with them."""

import pytest
from playwright.sync_api import expect
from saved_world import finder
from test_axe import serious
from test_pages import LONG, PHONE, looks
from visitors import Visitors

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme", "scripts"), [(PHONE, "dark", False), (1440, "light", True)])
def test_a_search_is_saved_and_tells(visit: Visitors, width: int, scheme: str, scripts: bool) -> None:
    visitor = visit("inspector", width=width, scheme=scheme, scripts=scripts)
    world, page, name = visitor.site.world, visitor.page, f"watched {width}"
    looking = finder(world)
    visitor.go("/searches")
    assert looks(visitor) == []
    visitor.go(f"/search?q=watched-{width}&kind=domain")
    page.get_by_label("What you call it").fill(name)
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert looks(visitor) == []
    world.house.submit("bank-a", f"watched-{width}.example\nwatched-{width}-{'long' * 12}.example\n{LONG}{width}\n")
    looking.look()
    visitor.go("/")
    page.get_by_role("link", name="See saved searches").click()
    expect(page.get_by_role("main")).to_contain_text("2 new")
    assert looks(visitor) == []
    page.get_by_role("link", name=name).click()
    assert looks(visitor) == []
    page.get_by_text("Have a program of yours told").click()
    page.get_by_label("Address", exact=True).fill("https://127.0.0.1/")
    page.get_by_role("button", name="Make a secret and tell it").click()
    expect(page.get_by_role("alert")).to_contain_text("Webhooks are sent to public addresses alone.")
    assert looks(visitor) == []
    page.get_by_label("Address", exact=True).fill("https://hooks.example/" + "a-long-path/" * 20)
    page.get_by_role("button", name="Make a secret and tell it").click()
    expect(page.locator("code.secret")).to_contain_text("whsec_")
    assert looks(visitor) == []
    if scripts:  # Axe is one
        assert serious(visitor) == []
        visitor.go("/searches")
        assert serious(visitor) == []
        page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="I have seen these").click()
    expect(page.get_by_role("main")).to_contain_text("nothing new")
