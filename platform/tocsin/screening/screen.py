"""One row, one verdict: pure, and before anything is known of other members' rows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from tocsin.identifiers import KINDS, Identifier, Token
from tocsin.intake import Row
from tocsin.screening.allowlists import ListHit
from tocsin.screening.lookalike import Imitation, Protected, imitated
from tocsin.screening.member_lists import NO_LISTS, Cover, MemberLists
from tocsin.screening.reserved import reserved

_NOT_CRIMINAL = {
    "victim": "It belongs to a victim, so it is kept with the report and not published.",
    "spoofed": "It is a genuine address that somebody forged, so it is kept with the report and not published.",
    "compromised-victim": "It is a victim's own mailbox, so it is kept with the report and not published.",
    "reporter": "It belongs to whoever reports this, so it is kept with the report and not published.",
}
KEPT = frozenset({"kept", "victim"})
"""Codes of what is rejected although nothing is wrong with it: it is kept with the report, and there is nothing to
correct."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """accepted, held or rejected (merged comes later), the reason in a sentence, and a stable code for it.

    `on` names the list that speaks against it.
    """

    verdict: str
    reason: str
    code: str
    on: str = ""


@dataclass(frozen=True, slots=True)
class Screening:
    """What screening looks things up in.

    `hit` asks the allow lists, whose state `lists_are` names. `demonstration` lets reserved values through. `override`
    is the reason for which a person set the allow lists aside. `members` are the lists of members as the one who hands
    in meets them; `unseen`: nothing may tell whose report it is. `token` makes the keyed hash by which what was erased
    is known again, `number_token` what stands for numbers that are never kept.
    """

    hit: Callable[[Identifier], ListHit | None]
    demonstration: bool = False
    override: str | None = None
    members: MemberLists = NO_LISTS
    unseen: bool = False
    token: Callable[[str], bytes] | None = None
    number_token: Token | None = None
    lists_are: str = ""


def screen(row: Row, screening: Screening) -> Verdict:
    """The verdict on one row."""
    if row.problem is not None or row.identifier is None:
        return Verdict("rejected", row.problem or "There is nothing in it that can be published.", "unreadable")
    if row.claim.role in _NOT_CRIMINAL:
        return Verdict("rejected", _NOT_CRIMINAL[row.claim.role], "victim")
    if KINDS[row.identifier.kind].kept:
        what = KINDS[row.identifier.kind].label
        return Verdict("rejected", f"{what}: kept with the report for people to see, and never published.", "kept")
    special = None if screening.demonstration else reserved(row.identifier)
    if special is not None:
        return Verdict("rejected", special, "reserved")
    verdict = _by_lists(row.identifier, screening)
    if verdict.verdict == "rejected":
        return verdict
    known = screening.members.open if screening.unseen else screening.members.protected
    found = imitation(row.identifier, known)
    return verdict if found is None else replace(verdict, reason=f"{verdict.reason} {found.reason}")


def imitation(identifier: Identifier, protected: Protected) -> Imitation | None:
    """What the host of a domain, a URL or a mailbox imitates."""
    if not protected or identifier.kind not in ("domain", "email", "url"):
        return None
    if identifier.kind == "url":
        return imitated(urlsplit(identifier.value).hostname or "", protected)
    return imitated(identifier.value.rpartition("@")[2], protected)


def _by_lists(identifier: Identifier, screening: Screening) -> Verdict:
    """What the lists of the member, of the exchange and of other members say, in this order."""
    members = screening.members
    own = members.own.cover(identifier) if members.own else None
    if own is not None and not own.page:
        return Verdict(
            "rejected", "It is your own organisation's, so it is not published.", "own-identifier", MEMBERS_OWN
        )
    found = _of_somebody(own) or _harmless(members.harmless.cover(identifier) if members.harmless else None)
    found = found or screening.hit(identifier)
    if found is not None and not screening.override:
        return Verdict("held" if found.effect == "hold" else "rejected", found.reason, "allow-list", found.list)
    others = _of_somebody(members.others.cover(identifier) if members.others else None)
    if others is not None:
        # nobody sets aside what another member says of itself
        return Verdict("held", others.reason, "allow-list", others.list)
    if found is not None:
        return Verdict("accepted", f"Published although {found.reason[:-1]}: {screening.override}", "override")
    return _PUBLISHED


def _harmless(cover: Cover | None) -> ListHit | None:
    if cover is None:
        return None
    listed = f"{cover.entry} is on a member's list of what is harmless"
    if cover.page:
        return ListHit(HARMLESS_LIST, cover.entry, "hold", f"{listed}; {_TAMPERED}")
    return ListHit(HARMLESS_LIST, cover.entry, "reject", f"{listed}, so it is not published.")


def _of_somebody(cover: Cover | None) -> ListHit | None:
    """In the same words whoever says so, the member itself or another."""
    if cover is None:
        return None
    listed = f"{cover.entry} is on the list of what members say is their own"
    end = f"; {_TAMPERED}" if cover.page else ", so a moderator decides."
    return ListHit(MEMBERS_OWN, cover.entry, "hold", listed + end)


_PUBLISHED = Verdict("accepted", "Published.", "accepted")
MEMBERS_OWN, HARMLESS_LIST = "members-own", "member-harmless"
_TAMPERED = "a page there may have been tampered with, so a moderator decides."
