"""The command's root: opens the exchange, and turns refusals into a sentence and exit status 1."""

import sys

import click

from tocsin import __version__
from tocsin.bootstrap import NotInitialised
from tocsin.cli import administration, collections, erasing, feeding, handing_in, reading, running, unmasking
from tocsin.demonstration import NotEmpty
from tocsin.ledger.collections import CollectionExists, NoSuchCollection
from tocsin.members.access import NoSuchToken, UserExists
from tocsin.members.members import MemberExists, NoSuchMember
from tocsin.policy.filters import BadFilter
from tocsin.publishing.erase import CannotErase
from tocsin.publishing.hand_in import Refused
from tocsin.publishing.medallion_data import BadData
from tocsin.publishing.moderate import MayNotDecide
from tocsin.publishing.refilter import HasPushed
from tocsin.publishing.withdraw import NoSuchObject
from tocsin.reports.reports import NoSuchReport, TooLarge
from tocsin.reports.unmasking import CannotUnmask, NoSuchUnmasking
from tocsin.search import SearchDown

_PLAIN = (
    BadData,
    BadFilter,
    CannotErase,
    CannotUnmask,
    CollectionExists,
    HasPushed,
    MayNotDecide,
    MemberExists,
    NoSuchCollection,
    NoSuchMember,
    NoSuchObject,
    NoSuchReport,
    NoSuchToken,
    NoSuchUnmasking,
    NotEmpty,
    NotInitialised,
    Refused,
    SearchDown,
    TooLarge,
    UserExists,
    feeding.BadRecipe,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Share what you know about cybercrime and fraud with those who are entitled to know it."""


for module in (running, administration, collections, handing_in, reading, erasing, feeding, unmasking):
    for command in module.COMMANDS:
        cli.add_command(command)


def main() -> None:
    """Run the command line: exit status 0, 1 for a failure, 2 for wrong usage."""
    try:
        cli()
    except _PLAIN as error:
        click.echo(f"tocsin: {error.args[0] if error.args else error}", err=True)
        sys.exit(1)
