"""The recipes in a folder, each with what became of its last run."""

from dataclasses import dataclass
from pathlib import Path

from feeds.recipe import BadRecipe, Recipe, find_recipes, load_recipe
from feeds.state import State, load_state


@dataclass(frozen=True, slots=True)
class Followed:
    """A recipe file: the recipe and the last run, None before the first; or the problem that makes it unusable."""

    path: Path
    recipe: Recipe | None
    state: State | None
    problem: str | None = None


def followed(path: Path, home: Path) -> list[Followed]:
    """The recipes in a folder, or the one in a file, by file name; `home` is the data directory."""
    return [_followed(one, home) for one in (find_recipes(path) if path.is_dir() else [path])]


def _followed(path: Path, home: Path) -> Followed:
    try:
        recipe = load_recipe(path)
    except BadRecipe as problem:
        return Followed(path, None, None, str(problem))
    return Followed(path, recipe, load_state(home, recipe.name))
