"""The form for handing in: what was filled in, what can be chosen, and the terms that follow."""

from dataclasses import dataclass, field

from flask import request
from sqlalchemy.engine import Connection

from tocsin.intake import Claim
from tocsin.ledger.collections import Collection
from tocsin.members.defaults import default_audience
from tocsin.members.members import Member, find_member
from tocsin.policy.agreement import BASES
from tocsin.publishing.hand_in import Refused, terms_for
from tocsin.reports.terms import Terms
from tocsin.stix import CRIME_TYPES, HANDLING, PAP
from tocsin.web.audiences import Readership, readership
from tocsin.web.display import TLP_MEANING
from tocsin.web.drafts import Draft, find_draft
from tocsin.web.forms import Errors
from tocsin.web.readable import visible
from tocsin.web.session import user
from tocsin.web.sharing import Choice, choices_for

NOBODY = "Choose with whom you share it. As it is, nobody would receive it."


@dataclass
class Form:
    """What was filled in, and what is wrong with it, by field."""

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
    draft: str = ""
    file_name: str | None = None
    errors: Errors = field(default_factory=dict)


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
    """The form with the member's defaults: its audience, or without one its collection."""
    audience = default_audience(connection, member.key)
    share = [one.slug for one in offer.choices if one.reader in audience]
    collections = [one.id for one, _ in offer.targets if one.key == member.default_collection_key]
    return Form(
        tlp=member.default_tlp or "",
        share=share,
        collections=[] if share else collections,
        unattributed=member.default_unattributed,
        basis=member.default_basis or "",
    )


def filled() -> tuple[Form, bytes]:
    """What the request says, and the bytes to be handed in."""
    form = request.form
    found = Form(
        text=form.get("text", ""),
        tlp=form.get("tlp", ""),
        crime=form.get("crime", ""),
        collections=form.getlist("collection"),
        share=form.getlist("share"),
        unattributed="unattributed" in form,
        pap=form.get("pap", ""),
        handling=form.get("handling", ""),
        basis=form.get("basis", ""),
        with_text="with_text" in form,
        draft=form.get("draft", ""),
    )
    body = _body(found)
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
    return found, body


def check_audience(found: Form, offer: Offer) -> None:
    """Note what is wrong about who should have it."""
    kinds = {one.slug: one.reader.kind for one in offer.choices}
    if not set(found.collections) <= {one.id for one, _ in offer.targets}:
        found.errors["collection"] = "Choose from the list."
    if not set(found.share) <= kinds.keys():
        found.errors["share"] = "Choose from the list."
    elif not found.share and not found.collections:
        found.errors["share"] = NOBODY
    elif found.tlp == "red" and (found.collections or any(kinds[slug] == "community" for slug in found.share)):
        found.errors["share"] = "TLP:RED goes to named members alone: choose members, no community and no collection."


def terms(connection: Connection, found: Form) -> Terms | None:
    """The terms of what was filled in; None with what is wrong in the form."""
    try:
        return terms_for(
            connection,
            find_member(connection, user().member),
            tlp=found.tlp,
            collections=found.collections,
            share=found.share,
            claim=Claim(crime_type=found.crime or None),
            unattributed=found.unattributed,
            pap=found.pap or None,
            handling=found.handling or None,
            basis=found.basis or None,
            with_text=found.with_text,
        )
    except Refused as error:
        found.errors["share" if found.share else "collection"] = str(error)
        return None


def draft_of(found: Form) -> Draft:
    """What is kept of the form until it is confirmed."""
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
        draft="" if draft.pasted else token,
        file_name=draft.name,
    )


def _body(found: Form) -> bytes:
    """The bytes to be handed in: of the file, of one that is kept, or what was pasted."""
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        found.file_name = upload.filename[-200:]
        if found.text.strip():
            found.errors["text"] = "You pasted something and chose a file. Hand in one, then the other."
        return bytes(upload.read())
    if found.draft and not found.text.strip():
        kept = find_draft(found.draft)
        if kept is not None:
            found.file_name = kept[0].name
            return kept[1]
        found.draft, found.errors["file"] = "", "The file was kept for an hour and is gone. Choose it again."
    elif not found.text.strip():
        found.errors["text"] = "Paste something, or choose a file."
    return found.text.encode()
