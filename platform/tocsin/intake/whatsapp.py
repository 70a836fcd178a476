"""WhatsApp's exported chats (`_chat.txt`, `WhatsApp Chat with ….txt`), as Android and iOS write them in many countries.

Android: `31/12/2023, 21:05 - Ann: text`; iOS: `[31/12/2023, 21:05:33] Ann: text`. Which of day and month comes first
depends on the telephone's language and is told by the dates themselves.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from tocsin.intake.chat import Chat, Said, other_side
from tocsin.intake.decode import Text
from tocsin.intake.row import CannotRead

SAMPLED_LINES = 30
"""Lines in which a text has to look like a chat."""

_STAMP = re.compile(
    r"[\u200e\u200f\u202a\ufeff]{0,3}(?P<bracket>\[)?(?P<date>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}),?\s"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d))?(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?"
    r"(?(bracket)\]|\s[-–])\s"
)
_WHO = re.compile(r"([^:\n]{1,80}):\s?")
_NAMED = re.compile(
    r"(?:.*[\\/])?WhatsApp[ -](?:chat|chat med|chat met)?\s?(?:with|mit|avec|con|dengan|de|-)\s(.{1,80}?)\.(?:txt|zip)",
    re.I,
)
_BUDDHIST_FROM = 2400
_BUDDHIST = 543


class _Line(NamedTuple):
    number: int
    offset: int
    match: re.Match[str]
    rest: str


def looks_like_whatsapp(text: str) -> bool:
    """Whether the text begins with a message, and at least every tenth of its first lines does."""
    lines = [line for line in text[:100_000].split("\n", SAMPLED_LINES)[:SAMPLED_LINES] if line.strip()]
    stamped = sum(_STAMP.match(line) is not None for line in lines)
    return bool(lines) and _STAMP.match(lines[0]) is not None and stamped * 10 >= len(lines)


def whatsapp_chat(text: Text, name: str | None) -> Chat:
    """The conversation; CannotRead where no line is a message. `name` is the file's, which tells the other side."""
    said: list[Said] = []
    stamps = [match for line in text.text.split("\n") if (match := _STAMP.match(line))]
    if not stamps:
        raise CannotRead("This is no exported chat of WhatsApp or Telegram in a form that is known here.")
    order = _order(stamps)
    when, who = None, ""
    for number, line in enumerate(text.text.split("\n"), 1):
        offset = 0
        if match := _STAMP.match(line):
            when, offset = _moment(match, order), match.end()
            speaker = _WHO.match(line, offset)
            who, offset = (_plain(speaker[1]), speaker.end()) if speaker else ("", offset)
        said.append(Said(number, offset, when, who, line[offset:]))
    match = _NAMED.fullmatch(name or "")
    others = other_side(said, match[1].strip() if match else "")
    notices = ("The times of this chat have no time zone; they were taken as UTC.",)
    return Chat(said, others, (*text.notices, *notices), text.text)


def _plain(name: str) -> str:
    return "".join(sign for sign in name if sign.isprintable()).strip()


def _parts(match: re.Match[str]) -> tuple[int, int, int]:
    first, second, third = (int(part) for part in re.split(r"[./-]", match["date"]))
    return first, second, third


def _order(stamps: Sequence[re.Match[str]]) -> str:
    """`ymd`, `dmy` or `mdy`: the order in which all dates exist and, where several do, in which time goes forward."""
    if all(len(re.split(r"[./-]", match["date"])[0]) == 4 for match in stamps):
        return "ymd"
    possible = [order for order in ("dmy", "mdy") if all(_date(match, order) is not None for match in stamps)]
    forward = [order for order in possible if _goes_forward(stamps, order)]
    if len(forward) == 1:
        return forward[0]
    american = all(match["half"] and "/" in match["date"] for match in stamps)
    usual = "mdy" if american else "dmy"
    return usual if usual in (forward or possible) or not possible else possible[0]


def _goes_forward(stamps: Sequence[re.Match[str]], order: str) -> bool:
    dates = [_date(match, order) or (0, 0, 0) for match in stamps]
    return all(one <= following for one, following in pairwise(dates))


def _date(match: re.Match[str], order: str) -> tuple[int, int, int] | None:
    """Year, month, day; None where there is no such day."""
    parts = dict(zip(order, _parts(match), strict=True))
    year = parts["y"]
    year += 2000 if year < 100 else -_BUDDHIST if year > _BUDDHIST_FROM else 0
    try:
        datetime(year, parts["m"], parts["d"], tzinfo=UTC)
    except ValueError:
        return None
    return year, parts["m"], parts["d"]


def _moment(match: re.Match[str], order: str) -> int | None:
    date = _date(match, order)
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] in "Pp" else 0)
    try:
        when = datetime(*(date or (0, 0, 0)), hour, int(match["minute"]), int(match["second"] or 0), tzinfo=UTC)
    except ValueError:
        return None
    return int(when.timestamp()) * 1000 if when.year >= 1970 else None
