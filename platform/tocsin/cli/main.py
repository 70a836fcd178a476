"""The command's root: opens the exchange, and turns refusals into a sentence and exit status 1."""

import sys

import click

from tocsin import __version__
from tocsin.bootstrap import NotInitialised
from tocsin.cli import (
    administration,
    auditing,
    casing,
    collections,
    communities,
    deciding,
    erasing,
    feeding,
    handed_in,
    handing_in,
    keeping,
    listing,
    people,
    reading,
    running,
    unmasking,
    voices,
)
from tocsin.demonstration import NotEmpty
from tocsin.ledger.collections import CollectionExists, NoSuchCollection
from tocsin.members.access import UserExists
from tocsin.members.answerable import MayNot
from tocsin.members.audit import CannotNote
from tocsin.members.communities import NoSuchCommunity
from tocsin.members.members import MemberExists, NoSuchMember
from tocsin.members.memberships import CannotJoin
from tocsin.members.people import NoSuchUser
from tocsin.members.tokens import NoSuchToken
from tocsin.policy.filters import BadFilter
from tocsin.publishing.dispute import CannotDispute
from tocsin.publishing.erase import CannotErase
from tocsin.publishing.hand_in import Refused
from tocsin.publishing.medallion_data import BadData
from tocsin.publishing.redecide import NotTheirs, OnlyStricter
from tocsin.publishing.refilter import HasPushed
from tocsin.publishing.withdraw import NoSuchObject
from tocsin.publishing.words import BadWords
from tocsin.reports.disputes import NoSuchDispute
from tocsin.reports.holds import NoSuchHold
from tocsin.reports.receiving import TooLarge
from tocsin.reports.reports import NoSuchReport
from tocsin.reports.unmasking import CannotUnmask, NoSuchUnmasking
from tocsin.search import SearchDown

_PLAIN = (
    BadData,
    BadFilter,
    BadWords,
    CannotDispute,
    CannotErase,
    CannotJoin,
    CannotNote,
    CannotUnmask,
    CollectionExists,
    HasPushed,
    MayNot,
    MemberExists,
    NoSuchCollection,
    NoSuchCommunity,
    NoSuchHold,
    NoSuchDispute,
    NoSuchMember,
    NoSuchObject,
    NoSuchReport,
    NoSuchToken,
    NoSuchUser,
    NoSuchUnmasking,
    NotEmpty,
    NotInitialised,
    NotTheirs,
    OnlyStricter,
    Refused,
    SearchDown,
    TooLarge,
    UserExists,
    feeding.BadRecipe,
    listing.BadEntry,
    listing.NothingWaits,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Share what you know about cybercrime and fraud with those who are entitled to know it."""


for module in (
    running,
    administration,
    communities,
    collections,
    handing_in,
    handed_in,
    reading,
    auditing,
    casing,
    erasing,
    feeding,
    voices,
    keeping,
    deciding,
    people,
    unmasking,
    listing,
):
    for command in module.COMMANDS:
        cli.add_command(command)


def main() -> None:
    """Run the command line: exit status 0, 1 for a failure, 2 for wrong usage."""
    try:
        cli()
    except _PLAIN as error:
        click.echo(f"tocsin: {error.args[0] if error.args else error}", err=True)
        sys.exit(1)
