"""Proposing corrections to what one can read, and deciding on those that others propose."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from tocsin.ledger.collections import all_collections
from tocsin.members.members import rights_of
from tocsin.members.pseudonyms import ASKER, pseudonym
from tocsin.members.roles import DECIDE, READ, SUBMIT
from tocsin.publishing.correct import CannotCorrect, Correction
from tocsin.publishing.feedback import readable_keys
from tocsin.publishing.propose import CannotPropose, Wanted, answer_proposal, propose
from tocsin.publishing.words import BadWords
from tocsin.reports.proposals import (
    MOST_LISTED,
    OPEN,
    NoSuchProposal,
    Proposal,
    all_proposals,
    proposals_by,
    proposals_to,
)
from tocsin.times import now_ms
from tocsin.web.indicators import newest_version, show
from tocsin.web.noting import noted
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("proposals", __name__)
_SHOWN = 200


@pages.get("/proposals")
@needs(READ)
def index() -> str:
    """What others propose to the member, what it proposed, and for those who decide that others propose."""
    return _show()


@pages.post("/indicators/<collection_id>/<stix_id>/propose")
@needs(SUBMIT)
@noted("propose", "object")
def make(collection_id: str, stix_id: str) -> Any:
    """Propose a correction, or that it is taken back."""
    form = request.form
    with services().database.reading() as connection:
        collection, newest = newest_version(connection, user(), collection_id, stix_id)
    correction = None
    if form.get("what") != "take back":
        role, crime = form.get("role") or None, form.get("crime") or None
        correction = Correction(form.get("kind", ""), form.get("value", ""), role, crime)
    wanted = Wanted(correction, form.get("words", ""), named="named" in form)
    try:
        propose(services().database, collection, newest, user(), wanted, now_ms())
    except (CannotPropose, BadWords) as error:
        field = error.field if isinstance(error, CannotPropose) else "words"
        return show(collection_id, stix_id, {f"propose-{field}": str(error)}), 400
    flash("Your proposal is with whoever reported it. What becomes of it is shown here.", "done")
    return redirect(url_for("proposals.index"))


@pages.post("/proposals/<identity>")
@needs(SUBMIT)
@noted("proposal-answer", "proposal")
def answer(identity: str) -> Any:
    """Take it up, or decline it."""
    accepted = request.form.get("decision") == "take up"
    try:
        rows = answer_proposal(
            services().database,
            services().exchange,
            services().screening,
            identity,
            user(),
            now_ms(),
            accepted=accepted,
        )
    except NoSuchProposal:
        abort(404)
    except CannotCorrect as error:
        return _show((identity, str(error))), 400
    if accepted and not rows:
        flash("Your rows say so already.", "done")
    elif accepted:
        flash(f"Done in {rows} of your rows. Everybody who polls gets what follows from it.", "done")
    else:
        flash("You declined it. What you reported stands as it is.", "done")
    return redirect(url_for("proposals.index"))


def proposer_name(one: Proposal) -> str:
    """What the viewer's member calls whoever proposes it: by name only where the proposer said so."""
    return one.name or pseudonym(services().pseudonyms, user().member_key, one.proposer_voice, ASKER)


def _show(error: tuple[str, str] | None = None) -> str:
    """The page; with the id and words of a mistake."""
    key, now = user().member_key, now_ms()
    with services().database.reading() as connection:
        to_us = proposals_to(connection, key, readable_keys(connection, key), MOST_LISTED)
        # what waits comes first: however many were answered since, it can be
        to_us.sort(key=lambda one: one.state(now) != OPEN or key in one.answers)
        by_us = proposals_by(connection, key, _SHOWN + 1)
        ours = {one.id for one in (*to_us, *by_us)}
        every = all_proposals(connection, _SHOWN + len(ours) + 1) if may(DECIDE) else []
        others = [one for one in every if one.id not in ours]
        rights = rights_of(connection, key)
        collections = {
            one.key: one for one in all_collections(connection) if one.key in rights and rights[one.key].can_read
        }
    return render_template(
        "proposals.html",
        to_us=to_us,
        by_us=by_us,
        others=others,
        shown=_SHOWN,
        collections=collections,
        proposer_name=proposer_name,
        own=key,
        now=now,
        error=error,
    )
