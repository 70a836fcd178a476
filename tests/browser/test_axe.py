"""Axe finds nothing serious on any page that can be reached from the first one, for whoever is signed in."""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from visitors import Site, Visitor, Visitors
from werkzeug.exceptions import HTTPException

pytestmark = pytest.mark.browser

SERIOUS = frozenset({"serious", "critical"})
MOST_OF_ONE_KIND = 2
"""Pages of one view that are looked at: an empty and a full one may differ."""

NO_PAGE = re.compile(r"\.(jsonl?|csv|xlsx|pdf|txt)$|^/(api|static|healthz|readyz|metrics|taxii2)\b")


def view_of(site: Site, path: str) -> str | None:
    """The view that answers an address, None where no page does."""
    try:
        endpoint, _ = site.world.app.url_map.bind("").match(urlsplit(path).path, method="GET")
    except HTTPException:
        return None
    return str(endpoint)


def links(visitor: Visitor) -> list[str]:
    found = visitor.page.eval_on_selector_all("a[href^='/']", "links => links.map(link => link.getAttribute('href'))")
    return [str(href) for href in found if not NO_PAGE.search(urlsplit(href).path)]


def serious(visitor: Visitor) -> list[str]:
    """What Axe holds against the page, with the elements."""
    found = Axe().run(visitor.page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize(("login", "width"), [("admin", 390), ("inspector", 1440), ("desk", 1440), (None, 390)])
def test_axe_finds_nothing_serious(site: Site, visit: Visitors, login: str | None, width: int) -> None:
    site.world.house.submit("bank-a", f"axe-{login}-{width}.example\n+44 20 7946 0123\nnonsense\n".lower())
    site.world.index()
    visitor = visit(login, width=width)
    waiting = ["/", "/search?q=axe", "/lookup", "/overview"] if login else ["/sign-in"]
    seen: Counter[str] = Counter()
    wrong: dict[str, list[str]] = {}
    while waiting:
        path = waiting.pop(0)
        view = view_of(site, path)
        if view is None or seen[view] >= MOST_OF_ONE_KIND:
            continue
        seen[view] += 1
        visitor.go(path)
        for summary in visitor.page.locator("details:not([open]) > summary").all():
            if summary.is_visible():
                summary.click()
        if found := serious(visitor):
            wrong[path] = found
        waiting += links(visitor)
    assert wrong == {}
    assert len(seen) >= (20 if login else 1)
