"""One run of a feed: fetch, read, compare with what stands, hand in what is new, end what is gone.

Either the whole list is followed, or nothing is changed and the run says why.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Connection

from feeds.fetch import FetchFailed, fetch
from feeds.known import known
from feeds.listing import Listing, read_listing, report_body
from feeds.recipe import Recipe
from feeds.state import REFUSED, TAKEN, Outcome, all_states, keep, load_state, remember
from tocsin.intake import CannotRead
from tocsin.ledger.collections import Collection, NoSuchCollection, find_collection
from tocsin.ledger.database import Database
from tocsin.members.members import Member, NoSuchMember, find_member
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.hand_in import Refused, preview, take_in, terms_for
from tocsin.publishing.process import process
from tocsin.publishing.standing import standing_subjects
from tocsin.publishing.withdraw import withdraw_absent
from tocsin.reports.receiving import TooLarge
from tocsin.reports.reports import counts_of, list_reports
from tocsin.reports.tables import RECEIVED
from tocsin.reports.terms import Terms
from tocsin.screening import Screening
from tocsin.times import now_ms

MOST_TRIED = 4_000
"""New entries that a dry run screens: it holds the writer lock meanwhile."""


@dataclass(frozen=True, slots=True)
class FeedHouse:
    """What a run needs of the exchange. `home` is the data directory."""

    database: Database
    exchange: Exchange
    screening: Screening
    home: Path


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything that is decided before anything is changed. `gone` counts the subjects that are listed no more."""

    member: Member
    collection: Collection
    terms: Terms
    fetched: bytes
    sha256: str
    listing: Listing
    gone: int
    now: int


class _RunRefused(ValueError):
    """The list is not to be followed this time; the message says why."""


_REFUSALS = (_RunRefused, FetchFailed, CannotRead, Refused, TooLarge, NoSuchMember, NoSuchCollection)


def run(recipe: Recipe, house: FeedHouse) -> Outcome:
    """Follow a list once; a run that is refused has changed nothing.

    Safe to repeat at any time and after a crash. Two runs of one recipe at once must be kept apart by the caller.
    """
    now = now_ms()
    try:
        _finish_earlier(recipe, house)
        outcome = _carry_out(recipe, house, _plan(recipe, house, now))
    except _REFUSALS as error:
        outcome = Outcome(recipe.name, now, REFUSED, str(error))
    remember(house.home, recipe, outcome)
    return outcome


def rehearse(recipe: Recipe, house: FeedHouse) -> Outcome:
    """What a run would do now; nothing is kept. At most MOST_TRIED new entries get their verdict."""
    now = now_ms()
    try:
        plan = _plan(recipe, house, now)
        counts = _verdicts(recipe, house, plan) if plan.listing.new else {}
    except _REFUSALS as error:
        return Outcome(recipe.name, now, REFUSED, str(error))
    return _outcome(recipe, plan, counts)


def _plan(recipe: Recipe, house: FeedHouse, now: int) -> _Plan:
    with house.database.reading() as connection:
        member, collection = _target(connection, recipe)
        terms = terms_for(
            connection,
            member,
            tlp=recipe.tlp,
            collections=[collection.id],
            file_format="csv",
            voice=False,
        )
    _refuse_shared(recipe, house)
    fetched = fetch(recipe.source)
    with house.database.reading() as connection:
        before = known(connection, member.key, collection.key, recipe.tlp)
        standing = standing_subjects(connection, member.key, collection.key)
    listing = read_listing(recipe, fetched, before, house.screening, now)
    gone = len(standing - listing.present) if recipe.absence == "withdraw" else 0
    _refuse_short(recipe, house, listing, len(standing), gone)
    sha256 = hashlib.sha256(fetched).hexdigest()
    return _Plan(member, collection, terms, fetched, sha256, listing, gone, now)


def _target(connection: Connection, recipe: Recipe) -> tuple[Member, Collection]:
    member = find_member(connection, recipe.member)
    if member.kind != "list":
        raise _RunRefused(
            f"The member {recipe.member!r} is of kind {member.kind}: a feed speaks for a member of kind list only, "
            "whose word is no independent voice."
        )
    if member.suspended_ms is not None:
        raise _RunRefused(f"The member {recipe.member!r} is suspended: its list is not followed meanwhile.")
    return member, find_collection(connection, recipe.collection)


