"""Writing: a push of objects, what became of it, and taking an object out again."""

from flask import Response
from sqlalchemy.engine import Connection

from taxii_server.answers import Refusal, answer, answer_bytes, forbidden, nothing_there
from taxii_server.body import read_body
from taxii_server.envelope import BadEnvelope, objects_in
from taxii_server.filters import OBJECT_FILTERS, match_of, read_filters
from taxii_server.negotiate import may_take
from taxii_server.polling import seen
from taxii_server.service import Caller
from taxii_server.status import find_status, status_of
from tocsin.intake.slicing import TooMany
from tocsin.ledger.append import committed
from tocsin.ledger.read import Match, page
from tocsin.members.audit_entries import actor_of
from tocsin.publishing.hand_in import Refused
from tocsin.publishing.withdraw import delete_object
from tocsin.reports.reports import find_report
from tocsin.stix import version_key
from tocsin.times import now_ms

_MOST_VERSIONS = 1_000_000


def post_objects(caller: Caller, root: str, name: str) -> Response:
    """TAXII 2.1 section 5.5. What is answered with 202 is durable; small pushes have their verdicts already."""
    found = seen(caller, root, name)
    if not found.rights.can_write:
        raise forbidden("You may not add to this collection.")
    if found.collection.frozen_ms is not None:
        raise forbidden("This collection is frozen: nothing is added to it any more.")
    if not may_take(caller.request.headers.get("Content-Type")):
        raise Refusal(415, "Unsupported media type", "Send application/taxii+json;version=2.1.")
    body = read_body(caller.request, caller.service.max_content_length)
    try:
        objects_in(body, caller.service.max_objects)
        report_id = caller.service.hand_in(caller.principal, found.collection, body)
    except TooMany as many:
        most = f"An envelope may have at most {caller.service.max_objects} objects. Send several smaller ones."
        raise Refusal(413, "Too large", most) from many
    except (BadEnvelope, Refused) as refused:
        raise Refusal(422, "Cannot be processed", str(refused)) from refused
    with caller.database.reading() as connection:
        report = find_report(connection, report_id)
        status = status_of(connection, report)
    caller.service.audit.note(
        actor_of(caller.principal),
        "push",
        ("report", report_id),
        unattributed=report.terms.unattributed,
        details={"collection": found.collection.id, "objects": status["total_count"]},
    )
    return answer(status, 202)


def get_status(caller: Caller, root: str, status_id: str) -> Response:
    """TAXII 2.1 section 4.3. Only the member that pushed sees it, by a token that reaches its collections."""
    with caller.database.reading() as connection:
        status = find_status(connection, caller.principal, root, status_id.lower())
    if status is None:
        raise nothing_there("status")
    return answer(status)


def delete_objects(caller: Caller, root: str, name: str, object_id: str) -> Response:
    """TAXII 2.1 section 5.7, its table of rights included.

    Without `match[version]` all versions go, never just the newest: here `last` is a filter, not the default.
    """
    found = seen(caller, root, name)
    if not (found.rights.can_read and found.rights.can_write):
        raise forbidden("To delete from this collection one has to be allowed to read it and to add to it.")
    match = match_of(read_filters(caller.request.args, OBJECT_FILTERS))
    versions = match.versions if "match[version]" in caller.request.args else ("all",)
    wanted = Match(ids=(object_id,), versions=versions, spec_versions=match.spec_versions)

    def work(connection: Connection, _now: int) -> None:
        _delete(connection, caller, found.collection.key, object_id, wanted)

    actor, target = actor_of(caller.principal), ("collection", found.collection.id)
    with caller.service.audit.note(actor, "delete", target, values=[object_id]):
        committed(caller.database, work)
    return answer_bytes(b"")


def _delete(connection: Connection, caller: Caller, collection_key: int, object_id: str, wanted: Match) -> None:
    exchange = caller.service.exchange
    entries = page(connection, collection_key, 0, _MOST_VERSIONS, wanted, listed=True, bodies=False)
    if not entries:
        raise nothing_there("object")
    if any(entry.owner_key != caller.principal.member_key for entry in entries):
        raise forbidden("Only the member that pushed an object may delete it.")
    if wanted.versions == ("all",) and not wanted.spec_versions:
        delete_object(connection, exchange, collection_key, object_id, None, now_ms())
        return
    # the newest last: what pollers are told in the end is made from it, and has to be later than all the others
    for version, spec_version in sorted((version_key(entry.version), entry.spec_version) for entry in entries):
        delete_object(connection, exchange, collection_key, object_id, version, now_ms(), spec_version)
