"""The recall sheet in Chromium: filled in on a phone and on a desk, with scripts and without, and printed."""

import pytest
from playwright.sync_api import expect
from test_pages import PHONE, looks
from visitors import Visitors

pytestmark = pytest.mark.browser
LETTER = """From: Sue of Supplier Trading with a name that is long <sue.of.supplier.trading@solid-supplier.example>
Reply-To: sue@s0lid-supplier.example
To: ann@buyer.example
Subject: Our new account for invoice INV-2026/017, please note it for all payments that are due from now on
Date: Mon, 02 Nov 2026 09:30:00 +0000
Content-Type: text/plain; charset=utf-8

The old account IBAN DE89370400440532013000 is closed. Pay EUR 48,250.00 for invoice INV-2026/017 to
Account name: Supplier Trading Ltd
IBAN: GB33BUKB20201555555555
"""


@pytest.mark.parametrize(
    ("width", "scheme", "scripts"), [(PHONE, "light", False), (PHONE, "dark", True), (1440, "light", True)]
)
def test_how_the_recall_sheet_looks_and_works(visit: Visitors, width: int, scheme: str, scripts: bool) -> None:
    visitor = visit("clerk", width=width, scheme=scheme, scripts=scripts)
    report = visitor.site.world.house.submit("bank-a", LETTER, name="new-account.eml")
    page = visitor.go(f"/reports/{report.id}")
    page.get_by_role("link", name="Recall sheet for the bank").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recall sheet")
    assert not looks(visitor)
    expect(page.get_by_label("Amount")).to_have_value("48,250.00")
    page.get_by_label("Currency").fill("")
    page.get_by_role("button", name="Put it on the sheet").click()
    expect(page.get_by_role("alert")).to_contain_text("Say in which currency")
    assert not looks(visitor)
    page.get_by_label("Currency").fill("EUR")
    page.get_by_label("When it was paid").fill("2026-01-02T10:00")
    page.get_by_role("button", name="Put it on the sheet").click()
    expect(page.locator(".clock")).to_contain_text("since the payment")
    expect(page.locator(".sheet")).to_contain_text("EUR 48,250.00")
    assert not looks(visitor)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Put it on the sheet")).to_be_hidden()
    expect(page.locator(".clock")).to_be_visible()
    assert not visitor.complaints
