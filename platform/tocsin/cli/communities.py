"""`community`: named sets of members under an agreement, and who is in them."""

from dataclasses import replace
from typing import Any

import click

from tocsin.cli.common import BY, as_json, moment, note, opened, plain_usage, say
from tocsin.identifiers import KINDS as IDENTIFIERS
from tocsin.members.communities import Community, add_community, all_communities, find_community
from tocsin.members.members import KINDS, LIST, find_member
from tocsin.members.memberships import approve_membership, ask_to_join, end_membership, memberships_of
from tocsin.policy.agreement import BASES, EVERY_KIND, ONWARD, Agreement
from tocsin.publishing.redecide import change_agreement
from tocsin.times import now_ms, stamp


class _Voices(click.ParamType[tuple[str, int]]):
    """`KIND:N`."""

    name = "KIND:N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        kind, _, number = str(value).partition(":")
        if kind not in (*IDENTIFIERS, EVERY_KIND) or not number.isdecimal():
            self.fail(f"{value!r} is not written as KIND:N, such as iban:3.", param, ctx)
        return kind, int(number)


_bases = click.option(
    "--basis", "bases", multiple=True, type=click.Choice(list(BASES)), help="A lawful basis for identifiers of persons."
)
_voices = click.option(
    "--voices", multiple=True, type=_Voices(), help="How many members publish a kind; *:N for every personal one."
)
_purposes = click.option("--purpose", "purposes", multiple=True, help="What the data may be used for; repeat.")
_PARTIES = [kind for kind in KINDS if kind != LIST]
_parties = click.option("--party", "parties", multiple=True, type=click.Choice(_PARTIES), help="Who may join; repeat.")
_contact = click.option("--contact", help="Whom readers turn to; the exchange's contact when left out.")
_until = click.option("--until", metavar="DATE", help="When the agreement ends, e.g. 2027-12-31T00:00:00Z.")


@click.group()
def community() -> None:
    """Named sets of members that share under one agreement."""


@community.command("add")
@click.argument("slug")
@click.option("--title", required=True, help="What people call it.")
@click.option("--in", "parent", metavar="SLUG", help="The community that it lies in: its members are in that one too.")
@click.option("--steward", metavar="SLUG", help="The member that keeps it.")
@click.option(
    "--onward",
    type=click.Choice(ONWARD),
    default="none",
    show_default=True,
    help="How far its members may pass on what they get.",
)
@_parties
@_purposes
@_bases
@_voices
@_contact
@_until
def community_add(
    slug: str, title: str, parent: str | None, steward: str | None, until: str | None, voices: Any, **said: Any
) -> None:
    """Make a community and say what its members agree on."""
    agreement = _agreement(Agreement(), voices, said)
    with (
        opened() as tocsin,
        plain_usage(),
        note(tocsin, "community", ("community", slug), change="add", inside=parent, onward=agreement.onward),
        tocsin.database.writing() as connection,
    ):
        add_community(
            connection,
            slug,
            title,
            now_ms(),
            agreement=agreement,
            parent=find_community(connection, parent) if parent else None,
            steward_key=find_member(connection, steward).key if steward else None,
            until_ms=moment(until) if until else None,
        )
    click.echo(f"{slug} is a community")


@community.command("change")
@click.argument("slug")
@click.option("--title", help="What people call it.")
@_parties
@_purposes
@_bases
@_voices
@_contact
@_until
@click.option("--end", is_flag=True, help="End the agreement now: nobody reads through it any more.")
def community_change(slug: str, title: str | None, until: str | None, end: bool, voices: Any, **said: Any) -> None:
    """Change what was agreed on, all but how far members may pass on; what no longer fits is withdrawn."""
    with opened() as tocsin, plain_usage():
        with tocsin.database.reading() as connection:
            now, old = now_ms(), find_community(connection, slug)
        until_ms = now if end else moment(until) if until else old.until_ms
        agreement = _agreement(old.agreement, voices, said)
        with note(tocsin, "community", ("community", slug), change="end" if end else "agreement"):
            change_agreement(tocsin.database, tocsin.exchange, slug, agreement, now, title=title, until_ms=until_ms)
    click.echo(f"the agreement of {slug} is {'ended' if end else 'changed'}")


@community.command("list")
@as_json
def community_list(as_json: bool) -> None:
    """All communities, with their members and agreements."""
    with opened() as tocsin, tocsin.database.reading() as connection:
        every = all_communities(connection)
        slugs = {one.key: one.slug for one in every}
        for one in every:
            states = [(m.member.slug, m.state(now_ms())) for m in memberships_of(connection, community_key=one.key)]
            if as_json:
                say(_described(one, slugs, states))
                continue
            inside = f", in {slugs[one.parent_key]}" if one.parent_key else ""
            click.echo(f"{one.slug}  {one.title}{inside}")
            click.echo(f"    {', '.join(f'{slug} ({state})' for slug, state in states) or 'nobody'}")


@community.command("join")
@click.argument("slug")
@click.argument("member")
@click.option("--until", metavar="DATE", help="When the membership ends.")
@click.option("--ask", is_flag=True, help="Only ask: somebody has to approve it.")
def community_join(slug: str, member: str, until: str | None, ask: bool) -> None:
    """Let a member in; it reads what the community reads from the start."""
    until_ms = moment(until) if until else None
    with (
        opened() as tocsin,
        note(tocsin, "membership", ("community", slug), member=member, change="ask" if ask else "join"),
        tocsin.database.writing() as connection,
    ):
        target, joining = find_community(connection, slug), find_member(connection, member)
        asked = any(
            one.community_key == target.key and one.state(now_ms()) == "waits"
            for one in memberships_of(connection, member_key=joining.key)
        )
        if not asked:
            ask_to_join(connection, target, joining, BY, now_ms())
        if not ask:
            approve_membership(connection, target, joining, BY, now_ms(), until_ms)
    click.echo(f"{member} {'has asked to be' if ask else 'is'} in {slug}")


@community.command("leave")
@click.argument("slug")
@click.argument("member")
def community_leave(slug: str, member: str) -> None:
    """End a membership, or turn down a request for one."""
    with (
        opened() as tocsin,
        note(tocsin, "membership", ("community", slug), member=member, change="leave"),
        tocsin.database.writing() as connection,
    ):
        end_membership(connection, find_community(connection, slug), find_member(connection, member), BY, now_ms())
    click.echo(f"{member} is not in {slug}")


def _agreement(old: Agreement, voices: Any, said: dict[str, Any]) -> Agreement:
    """The agreement with what was said in place of what it said before."""
    given: dict[str, Any] = {name: value for name, value in said.items() if value}
    for name in ("parties", "bases"):
        if name in given:
            given[name] = frozenset(given[name])
    if voices:
        given["voices"] = dict(voices)
    return replace(old, **given)


def _described(one: Community, slugs: dict[int, str], states: list[tuple[str, str]]) -> dict[str, Any]:
    agreement = one.agreement
    return {
        "slug": one.slug,
        "title": one.title,
        "in": slugs.get(one.parent_key) if one.parent_key else None,
        "until": stamp(one.until_ms) if one.until_ms is not None else None,
        "parties": sorted(agreement.parties),
        "purposes": list(agreement.purposes),
        "onward": agreement.onward,
        "bases": sorted(agreement.bases),
        "voices": dict(agreement.voices),
        "contact": agreement.contact,
        "members": dict(states),
    }


COMMANDS = (community,)
