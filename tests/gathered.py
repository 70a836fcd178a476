"""The small exchange with communities: a circle kept by the police, another inside it with bank B, one far away."""

import re
from typing import Any

from house import START
from sqlalchemy.engine import Connection
from web_world import PASSWORD, World
from werkzeug.test import TestResponse

from tocsin.members.access import add_user
from tocsin.members.communities import Community, add_community, find_community
from tocsin.members.granting import grant_community
from tocsin.members.members import find_member
from tocsin.members.memberships import approve_membership, ask_to_join, memberships_of
from tocsin.policy.agreement import Agreement
from tocsin.publishing.hand_in import take_in, terms_for
from tocsin.publishing.process import process
from tocsin.times import now_ms

OUTER, INNER, FAR = "outer-circle", "inner-circle", "far-circle"
TITLES = {OUTER: "Wide ring of desks", INNER: "Narrow ring of banks", FAR: "Ring beyond the sea"}
PEOPLE = {"head-a": ("bank-a", "moderator"), "head-b": ("bank-b", "moderator"), "keeper": ("police", "moderator")}
ALERTS = "Ring alerts"
AGREEMENT = Agreement(
    parties=frozenset({"bank"}),
    purposes=("Preventing fraud",),
    bases=frozenset({"fraud-prevention-law"}),
    contact="ring@desk.example",
)


def gather(world: World) -> None:
    """Bank B is in the inner circle, and so in the outer one, which has a collection; bank A and bank C are in none."""
    alerts = world.house.collection(ALERTS, read=(), write=())
    with world.house.database.writing() as connection:
        for login, (slug, role) in PEOPLE.items():
            add_user(connection, login, find_member(connection, slug).key, role, PASSWORD, START)
        keeper = find_member(connection, "police").key
        outer = _made(connection, OUTER, None, keeper)
        inner = _made(connection, INNER, outer, keeper)
        _made(connection, FAR, None, None)
        let_in(connection, inner, "bank-b")
        grant_community(connection, alerts.key, outer.key, read=True, write=True)


def let_in(connection: Connection, community: Community, slug: str) -> None:
    member = find_member(connection, slug)
    ask_to_join(connection, community, member, "head", START)
    approve_membership(connection, community, member, "keeper", START)


def asks(world: World, slug: str, community: str = OUTER) -> None:
    with world.house.database.writing() as connection:
        ask_to_join(connection, find_community(connection, community), find_member(connection, slug), "head", START)


def share(world: World, slug: str, text: str, **terms: Any) -> str:
    """Hand something in as the pages do, with who may know kept beside it; the report's id."""
    house = world.house
    with house.database.writing() as connection:
        member = find_member(connection, slug)
        chosen = terms_for(connection, member, **{"tlp": "amber+strict", **terms})
        report_id, _ = take_in(connection, member, slug, text.encode(), None, chosen, START)
    return process(house.database, house.exchange, house.screening, report_id).id


def said(answer: TestResponse) -> str:
    """What an answer says, without the token of its forms, which changes by the second."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)


def state(world: World, slug: str, community: str = OUTER) -> str | None:
    """The state of a member's place in a community, None where it has none."""
    with world.house.database.reading() as connection:
        every = memberships_of(connection, community_key=find_community(connection, community).key)
    return next((one.state(now_ms()) for one in every if one.member.slug == slug), None)


def _made(connection: Connection, slug: str, parent: Community | None, keeper: int | None) -> Community:
    return add_community(connection, slug, TITLES[slug], START, agreement=AGREEMENT, parent=parent, steward_key=keeper)
