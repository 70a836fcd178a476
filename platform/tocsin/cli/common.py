"""What several commands share."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from tocsin.bootstrap import Tocsin, open_tocsin
from tocsin.times import parse_stamp

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


def say(data: Any) -> None:
    """Print `data` as one line of JSON."""
    click.echo(json.dumps(data, ensure_ascii=False))


def moment(text: str) -> int:
    """A date and time as ms; wrong usage where it is none."""
    try:
        return parse_stamp(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


@contextmanager
def plain_usage() -> Iterator[None]:
    """A value that cannot be is wrong usage."""
    try:
        yield
    except ValueError as error:
        if type(error) is not ValueError:
            raise
        raise click.UsageError(str(error)) from error