def _refuse_shared(recipe: Recipe, house: FeedHouse) -> None:
    """Two lists under one member would each withdraw what only the other names."""
    for other in all_states(house.home):
        name = other.last.recipe
        if other.taken is not None and other.member == recipe.member and name != recipe.name:
            raise _RunRefused(
                f"The recipe {name!r} speaks for the member {recipe.member!r} already: give each list a member of its "
                f"own. If the recipe was renamed, remove the folder feeds/{name} from the data directory."
            )


def _refuse_short(recipe: Recipe, house: FeedHouse, listing: Listing, standing: int, gone: int) -> None:
    entries = len(listing.present)
    if entries < recipe.at_least:
        raise _RunRefused(
            f"The list has {entries:,} readable entries and {listing.unreadable:,} unreadable ones; "
            f"the recipe expects at least {recipe.at_least:,}."
        )
    if recipe.absence == "means-nothing":
        last = load_state(house.home, recipe.name)
        standing = last.taken.entries if last and last.taken else 0
        gone = max(standing - entries, 0)
    if gone > recipe.shrink * standing:
        raise _RunRefused(
            f"{gone:,} of {standing:,} entries have vanished since the last run, more than the {recipe.shrink:.0%} "
            "that the recipe allows at once. If that is right, run it once with --accept-shrink."
        )


def _carry_out(recipe: Recipe, house: FeedHouse, plan: _Plan) -> Outcome:
    if plan.listing.new or plan.gone:
        keep(house.home, recipe.name, plan.sha256, plan.fetched)
    report_id, counts = _hand_in(recipe, house, plan) if plan.listing.new else (None, {})
    withdrawn = 0
    if plan.gone:
        withdrawn = withdraw_absent(
            house.database,
            house.exchange,
            plan.member.key,
            plan.collection.key,
            plan.listing.present,
            f"The list {recipe.title} names it no more.",
            _by(recipe),
            plan.now,
        )
    return _outcome(recipe, plan, counts, withdrawn, report_id)


def _hand_in(recipe: Recipe, house: FeedHouse, plan: _Plan) -> tuple[str, dict[str, int]]:
    body = report_body(recipe, plan.listing, plan.sha256, plan.now)
    with house.database.writing() as connection:
        report_id, _ = take_in(connection, plan.member, _by(recipe), body, _report_name(recipe), plan.terms, plan.now)
    report = process(house.database, house.exchange, house.screening, report_id)
    with house.database.reading() as connection:
        return report_id, counts_of(connection, report.key)


def _verdicts(recipe: Recipe, house: FeedHouse, plan: _Plan) -> dict[str, int]:
    body = report_body(recipe, plan.listing, plan.sha256, plan.now)
    with house.database.rehearsing() as connection:
        seen = preview(
            connection,
            house.exchange,
            house.screening,
            plan.member,
            _by(recipe),
            body,
            _report_name(recipe),
            plan.terms,
            plan.now,
            most_rows=MOST_TRIED,
        )
    return Counter(one.verdict for one in seen.verdicts)


def _finish_earlier(recipe: Recipe, house: FeedHouse) -> None:
    """Take reports that a killed run left behind to their end: what they say is then known."""
    with house.database.reading() as connection:
        member = find_member(connection, recipe.member)
        left = list_reports(connection, member_key=member.key, state=RECEIVED)
    for report in left:
        process(house.database, house.exchange, house.screening, report.id)


def _outcome(
    recipe: Recipe, plan: _Plan, counts: Mapping[str, int], withdrawn: int = 0, report: str | None = None
) -> Outcome:
    listing = plan.listing
    return Outcome(
        recipe=recipe.name,
        ran_ms=plan.now,
        ended=TAKEN,
        format=listing.format,
        sha256=plan.sha256,
        entries=len(listing.present),
        unreadable=listing.unreadable,
        problems=tuple(listing.problems),
        notices=listing.notices,
        new=listing.new,
        counts=dict(counts),
        gone=plan.gone,
        withdrawn=withdrawn,
        report=report,
    )


def _by(recipe: Recipe) -> str:
    return f"feed {recipe.name}"


def _report_name(recipe: Recipe) -> str:
    return f"{recipe.name}.csv"
