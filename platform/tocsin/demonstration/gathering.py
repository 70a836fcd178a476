"""The demonstration's communities: who shares with whom, under which agreement, and who waits to be let in."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from tocsin.ledger.collections import add_collection
from tocsin.members.communities import Community, add_community, find_community
from tocsin.members.granting import grant_community
from tocsin.members.members import find_member
from tocsin.members.memberships import approve_membership, ask_to_join
from tocsin.policy.agreement import Agreement

DESK = "payments-desk"
BANKS = "strait-banks"
POLICE = "strait-police"
CYBER = "strait-cyber"
NEWCOMER = "coast-bank"
ALERTS = "Payments desk alerts"


@dataclass(frozen=True, slots=True)
class _Gathered:
    """A community of the story: where it lies, who keeps it, who is in it."""

    slug: str
    title: str
    inside: str | None
    steward: str
    members: tuple[str, ...]
    agreement: Agreement


_PAYMENTS = Agreement(
    parties=frozenset({"bank", "company", "telco", "platform", "secretariat"}),
    purposes=("Preventing payment fraud", "Recalling payments that were made by fraud"),
    bases=frozenset({"fraud-prevention-law", "legitimate-interests"}),
    contact="payments-desk@exchange.example",
)
_BANKS = Agreement(
    parties=frozenset({"bank"}),
    purposes=("Closing accounts that receive the proceeds of fraud",),
    bases=frozenset({"fraud-prevention-law"}),
    voices={"bank-account": 2, "iban": 2},
)
_POLICE = Agreement(
    parties=frozenset({"agency", "secretariat"}),
    purposes=("Investigating and prosecuting crime",),
    bases=frozenset({"law-enforcement", "public-task"}),
    contact="duty-officer@police.example",
)

_COMMUNITIES = (
    _Gathered(
        DESK,
        "Payments desk",
        None,
        "exchange-desk",
        ("exchange-desk", "lindqvist-shipping", "river-telecom", "hillside-pay"),
        _PAYMENTS,
    ),
    _Gathered(BANKS, "Banks of the strait", DESK, "exchange-desk", ("northwind-bank", "harbour-bank"), _BANKS),
    _Gathered(POLICE, "Police of the strait region", None, "east-police", ("east-police", "island-police"), _POLICE),
    _Gathered(CYBER, "Cyber units of the region", POLICE, "east-police", ("east-police",), _POLICE),
)


def gather(connection: Connection, now: int) -> None:
    """Make the communities, let members in, give the payments desk a collection, and let a bank ask."""
    for one in _COMMUNITIES:
        made = add_community(
            connection,
            one.slug,
            one.title,
            now,
            agreement=one.agreement,
            parent=find_community(connection, one.inside) if one.inside else None,
            steward_key=find_member(connection, one.steward).key,
        )
        for slug in one.members:
            _let_in(connection, made, slug, now)
    desk = find_community(connection, DESK)
    ask_to_join(connection, find_community(connection, BANKS), find_member(connection, NEWCOMER), "head of fraud", now)
    alerts = add_collection(
        connection, ALERTS, now, alias="alerts", description="What the members of the payments desk tell each other."
    )
    grant_community(connection, alerts.key, desk.key, read=True, write=True)


def _let_in(connection: Connection, community: Community, slug: str, now: int) -> None:
    member = find_member(connection, slug)
    ask_to_join(connection, community, member, "admin", now)
    approve_membership(connection, community, member, "admin", now)
