"""`feed run`, `feed test`, `feed list`."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from feeds.recipe import BadRecipe, find_recipes, load_recipe
from feeds.run import FeedHouse, Outcome, rehearse
from feeds.run import run as run_recipe
from feeds.state import TAKEN, load_state
from tocsin.bootstrap import Tocsin, only_one
from tocsin.cli.common import as_json, opened, say
from tocsin.times import stamp

_RECIPE = click.argument("recipe", type=click.Path(exists=True, dir_okay=False, path_type=Path))

__all__ = ["COMMANDS", "BadRecipe"]


@click.group()
def feed() -> None:
    """Open lists, followed by recipes."""


@feed.command("run")
@_RECIPE
@as_json
def feed_run(recipe: Path, as_json: bool) -> None:
    """Follow a list once: hand in what is new, withdraw what is gone if the recipe says so."""
    loaded = load_recipe(recipe)
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
@click.argument("folder", default="feeds/recipes", type=click.Path(exists=True, file_okay=False, path_type=Path))
@as_json
def feed_list(folder: Path, as_json: bool) -> None:
    """The recipes in a folder, and how their last runs ended."""
    with opened() as tocsin:
        for path in find_recipes(folder):
            recipe = load_recipe(path)
            state = load_state(tocsin.settings.home, recipe.name)
            if as_json:
                say({"recipe": recipe.name, "title": recipe.title, "last_run": asdict(state) if state else None})
            else:
                last = f"{stamp(state.ran_ms)} {state.ended} {state.reason}" if state else "never run"
                click.echo(f"{recipe.name:28} {recipe.title:40} {last}")


def _house(tocsin: Tocsin) -> FeedHouse:
    return FeedHouse(tocsin.database, tocsin.exchange, tocsin.screening, tocsin.settings.home)


def _tell(outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        say(asdict(outcome))
    else:
        counts = ", ".join(f"{count} {verdict}" for verdict, count in outcome.counts.items() if count)
        click.echo(f"{outcome.recipe}: {outcome.ended}. {outcome.reason}".rstrip())
        click.echo(f"  {outcome.entries} entries, {outcome.new} new ({counts or 'nothing to decide'}), {outcome.gone} gone")
        for problem in outcome.problems:
            click.echo(f"  {problem}")
    if outcome.ended != TAKEN:
        sys.exit(1)


COMMANDS = (feed,)
