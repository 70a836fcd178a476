"""What tests of cases do on the pages: opening one, putting something in, taking it out as a file."""

import re
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from web_world import Person, World
from werkzeug.test import TestResponse

HOSTILE = "evil-<b>x</b>.example"


def published(world: World, *values: str, slug: str = "bank-a", title: str = "Scams", **terms: Any) -> list[str]:
    """The names by which forms know indicators of these values, handed in now."""
    world.house.submit(slug, "".join(f"{value}\n" for value in values), to=(title,), **terms)
    world.index()
    return [name_of(world, value, title) for value in values]


def name_of(world: World, value: str, title: str = "Scams") -> str:
    found = [one for pattern, one in world.house.indicators(title).items() if f"'{value}'" in pattern]
    return f"{world.collection_id(title)}:{found[0]['id']}"


def opened(person: Person, title: str = "Operation Heron", **fields: str) -> str:
    """A new case; its id."""
    answer = person.post("/cases", {"title": title, **fields})
    assert answer.status_code == 302, answer.text
    return str(answer.location.rpartition("/")[2])


def put(person: Person, case_id: str, *names: str) -> TestResponse:
    return person.post("/cases/add", {"case": case_id, "thing": list(names)}, follow_redirects=True)


def exported(person: Person, case_id: str, form: str) -> bytes:
    answer = person.post(f"/cases/{case_id}/export", {"form": form})
    assert answer.status_code == 200
    return answer.data


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def plain(text: str) -> str:
    """Text without the places where lines were broken."""
    return re.sub(r"\s+", "", text)


def things_in(page: str) -> list[str]:
    """The ids of the things of a case, as its page offers to take them away."""
    return re.findall(r"/remove/things/([0-9a-f]{32})", page)
