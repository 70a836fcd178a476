"""What the environment says: where the data is and which engines are used."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tocsin.alerts.mail import MailServer, Security, is_address
from tocsin.networks import LOOPBACK, Network, parse_networks

_SECURITY: dict[str, Security] = {"starttls": "starttls", "tls": "tls", "off": "off"}


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are. `search_url` None means the embedded engine; `proxies` may say who their clients are.

    `metrics_from`: the networks that `/metrics` answers. `url` is where people find the pages, for links in mails and
    webhooks; `mails` None sends no mail; `hooks_inside` are names that webhooks reach at any address.
    """

    home: Path
    database_url: str
    search_url: str | None
    keys: Path
    proxies: tuple[Network, ...] = ()
    metrics_from: tuple[Network, ...] = LOOPBACK
    url: str = ""
    mails: MailServer | None = None
    hooks_inside: frozenset[str] = frozenset()


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from TOCSIN_HOME, TOCSIN_DATABASE_URL, TOCSIN_SEARCH_URL, TOCSIN_KEYS, TOCSIN_PROXIES,
    TOCSIN_METRICS_FROM, TOCSIN_URL, TOCSIN_HOOKS_INSIDE and those of mail that begin with TOCSIN_SMTP.

    A variable `X_FILE` names a file that holds X: secrets come from files in containers. ValueError says what cannot
    be.
    """
    url = _url(_value(environment, "TOCSIN_URL") or "")
    home = Path(_value(environment, "TOCSIN_HOME") or "var").absolute()
    return Settings(
        home=home,
        database_url=_value(environment, "TOCSIN_DATABASE_URL") or f"sqlite:///{home / 'tocsin.db'}",
        search_url=_value(environment, "TOCSIN_SEARCH_URL"),
        keys=Path(_value(environment, "TOCSIN_KEYS") or home / "keys"),
        proxies=_networks(environment, "TOCSIN_PROXIES"),
        metrics_from=_networks(environment, "TOCSIN_METRICS_FROM") or LOOPBACK,
        url=url,
        mails=_mails(environment, url),
        hooks_inside=frozenset((_value(environment, "TOCSIN_HOOKS_INSIDE") or "").replace(",", " ").lower().split()),
    )


def _url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise ValueError("TOCSIN_URL has to be the address of the pages, such as https://exchange.example.")
    return text.rstrip("/")


def _mails(environment: Mapping[str, str], url: str) -> MailServer | None:
    """The mail server, None where none is named."""
    host = _value(environment, "TOCSIN_SMTP_HOST")
    if host is None:
        return None
    said = _value(environment, "TOCSIN_SMTP_SECURITY") or "starttls"
    security = _SECURITY.get(said)
    port = _value(environment, "TOCSIN_SMTP_PORT") or ("465" if said == "tls" else "587")
    sender = _value(environment, "TOCSIN_SMTP_FROM") or ""
    if security is None:
        raise ValueError(f"TOCSIN_SMTP_SECURITY is one of {', '.join(_SECURITY)}, not {said!r}.")
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ValueError(f"TOCSIN_SMTP_PORT is a number from 1 to 65535, not {port!r}.")
    if not is_address(sender):
        raise ValueError("TOCSIN_SMTP_FROM is the address that mails come from, such as tocsin@exchange.example.")
    if not url:
        raise ValueError("TOCSIN_URL has to be set where mails are sent: they hold links to the pages.")
    user, password = _value(environment, "TOCSIN_SMTP_USER"), _value(environment, "TOCSIN_SMTP_PASSWORD")
    return MailServer(host, int(port), security, sender, user, password)


def _networks(environment: Mapping[str, str], name: str) -> tuple[Network, ...]:
    return parse_networks((_value(environment, name) or "").replace(",", " ").split())


def _value(environment: Mapping[str, str], name: str) -> str | None:
    if name in environment:
        return environment[name] or None
    path = environment.get(f"{name}_FILE")
    return Path(path).read_text().strip() if path else None
