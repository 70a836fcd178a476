"""Noting in the audit trail what is done on the pages and over the JSON API: the one call for every view."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, session

from tocsin.members.audit import Doing
from tocsin.members.audit_entries import Detail, Target, actor_of
from tocsin.stix import TLP
from tocsin.web.services import services

_NAME = re.compile(r"[A-Za-z0-9_.@-]{1,110}")
"""What an address may name: a slug, a login, an id. Anything longer or freer is somebody's text."""

_P = ParamSpec("_P")
_R = TypeVar("_R")


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


def noted(action: str, kind: str | None = None) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """A view that changes something: noted before it is done, and again where it answers that it was not.

    `kind` is that of its target, whose id is the last part of the address that varies; None where there is none.
    """

    def decorate(view: Callable[_P, _R]) -> Callable[_P, _R]:
        @wraps(view)
        def recorded(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            named = str(list(kwargs.values())[-1]) if kind is not None and kwargs else ""
            target = (kind, named) if kind is not None and _NAME.fullmatch(named) else None
            told = _refusals()
            doing = note(action, target)
            with doing:
                answer = view(*args, **kwargs)
            if _refusals() > told or (isinstance(answer, tuple) and answer[1] >= 400):
                doing.failed()
            return answer

        return recorded

    return decorate


def _refusals() -> int:
    """How many messages of refusal wait to be shown."""
    return sum(category == "error" for category, _ in session.get("_flashes", ()))


def note_read(target: Target, markings: Iterable[str], values: Sequence[str] = ()) -> None:
    """Note that something was shown, if any of its TLP markings is stricter than GREEN."""
    restricted = [one for one in markings if TLP[one].rank > TLP["green"].rank]
    if restricted:
        note("read", target, values=values, tlp=max(restricted, key=lambda one: TLP[one].rank))
