"""The form for handing in: what was filled in, what can be chosen, and the terms that follow."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from flask import request
from sqlalchemy.engine import Connection

from tocsin.intake import Claim
from tocsin.intake.claims import moment
from tocsin.ledger.collections import Collection
from tocsin.members.defaults import default_audience
from tocsin.members.members import Member, find_member
from tocsin.policy.agreement import BASES
from tocsin.publishing.hand_in import Refused, terms_for
from tocsin.reports.loss import BadLoss, Loss, currency_of, read_loss
from tocsin.reports.terms import Terms
from tocsin.stix import CRIME_TYPES, HANDLING, PAP
from tocsin.times import DAY_MS, now_ms
from tocsin.web.audiences import Readership, readership
from tocsin.web.display import TLP_MEANING
from tocsin.web.drafts import Draft
from tocsin.web.forms import Errors, line
from tocsin.web.found import CRIMINAL, SET_BY_HAND
from tocsin.web.readable import visible
from tocsin.web.session import user
from tocsin.web.sharing import Choice, choices_for

NOBODY = "Choose with whom you share it. As it is, nobody would receive it."
MOST_ROLES = 500
"""Rows whose role is set by hand."""

_ROLE = re.compile(r"role-(\d{1,6})", re.ASCII)


@dataclass
class Form:
    """What was filled in, and what is wrong with it, by field.

    Not `chosen`: nobody was asked anything yet, so that all that is not `text` is the member's default.
    """

    text: str = ""
    tlp: str = ""
    crime: str = ""
    collections: list[str] = field(default_factory=list)
    share: list[str] = field(default_factory=list)
    unattributed: bool = False
    pap: str = ""
    handling: str = ""
    basis: str = ""
    with_text: bool = False
    happened: str = ""
    loss: str = ""
    currency: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    chosen: bool = False
    draft: str = ""
    file_name: str | None = None
    errors: Errors = field(default_factory=dict)

    def reach(self) -> tuple[object, ...]:
        """What decides on who receives it."""
        return (self.tlp, sorted(self.collections), sorted(self.share), self.unattributed, self.handling, self.basis)


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen: collections with their readers, communities and members."""

    targets: list[tuple[Collection, Readership]]
    choices: list[Choice]


def offered(connection: Connection, member: Member) -> Offer:
    """Where the member may hand in, and with whom it may share."""
    targets = [
        (one.collection, readership(connection, one.collection.key))
        for one in visible(connection, user())
        if one.rights.can_write and one.collection.frozen_ms is None
    ]
    return Offer(targets, choices_for(connection, member))


def empty(connection: Connection, member: Member, offer: Offer) -> Form:
    """The form with the member's defaults: its audience, or without one its collection; its country's currency."""
    audience = default_audience(connection, member.key)
    share = [one.slug for one in offer.choices if one.reader in audience]
    collections = [one.id for one, _ in offer.targets if one.key == member.default_collection_key]
    return Form(
        tlp=member.default_tlp or "",
        share=share,
        collections=[] if share else collections,
        unattributed=member.default_unattributed,
        basis=member.default_basis or "",
        currency=currency_of(member.country) or "",
    )


def is_filled() -> bool:
    """Whether the request has the choices, and not only what is to be handed in."""
    return "said" in request.form or "tlp" in request.form


def filled(before: Form) -> Form:
    """The choices of the request, for what was handed over `before`."""
    form = request.form
    return Form(
        text=before.text,
        tlp=form.get("tlp", ""),
        crime=form.get("crime", ""),
        collections=form.getlist("collection"),
        share=form.getlist("share"),
        unattributed="unattributed" in form,
        pap=form.get("pap", ""),
        handling=form.get("handling", ""),
        basis=form.get("basis", ""),
        with_text="with_text" in form,
        happened=line(form, "happened", longest=40),
        loss=line(form, "loss", longest=60),
        currency=line(form, "currency", longest=3),
        roles=dict(islice(_roles(form), MOST_ROLES)),
        chosen=True,
        draft=before.draft,
        file_name=before.file_name,
    )


def check(found: Form, offer: Offer) -> None:
    """Note what is wrong with the choices."""
    if found.tlp not in TLP_MEANING:
        found.errors["tlp"] = "Choose how far it may be shared."
    for name, chosen, known in (
        ("crime", found.crime, CRIME_TYPES),
        ("pap", found.pap, PAP),
        ("handling", found.handling, HANDLING),
        ("basis", found.basis, BASES),
    ):
        if chosen and chosen not in known:
            found.errors[name] = "Choose one of the list."
    try:
        _loss(found)
    except BadLoss as error:
        found.errors[error.field] = str(error)
    try:
        _happened(found)
    except ValueError as error:
        found.errors["happened"] = str(error)
    _check_audience(found, offer)


