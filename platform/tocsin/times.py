"""Moments as whole milliseconds since 1970 in UTC, and their spellings in STIX and TAXII.

Whole milliseconds everywhere: a poller that keeps its place in a JavaScript date cuts finer ones and then asks
for the same objects for ever.
"""

import re
import time
from datetime import UTC, date, datetime
from functools import lru_cache

DAY_MS = 86_400_000
HOUR_MS = 3_600_000

_PUT_BACK_MS = 10_000
_latest = 0

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+\- ])(\d\d):?(\d\d))",
    re.ASCII,
)


def now_ms() -> int:
    """The present moment, ms; a clock that is put back by a little stands still until it is there again.

    What has ended stays ended, what was written is in nobody's future: machines' clocks are corrected all the time.
    """
    global _latest
    now = time.time_ns() // 1_000_000
    if now < _latest <= now + _PUT_BACK_MS:
        return _latest
    _latest = now
    return now


# The objects of one batch share most of their moments.
@lru_cache(maxsize=4_096)
def stamp(ms: int) -> str:
    """`ms` as STIX writes it: `2026-01-31T09:30:00.125Z` (STIX 2.1 section 3.2)."""
    seconds, millis = divmod(ms, 1000)
    return f"{_seconds(seconds)}.{millis:03d}Z"


def taxii_stamp(ms: int) -> str:
    """`ms` as TAXII writes `date_added`: six digits of fraction (TAXII 2.1 section 2, `timestamp`)."""
    seconds, millis = divmod(ms, 1000)
    return f"{_seconds(seconds)}.{millis:03d}000Z"


def parse_stamp(text: str) -> int:
    """Milliseconds of an RFC 3339 timestamp, finer digits cut off; ValueError says what is wrong with it.

    An offset is converted; a blank in its place is taken for a `+` that a query string turned into one.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a date and time like 2026-01-31T09:30:00Z")
    year, month, day, hour, minute, second, fraction, _, sign, off_hour, off_minute = match.groups()
    leap = second == "60"
    moment = datetime(int(year), int(month), int(day), int(hour), int(minute), 59 if leap else int(second), tzinfo=UTC)
    ms = int(moment.timestamp()) * 1000 + int(((fraction or "") + "000")[:3]) + (1000 if leap else 0)
    if off_hour is None:
        return ms
    if int(off_hour) > 23 or int(off_minute) > 59:
        raise ValueError(f"{text!r} has an offset that does not exist")
    offset = (int(off_hour) * 60 + int(off_minute)) * 60_000
    return ms + offset if sign == "-" else ms - offset


def end_of_day(text: str) -> int:
    """The last second (ms) of a day such as `2026-01-31`, in UTC; ValueError where it is none or has none after it."""
    day = date.fromisoformat(text)
    if day == date.max:
        raise ValueError(f"{text!r} is the last of all days")
    return int(datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC).timestamp()) * 1000


# strftime costs more than all the rest of a stamp.
@lru_cache(maxsize=4_096)
def _seconds(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
