"""Screening as one report meets it: with the lists of members as they are now."""

from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import Any, TypeVar

from cachetools import LRUCache
from sqlalchemy.engine import Connection

from tocsin.members.lists import all_entries, revision
from tocsin.reports.reports import Report
from tocsin.screening import NO_LISTS, Covered, MemberLists, Protected, Screening, covered, lists_for

_Made = TypeVar("_Made")


def screening_of(connection: Connection, screening: Screening, report: Report) -> Screening:
    """`screening` with what a report's member said of itself, and its reason to set lists aside."""
    return replace(
        screening,
        override=report.terms.override,
        unseen=report.unattributed,
        members=lists_of(connection, report.member_key),
    )


def lists_of(connection: Connection, member_key: int) -> MemberLists:
    """The lists of members as the reports of this one meet them."""
    return _remembered(connection, member_key, lambda: lists_for(member_key, all_entries(connection)), NO_LISTS)


def imitable(connection: Connection) -> Protected:
    """What everybody may be told that something imitates it."""
    return lists_of(connection, 0).open


def on_any_list(connection: Connection) -> Covered:
    """What stands on any list of any member."""
    return _remembered(connection, None, lambda: covered(one for _, one in all_entries(connection)), Covered())


def lists_are(connection: Connection, screening: Screening) -> str:
    """The state of all lists together: it is another as soon as one of them changes."""
    return f"{screening.lists_are} {revision(connection)}".strip()


def _remembered(connection: Connection, key: int | None, make: Callable[[], _Made], none: _Made) -> _Made:
    """What `make` makes of the lists, once for each of their states; `none` where there never were any.

    A state's name is drawn at random, so that it means the same wherever it is read.
    """
    state = revision(connection)
    if not state:
        return none
    with _LOCK:
        found: _Made | None = _KEPT.get((state, key))
    if found is None:
        # made outside the lock: two may make the same, and nobody waits for the other's reading
        found = make()
        with _LOCK:
            _KEPT[state, key] = found
    return found


_KEPT: LRUCache[tuple[str, int | None], Any] = LRUCache(maxsize=64)
_LOCK = Lock()
"""Threads share what is kept, and looking something up there changes it too."""
