"""`user` and `token`: the people and the machines of the members."""

import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy.engine import Connection

from tocsin.cli.common import as_json, note, opened, plain_usage, say
from tocsin.ledger.collections import all_collections, find_collection
from tocsin.members.access import add_user
from tocsin.members.invitations import DAYS, LONGEST_DAYS, invite
from tocsin.members.limits import Limits
from tocsin.members.members import find_member
from tocsin.members.people import all_people, disable, enable, find_person, reset_second_factor, set_role
from tocsin.members.roles import OF_MACHINES, ROLES
from tocsin.members.tokens import Token, add_certificate, all_tokens, new_token, revoke_token
from tocsin.networks import parse_networks
from tocsin.times import DAY_MS, now_ms, stamp

BY_COMMAND = "command:"
"""Who invited with the command: no login has a colon."""

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _limited(command: Any) -> Any:
    """The options that say what a token may do at most."""
    for option in (
        click.option("--every", type=click.IntRange(1, 100_000), metavar="MINUTES", help="How often it means to poll."),
        click.option("--network", "networks", multiple=True, metavar="CIDR", help="Only from there; repeat."),
        click.option("--days", type=click.IntRange(1, 3_650), help="It ends after so many days; never when left out."),
        click.option("--collection", "collections", multiple=True, help="Only this collection; repeat."),
        click.option(
            "--scope",
            multiple=True,
            type=click.Choice(sorted(OF_MACHINES)),
            help="What it may do; repeat. Both when left out.",
        ),
    ):
        command = option(command)
    return command


@click.group()
def user() -> None:
    """People of the members."""


@user.command("add")
@click.argument("login")
@click.option("--member", "slug", required=True)
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
def user_add(login: str, slug: str, role: str, password_stdin: bool) -> None:
    """Give a person access."""
    password = sys.stdin.readline().rstrip("\r\n")
    with (
        opened() as tocsin,
        plain_usage(),
        note(tocsin, "user", ("user", login), change="add", member=slug, role=role),
        tocsin.database.writing() as connection,
    ):
        add_user(connection, login, find_member(connection, slug).key, role, password, now_ms())
    click.echo(f"{login} may sign in")


@user.command("invite")
@click.option("--member", "slug", required=True)
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option(
    "--days", default=DAYS, show_default=True, type=click.IntRange(1, LONGEST_DAYS), help="How long the link works."
)
@as_json
def user_invite(slug: str, role: str, days: int, as_json: bool) -> None:
    """Print the path of a link, once, by which one person becomes a user of the member."""
    with (
        opened() as tocsin,
        plain_usage(),
        note(tocsin, "user", change="invite", member=slug, role=role),
        tocsin.database.writing() as connection,
    ):
        name = invite(connection, find_member(connection, slug), role, BY_COMMAND, now_ms(), days)
    path = f"/invitation/{name}"
    if as_json:
        say({"path": path})
    else:
        click.echo(path)


@user.command("disable")
@click.argument("login")
def user_disable(login: str) -> None:
    """Keep a person out at once; what was done stays."""
    with (
        opened() as tocsin,
        note(tocsin, "user", ("user", login), change="disable"),
        tocsin.database.writing() as connection,
    ):
        disable(connection, find_person(connection, login), now_ms())
    click.echo(f"{login} is kept out")


@user.command("enable")
@click.argument("login")
def user_enable(login: str) -> None:
    """Let a person in again."""
    with (
        opened() as tocsin,
        note(tocsin, "user", ("user", login), change="enable"),
        tocsin.database.writing() as connection,
    ):
        enable(connection, find_person(connection, login))
    click.echo(f"{login} may sign in again")


@user.command("role")
@click.argument("login")
@click.argument("role", type=click.Choice(ROLES))
def user_role(login: str, role: str) -> None:
    """Give a person another role."""
    with (
        opened() as tocsin,
        note(tocsin, "user", ("user", login), change="role", role=role),
        tocsin.database.writing() as connection,
    ):
        set_role(connection, find_person(connection, login), role)
    click.echo(f"{login} is {role}")


@user.command("reset-second-factor")
@click.argument("login")
def user_reset_second_factor(login: str) -> None:
    """Let a person in with the password alone, until a second factor is set up anew."""
    with (
        opened() as tocsin,
        note(tocsin, "user", ("user", login), change="reset-second-factor"),
        tocsin.database.writing() as connection,
    ):
        there = reset_second_factor(connection, find_person(connection, login))
    click.echo(f"{login} has no second factor any more" if there else f"{login} had no second factor")


