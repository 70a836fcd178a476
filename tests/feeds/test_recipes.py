"""Recipes: what is taken, and the sentence for what is not."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from feeds.known import Known
from feeds.listing import read_listing
from feeds.recipe import SCHEMA, BadRecipe, Recipe, find_recipes, load_recipe
from tocsin.identifiers import PUBLISHED
from tocsin.intake import FORMATS, ROLES
from tocsin.screening import Screening
from tocsin.stix import CRIME_TYPES, TLP

SMALLEST: dict[str, Any] = {
    "name": "scam-watch",
    "title": "Scam Watch",
    "source": "list.txt",
    "licence": "CC-BY-4.0",
    "attribution": {"name": "Scam Watch", "url": "https://watch.example/about"},
    "collection": "Open lists",
    "member": "scam-watch",
    "absence": "withdraw",
}
SHIPPED = Path(SCHEMA).parent / "recipes"


def written(folder: Path, content: Any) -> Path:
    path = folder / "recipe.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return path


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in SMALLEST.items() if name != key}


def test_the_smallest_recipe_has_careful_defaults(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path, SMALLEST))
    assert recipe.source == str(tmp_path / "list.txt")
    assert (recipe.format, recipe.tlp, recipe.at_least, recipe.shrink, recipe.every) == ("auto", "clear", 1, 0.5, None)
    assert recipe.defaults.kind is None
    assert recipe.defaults.claim.crime_type is None


def test_everything_that_a_recipe_can_say(tmp_path: Path) -> None:
    said = {
        "format": "csv", "kind": "phone", "country": "NO", "crime_type": "job-fraud", "role": "contact",
        "confidence": 40, "tlp": "green", "at_least": 100, "shrink": 0.1, "every": "6h", "absence": "means-nothing",
    }  # fmt: skip
    recipe = load_recipe(written(tmp_path, SMALLEST | said))
    assert (recipe.format, recipe.tlp, recipe.absence, recipe.every) == ("csv", "green", "means-nothing", "6h")
    assert (recipe.defaults.kind, recipe.defaults.country) == ("phone", "NO")
    claim = recipe.defaults.claim
    assert (claim.role, claim.crime_type, claim.confidence) == ("contact", "job-fraud", 40)
    assert (recipe.at_least, recipe.shrink) == (100, 0.1)


@pytest.mark.parametrize(
    "source", ["https://lists.example/a.txt", "http://127.0.0.1:8080/a?b=c", "/var/lists/a.txt", "../a list.txt"]
)
def test_sources(tmp_path: Path, source: str) -> None:
    recipe = load_recipe(written(tmp_path, SMALLEST | {"source": source}))
    assert recipe.source in (source, str(tmp_path / source))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (without("title"), "the key 'title' is missing; it gives the list's name for people"),
        (without("absence"), "the key 'absence' is missing"),
        (SMALLEST | {"attribution": {"name": "X"}}, "the key 'attribution.url' is missing"),
        (SMALLEST | {"colour": "red"}, "there is no key 'colour'; the keys are name, title"),
        (SMALLEST | {1: "x"}, "there is no key '1'"),
        (SMALLEST | {"tlp": "white"}, "the key 'tlp' has to be one of clear, green, amber, amber.strict"),
        (SMALLEST | {"tlp": "red"}, "the key 'tlp'"),
        (SMALLEST | {"absence": "maybe"}, "the key 'absence' has to be one of withdraw, means-nothing"),
        (SMALLEST | {"format": "doc"}, "the key 'format' has to be one of auto"),
        (SMALLEST | {"confidence": 101}, "the key 'confidence' has to be a whole number from 0 to 100"),
        (SMALLEST | {"confidence": "high"}, "the key 'confidence'"),
        (SMALLEST | {"shrink": 1.5}, "the key 'shrink'"),
        (SMALLEST | {"shrink": float("nan")}, "the key 'shrink'"),
        (SMALLEST | {"at_least": 0}, "the key 'at_least'"),
        (SMALLEST | {"every": 6}, "the key 'every'.*such as \"6h\""),
        (SMALLEST | {"name": "Scam Watch"}, "the key 'name'"),
        (SMALLEST | {"name": "../up"}, "the key 'name'"),
        (SMALLEST | {"source": "ftp://lists.example/a"}, "the key 'source'"),
        (SMALLEST | {"source": "file:///etc/passwd"}, "the key 'source'"),
        (SMALLEST | {"source": ""}, "the key 'source'"),
        (SMALLEST | {"attribution": {"name": "X", "url": "javascript:x"}}, "the key 'attribution.url'"),
        (yaml.safe_dump(SMALLEST) + "country: NO\n", "the key 'country'.*in quotation marks"),
        ("- a\n- b\n", "has to be a list of keys"),
        ("", "has to be a list of keys"),
        ("name: [\n", "line 2 is not valid YAML"),
        ("!!python/object/apply:os.getcwd []\n", "line 1 is not valid YAML"),
        ("2026-01-01: x\n", "is not a YAML file"),
        ("\x00", "is not a YAML file"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, content: Any, words: str) -> None:
    with pytest.raises(BadRecipe, match=f"^recipe.yaml: .*{words}"):
        load_recipe(written(tmp_path, content))


def test_a_recipe_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadRecipe, match=r"none.yaml: the recipe cannot be opened: No such file"):
        load_recipe(tmp_path / "none.yaml")


def test_the_schema_names_what_the_platform_knows() -> None:
    keys = json.loads(SCHEMA.read_bytes())["properties"]
    assert keys["format"]["enum"] == list(FORMATS)
    assert set(keys["kind"]["enum"]) == set(PUBLISHED)
    assert keys["crime_type"]["enum"] == list(CRIME_TYPES)
    assert keys["role"]["enum"] == [role for role in ROLES if role]
    assert keys["tlp"]["enum"] == [name for name in TLP if name != "red"]
    assert keys["absence"]["enum"] == list(get_args(Recipe.__annotations__["absence"]))


@pytest.mark.parametrize("path", find_recipes(SHIPPED), ids=lambda path: path.stem)
def test_the_recipes_that_are_shipped(path: Path) -> None:
    recipe = load_recipe(path)
    assert recipe.name == path.stem
    assert recipe.source.startswith("https://lists.example/")
    assert recipe.every is not None


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("amnesty-cytrox", "amnesty/2021-12-16_cytrox/cytrox.stix2"),
        ("blocklistproject-scam", "blocklistproject/scam.txt"),
        ("discord-phishing", "discord-phishing/2022-12/domain-list.json"),
        ("gaso-scam-sites", "gaso/snapshots/2023-06-30.txt"),
        ("ofac-bitcoin", "ofac-crypto/2023-03/sanctioned_addresses_XBT.txt"),
        ("polkadot-phishing", "polkadot-phishing/2025-06/all.json"),
        ("usom-ips", "usom/ips.txt"),
    ],
)
def test_shipped_recipes_read_the_lists_that_they_are_for(real_data: Path, name: str, file: str) -> None:
    recipe = load_recipe(SHIPPED / f"{name}.yaml")
    screening = Screening(hit=lambda _: None)
    listing = read_listing(recipe, (real_data / file).read_bytes(), Known(), screening, 0)
    assert len(listing.present) >= recipe.at_least
    assert listing.unreadable < len(listing.present) / 100
