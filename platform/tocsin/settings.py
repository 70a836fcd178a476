"""What the environment says: where the data is and which engines are used."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are. `search_url` None means the embedded engine."""

    home: Path
    database_url: str
    search_url: str | None
    keys: Path


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from TOCSIN_HOME, TOCSIN_DATABASE_URL, TOCSIN_SEARCH_URL and TOCSIN_KEYS.

    A variable `X_FILE` names a file that holds X: secrets come from files in containers.
    """
    home = Path(_value(environment, "TOCSIN_HOME") or "var").absolute()
    return Settings(
        home=home,
        database_url=_value(environment, "TOCSIN_DATABASE_URL") or f"sqlite:///{home / 'tocsin.db'}",
        search_url=_value(environment, "TOCSIN_SEARCH_URL"),
        keys=Path(_value(environment, "TOCSIN_KEYS") or home / "keys"),
    )


def _value(environment: Mapping[str, str], name: str) -> str | None:
    if name in environment:
        return environment[name] or None
    path = environment.get(f"{name}_FILE")
    return Path(path).read_text().strip() if path else None
