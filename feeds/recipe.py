"""Recipes: how one open list is followed, a YAML file checked against `recipe.schema.json`."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
import yaml

from tocsin.intake import Claim, Defaults

SCHEMA = Path(__file__).with_name("recipe.schema.json")


class BadRecipe(ValueError):
    """A recipe cannot be used. The message names the file, the key and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who publishes the list, and where people read about it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one open list is followed.

    `source` is an http(s) address or an absolute path. `absence`: 'withdraw' where the list is always whole, so that
    what it names no more is to end; 'means-nothing' where it is a window that slides over the newest entries.
    `at_least` counts entries; `shrink` is the largest share, 0 to 1, that may vanish at once. `every` is for people
    and schedulers.
    """

    name: str
    title: str
    source: str
    format: str
    defaults: Defaults
    tlp: str
    licence: str
    attribution: Attribution
    collection: str
    member: str
    absence: Literal["withdraw", "means-nothing"]
    at_least: int
    shrink: float
    every: str | None


def load_recipe(path: Path) -> Recipe:
    """The recipe in this file; BadRecipe says which key cannot be used and why."""
    try:
        content = _as_json(yaml.safe_load(path.read_bytes()))
    except OSError as error:
        raise BadRecipe(f"{path.name}: the recipe cannot be opened: {error.strerror}.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadRecipe(f"{path.name}: line {line} is not valid YAML.") from None
    except (yaml.YAMLError, ValueError, TypeError):
        raise BadRecipe(f"{path.name}: this is not a YAML file.") from None
    problem = next(iter(_validator().iter_errors(content)), None)
    if problem is not None:
        raise BadRecipe(f"{path.name}: {_sentence(problem)}")
    return _recipe(content, path)


def find_recipes(folder: Path) -> list[Path]:
    """The recipe files in a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))


def _recipe(content: dict[str, Any], path: Path) -> Recipe:
    source = content["source"]
    if not source.startswith(("https://", "http://")):
        source = str((path.parent / source).absolute())
    claim = Claim(content.get("role"), content.get("crime_type"), content.get("confidence"))
    return Recipe(
        name=content["name"],
        title=content["title"],
        source=source,
        format=content.get("format", "auto"),
        defaults=Defaults(content.get("kind"), content.get("country"), claim),
        tlp=content.get("tlp", "clear"),
        licence=content["licence"],
        attribution=Attribution(**content["attribution"]),
        collection=content["collection"],
        member=content["member"],
        absence=content["absence"],
        at_least=content.get("at_least", 1),
        shrink=content.get("shrink", 0.5),
        every=content.get("every"),
    )


def _as_json(content: Any) -> Any:
    """`content` as JSON has it: dates become text again, and so do keys that are numbers."""
    return json.loads(json.dumps(content, default=str))


def _sentence(problem: Any) -> str:
    place = ".".join(map(str, problem.instance_path))
    schema = _at(place.split(".") if place else [])
    kind = problem.kind
    if kind.name == "required":
        return f"the key {_named(place, kind.property)} is missing; it gives {_meaning(schema, kind.property)}."
    if kind.name == "additionalProperties":
        keys = ", ".join(schema["properties"])
        return f"there is no key {_named(place, kind.unexpected[0])}; the keys are {keys}."
    if kind.name == "enum":
        return f"the key '{place}' has to be one of {', '.join(schema['enum'])}."
    if not place:
        return "a recipe has to be a list of keys with their values, such as name: my-list."
    return f"the key '{place}' has to be {schema['description']}."


def _at(place: list[str]) -> dict[str, Any]:
    schema: dict[str, Any] = _schema()
    for key in place:
        schema = schema["properties"][key]
    return schema


def _meaning(schema: dict[str, Any], key: str) -> str:
    return str(schema["properties"][key]["description"])


def _named(place: str, key: str) -> str:
    return f"'{place}.{key}'" if place else f"'{key}'"


@cache
def _schema() -> dict[str, Any]:
    return dict(json.loads(SCHEMA.read_bytes()))


@cache
def _validator() -> Any:
    return jsonschema_rs.validator_for(_schema())
