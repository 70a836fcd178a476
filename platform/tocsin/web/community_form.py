"""A community with its agreement as a form."""

from dataclasses import dataclass, field

from sqlalchemy.engine import Connection
from werkzeug.datastructures import MultiDict

from tocsin.identifiers import PUBLISHED as IDENTIFIERS
from tocsin.members.communities import Community, all_communities
from tocsin.members.members import KINDS, LIST, Member, all_members
from tocsin.policy.agreement import BASES, EVERY_KIND, LEAST_VOICES, MOST_VOICES, ONWARD, Agreement
from tocsin.web.forms import Errors, blamed_on, end_of_day, last_day, line, short_name

PARTIES = tuple(kind for kind in KINDS if kind != LIST)
"""The kinds of member that may be in a community."""

_MOST_PURPOSES = 20


@dataclass
class CommunityForm:
    """What was filled in, what can be chosen, and what is wrong, by field. `voices` by kind of identifier."""

    slug: str = ""
    title: str = ""
    parent: str = ""
    steward: str = ""
    parties: list[str] = field(default_factory=list)
    purposes: str = ""
    onward: str = ""
    bases: list[str] = field(default_factory=list)
    voices: dict[str, str] = field(default_factory=dict)
    contact: str = ""
    until: str = ""
    errors: Errors = field(default_factory=dict)


def form_of(community: Community) -> CommunityForm:
    """The form that says what a community is."""
    agreement = community.agreement
    return CommunityForm(
        slug=community.slug,
        title=community.title,
        parties=sorted(agreement.parties),
        purposes="\n".join(agreement.purposes),
        onward=agreement.onward,
        bases=sorted(agreement.bases),
        voices={kind: str(number) for kind, number in agreement.voices.items()},
        contact=agreement.contact or "",
        until=last_day(community.until_ms),
    )


def filled_community(form: "MultiDict[str, str]") -> CommunityForm:
    """What was filled in."""
    return CommunityForm(
        slug=line(form, "slug").lower(),
        title=line(form, "title"),
        parent=line(form, "parent"),
        steward=line(form, "steward"),
        parties=form.getlist("parties"),
        purposes=form.get("purposes", "").replace("\r\n", "\n"),
        onward=form.get("onward", ""),
        bases=form.getlist("bases"),
        voices={kind: line(form, f"voices-{kind}") for kind in (*IDENTIFIERS, EVERY_KIND)},
        contact=line(form, "contact"),
        until=line(form, "until"),
    )


def check_place(connection: Connection, filled: CommunityForm) -> tuple[Community | None, Member | None]:
    """Note what is wrong about a new community's name and place; what it lies in, and who keeps it."""
    with blamed_on(filled.errors, "slug"):
        short_name(connection, filled.slug)
    parents = {one.slug: one for one in all_communities(connection)}
    stewards = {one.slug: one for one in all_members(connection)}
    if filled.parent and filled.parent not in parents:
        filled.errors["parent"] = "Choose one of the list."
    if filled.steward and filled.steward not in stewards:
        filled.errors["steward"] = "Choose one of the list."
    return parents.get(filled.parent), stewards.get(filled.steward)


def check_terms(filled: CommunityForm, now: int, known_until: int | None = None) -> tuple[Agreement, int | None]:
    """Note what is wrong about title and agreement; the agreement, and its end in ms.

    `known_until` is the end that it has now: that may be over.
    """
    if not filled.title:
        filled.errors["title"] = "Write what it is called."
    if filled.onward not in ONWARD:
        filled.errors["onward"] = "Choose how far its members may pass on what they get."
    for name, chosen, offered in (("parties", filled.parties, PARTIES), ("bases", filled.bases, tuple(BASES))):
        if not set(chosen) <= set(offered):
            filled.errors[name] = "Choose from the list."
    purposes = tuple(" ".join(one.split()) for one in filled.purposes.split("\n") if one.strip())
    if len(purposes) > _MOST_PURPOSES:
        filled.errors["purposes"] = f"Write at most {_MOST_PURPOSES} purposes."
    voices = {kind: _number(filled.errors, kind, text) for kind, text in filled.voices.items() if text}
    until = known_until
    if filled.until != last_day(known_until):
        with blamed_on(filled.errors, "until"):
            until = end_of_day(filled.until, now)
    agreement = Agreement(
        parties=frozenset(filled.parties),
        purposes=purposes,
        onward=filled.onward,
        bases=frozenset(filled.bases),
        voices={kind: number for kind, number in voices.items() if number is not None},
        contact=filled.contact or None,
    )
    return agreement, until


def _number(errors: Errors, kind: str, text: str) -> int | None:
    least = least_voices(kind)
    if not (text.isascii() and text.isdecimal() and len(text) < 3 and least <= int(text) <= MOST_VOICES):
        errors[f"voices-{kind}"] = f"Write a number from {least} to {MOST_VOICES}, or nothing."
        return None
    return int(text)


def least_voices(kind: str) -> int:
    """The fewest members that may be enough for a kind of identifier."""
    return LEAST_VOICES if kind == EVERY_KIND or IDENTIFIERS[kind].personal else 1
