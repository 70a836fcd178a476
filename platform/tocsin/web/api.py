"""The JSON API: the same as the pages, for programs."""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

import orjson
from flask import Blueprint, Response, g, jsonify, request
from sqlalchemy.engine import Connection

from tocsin.intake import FORMATS, Claim
from tocsin.intake.claims import moment
from tocsin.members.access import Principal
from tocsin.members.members import find_member
from tocsin.members.roles import READ, SEE_ALL, SUBMIT
from tocsin.publishing.hand_in import Refused, take_in, terms_for
from tocsin.publishing.process import process
from tocsin.reports.decisions import Decision, decisions_on
from tocsin.reports.loss import BadLoss, Loss, read_loss
from tocsin.reports.receiving import TooLarge
from tocsin.reports.reports import NoSuchReport, Report, find_report
from tocsin.reports.terms import Terms
from tocsin.stix import CRIME_TYPES
from tocsin.times import now_ms, stamp
from tocsin.web import openapi
from tocsin.web.attribution import as_seen, counts_seen, decider_name, verdicts_seen
from tocsin.web.enquiries import told_enquiries
from tocsin.web.indicators import newest_version, note_indicator
from tocsin.web.noting import note, note_read
from tocsin.web.paging import page_number
from tocsin.web.readable import visible, writable_ids
from tocsin.web.services import services
from tocsin.web.session import may
from tocsin.web.sources import said_about
from tocsin.web.submitting import INLINE_BYTES

pages = Blueprint("api", __name__, url_prefix="/api/v1")
_MOST_VERDICTS = 10_000


def problem(status: int, title: str, detail: str) -> Response:
    """An error as RFC 9457 writes it."""
    body = orjson.dumps({"status": status, "title": title, "detail": detail})
    answer = Response(body, status=status, mimetype="application/problem+json")
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def proven(*rights: str) -> Callable[[Any], Any]:
    """A view for whoever proves to have one of these rights: by a token, or, for reading, by being signed in."""

    def decorate(view: Any) -> Any:
        @wraps(view)
        def guarded(**kwargs: Any) -> Any:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() in ("bearer", "token"):
                g.principal = services().door.by_token(token.strip(), request.remote_addr or "")
            elif request.method != "GET":
                # a cookie alone could be sent by another site's form
                g.principal = None
            if not any(may(right) for right in rights):
                g.principal = None
                if token:
                    note("sign-in-refused", over="api")
                return problem(401, "Who is asking?", "Send Authorization: Bearer and a token of your member for this.")
            return view(g.principal, **kwargs)

        return guarded

    return decorate


@pages.get("/openapi.json")
def description() -> Any:
    """What this API is, as OpenAPI 3.1."""
    return jsonify(openapi.DOCUMENT)


@pages.get("/collections")
@proven(READ, SUBMIT)
def collections(principal: Principal) -> Any:
    """The collections that the member may read or hand in to."""
    with services().database.reading() as connection:
        listed = visible(connection, principal)
    return jsonify(
        collections=[
            {
                "id": one.collection.id,
                "title": one.collection.title,
                "can_read": one.rights.can_read,
                "can_write": one.rights.can_write,
            }
            for one in listed
        ]
    )


@pages.get("/indicators/<collection_id>/<stix_id>")
@proven(READ)
def indicator(principal: Principal, collection_id: str, stix_id: str) -> Any:
    """The newest version of an indicator, byte for byte as it is served over TAXII."""
    with services().database.reading() as connection:
        _, newest = newest_version(connection, principal, collection_id, stix_id)
    note_indicator(newest, collection_id)
    return Response(newest.body, mimetype="application/stix+json")


@pages.get("/indicators/<collection_id>/<stix_id>/sources")
@proven(READ)
def sources(principal: Principal, collection_id: str, stix_id: str) -> Any:
    """What each source of an indicator says, those without a name under what the asking member calls them."""
    with services().database.reading() as connection:
        collection, newest = newest_version(connection, principal, collection_id, stix_id)
        said = said_about(connection, collection, newest, principal)
    return jsonify(sources=[asdict(one) for one in said])


@pages.get("/enquiries")
@proven(READ)
def enquiries(principal: Principal) -> Any:
    """The questions that the member is asked and those that it asked, neither side with a name."""
    with services().database.reading() as connection:
        return jsonify(told_enquiries(connection, principal))


