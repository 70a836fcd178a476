"""People at the sign-in page, with their phones."""

import base64
import re
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from web_world import PASSWORD, Person, World

from tocsin.web import session as signing_in


class Authenticator:
    """What shows the codes; each call shows the next one, so that none is used twice."""

    def __init__(self, key: str) -> None:
        self._totp = TOTP(base64.b32decode(key.replace(" ", "")), 6, SHA1(), 30)
        self._step = signing_in.now_ms() // 30_000 - 1

    def code(self) -> str:
        shown = self._totp.generate(self._step * 30).decode()
        self._step += 1
        return shown


def sign_in(world: World, login: str, password: str = PASSWORD, person: Person | None = None) -> tuple[Person, Any]:
    person = person or world.person()
    return person, person.post("/sign-in", {"login": login, "password": password})


def set_up(world: World, login: str = "clerk") -> tuple[Person, Authenticator, list[str]]:
    """Somebody who is signed in and has a second factor now, with the recovery codes."""
    person = world.person(login)
    assert person.post("/account/second-factor", {"password-on": PASSWORD}).status_code == 302
    page = person.get("/account/second-factor").text
    key = re.search(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", page)
    assert key is not None
    phone = Authenticator(key[1])
    shown = person.post("/account/second-factor/confirm", {"code": phone.code()})
    assert shown.status_code == 200
    codes = re.findall(r"<li>([a-z2-7-]{19})</li>", shown.text)
    assert len(codes) == 10
    return person, phone, codes


def cookie(person: Person) -> str:
    found = person.client.get_cookie("tocsin")
    assert found is not None
    return found.value


def with_cookie(world: World, value: str) -> Person:
    thief = world.person()
    thief.client.set_cookie("tocsin", value)
    return thief


def is_in(person: Person) -> bool:
    return person.get("/account").status_code == 200
