"""What the environment says: where the data is and which engines are used."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tocsin.networks import LOOPBACK, Network, parse_networks


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are. `search_url` None means the embedded engine; `proxies` may say who their clients are.

    `metrics_from`: the networks that `/metrics` answers.
    """

    home: Path
    database_url: str
    search_url: str | None
    keys: Path
    proxies: tuple[Network, ...] = ()
    metrics_from: tuple[Network, ...] = LOOPBACK


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from TOCSIN_HOME, TOCSIN_DATABASE_URL, TOCSIN_SEARCH_URL, TOCSIN_KEYS, TOCSIN_PROXIES and
    TOCSIN_METRICS_FROM.

    A variable `X_FILE` names a file that holds X: secrets come from files in containers.
    """
    home = Path(_value(environment, "TOCSIN_HOME") or "var").absolute()
    return Settings(
        home=home,
        database_url=_value(environment, "TOCSIN_DATABASE_URL") or f"sqlite:///{home / 'tocsin.db'}",
        search_url=_value(environment, "TOCSIN_SEARCH_URL"),
        keys=Path(_value(environment, "TOCSIN_KEYS") or home / "keys"),
        proxies=_networks(environment, "TOCSIN_PROXIES"),
        metrics_from=_networks(environment, "TOCSIN_METRICS_FROM") or LOOPBACK,
    )


def _networks(environment: Mapping[str, str], name: str) -> tuple[Network, ...]:
    return parse_networks((_value(environment, name) or "").replace(",", " ").split())


def _value(environment: Mapping[str, str], name: str) -> str | None:
    if name in environment:
        return environment[name] or None
    path = environment.get(f"{name}_FILE")
    return Path(path).read_text().strip() if path else None
