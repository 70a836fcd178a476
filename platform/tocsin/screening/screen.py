"""One row, one verdict: pure, and before anything is known of other members' rows."""

from collections.abc import Callable
from dataclasses import dataclass

from tocsin.identifiers import Identifier, registrable_domain
from tocsin.intake import Row
from tocsin.screening.allowlists import ListHit
from tocsin.screening.reserved import reserved

_NOT_CRIMINAL = {
    "victim": "It belongs to a victim, so it is kept with the report and not published.",
    "spoofed": "It is a genuine address that somebody forged, so it is kept with the report and not published.",
    "compromised-victim": "It is a victim's own mailbox, so it is kept with the report and not published.",
    "reporter": "It belongs to whoever reports this, so it is kept with the report and not published.",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """accepted, held or rejected (merged comes later), the reason in a sentence, and a stable code for it."""

    verdict: str
    reason: str
    code: str


@dataclass(frozen=True, slots=True)
class Screening:
    """What screening looks things up in.

    `hit` asks the allow lists. `demonstration` lets reserved values through. `override` is the reason for which a
    person set the allow lists aside. `own` are the domains of the member who hands in. `token` makes the keyed hash
    by which what was erased is known again.
    """

    hit: Callable[[Identifier], ListHit | None]
    demonstration: bool = False
    override: str | None = None
    own: frozenset[str] = frozenset()
    token: Callable[[str], bytes] | None = None


def screen(row: Row, screening: Screening) -> Verdict:
    """The verdict on one row."""
    if row.problem is not None or row.identifier is None:
        return Verdict("rejected", row.problem or "There is nothing in it that can be published.", "unreadable")
    if row.claim.role in _NOT_CRIMINAL:
        return Verdict("rejected", _NOT_CRIMINAL[row.claim.role], "victim")
    special = None if screening.demonstration else reserved(row.identifier)
    if special is not None:
        return Verdict("rejected", special, "reserved")
    if screening.own and _host(row.identifier) in screening.own:
        return Verdict("rejected", "It is your own organisation's, so it is not published.", "own-identifier")
    found = screening.hit(row.identifier)
    if found is None:
        return Verdict("accepted", "Published.", "accepted")
    if screening.override:
        return Verdict("accepted", f"Published although {found.reason[:-1]}: {screening.override}", "override")
    return Verdict("held" if found.effect == "hold" else "rejected", found.reason, "allow-list")


def _host(identifier: Identifier) -> str | None:
    if identifier.kind not in ("domain", "email"):
        return None
    return registrable_domain(identifier.value.rpartition("@")[2])