@user.command("list")
@click.option("--member", "slug", help="Only the people of this member.")
@as_json
def user_list(slug: str | None, as_json: bool) -> None:
    """All users."""
    with opened() as tocsin, tocsin.database.reading() as connection:
        for one in all_people(connection, find_member(connection, slug).key if slug else None):
            state = "disabled" if one.disabled_ms else "active"
            if as_json:
                data = {"login": one.login, "member": one.member, "role": one.role, "state": state}
                say({**data, "second_factor": one.second_factor})
            else:
                factor = "second factor" if one.second_factor else "password only"
                click.echo(f"{one.member:24} {one.role:14} {state:8} {factor:13} {one.login}")


@click.group()
def token() -> None:
    """Machines of the members."""


@token.command("new")
@click.option("--member", "slug", required=True)
@click.option("--name", help="What uses it; a date and time when left out.")
@_limited
@as_json
def token_new(slug: str, name: str | None, every: int | None, as_json: bool, **limits: Any) -> None:
    """Make a token and print it, once. Its member is told when it polls less often than it means to."""
    every_s, now = every * 60 if every else None, now_ms()
    name = name or stamp(now)
    with (
        opened() as tocsin,
        plain_usage(),
        note(tocsin, "token", ("token", f"{slug}/{name}"), change="new"),
        tocsin.database.writing() as connection,
    ):
        key, wanted = find_member(connection, slug).key, _limits(connection, now, **limits)
        made = new_token(connection, key, name, now, every_s, limits=wanted)
    if as_json:
        say({"token": made})
    else:
        click.echo(made)


@token.command("certificate")
@click.argument("file", type=_FILE)
@click.option("--member", "slug", required=True)
@click.option("--name", required=True, help="What uses it.")
@_limited
@as_json
def token_certificate(file: Path, slug: str, name: str, every: int | None, as_json: bool, **limits: Any) -> None:
    """Let in over TAXII whoever proves to hold this client certificate, until it ends.

    A proxy that TOCSIN_PROXIES names has to verify it. Prints its SHA-256 fingerprint.
    """
    every_s, now = every * 60 if every else None, now_ms()
    with (
        opened() as tocsin,
        plain_usage(),
        note(tocsin, "certificate", ("token", f"{slug}/{name}"), change="new"),
        tocsin.database.writing() as connection,
    ):
        key, wanted = find_member(connection, slug).key, _limits(connection, now, **limits)
        fingerprint = add_certificate(connection, key, name, file.read_bytes(), now, every_s, limits=wanted)
    if as_json:
        say({"fingerprint": fingerprint})
    else:
        click.echo(fingerprint)


@token.command("list")
@click.option("--member", "slug", help="Only the tokens of this member.")
@as_json
def token_list(slug: str | None, as_json: bool) -> None:
    """All tokens and certificates; what they prove themselves with is not kept."""
    with opened() as tocsin, tocsin.database.reading() as connection:
        titles = {one.key: one.title for one in all_collections(connection)}
        for one in all_tokens(connection, find_member(connection, slug).key if slug else None):
            said = _said(one, titles)
            if as_json:
                say(said)
            else:
                until = said["until"] or "no end"
                scope = ",".join(said["scope"])
                click.echo(f"{one.member:24} {said['state']:8} {one.kind:12} {scope:12} {until:26} {one.name}")


@token.command("revoke")
@click.argument("token")
@click.option("--member", "slug", help="The member, when TOKEN is the name of one of its tokens.")
def token_revoke(token: str, slug: str | None) -> None:
    """End a token within five seconds, everywhere."""
    # without the member it is the token itself, which belongs into no trail
    target = ("token", f"{slug}/{token}") if slug else None
    with (
        opened() as tocsin,
        note(tocsin, "token", target, change="revoke"),
        tocsin.database.writing() as connection,
    ):
        revoke_token(connection, token, now_ms(), find_member(connection, slug).key if slug else None)
    click.echo("the token is revoked")


def _limits(
    connection: Connection,
    now: int,
    *,
    scope: tuple[str, ...],
    collections: tuple[str, ...],
    days: int | None,
    networks: tuple[str, ...],
) -> Limits:
    return Limits(
        frozenset(scope) or OF_MACHINES,
        frozenset(find_collection(connection, one).key for one in collections) or None,
        parse_networks(networks),
        now + days * DAY_MS if days else None,
    )


def _said(one: Token, titles: dict[int, str]) -> dict[str, Any]:
    limits = one.limits
    return {
        "member": one.member,
        "name": one.name,
        "kind": one.kind,
        "state": one.state(now_ms()),
        "scope": sorted(limits.scope),
        "collections": None if limits.collections is None else sorted(titles[key] for key in limits.collections),
        "networks": [str(network) for network in limits.networks],
        "created": stamp(one.created_ms),
        "until": stamp(limits.until_ms) if limits.until_ms is not None else None,
        "made_by": one.made_by,
    }


COMMANDS = (user, token)
