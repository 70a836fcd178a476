"""Real phishing mails, read in place: every one gives a report or a reason, and nobody's own name is accused."""

from collections.abc import Iterator
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tocsin.identifiers import Identifier, Unreadable
from tocsin.identifiers import read as read_value
from tocsin.intake import CannotRead, Defaults, Row, read
from tocsin.intake.reported import domain_of
from tocsin.places import cache_folder
from tocsin.screening import Screening, compile_allowlists, open_allowlists, screen
from tocsin.screening.lookalike import imitated, protect

MAILS = 60
# fmt: off
GENUINE = frozenset((
    "and.co.uk", "ap.gov.in", "axisbank.com", "baur.de", "binance.com", "bradesco.com.br", "coinbase.com",
    "dicle.edu.tr", "federalreserve.gov", "foxitsign.com", "google.com", "hsb.com", "kma.ac.th", "ledger.com",
    "lee.com", "lindt.com", "lindt.net", "maerskline.com", "microsoft.com", "netflix.com", "netflix.de",
    "nexxt.com", "norton.com", "paypal.com", "proton.me", "reddit.com", "stayfriends.de", "stb.org",
    "toyota-industries.com", "w3.org", "walmart.com", "windows.net",
))
# fmt: on
"""Whose names these mails use, and whose mailboxes, services and pages they mention."""


def looks_like(domain: str, others: frozenset[str]) -> str | None:
    found = imitated(domain, protect(others))
    return found.of if found is not None else None


def mails(real_data: Path) -> list[Path]:
    found = sorted((real_data / "tests-only" / "phishing_pot").glob("*/*.eml"))
    if not found:
        pytest.skip("the mails are not here")
    return found


def rows_of(path: Path) -> list[Row]:
    return list(read(path.read_bytes(), path.name, defaults=Defaults(country="SG", imitated=looks_like)).rows)


@pytest.fixture(scope="module")
def readings(real_data: Path) -> dict[Path, list[Row] | str]:
    found: dict[Path, list[Row] | str] = {}
    for path in mails(real_data):
        try:
            found[path] = rows_of(path)
        except CannotRead as refusal:
            found[path] = str(refusal)
    return found


@pytest.fixture(scope="module")
def screening() -> Screening:
    return Screening(hit=open_allowlists(compile_allowlists(cache_folder(Path(".cache")))).hit)


def test_every_mail_gives_a_report_or_a_reason(readings: dict[Path, list[Row] | str]) -> None:
    assert len(readings) == MAILS
    for path, found in readings.items():
        assert found, path
        assert not isinstance(found, str) or found.endswith("."), path


def tricks(path: Path) -> Iterator[tuple[Identifier, Identifier | None]]:
    """Where answers go, and the sender, of a mail where these are of different owners; by the standard library."""
    message = message_from_bytes(path.read_bytes())
    reply, sender = (_address(parseaddr(str(message.get(name, "")))[1]) for name in ("Reply-To", "From"))
    if reply is not None and (sender is None or domain_of(reply) != domain_of(sender)):
        yield reply, sender


def _address(text: str) -> Identifier | None:
    try:
        return read_value(text, "email")
    except Unreadable:
        return None


def test_answers_to_another_domain_are_found(readings: dict[Path, list[Row] | str]) -> None:
    found = 0
    for path, rows in readings.items():
        assert not isinstance(rows, str)
        roles = {(row.identifier, row.claim.role) for row in rows}
        for reply, sender in tricks(path):
            found += 1
            assert (reply, "reply-to") in roles, path
            assert sender is None or (sender, "sender") not in roles or sender.value.endswith("icloud.com"), path
    assert found >= 25


def test_nobody_whose_name_was_used_becomes_an_indicator(
    readings: dict[Path, list[Row] | str], screening: Screening
) -> None:
    accused = set()
    for rows in readings.values():
        for row in rows if not isinstance(rows, str) else ():
            if row.identifier is not None and screen(row, screening).verdict == "accepted":
                accused.add(_owner(row.identifier))
    assert accused & GENUINE == set()
    assert len(accused) > 30


def test_no_recipient_becomes_an_indicator(readings: dict[Path, list[Row] | str], screening: Screening) -> None:
    for path, rows in readings.items():
        to = {_address(parseaddr(str(message_from_bytes(path.read_bytes()).get("To", "")))[1])} - {None}
        for row in rows if not isinstance(rows, str) else ():
            if row.identifier in to:
                assert screen(row, screening).verdict == "rejected", path


def _owner(identifier: Identifier) -> str:
    if identifier.kind == "url":
        return domain_of(Identifier("domain", urlsplit(identifier.value).hostname or ""))
    return domain_of(identifier) if identifier.kind in ("email", "domain") else ""
