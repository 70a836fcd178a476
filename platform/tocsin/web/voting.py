"""Saying that one saw an indicator, or that it is wrong."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for

from tocsin.members.roles import SUBMIT
from tocsin.policy.confidence import FALSE, SAYS, SEEN
from tocsin.publishing.voting import CannotVote, vote
from tocsin.times import now_ms
from tocsin.web.indicators import newest_version
from tocsin.web.noting import noted
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("voting", __name__)

NOTHING = "nothing"
"""What takes back what was said."""

_SAID = {
    SEEN: "Noted: you saw it. Readers see how many did, not who; it counts from the next hour.",
    FALSE: "Noted: you call it wrong. Readers see how many do, not who; it counts from the next hour.",
    NOTHING: "What you said is taken back, from the next hour on.",
}


@pages.post("/indicators/<collection_id>/<stix_id>/vote")
@needs(SUBMIT)
@noted("vote", "object")
def say(collection_id: str, stix_id: str) -> Any:
    """Say it, say something else, or take it back."""
    form = request.form
    says = form.get("says", "")
    back = url_for("indicators.indicator", collection_id=collection_id, stix_id=stix_id) + "#readers"
    with services().database.reading() as connection:
        collection, newest = newest_version(connection, user(), collection_id, stix_id)
    try:
        if says not in (*SAYS, NOTHING):
            raise CannotVote("Choose whether you saw it or it is wrong.")
        vote(
            services().database,
            collection,
            newest,
            user(),
            None if says == NOTHING else says,
            form.get("why"),
            now_ms(),
            known="known" in form,
        )
    except CannotVote as error:
        flash(str(error), "error")
        return redirect(back)
    flash(_SAID[says], "done")
    return redirect(back)