def without_mistakes(found: Form) -> Form:
    """The form without what is wrong in it about the crime, the day and the loss, to look at the rest."""
    wrong = found.errors.keys() & {"crime", "happened", "loss", "currency"}
    if not wrong:
        return found
    return replace(
        found,
        crime="" if "crime" in wrong else found.crime,
        happened="" if "happened" in wrong else found.happened,
        loss="" if wrong & {"loss", "currency"} else found.loss,
        errors={name: words for name, words in found.errors.items() if name not in wrong},
    )


def _check_audience(found: Form, offer: Offer) -> None:
    kinds = {one.slug: one.reader.kind for one in offer.choices}
    if not set(found.collections) <= {one.id for one, _ in offer.targets}:
        found.errors["collection"] = "Choose from the list."
    if not set(found.share) <= kinds.keys():
        found.errors["share"] = "Choose from the list."
    elif not found.share and not found.collections:
        found.errors["share"] = NOBODY
    elif found.tlp == "red" and (found.collections or any(kinds[slug] == "community" for slug in found.share)):
        found.errors["share"] = "TLP:RED goes to named members alone: choose members, no community and no collection."


def claim_of(found: Form) -> Claim:
    """What a form that `check` found nothing wrong with says of every row."""
    day = _happened(found)
    return Claim(crime_type=found.crime or None, first_seen=day, last_seen=day)


def roles_of(found: Form) -> dict[int, str | None]:
    """The roles that were set by hand, by row count from 0."""
    return {int(n): None if role == CRIMINAL else role for n, role in found.roles.items()}


def terms(connection: Connection, found: Form) -> Terms | None:
    """The terms of what was filled in; None with what is wrong in the form."""
    if found.errors:
        return None
    try:
        return terms_for(
            connection,
            find_member(connection, user().member),
            tlp=found.tlp,
            collections=found.collections,
            share=found.share,
            claim=claim_of(found),
            unattributed=found.unattributed,
            pap=found.pap or None,
            handling=found.handling or None,
            basis=found.basis or None,
            with_text=found.with_text,
            roles=roles_of(found),
            loss=_loss(found),
        )
    except Refused as error:
        found.errors["share" if found.share else "collection"] = str(error)
        return None


def draft_of(found: Form) -> Draft:
    """What is kept of the form until it is handed in."""
    return Draft(
        login=user().login or "",
        name=found.file_name,
        pasted=found.file_name is None,
        tlp=found.tlp,
        collections=found.collections,
        crime=found.crime or None,
        unattributed=found.unattributed,
        share=found.share,
        pap=found.pap or None,
        handling=found.handling or None,
        basis=found.basis or None,
        with_text=found.with_text,
        happened=found.happened,
        loss=found.loss,
        currency=found.currency,
        roles=found.roles,
        chosen=found.chosen,
    )


def refilled(token: str, draft: Draft, body: bytes) -> Form:
    """The form as it was when the draft was kept."""
    return Form(
        text=body.decode(errors="replace") if draft.pasted else "",
        tlp=draft.tlp,
        crime=draft.crime or "",
        collections=draft.collections,
        share=draft.share,
        unattributed=draft.unattributed,
        pap=draft.pap or "",
        handling=draft.handling or "",
        basis=draft.basis or "",
        with_text=draft.with_text,
        happened=draft.happened,
        loss=draft.loss,
        currency=draft.currency,
        roles=draft.roles,
        chosen=draft.chosen,
        draft=token,
        file_name=draft.name,
    )


def _roles(form: Mapping[str, str]) -> "list[tuple[str, str]]":
    found = ((match[1], value) for name, value in form.items() if (match := _ROLE.fullmatch(name)))
    return [(str(int(n)), value) for n, value in found if value in SET_BY_HAND]


def _loss(found: Form) -> Loss | None:
    return read_loss(found.loss, found.currency) if found.loss else None


def _happened(found: Form) -> int | None:
    """The day, ms; ValueError where it is none, or is still to come."""
    if not found.happened:
        return None
    day = moment(found.happened)
    if day is None:
        raise ValueError("Write the day as year-month-day, such as 2026-11-20, or leave it empty.")
    # east of here it may be tomorrow already
    if day > now_ms() + DAY_MS:
        raise ValueError("That day is still to come.")
    return day
