"""A case in Chromium: from a search to a document in one's hand, on a phone and on a desk, with scripts and without."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from test_pages import LONG, PHONE, looks
from visitors import Visitors

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme", "scripts"), [(PHONE, "dark", False), (1440, "light", True)])
def test_from_a_search_to_a_document(visit: Visitors, tmp_path: Path, width: int, scheme: str, scripts: bool) -> None:
    visitor = visit("inspector", width=width, scheme=scheme, scripts=scripts)
    world, page, name = visitor.site.world, visitor.page, f"Operation {width}"

    visitor.go("/cases")
    assert looks(visitor) == []
    world.house.submit("bank-a", f"walked-{width}.example\n{LONG}{width}\n")
    world.index()
    visitor.go("/search?q=example")
    page.get_by_label(f"Choose walked-{width}[.]example").check()
    page.get_by_label("Choose hxxps://pages[.]example", exact=False).first.check()
    assert looks(visitor) == []
    page.get_by_label("Which case").select_option("new")
    page.get_by_role("button", name="Add what is ticked").click()
    expect(page.get_by_role("alert")).to_contain_text("Write a title for the new case.")
    assert looks(visitor) == []
    page.get_by_label("Its title").fill(name)
    page.get_by_role("button", name="Put it there").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    visitor.go("/search?q=nobody-has-this.example")
    page.get_by_label("Which case").select_option(label=name)
    page.get_by_role("button", name="Keep the search").click()
    expect(page.get_by_text("nothing was found", exact=True)).to_be_visible()

    page.get_by_text("Write a note").click()
    page.get_by_label("Your note").fill("The bank says that it knows the account.\nIt calls back.")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("Set a task").click()
    page.get_by_label("What is to be done").fill("Ask the registrar who pays for it")
    page.get_by_label("By which day").fill("2099-12-31")
    page.get_by_role("button", name="Set it").click()
    page.get_by_text("Add a file").click()
    page.get_by_label("Its SHA-256").fill("12")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("alert")).to_contain_text("A SHA-256 has 64 digits")
    assert looks(visitor) == []
    page.get_by_label("Its SHA-256").fill("ab" * 32)
    page.get_by_label("What it is called").fill("disk image")
    page.get_by_role("button", name="Add it").click()
    page.get_by_text("Share it with a member").click()
    page.get_by_label("Member", exact=True).select_option(label="Bank C")
    page.get_by_role("button", name="Share it", exact=True).click()
    page.get_by_role("button", name="Yes, tell us and them").click()
    for summary in page.locator("details:not(.more) summary").all():
        summary.click()
    assert looks(visitor) == []

    with page.expect_download() as kept:
        page.get_by_role("button", name="PDF to read").click()
    kept.value.save_as(tmp_path / "case.pdf")
    assert len(PdfReader(tmp_path / "case.pdf").pages) >= 2
    visitor.go("/cases/check")
    page.get_by_label("The PDF, or its data").set_input_files(tmp_path / "case.pdf")
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("status").last).to_contain_text("All 2 things are in the ledger")
    assert looks(visitor) == []
    visitor.go("/cases/tasks")
    assert looks(visitor) == []
    page.get_by_role("button", name="Done").first.click()
    visitor.go("/cases")
    assert looks(visitor) == []
    other = visit("desk", width=width, scheme=scheme, scripts=scripts)
    other.go("/cases").get_by_role("link", name=name).click()
    expect(other.page.get_by_text("Police shares this case with you")).to_be_visible()
    assert looks(other) == []
    # the browser says of each mistake that was answered with its page that it was one
    assert [one for one in visitor.complaints if "400 (BAD REQUEST)" not in one] == []
    assert not other.complaints
