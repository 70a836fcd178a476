"""Taking reports in: their bytes and terms, kept once."""

import hashlib
import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import without_cards
from tocsin.ledger.database import storable
from tocsin.policy.carry import Reach, Reader
from tocsin.reports.audiences import keep_audience
from tocsin.reports.tables import RECEIVED, report_bytes, report_collections, reports
from tocsin.reports.terms import Terms, spelled

LARGEST_REPORT = 128 * 1024 * 1024
"""Bytes that may be handed in at once."""


_IN_COLUMNS = ("format", "tlp", "unattributed", "voice", "pap", "handling", "basis", "with_text")
"""Terms that queries ask for."""


class TooLarge(ValueError):
    """A report is larger than can be taken."""


def check_size(body: bytes) -> None:
    """TooLarge where that is more than can be handed in at once."""
    if len(body) > LARGEST_REPORT:
        raise TooLarge(
            f"This is {len(body) / 1e6:.0f} MB; the most that can be handed in at once is "
            f"{LARGEST_REPORT / 1e6:.0f} MB."
        )


def receive(
    connection: Connection,
    member_key: int,
    handed_in_by: str,
    body: bytes,
    name: str | None,
    terms: Terms,
    now: int,
    reach: Mapping[int, Reach] | None = None,
    audience: frozenset[Reader] | None = None,
) -> tuple[str, bool]:
    """Keep a report's bytes, with who and when; its id, and whether it is new.

    `reach`: what policy decided, by collection key, also of such as the terms do not name; everything where it says
    nothing. `audience`: who may know, None
    for everybody. The same bytes from the same member under the same terms are the same report: a retry adds nothing.
    The report is durable when the transaction is committed.
    """
    check_size(body)
    sha256 = hashlib.sha256(body).hexdigest()
    words = spelled(terms)
    fingerprint = hashlib.sha256(f"{member_key}\n{sha256}\n{words}".encode()).hexdigest()
    known = connection.execute(_SAME, {"fingerprint": fingerprint}).scalar()
    if known is not None:
        return known, False
    identity = str(uuid.uuid4())
    key = connection.execute(
        reports.insert()
        .values(
            id=identity,
            member_key=member_key,
            handed_in_by=handed_in_by,
            received_ms=now,
            sha256=sha256,
            size=len(body),
            name=storable(without_cards(name)) if name is not None else None,
            terms=words,
            fingerprint=fingerprint,
            state=RECEIVED,
            rows_done=0,
            notices="[]",
            audience_key=keep_audience(connection, audience),
            **{one: getattr(terms, one) for one in _IN_COLUMNS},
        )
        .returning(reports.c.key)
    ).scalar_one()
    connection.execute(report_bytes.insert().values(report_key=key, body=body))
    places = [
        {"report_key": key, "collection_key": one, "reach": (reach or {}).get(one, Reach.EVERYTHING)}
        for one in dict.fromkeys((*terms.collections, *(reach or {})))
    ]
    connection.execute(report_collections.insert(), places)
    return identity, True


_SAME = sa.select(reports.c.id).where(reports.c.fingerprint == sa.bindparam("fingerprint"))
