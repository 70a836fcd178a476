"""What somebody is about to hand in, kept between the paste and the receipt, for an hour after it was last touched.

What may hold numbers that are never kept, such as those of cards, is sealed with a key that the browser alone has.
"""

import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

from flask import after_this_request, g, request
from werkzeug.wrappers import Response

from tocsin.sealing import seal, unseal
from tocsin.web.services import services
from tocsin.web.session import user

_KEPT_S = 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,60}")
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
_COOKIE = "tocsin-draft"
"""The cookie with the key to what was sealed: it is written down nowhere else."""

_PLAIN, _SEALED = ".body", ".sealed"
_NO_WORDS = "Begun in one browser, and shown in that one alone"
_SHOWN = 60
_MOST = 20
"""Drafts of one person; the oldest give way."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The choices on the form; the bytes lie beside them.

    `happened` is a day, `loss` and `currency` as they were typed; `roles` are those set by hand, by row count from 0 as
    text. Not `chosen`: nobody was asked anything yet, so that the choices are the member's defaults.
    """

    login: str
    name: str | None
    pasted: bool
    tlp: str
    collections: list[str]
    crime: str | None
    unattributed: bool
    share: list[str] = field(default_factory=list)
    pap: str | None = None
    handling: str | None = None
    basis: str | None = None
    with_text: bool = False
    happened: str = ""
    loss: str = ""
    currency: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    chosen: bool = False


class Begun(NamedTuple):
    """Something that was not handed in yet: its draft's token, its name or first words, when it was touched, ms."""

    token: str
    title: str
    touched_ms: int


def keep_draft(draft: Draft, body: bytes, *, sealed: bool) -> str:
    """Keep a draft, `sealed` so that this browser alone opens it; the token that finds it again."""
    _make_room(_folder())
    token = secrets.token_urlsafe(24)
    _keep_body(token, body, sealed=sealed)
    _write(_folder() / f"{token}.json", _spelled(draft))
    return token


def change_draft(token: str, draft: Draft) -> None:
    """Put other choices in the place of a draft's that `find_draft` found."""
    for suffix in (_PLAIN, _SEALED):
        with suppress(FileNotFoundError):
            os.utime(_folder() / (token + suffix))
    _write(_folder() / f"{token}.json", _spelled(draft))


def replace_draft(token: str, draft: Draft, body: bytes, *, sealed: bool) -> None:
    """Put other choices and another body in the place of a draft's that `find_draft` found."""
    _keep_body(token, body, sealed=sealed)
    _write(_folder() / f"{token}.json", _spelled(draft))


def find_draft(token: str) -> tuple[Draft, bytes] | None:
    """The draft of whoever is signed in; None where it is gone, never was, or is another's."""
    if not _TOKEN.fullmatch(token):
        return None
    draft = _read(_folder() / f"{token}.json")
    body = _body(token) if draft is not None else None
    return (draft, body) if draft is not None and body is not None else None


def begun_elsewhere(token: str) -> bool:
    """Whether there is a draft of whoever is signed in that this browser has no key to."""
    if not _TOKEN.fullmatch(token) or _read(_folder() / f"{token}.json") is None:
        return False
    return (_folder() / (token + _SEALED)).exists() and _body(token) is None


def drop_draft(token: str, report_id: str | None = None) -> None:
    """Forget a draft; `report_id` is what became of it, which a second try within the hour is led to."""
    if report_id is not None:
        _write(_folder() / f"{token}.done", report_id.encode())
    for suffix in (".json", _PLAIN, _SEALED):
        (_folder() / (token + suffix)).unlink(missing_ok=True)


def became_of(token: str) -> str | None:
    """The report that a draft of whoever is signed in became within the hour."""
    if not _TOKEN.fullmatch(token):
        return None
    path = _folder() / f"{token}.done"
    try:
        return path.read_text() if _fresh(path) else None
    except FileNotFoundError:
        return None


def open_drafts() -> list[Begun]:
    """What whoever is signed in has begun and not handed in, newest first."""
    found = []
    for path in _newest(_folder(), ".json"):
        draft = _read(path)
        with suppress(FileNotFoundError):
            if draft is not None:
                touched = path.stat().st_mtime_ns // 1_000_000
                found.append(Begun(path.stem, draft.name or _first_words(path.with_suffix(_PLAIN)), touched))
    return found


def _keep_body(token: str, body: bytes, *, sealed: bool) -> None:
    if sealed:
        body = seal(_key() or _new_key(), body, token)
    _write(_folder() / (token + (_SEALED if sealed else _PLAIN)), body)
    (_folder() / (token + (_PLAIN if sealed else _SEALED))).unlink(missing_ok=True)


def _body(token: str) -> bytes | None:
    """The body of a draft, None where it is gone or another browser's."""
    with suppress(FileNotFoundError):
        return (_folder() / (token + _PLAIN)).read_bytes()
    key = _key()
    if key is None:
        return None
    try:
        return unseal(key, (_folder() / (token + _SEALED)).read_bytes(), token)
    except FileNotFoundError:
        return None


def _key() -> bytes | None:
    """The key that this browser has, None where it was given none yet."""
    text = g.get("draft_key") or request.cookies.get(_COOKIE, "")
    return hashlib.sha256(text.encode()).digest() if _KEY.fullmatch(text) else None


def _new_key() -> bytes:
    """Give this browser a key."""
    g.draft_key = text = secrets.token_urlsafe(32)

    @after_this_request
    def give(response: Response) -> Response:
        response.set_cookie(_COOKIE, text, httponly=True, samesite="Lax", secure=request.is_secure)
        return response

    return hashlib.sha256(text.encode()).digest()


def _first_words(path: Path) -> str:
    if not path.exists():
        return _NO_WORDS
    with path.open("rb") as file:
        words = " ".join(file.read(400).decode(errors="replace").split())
    return words if len(words) <= _SHOWN else words[:_SHOWN] + "…"


def _folder() -> Path:
    """The folder of whoever is signed in: what others have there cannot even be named."""
    login = hashlib.sha256((user().login or "").encode()).hexdigest()[:32]
    folder = services().data / "drafts" / login
    for one in (folder.parent, folder):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _spelled(draft: Draft) -> bytes:
    return json.dumps(asdict(draft)).encode()


def _write(path: Path, content: bytes) -> None:
    """Put a file there whole or not at all."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    beside.replace(path)


def _read(path: Path) -> Draft | None:
    try:
        draft = Draft(**json.loads(path.read_bytes())) if _fresh(path) else None
    except FileNotFoundError:
        return None
    return draft if draft is not None and draft.login == user().login else None


def _fresh(path: Path) -> bool:
    return path.stat().st_mtime >= time.time() - _KEPT_S


def _newest(folder: Path, suffix: str) -> Iterator[Path]:
    dated = []
    for path in folder.glob(f"*{suffix}"):
        with suppress(FileNotFoundError):
            dated.append((path.stat().st_mtime_ns, path))
    return (path for _, path in sorted(dated, reverse=True))


def _make_room(folder: Path) -> None:
    """Forget everybody's drafts that are too old, and of this person the oldest above the number that is kept."""
    for path in folder.parent.glob("*/*"):
        with suppress(FileNotFoundError):
            if not _fresh(path):
                path.unlink()
    for path in list(_newest(folder, ".json"))[_MOST - 1 :]:
        drop_draft(path.stem)
