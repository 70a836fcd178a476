"""Asking who knows, as people use it, on a desk and on a phone, with scripts and without."""

import pytest
from asking_house import ASKER, VALUE, asked_by, both
from playwright.sync_api import expect
from test_axe import serious
from test_pages import LOOKS, PHONE
from visitors import Site, Visitors

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def allowed(site: Site) -> Site:
    both(site.world.house)
    asked_by(site.world.house, "seeker", ASKER)
    return site


@pytest.mark.parametrize(("width", "scripts"), [(1440, True), (PHONE, False)])
def test_somebody_asks_and_whoever_knows_answers(allowed: Site, visit: Visitors, width: int, scripts: bool) -> None:
    value = f"wide-{width}.example"
    allowed.world.house.submit("bank-b", f"{value}\n", to=("Case Nightjar",))
    seeker = visit("seeker", scripts=scripts, width=width)
    page = seeker.go(f"/search?q={value}")
    page.get_by_role("link", name="Ask through the exchange").click()
    page.get_by_label("Why do you ask, and what do you want to know?").fill("A victim paid there.")
    page.get_by_label("Your case number, if they may see it").fill("A-17")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Your question is with whoever knows of it.")
    source = visit("clerk-b", scripts=scripts, width=width)
    theirs = source.go("/enquiries")
    expect(theirs.get_by_text("A member of the exchange asks").first).to_be_visible()
    theirs.get_by_label("Your answer").first.fill("We froze it.")
    theirs.get_by_label("We may be named to whoever asks").first.check()
    theirs.get_by_role("button", name="Answer", exact=True).first.click()
    page = seeker.go("/enquiries")
    expect(page.get_by_text("We froze it.").first).to_be_visible()
    page.get_by_role("button", name="We may be named to the other side").first.click()
    expect(page.get_by_text("The other side is Bank B").first).to_be_visible()


@pytest.mark.parametrize("width", [1440, PHONE])
def test_axe_finds_nothing_serious_where_somebody_asks(allowed: Site, visit: Visitors, width: int) -> None:
    wrong = {}
    for login, paths in {
        "seeker": (f"/search?q={VALUE}", f"/ask?q={VALUE}", "/lookup", "/enquiries"),
        "clerk-b": ("/enquiries",),
        "admin": (f"/collections/{allowed.world.collection_id('Case Nightjar')}", "/members/bank-b"),
    }.items():
        visitor = visit(login, width=width)
        for path in paths:
            page = visitor.go(path)
            if found := [*serious(visitor), *(str(one) for one in page.evaluate(LOOKS))]:
                wrong[login, path] = found
    assert wrong == {}
