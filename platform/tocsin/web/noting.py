"""Noting in the audit trail what is done on the pages and over the JSON API: the one call for every view."""

from collections.abc import Iterable, Sequence

from flask import g

from tocsin.members.audit import Doing
from tocsin.members.audit_entries import Detail, Target, actor_of
from tocsin.stix import TLP
from tocsin.web.services import services


def note(
    action: str,
    target: Target | None = None,
    *,
    values: Sequence[str] = (),
    unattributed: bool = False,
    **details: Detail,
) -> Doing:
    """Note what whoever asks does; CannotNote, which becomes a 503, where the trail cannot be written.

    `action` is one of `ACTIONS`. Call it before the action where that is written at once, as `with note(...):` around
    it, so that a failure is told too. `values` become tokens; `details` are ids, numbers and words of closed lists.
    """
    return services().audit.note(
        actor_of(g.principal), action, target, values=values, unattributed=unattributed, details=details
    )


def note_read(target: Target, markings: Iterable[str], values: Sequence[str] = ()) -> None:
    """Note that something was shown, if any of its TLP markings is stricter than GREEN."""
    restricted = [one for one in markings if TLP[one].rank > TLP["green"].rank]
    if restricted:
        note("read", target, values=values, tlp=max(restricted, key=lambda one: TLP[one].rank))
