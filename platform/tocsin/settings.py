"""What the environment says: where the data is and which engines are used."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tocsin.networks import Network, parse_networks


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are. `search_url` None means the embedded engine; `proxies` may say who their clients are."""

    home: Path
    database_url: str
    search_url: str | None
    keys: Path
    proxies: tuple[Network, ...] = ()


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from TOCSIN_HOME, TOCSIN_DATABASE_URL, TOCSIN_SEARCH_URL, TOCSIN_KEYS and TOCSIN_PROXIES.

    A variable `X_FILE` names a file that holds X: secrets come from files in containers.
    """
    home = Path(_value(environment, "TOCSIN_HOME") or "var").absolute()
    return Settings(
        home=home,
        database_url=_value(environment, "TOCSIN_DATABASE_URL") or f"sqlite:///{home / 'tocsin.db'}",
        search_url=_value(environment, "TOCSIN_SEARCH_URL"),
        keys=Path(_value(environment, "TOCSIN_KEYS") or home / "keys"),
        proxies=parse_networks((_value(environment, "TOCSIN_PROXIES") or "").replace(",", " ").split()),
    )


def _value(environment: Mapping[str, str], name: str) -> str | None:
    if name in environment:
        return environment[name] or None
    path = environment.get(f"{name}_FILE")
    return Path(path).read_text().strip() if path else None
