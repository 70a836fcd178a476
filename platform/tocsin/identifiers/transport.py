"""Ships, containers, flights and air waybills: kept with the report, since a ship is no criminal.

Vessels: `imo:NUMBER` (IMO Resolution A.1117(30), check digit) or `mmsi:NUMBER` (ITU-R M.585). Containers: ISO 6346 with
its check digit. Flights: the airline's IATA or ICAO code and number, with the day where it is told. Air waybills: the
airline's three digits, seven digits and their remainder by 7 (IATA Resolution 600a).
"""

import re
from collections.abc import Callable
from datetime import date

from stdnum import imo, iso6346
from stdnum.exceptions import ValidationError

from tocsin.identifiers.entity import entity_kind
from tocsin.identifiers.identifier import Hints, Identifier, Unreadable
from tocsin.identifiers.spelling import ascii_digits, compact, plain, shown

_VESSEL = re.compile(r"(?:(?:vessel|ship) ?)?(?:(IMO|MMSI) ?(?:no|number)?\.? ?[:#]? ?)?(.+)", re.I)
_VESSEL_LOOKS = re.compile(r"IMO ?(?:no|number)?\.? ?[:#]? ?[0-9]{7}|MMSI ?(?:no|number)?\.? ?[:#]? ?[0-9]{9}", re.I)
_CONTAINER = re.compile(r"(?:container ?(?:no|number)?\.? ?[:#]? ?)?(.+)", re.I)
_CONTAINER_LOOKS = re.compile(r"[A-Za-z]{3}[UJZujz][ -]?[0-9]{3}[ ]?[0-9]{3}[ /-]?[0-9]")
_FLIGHT = re.compile(
    r"(?:flight ?(?:no|number)?\.? ?[:#]? ?)?([A-Z]{2}|[A-Z][0-9]|[0-9][A-Z]|[A-Z]{3}) ?-?([0-9]{1,4})([A-Z]?)"
    r"(?:(?: |/| on | ON )(\d{4})-(\d\d)-(\d\d))?",
    re.I,
)
_FLIGHT_LOOKS = re.compile(r"flight ?(?:no|number)?\.? ?[:#]? ?[A-Z0-9]{2,3} ?-?[0-9]{1,4}[A-Z]?", re.I)
_WAYBILL = re.compile(r"(?:(?:m?awb|air ?waybill) ?(?:no|number)?\.? ?[:#]? ?)?(.+)", re.I)
_WAYBILL_LOOKS = re.compile(r"(?:m?awb|air ?waybill) ?(?:no|number)?\.? ?[:#]? ?[0-9]{3}[ -]?[0-9]{4} ?[0-9]{4}", re.I)


def read_vessel(text: str, hints: Hints) -> Identifier:
    """A ship by IMO number, or by the MMSI of its radio, which changes with the flag."""
    match = _VESSEL.fullmatch(plain(text))
    named, number = (match[1] or "", compact(match[2])) if match else ("", "")
    if named.upper() != "MMSI" and re.fullmatch("[0-9]{7}", number):
        if not imo.is_valid(number):
            raise Unreadable(f"{shown(text)} is not an IMO number: its check digit is wrong.")
        return Identifier("vessel", f"imo:{number}")
    # the digits of a ship's own station begin with its country's, 2 to 7; coast stations and devices do not
    if named.upper() != "IMO" and re.fullmatch("[2-7][0-9]{8}", number):
        return Identifier("vessel", f"mmsi:{number}")
    raise Unreadable(f"{shown(text)} is no ship such as IMO 9074729 (7 digits) or MMSI 563012345 (9 digits).")


def read_container(text: str, hints: Hints) -> Identifier:
    """A freight container by owner's code, serial number and check digit."""
    match = _CONTAINER.fullmatch(plain(text))
    number = compact(match[1]) if match else ""
    if not re.fullmatch("[A-Z]{3}[UJZ][0-9]{7}", number):
        raise Unreadable(f"{shown(text)} is not a container such as CSQU3054383: 4 letters, of which the last is U, J "
                         "or Z, and 7 digits.")  # fmt: skip
    try:
        return Identifier("container", iso6346.validate(number))
    except ValidationError as problem:
        raise Unreadable(f"{shown(text)} is not a container: its check digit is wrong.") from problem


def read_flight(text: str, hints: Hints) -> Identifier:
    """A flight; property `day` where the spelling tells it."""
    match = _FLIGHT.fullmatch(ascii_digits(plain(text)))
    if match is None:
        raise Unreadable(f"{shown(text)} is not a flight such as SQ 322 or SQ 322 2026-01-31.")
    airline, number, suffix, *parts = match.groups()
    flight = f"{airline.upper()}{int(number)}{suffix.upper()}"
    if parts[0] is None:
        return Identifier("flight", flight)
    try:
        day = date(*map(int, parts)).isoformat()
    except ValueError as problem:
        raise Unreadable(f"{shown(text)} names a day that is in no calendar.") from problem
    return Identifier("flight", f"{flight}/{day}", {"day": day})


def read_waybill(text: str, hints: Hints) -> Identifier:
    """An air waybill, `618-12345675`."""
    match = _WAYBILL.fullmatch(plain(text))
    number = compact(match[1]) if match else ""
    if not re.fullmatch("[0-9]{11}", number):
        raise Unreadable(f"{shown(text)} is not an air waybill such as 618-12345675, which has 11 digits.")
    if int(number[3:10]) % 7 != int(number[10]):
        raise Unreadable(f"{shown(text)} is not an air waybill: its check digit is wrong.")
    return Identifier("air-waybill", f"{number[:3]}-{number[3:]}", {"airline": number[:3]})


def _looks(shape: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: shape.fullmatch(text) is not None


VESSEL = entity_kind("vessel", "Ship", read_vessel, _looks(_VESSEL_LOOKS), personal=False, kept=True)
CONTAINER = entity_kind(
    "container", "Freight container", read_container, _looks(_CONTAINER_LOOKS), personal=False, kept=True
)
FLIGHT = entity_kind("flight", "Flight", read_flight, _looks(_FLIGHT_LOOKS), personal=False, kept=True)
WAYBILL = entity_kind("air-waybill", "Air waybill", read_waybill, _looks(_WAYBILL_LOOKS), personal=False, kept=True)
