"""The recall sheet of a report: what the beneficiary's bank needs to stop or give back a payment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from flask import Blueprint, abort, render_template, request
from sqlalchemy.engine import Connection

from tocsin.identifiers import bank_name_of, banks_of
from tocsin.intake import Account, Case, Moment
from tocsin.intake.money import Money, amount_of, is_currency
from tocsin.members.duty import OnDuty, on_duty
from tocsin.members.members import find_member
from tocsin.members.roles import DECIDE, READ
from tocsin.publishing.recall import cases_in
from tocsin.reports.reports import Report
from tocsin.times import HOUR_MS, now_ms
from tocsin.web.attribution import hides
from tocsin.web.figures import moment, money, number
from tocsin.web.forms import Errors, line
from tocsin.web.languages import gettext, ngettext
from tocsin.web.noting import note_read
from tocsin.web.reports import visible_report
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("recalling", __name__)

BEST_CHANCE_MS = 72 * HOUR_MS
"""How long after a transfer the FBI's recovery of international wires takes it on."""

_ZONES = {
    "-08:00": "Los Angeles", "-05:00": "New York", "-03:00": "São Paulo", "+00:00": "UTC, London in winter",
    "+01:00": "Paris, London in summer", "+02:00": "Cairo", "+03:00": "Nairobi", "+04:00": "Dubai",
    "+05:30": "Delhi", "+06:30": "Yangon", "+07:00": "Bangkok, Hanoi, Jakarta, Phnom Penh, Vientiane",
    "+08:00": "Singapore, Kuala Lumpur, Manila, Brunei, Hong Kong", "+09:00": "Tokyo", "+10:00": "Sydney in winter",
    "+11:00": "Sydney in summer",
}  # fmt: skip
"""Distances from UTC that can be chosen, with places that have them."""

_ZONE_OF = {
    "SG": "+08:00", "MY": "+08:00", "PH": "+08:00", "BN": "+08:00", "HK": "+08:00", "CN": "+08:00", "TH": "+07:00",
    "VN": "+07:00", "ID": "+07:00", "KH": "+07:00", "LA": "+07:00", "MM": "+06:30", "IN": "+05:30",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """An account that money went to, its bank's name and codes, and the contacts of that bank in the exchange."""

    account: Account
    bank: str | None
    codes: tuple[str, ...]
    contacts: list[OnDuty]


@dataclass(slots=True)
class Transfer:
    """What the victim's bank says of the payment, as it was filled in; `made_ms` where that could be read."""

    made: str = ""
    zone: str = "+00:00"
    amount: str = ""
    currency: str = ""
    reference: str = ""
    made_ms: int | None = None
    errors: Errors = field(default_factory=dict)


@pages.get("/reports/<report_id>/recall")
@needs(READ)
def sheet(report_id: str) -> str:
    """The sheet, with what was filled in of the transfer: nothing of that is kept."""
    one = visible_report(report_id)
    if hides(one, user()) or (one.member_key != user().member_key and not may(DECIDE)):
        abort(404)
    if one.member_key != user().member_key:
        note_read(("report", one.id), [one.terms.tlp])
    now = now_ms()
    with services().database.reading() as connection:
        cases = cases_in(connection, one)
        country = find_member(connection, user().member).country
        beneficiaries = [[_beneficiary(connection, account) for account in case.asked] for case in cases]
    transfer = _filled(request.args, _ZONE_OF.get(country or "", "+00:00"), now)
    amount = _amount(transfer)
    if not request.args and len(cases) == 1 and len(cases[0].amounts) == 1:
        (asked,) = cases[0].amounts
        transfer.amount, transfer.currency = f"{asked.amount:,}", asked.currency
    return render_template(
        "recall.html",
        one=one,
        sheets=[(case, to, _timeline(case, one, transfer)) for case, to in zip(cases, beneficiaries, strict=True)],
        transfer=transfer,
        zones=_ZONES,
        now=now,
        since=span(now - transfer.made_ms) if transfer.made_ms is not None else None,
        left=_left(transfer.made_ms, now),
        best_chance=transfer.made_ms + BEST_CHANCE_MS if transfer.made_ms is not None else None,
        amount=amount,
        folded=bool(request.args) and not transfer.errors,
    )


def span(ms: int) -> str:
    """A length of time in words: `2 days 3 hours`, `3 hours 12 minutes`."""
    minutes = ms // 60_000
    days, hours, minutes = minutes // 1_440, minutes // 60 % 24, minutes % 60
    words = [ngettext("%(days)s day", "%(days)s days", days, days=number(days))] if days else []
    words += [ngettext("%(hours)s hour", "%(hours)s hours", hours, hours=hours)] if hours else []
    if minutes and not days:
        words.append(ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes, minutes=minutes))
    return " ".join(words) or gettext("less than a minute")


