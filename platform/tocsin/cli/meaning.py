"""What somebody means who names a value or a STIX id on the command line."""

import re

import click

from tocsin.identifiers import Hints, Identifier, Token, Unreadable, read, recognise

_STIX_ID = re.compile(r"[a-z0-9][a-z0-9-]*--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def meant(text: str, kind: str | None, country: str | None, token: Token) -> Identifier | str:
    """The STIX id as it is, or the identifier that the text spells; wrong usage where it spells none."""
    return text if _STIX_ID.fullmatch(text) else meant_value(text, kind, country, token)


def meant_value(text: str, kind: str | None, country: str | None, token: Token) -> Identifier:
    """The identifier that the text spells; wrong usage where it spells none."""
    hints = Hints(country=country.upper() if country else None, token=token)
    try:
        return read(text, kind, hints) if kind else recognise(text, hints)
    except Unreadable as problem:
        raise click.UsageError(str(problem)) from problem