@pages.post("/reports")
@proven(SUBMIT)
def hand_in(principal: Principal) -> Any:
    """Hand in the bytes of the request."""
    crime, file_format = request.args.get("crime"), request.args.get("format", "auto")
    if crime is not None and crime not in CRIME_TYPES:
        return problem(422, "This cannot be taken", f"crime has to be one of {', '.join(CRIME_TYPES)}.")
    if file_format not in FORMATS:
        return problem(422, "This cannot be taken", f"format has to be one of {', '.join(FORMATS)}.")
    happened = request.args.get("happened", "")
    day = moment(happened)
    if happened and day is None:
        return problem(422, "This cannot be taken", "happened has to be a day such as 2026-11-20.")
    body = request.get_data()
    try:
        with services().database.writing() as connection:
            member = find_member(connection, principal.member)
            terms = terms_for(
                connection,
                member,
                tlp=request.args.get("tlp"),
                collections=_chosen(connection, principal),
                file_format=file_format,
                claim=Claim(crime_type=crime, first_seen=day, last_seen=day),
                share=request.args.getlist("share"),
                unattributed=_flag("unattributed"),
                pap=request.args.get("pap"),
                handling=request.args.get("handling"),
                basis=request.args.get("basis"),
                with_text=_flag("with_text") or False,
                loss=_loss(),
                whole=member.trusted,
            )
            if not reaches(principal, terms):
                raise Refused("Name the collections: your token does not reach all that are meant where none is named.")
            name = request.args.get("name")
            report_id, new = take_in(connection, member, principal.subscriber, body, name, terms, now_ms())
    except Refused as error:
        return problem(422, "This cannot be taken", str(error))
    except TooLarge as error:
        return problem(413, "That is too large", str(error))
    if len(body) <= INLINE_BYTES:
        report = process(services().database, services().exchange, services().screening, report_id)
    else:
        with services().database.reading() as connection:
            report = find_report(connection, report_id)
    note("hand-in", ("report", report_id), unattributed=terms.unattributed, tlp=terms.tlp)
    return jsonify(_report(report, principal)), 201 if new else 200


@pages.get("/reports/<report_id>")
@proven(READ, SUBMIT)
def report(principal: Principal, report_id: str) -> Any:
    """A report of the member's own, with its verdicts."""
    with services().database.reading() as connection:
        try:
            one = find_report(connection, report_id)
        except NoSuchReport:
            one = None
    own = one is not None and (one.member_key == principal.member_key or may(SEE_ALL))
    if one is None or not own or not reaches(principal, one.terms):
        return no_such_report()
    if one.member_key != principal.member_key:
        note_read(("report", one.id), [one.terms.tlp])
    return jsonify(_report(one, principal))


def own_report(principal: Principal, report_id: str) -> Report | None:
    """The report, where it is the member's own and the token reaches it."""
    with services().database.reading() as connection:
        try:
            one = find_report(connection, report_id)
        except NoSuchReport:
            return None
    return one if one.member_key == principal.member_key and reaches(principal, one.terms) else None


def no_such_report() -> Response:
    """The answer where there is none, or another member's, in the same words."""
    return problem(404, "There is no such report", "It is not there, or not yours.")


def reaches(principal: Principal, terms: Terms) -> bool:
    """Whether a token's limits let it have to do with all the collections of a report."""
    return all(principal.limits.covers(key) for key in terms.collections)


def _chosen(connection: Connection, principal: Principal) -> list[str]:
    """The ids of the collections in the request; Refused, in one wording, for any that the member cannot hand in to."""
    ids = writable_ids(connection, principal)
    names = request.args.getlist("collection")
    for name in names:
        if name not in ids:
            raise Refused(f"There is no collection {name!r} that you may hand in to.")
    return [ids[name] for name in names]


def _loss() -> Loss | None:
    """What the request says of a loss; Refused where it is no amount of a currency."""
    amount = request.args.get("loss", "")
    try:
        return read_loss(amount, request.args.get("currency", "")) if amount else None
    except BadLoss as error:
        raise Refused(str(error)) from error


def _flag(name: str) -> bool | None:
    """What the request says of this, None where it says nothing; Refused where it is neither true nor false."""
    text = request.args.get(name)
    if text not in (None, "true", "false"):
        raise Refused(f"{name} has to be true or false.")
    return None if text is None else text == "true"


def _report(report: Report, viewer: Principal) -> dict[str, Any]:
    with services().database.reading() as connection:
        start = (page_number() - 1) * _MOST_VERDICTS
        verdicts = verdicts_seen(connection, report, viewer, offset=start, limit=_MOST_VERDICTS + 1)
        counts = counts_seen(connection, report, viewer)
        shown = verdicts[:_MOST_VERDICTS]
        taken = decisions_on(connection, [(report.key, one.n) for one in shown])
    report = as_seen(report, viewer)
    return {
        "report": report.id,
        "state": report.state,
        "received": stamp(report.received_ms),
        "counts": counts,
        "notices": list(report.notices),
        "loss": str(report.terms.loss) if report.terms.loss is not None else None,
        "verdicts": [{name: value for name, value in asdict(one).items() if name != "n"} for one in shown],
        "decisions": [_decision(one, report, viewer) for some in taken.values() for one in some],
        "more": len(verdicts) > _MOST_VERDICTS,
    }


def _decision(one: Decision, report: Report, viewer: Principal) -> dict[str, Any]:
    return {
        "row": one.row,
        "at": stamp(one.at_ms),
        "by": decider_name(one, report, viewer),
        "what": one.what,
        "words": one.words,
        "before": one.before,
        "after": one.after,
    }
