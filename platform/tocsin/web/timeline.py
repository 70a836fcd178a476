"""What happened to a thing and when, as far as its readers know: days, the earliest first."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tocsin.ledger.read import Entry
from tocsin.publishing.voting import Ballot
from tocsin.search import Document
from tocsin.times import stamp
from tocsin.web.contesting import STATUS_WORDS, Contest
from tocsin.web.sources import Said

_MOST_CHANGES = 10


class Moment(NamedTuple):
    """A day (`2026-01-31`) and what happened on it."""

    day: str
    words: str


def timeline(
    document: Document, versions: Sequence[Entry], said: Iterable[Said], contest: Contest, ballot: Ballot
) -> list[Moment]:
    """Everything that has a date; `versions` in the order in which they were served."""
    found = [*_seen(document), *_reported(said), *_published(document, versions), *_contested(contest)]
    if ballot.said is not None:
        words = "Your organisation saw it" if ballot.said.says == "seen" else "Your organisation calls it wrong"
        found.append(Moment(_day(ballot.said.said_ms), words))
    return sorted(dict.fromkeys(found), key=lambda one: one.day)


def _seen(document: Document) -> Iterable[Moment]:
    if document.first_seen is not None:
        yield Moment(_day(document.first_seen), "First seen")
    if document.last_seen is not None and document.last_seen != document.first_seen:
        yield Moment(_day(document.last_seen), "Last seen")
    if document.valid_until is not None and not document.revoked:
        yield Moment(_day(document.valid_until), "Holds until then, unless it is reported again")


def _reported(said: Iterable[Said]) -> Iterable[Moment]:
    for one in said:
        yield Moment(one.reported, f"{one.source} reported it")
        if one.reported_last != one.reported:
            yield Moment(one.reported_last, f"{one.source} reported it last")


def _published(document: Document, versions: Sequence[Entry]) -> Iterable[Moment]:
    standing = [one for one in versions if not one.revoked]
    for place, entry in enumerate(standing):
        if place == 0:
            yield Moment(_day(entry.position), "Published here")
        elif len(standing) - place <= _MOST_CHANGES:
            yield Moment(_day(entry.position), "What is said of it changed")
    if document.revoked:
        yield Moment(_day(versions[-1].position if versions else document.modified), "Withdrawn")


def _contested(contest: Contest) -> Iterable[Moment]:
    if contest.dispute is not None:
        yield Moment(_day(contest.dispute.opened_ms), "Contested")
        yield Moment(_day(contest.dispute.due_ms), "Decided by then")
    if contest.stated:
        yield Moment(contest.stated["stated_on"], f"Its bank states: {STATUS_WORDS[contest.stated['status']]}")


def _day(ms: int) -> str:
    return stamp(ms)[:10]
