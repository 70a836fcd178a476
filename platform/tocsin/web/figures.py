"""Days, moments, numbers, money and countries, as the reader's language writes them."""

from datetime import UTC, datetime
from decimal import Decimal

from babel.dates import format_datetime
from babel.numbers import format_decimal, get_currency_precision

from tocsin.intake.money import Money
from tocsin.reports.loss import Loss, currencies
from tocsin.times import stamp
from tocsin.web.languages import SOURCE, chosen, gettext, pgettext, reading

_KILO = 1_000


def day(at: int | str | None) -> str:
    """A date in UTC, empty for none, of a moment (ms) or of a day that is written as 2026-01-31."""
    if at is None or at == "":
        return ""
    if _as_written():
        return at if isinstance(at, str) else stamp(at)[:10]
    pattern = pgettext("pattern of a day", "yyyy-MM-dd")
    if isinstance(at, str):
        return format_datetime(datetime.fromisoformat(at), pattern, locale=reading())
    return _written(at, pattern)


def moment(ms: int | None, seconds: bool = False) -> str:
    """Date and time to the minute, or to the second, in UTC."""
    if ms is None:
        return ""
    if _as_written():
        return stamp(ms)[: 19 if seconds else 16].replace("T", " ") + " UTC"
    if seconds:
        return _written(ms, pgettext("pattern of a moment", "yyyy-MM-dd HH:mm:ss 'UTC'"))
    return _written(ms, pgettext("pattern of a moment", "yyyy-MM-dd HH:mm 'UTC'"))


def number(value: int | Decimal) -> str:
    """A number with its thousands apart."""
    return f"{value:,}" if _as_written() else format_decimal(value, locale=reading())


def money(value: Loss | Money) -> str:
    """An amount with the code of its currency, which no other shares."""
    if _as_written():
        return str(value)
    amount = value.amount if isinstance(value, Money) else _amount(value)
    exponent = amount.as_tuple().exponent
    decimals = "0" * -exponent if isinstance(exponent, int) else ""
    pattern = f"#,##0.{decimals}" if decimals else "#,##0"
    return f"{format_decimal(amount, format=pattern, locale=reading())} {value.currency}".strip()


def country(code: str | None) -> str:
    """A country's name; the code, which is all that there is to read in English."""
    if not code or _as_written():
        return code or ""
    return str(reading().territories.get(code, code))


def currency(code: str) -> str:
    """A currency's name."""
    return (currencies() if _as_written() else reading().currencies).get(code, code)


def size(octets: int) -> str:
    """How large a file is."""
    if octets < _KILO:
        return gettext("1 Byte") if octets == 1 else gettext("%(number)s Bytes", number=number(octets))
    if octets < _KILO**2:
        return gettext("%(number)s kB", number=_tenths(octets / _KILO))
    return gettext("%(number)s MB", number=_tenths(octets / _KILO**2))


def _amount(loss: Loss) -> Decimal:
    return Decimal(loss.minor).scaleb(-get_currency_precision(loss.currency))


def _tenths(value: float) -> str:
    return format_decimal(value, format="0.0", locale=reading())


def _written(ms: int, pattern: str) -> str:
    return format_datetime(datetime.fromtimestamp(ms / 1000, UTC), pattern, locale=reading())


def _as_written() -> bool:
    """Whether it is shown as machines have it too: pages in English always did."""
    return chosen() == SOURCE
