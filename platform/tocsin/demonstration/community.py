"""The demonstration's members, collections and people, and the order in which its stories happen."""

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from tocsin.bootstrap import Tocsin
from tocsin.demonstration import stories
from tocsin.demonstration.gathering import DESK, NEWCOMER, gather
from tocsin.demonstration.investigating import investigate, watch
from tocsin.intake import Claim
from tocsin.ledger.collections import add_collection, find_collection
from tocsin.members.access import add_user
from tocsin.members.defaults import set_default
from tocsin.members.members import add_member, find_member, grant
from tocsin.members.tokens import new_token
from tocsin.publishing.hand_in import take_in, terms_for
from tocsin.publishing.process import process
from tocsin.publishing.withdraw import withdraw_object
from tocsin.reports.loss import Loss
from tocsin.reports.reports import Report, verdicts_of
from tocsin.times import now_ms

NAME = "Demonstration exchange"
CONTACT = "desk@exchange.example"
SITES = "Scam sites and mailboxes"
MONEY = "Accounts and phones"
LISTS = "Open lists"
NAMED = "northwind-bank"
"""The member into whose inbox something strictly confidential goes."""

_MEMBERS = (
    ("exchange-desk", "Exchange desk", "secretariat", "SG"),
    ("northwind-bank", "Northwind Bank", "bank", "SG"),
    ("harbour-bank", "Harbour Bank", "bank", "SG"),
    ("lindqvist-shipping", "Lindqvist Shipping", "company", "SG"),
    ("river-telecom", "River Telecom", "telco", "MY"),
    ("east-police", "Eastern Police Cyber Unit", "agency", "TH"),
    ("island-police", "Island Police Fraud Squad", "agency", "PH"),
    ("hillside-pay", "Hillside Pay", "company", "SG"),
    ("coast-bank", "Coastline Bank", "bank", "MY"),
    ("example-list", "Example open list", "list", None),
)
_USERS = (
    ("clerk", "northwind-bank", "contributor"),
    ("inspector", "east-police", "investigator"),
    ("desk", "exchange-desk", "moderator"),
    ("admin", "exchange-desk", "administrator"),
)


class NotEmpty(RuntimeError):
    """There is something where the demonstration would be made."""


@dataclass(frozen=True, slots=True)
class _Handed:
    """One hand-in of a story."""

    member: str
    name: str
    body: str
    collections: tuple[str, ...]
    tlp: str = "amber"
    claim: Claim = Claim()  # noqa: RUF009 - a frozen value
    format: str = "auto"
    voice: bool = True
    share: tuple[str, ...] = ()
    unattributed: bool = False
    pap: str | None = None
    handling: str | None = None
    loss: Loss | None = None


def tell(tocsin: Tocsin) -> Iterator[str]:
    """Make the demonstration where there is none, and say how to look at it, line by line."""
    path = tocsin.settings.home / "sign-ins.json"
    new = not path.exists()
    if new:
        _see_that_it_is_empty(tocsin)
        yield "Making the demonstration community ..."
    tocsin.initialise(NAME, CONTACT, demonstration=True)  # also brings an older version's tables to this one's form
    if new:
        signs = _people(tocsin)
        watch(tocsin)
        _happen(tocsin)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(signs, file)
    yield from _guide(tocsin, json.loads(path.read_text()))


def _see_that_it_is_empty(tocsin: Tocsin) -> None:
    """Keep the stories out of a real exchange, and out of a demonstration that was stopped while it was made."""
    if tocsin.database.has_tables():
        home = tocsin.settings.home
        raise NotEmpty(
            f"{home} holds an exchange already, and not a whole demonstration. Choose another folder with TOCSIN_HOME, "
            "or remove that one if nothing in it matters."
        )


def _people(tocsin: Tocsin) -> dict[str, str]:
    """Members, collections and users; new passwords by login, and a police force's token."""
    now = now_ms()
    signs = {login: secrets.token_urlsafe(9) for login, _, _ in _USERS}
    with tocsin.database.writing() as connection:
        for slug, name, kind, country in _MEMBERS:
            add_member(connection, slug, name, kind, country, now)
        _collections(connection, now)
        gather(connection, now)
        for login, slug, role in _USERS:
            add_user(connection, login, find_member(connection, slug).key, role, signs[login], now)
        signs["token"] = new_token(connection, find_member(connection, "east-police").key, "poller", now)
    return signs


def _collections(connection: Connection, now: int) -> None:
    members = [slug for slug, _, kind, _ in _MEMBERS if kind != "list" and slug != NEWCOMER]
    purposes = (
        (SITES, "sites", "Scam domains, pages, addresses, wallets and mailboxes.", members),
        (MONEY, "money", "Mule accounts and phone numbers: two voices, or a moderator's word.", members),
        (LISTS, "lists", "What open lists publish. Nobody's word but theirs.", ["example-list"]),
    )
    for title, alias, description, writers in purposes:
        made = add_collection(connection, title, now, alias=alias, description=description)
        for slug in {*members, *writers}:
            grant(connection, made.key, find_member(connection, slug).key, read=slug in members, write=slug in writers)
    for slug in members:
        set_default(connection, find_member(connection, slug).key, "amber", find_collection(connection, SITES).key)


