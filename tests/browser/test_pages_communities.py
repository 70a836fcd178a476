"""A community from its making to what is found through it, by keyboard and mouse, with scripts and without."""

import re

import pytest
from house import START
from playwright.sync_api import expect
from test_pages import LOOKS, PHONE
from visitors import Site, Visitor, Visitors
from web_world import PASSWORD

from tocsin.members.access import add_user
from tocsin.members.members import find_member

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def head(site: Site) -> str:
    """A moderator of bank B, who may ask for it."""
    with site.world.house.database.writing() as connection:
        member = find_member(connection, "bank-b")
        add_user(connection, "head-b", member.key, "moderator", PASSWORD, START)
    return "head-b"


def make_community(admin: Visitor, title: str, slug: str) -> None:
    page = admin.go("/communities/-/new")
    page.get_by_label("What it is called").fill(title)
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose how far")
    expect(page.get_by_label("What it is called")).to_have_value(title)
    page.get_by_label("Short name").fill(slug)
    page.get_by_label("Not outside of their own organisation.").check()
    page.get_by_label("A law on preventing fraud allows members to share it.").check()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def link_for(admin: Visitor, slug: str, member: str) -> str:
    page = admin.go(f"/communities/{slug}")
    page.get_by_label("Member", exact=True).select_option(label=member)
    page.get_by_role("button", name="Make a link").click()
    return page.get_by_label("The link").input_value()


def come_in(visit: Visitors, head: str, admin: Visitor, title: str, slug: str) -> None:
    """Bank B asks by a link, bank A in writing; both are let in."""
    link = link_for(admin, slug, "Bank B")
    page = visit(head).page
    page.goto(link)
    page.get_by_role("button", name="Ask to be in it").click()
    expect(page.get_by_text("You asked to be in")).to_be_visible()
    page = admin.go(f"/communities/{slug}")
    page.get_by_label("Member", exact=True).select_option(label="Bank A")
    page.get_by_role("button", name="It asked in writing").click()
    for name in ("Bank A", "Bank B"):
        page.get_by_role("button", name=f"Approve {name}").click()
        expect(page.get_by_role("status")).to_have_text(f"{name} is in {title}.")


def make_collection(admin: Visitor, title: str, community: str) -> None:
    page = admin.go("/collections/new")
    page.get_by_label("Title").fill(title)
    for question in ("Who may read it?", "Who may hand in for it?"):
        page.get_by_role("group", name=question).get_by_label(community).check()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text(f"2 members: those of {community}")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_a_community_to_what_its_members_find(site: Site, visit: Visitors, head: str, scripts: bool) -> None:
    word = "scripts" if scripts else "plain"
    title, slug, alerts, value = f"Quay of {word}", f"quay-{word}", f"News of {word}", f"quay-{word}.example"
    admin = visit("admin", scripts=scripts)
    make_community(admin, title, slug)
    come_in(visit, head, admin, title, slug)
    make_collection(admin, alerts, title)

    page = (clerk := visit("clerk", scripts=scripts)).go("/submit")
    page.get_by_label("Paste it").fill(value)
    page.get_by_role("button", name="See what is in it").click()
    page.get_by_role("checkbox", name=re.compile(f"^{title}")).check()
    page.get_by_label("TLP:AMBER+STRICT").check()
    page.get_by_role("button", name="Check again").click()
    page.locator("summary", has_text="Who receives it").click()
    expect(page.get_by_text(f"2 members: those of {title}", exact=True)).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page).to_have_url(re.compile(r"/reports/[^/?]+$"))

    site.world.index()
    found = visit("clerk-b").go(f"/search?q={value}")
    expect(found.locator(".hits")).to_contain_text(alerts)
    expect(visit("inspector").go(f"/search?q={value}").get_by_role("heading", name="Nothing found")).to_be_visible()
    assert not clerk.complaints


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (1440, "light")])
def test_how_the_pages_of_the_desk_look(site: Site, visit: Visitors, width: int, scheme: str) -> None:
    admin = visit("admin", width=width, scheme=scheme)
    slug = f"looks-{width}-{scheme}"
    make_community(admin, " and ".join(["A rather long name"] * 6), slug)
    link_for(admin, slug, "Bank B")
    wrong = {"the link": [str(one) for one in admin.page.evaluate(LOOKS)]}
    scams = site.world.collection_id("Scams")
    paths = ["/members", "/members/-/new", "/members/bank-a", "/communities", f"/communities/{slug}"]
    paths += [f"/communities/{slug}/change", "/communities/-/new", "/collections/new", f"/collections/{scams}"]
    for path in paths:
        admin.go(path)
        folded = admin.page.locator("details:not([open]) > summary")
        while folded.count():
            folded.first.click()
        admin.page.wait_for_load_state()
        wrong[path] = [str(one) for one in admin.page.evaluate(LOOKS)]
    assert not {path: found for path, found in wrong.items() if found}
