"""`feed run`, `feed test`, `feed list`."""

import sys
from dataclasses import asdict, replace
from pathlib import Path

import click

from feeds.overview import followed
from feeds.recipe import BadRecipe, load_recipe
from feeds.run import FeedHouse, rehearse
from feeds.run import run as run_recipe
from feeds.state import TAKEN, Outcome
from tocsin.bootstrap import Tocsin
from tocsin.cli.common import as_json, opened, say
from tocsin.places import only_one
from tocsin.times import stamp

_RECIPE = click.argument("recipe", type=click.Path(exists=True, dir_okay=False, path_type=Path))

__all__ = ["COMMANDS", "BadRecipe"]


@click.group()
def feed() -> None:
    """Open lists, followed by recipes."""


@feed.command("run")
@_RECIPE
@click.option("--accept-shrink", is_flag=True, help="Follow it this once although much has vanished from it.")
@as_json
def feed_run(recipe: Path, accept_shrink: bool, as_json: bool) -> None:
    """Follow a list once: hand in what is new, withdraw what is gone if the recipe says so."""
    loaded = load_recipe(recipe)
    if accept_shrink:
        loaded = replace(loaded, shrink=1.0)
    with opened() as tocsin, only_one(tocsin.settings.home / "feeds" / f"{loaded.name}.lock") as alone:
        if not alone:
            raise click.ClickException(f"{loaded.name} is being run already.")
        outcome = run_recipe(loaded, _house(tocsin))
    _tell(outcome, as_json=as_json)


@feed.command("test")
@_RECIPE
@as_json
def feed_test(recipe: Path, as_json: bool) -> None:
    """Say what a run would do, and keep nothing."""
    with opened() as tocsin:
        outcome = rehearse(load_recipe(recipe), _house(tocsin))
    _tell(outcome, as_json=as_json)


@feed.command("list")
@click.argument("recipe", default="feeds/recipes", type=click.Path(exists=True, path_type=Path))
@as_json
def feed_list(recipe: Path, as_json: bool) -> None:
    """The recipes in a folder, or one, and how their last runs ended."""
    with opened() as tocsin:
        for one in followed(recipe, tocsin.settings.home):
            last = one.state.last if one.state else None
            if as_json:
                shown = {"path": str(one.path), "problem": one.problem, "last_run": asdict(last) if last else None}
                say({"recipe": one.recipe.name if one.recipe else None, **shown})
            elif one.recipe is None:
                click.echo(f"{one.path}: {one.problem}")
            else:
                ran = f"{stamp(last.ran_ms)} {last.ended} {last.reason}" if last else "never run"
                click.echo(f"{one.recipe.name:28} {one.recipe.title:40} {ran}".rstrip())


def _house(tocsin: Tocsin) -> FeedHouse:
    return FeedHouse(tocsin.database, tocsin.exchange, tocsin.screening, tocsin.settings.home)


def _tell(outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        say(asdict(outcome))
    else:
        counts = ", ".join(f"{count} {verdict}" for verdict, count in outcome.counts.items() if count)
        click.echo(f"{outcome.recipe}: {outcome.ended}. {outcome.reason}".rstrip())
        click.echo(
            f"  {outcome.entries} entries, {outcome.new} new ({counts or 'nothing to decide'}), {outcome.gone} gone"
        )
        for problem in outcome.problems:
            click.echo(f"  {problem}")
    if outcome.ended != TAKEN:
        sys.exit(1)


COMMANDS = (feed,)