def _happen(tocsin: Tocsin) -> None:
    """The stories, in the order in which they happened."""
    both = (SITES, MONEY)
    bec = Claim(crime_type="bec")
    invest = Claim(crime_type="investment-fraud")
    parcel = Claim(crime_type="parcel-fraud")
    phishing = Claim(crime_type="phishing")
    for handed in (
        _Handed("lindqvist-shipping", "mail-invoice-2291.txt", stories.BEC_MAIL, both, claim=bec, format="text"),
        _Handed("northwind-bank", "coin-yield.csv", stories.sheet(), (SITES,), "green", invest),
        _Handed("northwind-bank", "mule.csv", stories.MULE_BY_FIRST_BANK, (MONEY,)),
        _Handed("harbour-bank", "mules-march.csv", stories.MULE_BY_SECOND_BANK, (MONEY,)),
        _Handed("northwind-bank", "invoice-2291.csv", stories.PAID, (MONEY,), loss=Loss(8_430_000, "USD")),
        _Handed("harbour-bank", "sent-on.csv", stories.SENT_ON, (MONEY,), loss=Loss(8_150_000, "USD")),
        _Handed("hillside-pay", "coins.csv", stories.TAKEN_OUT, (MONEY,), loss=Loss(7_990_000, "USD")),
        _Handed("east-police", "accounts.csv", stories.SEEN_BY_POLICE, (MONEY,), "amber", bec),
        _Handed("northwind-bank", "two-banks.csv", stories.SAME_NUMBER_TWO_BANKS, (MONEY,)),
        _Handed("harbour-bank", "two-banks.csv", stories.SAME_NUMBER_TWO_BANKS, (MONEY,)),
        _Handed("river-telecom", "chat.txt", stories.CHAT, both, "green", parcel, "text"),
        _Handed("example-list", "list.txt", stories.OPEN_LIST, (LISTS,), "clear", phishing, voice=False),
        _Handed(
            "harbour-bank", "refund-calls.txt", stories.REFUNDS, (), claim=parcel, share=(DESK,), unattributed=True
        ),
        _Handed(
            "east-police",
            "operation.txt",
            stories.OPERATION,
            (),
            "red",
            invest,
            share=(NAMED,),
            pap="red",
            handling="H2",
        ),
    ):
        _hand_in(tocsin, handed)
    wrong = _hand_in(tocsin, _Handed("northwind-bank", "shop.txt", stories.COMPLAINT, (SITES,), "green", phishing))
    with tocsin.database.reading() as connection:
        (verdict,) = verdicts_of(connection, wrong.key)
    if verdict.stix_id is not None:
        reason = "The shop's owner complained and showed that it is a florist."
        withdraw_object(tocsin.database, tocsin.exchange, verdict.stix_id, reason, "desk", now_ms())
    investigate(tocsin, SITES)
    tocsin.work_once()
    while tocsin.alert():
        pass


def _hand_in(tocsin: Tocsin, handed: _Handed) -> Report:
    with tocsin.database.writing() as connection:
        member = find_member(connection, handed.member)
        terms = terms_for(
            connection,
            member,
            tlp=handed.tlp,
            collections=handed.collections,
            file_format=handed.format,
            claim=handed.claim,
            voice=handed.voice,
            share=handed.share,
            unattributed=handed.unattributed,
            pap=handed.pap,
            handling=handed.handling,
            loss=handed.loss,
        )
        report_id, _ = take_in(connection, member, handed.member, handed.body.encode(), handed.name, terms, now_ms())
    return process(tocsin.database, tocsin.exchange, tocsin.screening, report_id)


def _guide(tocsin: Tocsin, signs: dict[str, str]) -> Iterator[str]:
    with tocsin.database.reading() as connection:
        sites = find_collection(connection, "sites")
    base = "http://127.0.0.1:8000"
    root = f"{base}/taxii2/{sites.root}"
    yield f"DEMONSTRATION: {NAME}. Nothing in it is real."
    yield ""
    yield f"Pages:  {base}/"
    yield "Sign in as one of:"
    for login, slug, role in _USERS:
        yield f"  {login:10} password {signs[login]}   {role} of {slug}"
    yield ""
    yield "Poll it:"
    yield f"  curl -H 'Authorization: Bearer {signs['token']}' {root}/collections/{sites.id}/objects/"
    yield "Poll it with taxii2-client:"
    yield (
        f'  .venv/bin/python -c "from taxii2client.v21 import Collection; '
        f"print(len(Collection('{root}/collections/{sites.id}/', user='east-police', "
        f"password='{signs['token']}').get_objects()['objects']), 'objects')\""
    )
    yield ""
    yield "Stop it with Ctrl-C. Start anew: remove the folder " + str(tocsin.settings.home)
