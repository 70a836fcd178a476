"""What the page of an indicator says of disputes, and of what the account's own bank states."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.engine import Connection

from tocsin.identifiers import Identifier, kept
from tocsin.ledger.read import Entry
from tocsin.members.access import Principal
from tocsin.members.roles import DECIDE, SUBMIT
from tocsin.projections.search_index import document_of
from tocsin.publishing.account_status import keeps_account
from tocsin.publishing.dispute import deciders
from tocsin.publishing.standing import subject_of
from tocsin.reports.disputes import Dispute, open_dispute_on
from tocsin.reports.statements import CLOSED, OPEN, RESTRICTED, VICTIM, Statement, statements_on
from tocsin.stix import INDICATOR_EXTENSION

STATUS_WORDS = {OPEN: "open", RESTRICTED: "restricted", CLOSED: "closed", VICTIM: "its customer is a victim"}
"""What a bank can state, in words that go on from "the account's bank states"."""


@dataclass(frozen=True, slots=True)
class Contest:
    """What the page of an indicator says of disputes and of the account's bank, and what whoever looks may do.

    `marked`: the object carries the mark itself; one that its owner pushed cannot. `stated` is the state and the day
    in it; `statements` the bank's own, for its own people.
    """

    can_open: bool
    dispute: Dispute | None
    marked: bool
    stated: dict[str, str] | None
    impersonates: str | None
    is_bank: bool
    statements: list[Statement]
    deciders: list[str]


def contest_of(connection: Connection, newest: Entry, collection_id: str, viewer: Principal) -> Contest:
    """What there is to say of disputes and of the account's bank."""
    about = about_what(newest, collection_id)
    content: dict[str, Any] = orjson.loads(newest.body)
    ours = content.get("extensions", {}).get(INDICATOR_EXTENSION, {})
    is_bank = about is not None and viewer.may(SUBMIT) and keeps_account(connection, viewer.member_key, about)
    return Contest(
        can_open=about is not None and not newest.revoked,
        dispute=None if about is None else open_dispute_on(connection, about.kind, about.value),
        marked=bool(ours.get("disputed")),
        stated=ours.get("account_status"),
        impersonates=ours.get("impersonates"),
        is_bank=is_bank,
        statements=_own(connection, about, viewer) if is_bank and about is not None else [],
        deciders=[login for login, _ in deciders(connection)] if viewer.may(DECIDE) else [],
    )


def _own(connection: Connection, about: Identifier, viewer: Principal) -> list[Statement]:
    """What the viewer's own bank stated: another that keeps the account too does not see the sources."""
    said = statements_on(connection, subject_of(about, None).key)
    return [one for one in said if one.member_key == viewer.member_key]


def about_what(newest: Entry, collection_id: str) -> Identifier | None:
    """The identifier that an indicator is about, None where it names none that can be read."""
    document = document_of(newest, collection_id)
    return None if document is None or document.observable_id is None else kept(document.kind, document.value)
