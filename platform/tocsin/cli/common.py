"""What several commands share."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from tocsin.bootstrap import Tocsin, open_tocsin
from tocsin.members.audit import Doing
from tocsin.members.audit_entries import OPERATOR, Detail, Target
from tocsin.times import end_of_day, parse_stamp

BY = OPERATOR.name
"""Who did what is done without a login."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@contextmanager
def opened() -> Iterator[Tocsin]:
    """The exchange that the environment names, there and initialised."""
    tocsin = open_tocsin()
    try:
        _ = tocsin.exchange
        yield tocsin
    finally:
        tocsin.close()


def note(
    tocsin: Tocsin,
    action: str,
    target: Target | None = None,
    *,
    values: Sequence[str] = (),
    unattributed: str | None = None,
    **details: Detail,
) -> Doing:
    """Note in the audit trail what the command is about to do, at once; CannotNote where that cannot be.

    `action` is one of `ACTIONS`. Used as `with note(...):` a failure is told too. `values` become tokens; `details` are
    ids, numbers and words of closed lists. `unattributed`: the slug of the member on whose behalf it is done unseen.
    """
    actor = OPERATOR if unattributed is None else OPERATOR._replace(member=unattributed)
    return tocsin.audit.note(
        actor, action, target, values=values, unattributed=unattributed is not None, at_once=True, details=details
    )


def say(data: Any) -> None:
    """Print `data` as one line of JSON."""
    click.echo(json.dumps(data, ensure_ascii=False))


def moment(text: str) -> int:
    """A date and time as ms; wrong usage where it is none."""
    try:
        return parse_stamp(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def day_end(text: str) -> int:
    """The last second of a day as ms; wrong usage where it is none."""
    try:
        return end_of_day(text)
    except ValueError as error:
        raise click.UsageError(f"{text!r} is not a date like 2027-12-31.") from error


@contextmanager
def plain_usage() -> Iterator[None]:
    """A value that cannot be is wrong usage."""
    try:
        yield
    except ValueError as error:
        if type(error) is not ValueError:
            raise
        raise click.UsageError(str(error)) from error
