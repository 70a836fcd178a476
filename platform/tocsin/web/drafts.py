"""What somebody is about to hand in, kept between the check and the confirmation, for an hour at most."""

import json
import os
import re
import secrets
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tocsin.web.services import services
from tocsin.web.session import user

_KEPT_S = 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,60}")


@dataclass(frozen=True, slots=True)
class Draft:
    """The choices on the form; the bytes lie beside them."""

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


def keep_draft(draft: Draft, body: bytes) -> str:
    """Keep a draft; the token that finds it again."""
    folder = _folder()
    _forget_old(folder)
    token = secrets.token_urlsafe(24)
    for suffix, content in ((".body", body), (".json", json.dumps(asdict(draft)).encode())):
        with os.fdopen(os.open(folder / (token + suffix), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    return token


def find_draft(token: str) -> tuple[Draft, bytes] | None:
    """The draft of whoever is signed in; None where it is gone, was never there or is somebody else's."""
    if not _TOKEN.fullmatch(token):
        return None
    path = _folder() / f"{token}.json"
    try:
        if path.stat().st_mtime < time.time() - _KEPT_S:
            return None
        draft = Draft(**json.loads(path.read_bytes()))
        body = path.with_suffix(".body").read_bytes()
    except FileNotFoundError:
        return None
    return (draft, body) if draft.login == user().login else None


def drop_draft(token: str) -> None:
    """Forget a draft."""
    for suffix in (".json", ".body"):
        (_folder() / (token + suffix)).unlink(missing_ok=True)


def _folder() -> Path:
    folder = services().data / "drafts"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _forget_old(folder: Path) -> None:
    oldest = time.time() - _KEPT_S
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
        except FileNotFoundError:
            continue
