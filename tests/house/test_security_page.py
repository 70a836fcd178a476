"""Every test that docs/security.md leans on is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "docs" / "security.md").read_text())))


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))


@pytest.mark.parametrize(("path", "name"), NAMED, ids="::".join)
def test_what_the_page_names_is_there(path: str, name: str) -> None:
    assert (ROOT / path).is_file()
    assert not name or (name.startswith("test_") and name in functions_of(path))


def test_each_attacker_has_a_table() -> None:
    page = (ROOT / "docs" / "security.md").read_text()
    for attacker in ("An outsider", "A curious member", "A malicious contributor", "Whoever has a stolen token"):
        assert f"## {attacker}\n" in page
    assert len(NAMED) > 60
