"""Losses: every spelling that people use is one amount, and what could be two is asked about."""

import pytest

from tocsin.reports.loss import BadLoss, Loss, currencies, currency_of, read_loss


@pytest.mark.parametrize(
    ("text", "currency", "minor", "shown"),
    [
        ("12500", "SGD", 1_250_000, "12,500.00 SGD"),
        ("12,500", "SGD", 1_250_000, "12,500.00 SGD"),
        ("12.500", "EUR", 1_250_000, "12,500.00 EUR"),
        ("12.500,5", "EUR", 1_250_050, "12,500.50 EUR"),
        ("12,500.50", "usd", 1_250_050, "12,500.50 USD"),
        ("12 500", "EUR", 1_250_000, "12,500.00 EUR"),
        ("12\u202f500,07", "EUR", 1_250_007, "12,500.07 EUR"),
        ("12'500.00", "CHF", 1_250_000, "12,500.00 CHF"),
        ("1,23,456.50", "INR", 12_345_650, "123,456.50 INR"),
        ("1.234.567", "VND", 1_234_567, "1,234,567 VND"),
        ("900000", "JPY", 900_000, "900,000 JPY"),
        ("1234.567", "KWD", None, "can be read as two amounts"),
        ("1,234.567", "KWD", 1_234_567, "1,234.567 KWD"),
        ("0.05", "SGD", 5, "0.05 SGD"),
        ("0", "SGD", 0, "0.00 SGD"),
        ("12.5", "JPY", None, "Write a whole number."),
        ("12.505,1234", "EUR", None, "at most 2 digits"),
        ("12,34,5", "EUR", None, "in digits"),
        ("about 500", "SGD", None, "in digits"),
        ("-500", "SGD", None, "in digits"),
        ("1e9", "SGD", None, "in digits"),
        ("१२३", "INR", None, "in digits"),
        ("9" * 16, "SGD", None, "more money than there is"),
        ("500", "", None, "Choose the currency"),
        ("500", "XAU", None, "Choose the currency"),
        ("500", "DEM", None, "Choose the currency"),
    ],
)
def test_a_loss_is_one_amount_or_asked_about(text: str, currency: str, minor: int | None, shown: str) -> None:
    if minor is None:
        with pytest.raises(BadLoss, match=shown):
            read_loss(text, currency)
        return
    found = read_loss(text, currency)
    assert (found.minor, str(found)) == (minor, shown)
    assert read_loss(str(found).split()[0], found.currency) == found


def test_every_currency_of_todays_asean_is_offered_and_is_its_countrys() -> None:
    asean = {"BN": "BND", "ID": "IDR", "KH": "KHR", "LA": "LAK", "MM": "MMK", "MY": "MYR"}
    asean |= {"PH": "PHP", "SG": "SGD", "TH": "THB", "VN": "VND"}
    assert {country: currency_of(country) for country in asean} == asean
    assert set(asean.values()) <= currencies().keys()
    assert "DEM" not in currencies()
    assert currency_of(None) is None
    assert currency_of("ZZ") is None


def test_the_field_to_blame_is_named() -> None:
    with pytest.raises(BadLoss) as amount:
        read_loss("much", "SGD")
    with pytest.raises(BadLoss) as currency:
        read_loss("5", "money")
    assert (amount.value.field, currency.value.field) == ("loss", "currency")
    assert str(Loss(1, "SGD")) == "0.01 SGD"
