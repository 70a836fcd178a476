"""What the pages work with."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import current_app

from tocsin.ledger.database import Database
from tocsin.ledger.receipts import Receipts
from tocsin.members.access import Door
from tocsin.members.audit import Audit
from tocsin.networks import LOOPBACK, Network
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.subject_access import Searches, no_searches
from tocsin.screening import Screening
from tocsin.search import Engine


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of the exchange that pages use. `data` is the data directory; `secret_key` signs cookies.

    `seal_key` seals second factors; `pseudonyms` is the key of what members are called whose names may not be known;
    `searches` tells who looked for an identifier; `metrics_from` are the networks that `/metrics` answers;
    `sends_mail`: whether a mail server is set up; `hooks_inside` are names that webhooks reach at any address.
    """

    database: Database
    exchange: Exchange
    screening: Screening
    engine: Engine
    door: Door
    receipts: Receipts
    audit: Audit
    secret_key: bytes
    seal_key: bytes
    data: Path
    pseudonyms: bytes
    searches: Searches = no_searches
    metrics_from: tuple[Network, ...] = LOOPBACK
    sends_mail: bool = False
    hooks_inside: frozenset[str] = frozenset()


def services() -> Services:
    """The services of the application that answers now."""
    return cast(Services, current_app.extensions["tocsin"])
