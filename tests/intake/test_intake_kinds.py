"""Columns of platforms, stores, documents, names and transport: what a heading and the cells around it tell."""

import hashlib

import pytest

from tocsin.intake import Defaults, Row, read
from tocsin.intake.headers import kind_named, meaning_of


def token(text: str) -> str:
    """A token as an exchange makes it."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def rows(table: str, **said: str) -> list[Row]:
    return list(read(table.encode(), "table.csv", "csv", Defaults(token=token, **said)).rows)


def told(table: str, **said: str) -> list[tuple[str, str] | str]:
    """Kind and value of every row, or its problem."""
    return [
        (row.identifier.kind, row.identifier.value) if row.identifier else row.problem or ""
        for row in rows(table, **said)
    ]


@pytest.mark.parametrize(
    ("heading", "kind", "platform"),
    [
        ("Telegram Username", "social-account", "telegram"),
        ("LINE ID", "social-account", "line"),
        ("facebook_profile_url", "social-account", "facebook"),
        ("微信号", "social-account", "wechat"),
        ("Social Media Handle", "social-account", None),
        ("WhatsApp Number", "phone", None),
        ("Sender ID", "sms-sender", None),
        ("Package name", "app", None),
        ("Listing URL", "listing", None),
        ("Card No.", "payment-card", None),
        ("Passport Number", "passport", None),
        ("หนังสือเดินทาง", "passport", None),
        ("NRIC", "identity-document", None),
        ("Beneficiary Name", "name", None),
        ("ชื่อบัญชี", "name", None),
        ("UEN", "company-number", None),
        ("IMO No", "vessel", None),
        ("Container No.", "container", None),
        ("AWB", "air-waybill", None),
        ("Invoice #", "invoice", None),
    ],
)
def test_a_heading_names_the_kind(heading: str, kind: str, platform: str | None) -> None:
    meaning = meaning_of(heading)
    assert meaning is not None
    assert (meaning.kind, meaning.platform) == (kind, platform)


@pytest.mark.parametrize("heading", ["line", "x", "session", "name", "username", "vessel", "shop", "alias", "channel"])
def test_a_heading_with_other_meanings_is_no_value(heading: str) -> None:
    meaning = meaning_of(heading)
    assert meaning is None or meaning.part != "value"


def test_the_heading_tells_the_platform_of_a_bare_handle() -> None:
    assert told("telegram,line id\n@bad_trader,bad.id\nt.me/bad_trader,@123badid\n") == [
        ("social-account", "telegram:bad_trader"), ("social-account", "line:bad.id"),
        ("social-account", "telegram:bad_trader"), ("social-account", "line:@123badid"),
    ]  # fmt: skip


def test_a_platform_stands_in_a_column_of_its_own() -> None:
    found = told("platform,social media handle\nTikTok,@bad.shop\n,bad\nWhatsApp,+44 20 7946 0123\n")
    assert found[0] == ("social-account", "tiktok:bad.shop")
    assert "no platform" in found[1]
    assert "telephone number" in found[2]


def test_a_type_column_names_kind_and_platform() -> None:
    assert told("type,value\nTelegram ID,123456789\nfacebook,bad.shop\nlisting,carousell:item:1234567890\n") == [
        ("social-account", "telegram:id:123456789"),
        ("social-account", "facebook:badshop"),
        ("listing", "carousell:item:1234567890"),
    ]


def test_every_kind_is_named_by_its_own_name() -> None:
    assert kind_named("sms-sender") == "sms-sender"
    assert kind_named("app") == "app"


def test_a_profile_is_the_account_under_a_heading_that_says_url() -> None:
    assert told("url\nhttps://www.facebook.com/bad.shop\nhttps://www.facebook.com/bad.shop/posts/1\n") == [
        ("social-account", "facebook:badshop"),
        ("url", "https://www.facebook.com/bad.shop/posts/1"),
    ]


def test_a_chat_with_a_number_is_a_phone_under_a_heading_that_says_so() -> None:
    assert told("whatsapp\nhttps://wa.me/442079460123\n") == [("phone", "+442079460123")]


def test_an_address_where_a_name_should_be_is_not_taken_for_the_criminal_s() -> None:
    assert told("iban,account name\nGB33BUKB20201555555555,victim@example.com\n") == [
        ("iban", "GB33BUKB20201555555555"),
        '"victim@example.com" is not a name: it looks like an address or a number.',
    ]


def test_a_country_beside_a_number_is_the_one_of_its_registry_or_passport() -> None:
    found = told("country,company number,passport\nThailand,0-99-4-000-61772-1,AA0000000\n", country="SG")
    assert found[0] == ("company-number", "TH:0994000617721")
    assert found[1][0] == "passport"
    assert found[1][1].startswith("TH:")


def test_no_row_repeats_a_number_that_is_never_kept() -> None:
    found = rows("card number,passport\n4111 1111 1111 1111,SG E0000000A\n4111 1111 1111 1112,E0000000\n")
    assert [row.secret for row in found] == [True, True, True, True]
    assert not any("1111 1111" in f"{row}" or "E0000000" in f"{row}" for row in found)


def test_a_damaged_number_of_a_profile_or_card_is_refused_by_name() -> None:
    found = told("facebook id,card number\n1.00001E+14,4.11111E+15\n")
    assert all("the spreadsheet cut the number short" in str(one) for one in found)


def test_a_profile_in_running_text_is_the_account_with_and_without_a_scheme() -> None:
    text = (
        "Write to t.me/Bad_Trader or https://wa.me/442079460123, see www.facebook.com/groups/123 and bad.example/t.me."
    )
    found = [
        (row.identifier.kind, row.identifier.value) for row in read(text.encode(), None, "text").rows if row.identifier
    ]
    assert found == [
        ("social-account", "telegram:bad_trader"),
        ("phone", "+442079460123"),
        ("url", "http://www.facebook.com/groups/123"),
        ("url", "http://bad.example/t.me"),
    ]
