"""Sums of money in the spellings that invoices have."""

from decimal import Decimal

import pytest

from tocsin.intake.money import amount_of, money_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Please pay USD 12,500.00 today", ["USD 12,500.00"]),
        ("12.500,00 EUR", ["EUR 12,500.00"]),
        ("€ 1.234.567", ["EUR 1,234,567"]),
        ("£950.5 and US$ 20", ["GBP 950.5", "USD 20"]),
        ("S$48,000 or RM 1 500", ["SGD 48,000", "MYR 1,500"]),
        ("Rp 15.000.000", ["IDR 15,000,000"]),
        ("CHF 1'250.75", ["CHF 1,250.75"]),
        ("$ 300", ["300"]),
        ("฿25,000 and 2,000,000 ₫", ["THB 25,000", "VND 2,000,000"]),
        ("the sum of THB 98,765.4.", ["THB 98,765.4"]),
        ("USD 100, again USD 100", ["USD 100"]),
        ("room ABC 100, DEF 200, EUR", []),
        ("USD 0.00", []),
        ("EUR 1500 30 days net", ["EUR 1,500"]),
        ("USD 12,500.00 15 March", ["USD 12,500.00"]),
        ("USD 48,500 20 May", ["USD 48,500"]),
        ("EUR 48 500 20 May", ["EUR 48,500"]),
        ("invoice 2024 USD 500", ["USD 500"]),
        ("invoice no 7781 USD 500.00 due", ["USD 500.00"]),
        ("500 USD 30 days", ["USD 500"]),
        ("12,500.00 EUR 30 days", ["EUR 12,500.00"]),
        ("INR 1,23,456.50", ["INR 123,456.50"]),
        ("KWD 1,250.500", ["KWD 1,250.500"]),
        ("USD 4111111111111111", []),
        ("IBAN GB33 BUKB 2020 1555 5555 55", []),
    ],
)
def test_sums(text: str, found: list[str]) -> None:
    assert [str(one) for one in money_in(text)] == found


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,234", "1234"), ("1.234", "1234"), ("1,23", "1.23"), ("1.2", "1.2"), ("1,234.5", "1234.5"), ("1234", "1234"),
        ("1.234,56", "1234.56"), ("1 234 567", "1234567"), ("x", None), ("", None), ("1..2", None), ("-5", None),
        ("1,250.500", "1250.500"), ("12.500.00", "12500.00"), ("1.234.567", "1234567"), ("1.234,567", "1234.567"),
    ],
)  # fmt: skip
def test_amounts(text: str, amount: str | None) -> None:
    assert amount_of(text) == (Decimal(amount) if amount else None)
