"""The verdict on a STIX object that would be published with its own id and bytes."""

from dataclasses import replace

from tocsin.identifiers import KINDS, Identifier
from tocsin.intake import ROLES, Row
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.judged import OPAQUE, WholeObject
from tocsin.publishing.standing import subject_of
from tocsin.publishing.versions import support
from tocsin.publishing.whole import FOREIGN
from tocsin.reports.reports import Report
from tocsin.screening import Content, Screening, Verdict, content_of, screen
from tocsin.stix import BadObject, check, handling_of, tlp_of

_RANKS = ("accepted", "held", "rejected")
_OURS = Verdict("merged", "The exchange publishes this object itself.", "own-object")
_RED = Verdict(
    "rejected", "TLP:RED is for named persons only and cannot go to a collection that several members read.", "red"
)
_MODERATED = Verdict("held", "It waits for a moderator to look at it.", "moderation")
_UNREAD = Verdict(
    "held",
    "It names something in a way that cannot be checked against the allow lists; a moderator has to look.",
    "moderation",
)


def judge_whole(
    row: Row, report: Report, exchange: Exchange, screening: Screening, *, old: bool
) -> tuple[Row, Verdict, WholeObject | None]:
    """What screening says of a STIX object, and the row with the one identifier that the object is about, if any.

    `old`: all of the report's collections take STIX 2.0.
    """
    if row.problem is not None or row.raw is None:
        return row, screen(row, screening), None
    try:
        checked = check(row.raw, old=old)
    except BadObject as error:
        return row, Verdict("rejected", str(error), "invalid"), None
    own = {one.object_id: one.body for one in support(exchange)}
    if own.get(checked.id) == row.raw:
        return row, _OURS, None
    if checked.id in own or checked.created_by_ref == exchange.identity:
        return row, FOREIGN, None
    tlp = tlp_of(checked.object)
    if tlp == "red":
        return row, _RED, None
    content = content_of(checked.type, checked.object)
    subjects = {one.pattern: one.key for named in content.named for one in (subject_of(named, role) for role in ROLES)}
    whole = WholeObject(
        checked.id,
        checked.revoked,
        tuple(subjects.values()),
        tuple(subjects),
        content.refers,
        tlp,
        handling_of(checked.object),
    )
    verdicts = [screen(replace(row, identifier=one), screening) for one in content.named]
    mentioned = [screen(replace(row, identifier=one), screening) for one in content.ruled]
    if content.unread or any(one.verdict != "accepted" for one in mentioned):
        verdicts.append(_UNREAD)
    if content.may_accuse:
        verdicts.append(OPAQUE)
    if not report.trusted:
        verdicts.append(_MODERATED)
    verdict = max(verdicts, key=lambda one: _RANKS.index(one.verdict), default=Verdict("accepted", "Published.", "ok"))
    return replace(row, identifier=_about(content)), verdict, whole


def _about(content: Content) -> Identifier | None:
    """The identifier whose voices are counted: a person's first."""
    return next((one for one in content.named if KINDS[one.kind].personal), next(iter(content.named), None))
