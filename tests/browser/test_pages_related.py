"""Following relations as an investigator does: by keyboard, on a phone, without scripts, with three hundred things."""

import re

import pytest
from playwright.sync_api import Page, expect
from test_pages import LOOKS, PHONE
from visitors import Site, Visitors

pytestmark = pytest.mark.browser
SHOWN = re.compile(r"(\d+) things and (\d+) relations? (?:is|are) shown")
ROWS = "#graph tbody tr"


@pytest.fixture(scope="module")
def followed(site: Site) -> str:
    """A thing with neighbours of neighbours, 15 by 20, and one large group."""
    house = site.world.house
    hubs = [f"hub{number}.example" for number in range(15)]
    house.submit("bank-a", "\n".join(["root.example", *hubs]))
    for number, hub in enumerate(hubs):
        leaves = [f"leaf{number}-{place}.example" for place in range(19)]
        house.submit("bank-b", "\n".join([hub, f"https://pay{number}.example/x", *leaves]))
    house.submit("bank-c", "\n".join(["root.example", *(f"bulk{number}.example" for number in range(60))]))
    house.submit("bank-b", "domain,ip,first seen,last seen\nroot.example,198.51.100.7,2026-01-01,2026-01-09\n")
    site.world.index()
    return f"{site.world.indicator_url('Scams', pattern('root.example'))}/related"


def pattern(name: str) -> str:
    return f"[domain-name:value = '{name}']"


def counts(page: Page) -> tuple[int, int]:
    found = SHOWN.search(page.locator("#graph [role=status]").inner_text())
    assert found is not None
    return int(found[1]), int(found[2])


def open_graph(page: Page) -> None:
    page.get_by_role("button", name="Show it as a graph").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#graph [role=status]")).to_contain_text("things and")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def chosen(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


def drawn(page: Page) -> set[str]:
    labels = page.locator(".graph .node").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    return {label.split(" ")[-2].rstrip(",") for label in labels}


def listed(page: Page) -> set[str]:
    return set(page.locator(f"{ROWS} td:nth-child(2) a.value").all_inner_texts())


def test_it_is_all_done_by_keyboard(site: Site, visit: Visitors, followed: str) -> None:
    visitor = visit("inspector")
    page = visitor.go(followed)
    open_graph(page)
    assert counts(page) == (17, 16)
    page.locator(".graph .node[tabindex='0']").focus()
    assert "root[.]example" in chosen(page)
    press(page, "ArrowRight")
    other = chosen(page)
    assert "root[.]example" not in other
    assert "hub" in other or "198" in other
    while "hub" not in chosen(page):
        press(page, "ArrowDown")
    press(page, "Enter")
    expect(page.locator("#graph [role=status]")).to_contain_text("37 things")
    assert page.locator(".graph .node:focus").get_attribute("aria-expanded") == "true"
    press(page, "Enter")
    expect(page.locator("#graph [role=status]")).to_contain_text("17 things")
    press(page, "Home")
    assert "root[.]example" in chosen(page)
    press(page, "+", "+")
    assert "root[.]example" in chosen(page)
    assert not visitor.complaints


def test_the_table_says_the_same_as_the_graph(site: Site, visit: Visitors, followed: str) -> None:
    visitor = visit("inspector")
    page = visitor.go(followed)
    before = set(page.locator("#as-table tbody td:first-child a").all_inner_texts())
    open_graph(page)
    assert listed(page) == before == drawn(page) - {"root[.]example"}
    page.locator(".graph .node", has=page.locator("title")).count()
    page.locator(".graph .node:not(.root)").first.dispatch_event("dblclick")
    expect(page.locator(".graph .node.open")).to_have_count(2)
    assert listed(page) == drawn(page) - {"root[.]example"}
    assert page.locator(f"{ROWS}:has(a.value)").count() - 1 == counts(page)[1], "one row a relation, one the group"
    expect(page.locator(ROWS).last).to_contain_text("things or more")
    assert page.locator(ROWS).last.get_by_role("link", name="See them").get_attribute("href")
    assert not visitor.complaints


def test_it_is_filtered_by_kind_and_time(site: Site, visit: Visitors, followed: str) -> None:
    visitor = visit("inspector")
    page = visitor.go(followed)
    open_graph(page)
    page.get_by_label("Domain", exact=True).uncheck()
    assert counts(page) == (2, 1)
    page.get_by_label("Domain", exact=True).check()
    page.get_by_label("Asserted from").fill("2026-01-05")
    page.get_by_label("Asserted from").dispatch_event("change")
    assert listed(page) == {"198[.]51[.]100[.]7"}
    page.get_by_label("Asserted from").fill("2026-02-05")
    page.get_by_label("Asserted from").dispatch_event("change")
    assert listed(page) == set()
    assert not visitor.complaints


def test_the_graph_speaks_the_language_of_its_page(site: Site, visit: Visitors, followed: str) -> None:
    visitor = visit("inspector")
    page = visitor.go(followed)
    page.context.add_cookies([{"name": "tocsin-language", "value": "fr", "url": page.url}])
    page = visitor.go(followed)
    page.get_by_role("button", name="Montrer en graphe").press("Enter")
    status = page.locator("#graph [role=status]")
    expect(status).to_contain_text("17 éléments et 16 liens affichés.")
    expect(status).to_contain_text("1 groupe plus grand figure seulement dans le tableau.")
    expect(page.locator(ROWS).filter(has_text="198[.]51[.]100[.]7")).to_contain_text("du 1 janv. 2026 au 9 janv. 2026")
    expect(page.locator(ROWS).first).to_contain_text("1 membre\u00a0: Bank")
    page.get_by_label("Affirmé du").fill("2026-02-05")
    assert not visitor.complaints


def test_three_hundred_things_are_shown_and_no_more(site: Site, visit: Visitors, followed: str) -> None:
    visitor = visit("inspector")
    page = visitor.go(followed)
    open_graph(page)
    for place in range(1, 17):
        page.locator(".graph .node").nth(place).dispatch_event("dblclick")
        expect(page.locator(".graph .node.open")).to_have_count(place + 1)
    things, relations = counts(page)
    assert things == 300
    assert relations >= 299
    expect(page.locator("#graph [role=status]")).to_contain_text("left out")
    page.locator(".graph .node.root").focus()
    press(page, "ArrowLeft", "ArrowUp")
    assert chosen(page)
    assert not visitor.complaints


def test_without_scripts_the_table_is_all_there(site: Site, visit: Visitors, followed: str) -> None:
    page = visit("inspector", scripts=False).go(followed)
    assert page.locator("#as-table tbody tr").count() == 16
    expect(page.get_by_role("button", name="Show it as a graph")).to_have_count(0)
    page.get_by_role("link", name="See them").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("In one group with")
    assert page.locator("#as-table tbody tr").count() == 60


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (1440, "light")])
def test_how_these_pages_look(site: Site, visit: Visitors, followed: str, width: int, scheme: str) -> None:
    visitor = visit("inspector", width=width, scheme=scheme)
    wrong: dict[str, list[str]] = {}
    for path in (followed.removesuffix("/related"), followed):
        page = visitor.go(path)
        if found := [str(one) for one in page.evaluate(LOOKS)]:
            wrong[path] = found
    open_graph(page)
    if found := [str(one) for one in page.evaluate(LOOKS)]:
        wrong["graph"] = found
    assert not wrong
