"""The check against noise, and against the examples that others publish."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from exchange_objects import SPELLINGS, issued, three
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.stix import BadObject, Checked, check, revoked


def outcome(raw: bytes) -> Checked | str:
    """What the check finds, or the sentence with which it refuses."""
    try:
        return check(raw)
    except BadObject as error:
        return str(error)


@given(
    st.sampled_from([json.loads(body) for kind in SPELLINGS for body in three(kind)]),
    st.data(),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
        lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(), s, max_size=3),
        max_leaves=5,
    ),
)
@settings(max_examples=300, deadline=None)
def test_whatever_a_property_becomes_the_answer_is_a_sentence(
    content: dict[str, Any], data: st.DataObject, value: Any
) -> None:
    name = data.draw(st.sampled_from(sorted(content)))
    raw = json.dumps({**content, name: value}).encode()
    checked = outcome(raw)
    if isinstance(checked, str):
        assert checked.endswith(".")
    else:
        revoked(raw, 0)
        assert checked.object == orjson.loads(raw)


@given(st.binary(max_size=200), st.integers(0, 600), st.integers(0, 20))
@settings(max_examples=300, deadline=None)
def test_whatever_the_bytes_the_answer_is_a_sentence(noise: bytes, place: int, cut: int) -> None:
    body = issued("domain")
    for raw in (noise, body[:place] + noise + body[place + cut :]):
        checked = outcome(raw)
        assert not isinstance(checked, str) or checked.endswith(".")


def objects_in(path: Path) -> list[bytes]:
    """The objects of a file, or the file where it cannot be read."""
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        return [path.read_bytes()]
    if isinstance(content, dict):
        content = content["objects"] if content["type"] == "bundle" else [content]
    return [orjson.dumps(one) for one in content]


@pytest.mark.parametrize(
    ("pattern", "taken", "refused"),
    [
        ("oasis-schemas/examples/**/*.json", 259, ["id: it has to be relationship--"]),
        (
            "oasis-validator/**/*.json",
            6,
            [
                "The object is not JSON",
                "The object is not JSON",
                "modified: STIX requires it",
                "modified: it lies before created",
            ],
        ),
        ("oasis-python-stix2/**/*.json", 30, ["spec_version: this object is STIX 2.0"]),
        ("stix2extensions/**/extension-definitions/**/*.json", 11, []),
        # ids that the rules published beside them do not give
        ("stix2extensions/automodel_generated/examples/**/*.json", 4, ["id: it is not the id"] * 3),
        ("amnesty/**/*.stix2", 1039, []),
    ],
)
def test_examples_of_others(real_data: Path, pattern: str, taken: int, refused: list[str]) -> None:
    found = [outcome(raw) for path in sorted(real_data.glob(pattern)) for raw in objects_in(path)]
    sentences = [one for one in found if isinstance(one, str)]
    assert len(found) - len(sentences) == taken
    assert len(sentences) == len(refused)
    assert all(one.startswith(words) for one, words in zip(sorted(sentences), sorted(refused), strict=True))
