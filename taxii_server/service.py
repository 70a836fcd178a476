"""What the TAXII server is given, and its limits."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Request

from taxii_server.limiting import PER_MINUTE
from tocsin.ledger.collections import Collection
from tocsin.ledger.database import Database
from tocsin.ledger.receipts import Receipts
from tocsin.members.access import Door, Principal
from tocsin.members.audit import Audit
from tocsin.publishing.exchange import Exchange

DEFAULT_PAGE = 2_000
"""Entries of a page that asks for no limit: more than fall into one second, which some pollers keep their place by."""

LARGEST_PAGE = 10_000
"""A larger limit is cut to this."""

MAX_CONTENT_LENGTH = 10 * 1024 * 1024
"""Bytes of a pushed envelope, unpacked: some ten thousand objects."""

MAX_OBJECTS = 10_000
"""Objects of a pushed envelope: each has its line in the status, however small it is."""


@dataclass(frozen=True, slots=True)
class Service:
    """What the TAXII server works with.

    `hand_in` keeps the bytes that a principal pushed to a collection, durably, and returns the report's id.
    """

    database: Database
    door: Door
    receipts: Receipts
    hand_in: Callable[[Principal, Collection, bytes], str]
    exchange: Exchange
    audit: Audit
    description: str = "Cybercrime and fraud intelligence, shared between members."
    max_content_length: int = MAX_CONTENT_LENGTH
    max_objects: int = MAX_OBJECTS
    requests_per_minute: int = PER_MINUTE


@dataclass(frozen=True, slots=True)
class Caller:
    """A request by somebody who proved who it is."""

    service: Service
    principal: Principal
    request: Request

    @property
    def database(self) -> Database:
        return self.service.database
