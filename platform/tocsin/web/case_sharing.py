"""Sharing a case with another member, taking it back, and letting it meet the cases of others."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for

from tocsin.cases.cases import let_meet
from tocsin.cases.sharing import share as share_case
from tocsin.cases.sharing import shares_of
from tocsin.cases.sharing import take_back as take_back_case
from tocsin.members.members import find_member
from tocsin.members.roles import CASES
from tocsin.publishing.audience import may_share_with
from tocsin.times import now_ms
from tocsin.web.case_sight import own_case, the_case
from tocsin.web.cases import back, show
from tocsin.web.noting import note
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("case_sharing", __name__, url_prefix="/cases")


@pages.post("/<case_id>/share")
@needs(CASES)
def share(case_id: str) -> Any:
    """Share it with a member that one's own member meets, to read or to add to."""
    slug, can_write = request.form.get("member", ""), request.form.get("right") == "write"
    with services().database.reading() as connection:
        one = own_case(connection, case_id)
        reader = may_share_with(connection, find_member(connection, user().member)).get(slug)
    if reader is None or reader.kind != "member":
        return show(case_id, {"member": "Choose one of the members."}), 400
    told = note("case-share", ("case", one.id), shared_with=slug, right="write" if can_write else "read")
    with told, services().database.writing() as connection:
        key = own_case(connection, case_id).key
        share_case(connection, key, reader.key, can_write=can_write, by=user().login or "", now=now_ms())
    flash("It is shared.", "done")
    return back(case_id, "sharing")


@pages.post("/<case_id>/take-back")
@needs(CASES)
def take_back(case_id: str) -> Any:
    """End what another member may do with it."""
    slug = request.form.get("member", "")
    with services().database.reading() as connection:
        one = own_case(connection, case_id)
        known = {each.slug: each.member_key for each in shares_of(connection, one.key)}
    if slug not in known:
        flash("It is not shared with that member.", "error")
        return back(case_id, "sharing")
    told = note("case-share", ("case", one.id), shared_with=slug, right="none")
    with told, services().database.writing() as connection:
        take_back_case(connection, own_case(connection, case_id).key, known[slug])
    flash("It is taken back.", "done")
    return back(case_id, "sharing")


@pages.post("/<case_id>/leave")
@needs(CASES)
def leave(case_id: str) -> Any:
    """Give up a case that another member shared: it goes off the list."""
    with services().database.reading() as connection:
        one = the_case(connection, case_id)
    if one.own:
        flash("It is your own case: close it instead.", "error")
        return back(case_id)
    with note("case-share", ("case", one.id), right="given up"), services().database.writing() as connection:
        take_back_case(connection, one.key, user().member_key)
    flash("It is off your list.", "done")
    return redirect(url_for("cases.index"))


@pages.post("/<case_id>/meet")
@needs(CASES)
def meet(case_id: str) -> Any:
    """Let it meet the cases of other members that want to, or no longer."""
    wanted = request.form.get("do") == "meet"
    with services().database.reading() as connection:
        one = own_case(connection, case_id)
    with note("case-share", ("case", one.id), meets=wanted), services().database.writing() as connection:
        let_meet(connection, own_case(connection, case_id), now_ms() if wanted else None)
    flash("You hear of others, and they of you." if wanted else "Nobody hears of it any longer.", "done")
    return back(case_id, "sharing")