def _left(made_ms: int | None, now: int) -> str | None:
    if made_ms is None or now - made_ms >= BEST_CHANCE_MS:
        return None
    return span(made_ms + BEST_CHANCE_MS - now)


def _beneficiary(connection: Connection, account: Account) -> Beneficiary:
    if account.identifier is None:
        return Beneficiary(account, account.bank, (), [])
    banks = banks_of(account.identifier)
    name = bank_name_of(account.identifier) or account.bank
    codes = tuple(f"{code} ({country})" for country, code in sorted(banks))
    return Beneficiary(account, name, codes, on_duty(connection, sorted(banks)))


def _filled(form: Mapping[str, str], zone: str, now: int) -> Transfer:
    found = Transfer(
        made=line(form, "made", longest=30),
        zone=form.get("zone", zone),
        amount=line(form, "amount", longest=30),
        currency=line(form, "currency", longest=3).upper(),
        reference=line(form, "reference", longest=80),
    )
    if found.zone not in _ZONES:
        found.zone = zone
    if found.made:
        try:
            found.made_ms = _moment(found.made, found.zone, now)
        except ValueError as error:
            found.errors["made"] = str(error)
    if found.amount and amount_of(found.amount) is None:
        found.errors["amount"] = "Write the amount as a number, such as 12,500.00."
    if found.currency and not is_currency(found.currency):
        found.errors["currency"] = "Write the currency as its three letters, such as SGD."
    elif found.amount and not found.currency:
        found.errors["currency"] = "Say in which currency, such as SGD."
    return found


def _moment(text: str, zone: str, now: int) -> int:
    hours, _, minutes = zone.partition(":")
    offset = timedelta(hours=int(hours), minutes=int(minutes) * (-1 if zone.startswith("-") else 1))
    try:
        at = datetime.fromisoformat(text).replace(tzinfo=timezone(offset))
        ms = int(at.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise ValueError("Write day and time as 2026-01-31 14:30.") from None
    if not 0 < ms <= now:
        raise ValueError("That moment lies in the future, or long ago. Check the day, the time and the place.")
    return ms


def _amount(transfer: Transfer) -> str | None:
    found: Decimal | None = amount_of(transfer.amount) if transfer.amount else None
    return money(Money(found, transfer.currency)) if found is not None and not transfer.errors else None


def _timeline(case: Case, one: Report, transfer: Transfer) -> list[tuple[str, str]]:
    """When what happened, in order; what has no moment stays where the mail has it."""
    points = [*case.timeline]
    if transfer.made_ms is not None:
        points.append(Moment("The payment was made", transfer.made_ms))
    points.append(Moment("It was handed in to the exchange", one.received_ms))
    if all(point.at is not None for point in points):
        points.sort(key=lambda point: point.at or 0)
    return [(_when(point), point.what) for point in points]


def _when(point: Moment) -> str:
    if point.at is None:
        return point.said or "not stated"
    return moment(point.at)
