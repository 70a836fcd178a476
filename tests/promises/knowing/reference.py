"""The reference: who may know what, in plain sets, written from the design and from nothing that it judges."""

from collections.abc import Iterable
from dataclasses import replace

from knowing import script
from knowing.claims import EVERYTHING, IMPERSONAL, NOTHING, Claim, Hit, Known, Report
from knowing.script import ONWARD, PERSONAL, VALUES, Collection, Community, HandIn, Society, Step

FARTHEST = {"clear": "public", "green": "partners", "amber": "clients", "amber+strict": "none", "red": "none"}
SMALLEST_UNATTRIBUTED = 5


class Refused(Exception):
    """A report that is not taken."""


class Reference:
    """An exchange as it should be."""

    def __init__(self, society: Society) -> None:
        self.society = society
        self.day = 0
        self.communities = {one.slug: one for one in society.communities}
        self.collections = {one.title: one for one in society.collections}
        self.memberships = {(member, community): until for member, community, until in society.memberships}
        self.suspended: set[str] = set()
        self.reports: dict[int, Report] = {}
        self.used: set[str] = set()
        self.published: dict[str, dict[str, Known]] = {}
        self.revoked: dict[str, list[str]] = {}
        """What each collection once said and took back."""
        self.told: dict[str, list[Hit]] = {}
        """By member whose person saved a search for everything, what it found."""
        self.knew: set[tuple[str, int]] = set()
        """(member, report): a collection that carries it was open to the member once."""

    def do(self, step: Step) -> None:
        """Take a step; Refused where a report is not taken."""
        self._do(step)
        if isinstance(step, HandIn | script.TakeBack | script.Mark | script.Approve | script.Gather | script.Grant):
            before, self.published = self.published, {one: self._say(one) for one in self.collections}
            for title, said in before.items():
                gone = [value for value in said if value not in self.published[title]]
                self.revoked.setdefault(title, []).extend(gone)
                self._tell(title, gone, gone=True)
            for title, said in self.published.items():
                self._tell(title, [value for value in said if value not in before.get(title, {})], gone=False)
        self._remember()

    def reads(self, member: str, title: str) -> bool:
        return member not in self.suspended and self._has(member, self.collections[title].read)

    def writes(self, member: str, title: str) -> bool:
        return self._has(member, self.collections[title].write)

    def sees(self, member: str) -> set[str]:
        """The titles of the collections that the member may read or hand in to."""
        if member in self.suspended:
            return set()
        return {one for one in self.collections if self.reads(member, one) or self.writes(member, one)}

    def says(self, title: str) -> dict[str, Known]:
        """What a collection publishes now."""
        return self.published.get(title, {})

    def new_for(self, member: str) -> list[Hit]:
        """What the member's person is told of now."""
        return [one for one in self.told.get(member, ()) if self.reads(member, one.title)]

    def _tell(self, title: str, values: Iterable[str], *, gone: bool) -> None:
        for member, told in self.told.items():
            for value in values:
                if gone:
                    # what is told as new stands
                    told[:] = [one for one in told if one != Hit(title, value, gone=False)]
                if self.reads(member, title):
                    told.append(Hit(title, value, gone))

    def _say(self, title: str) -> dict[str, Known]:
        found: dict[str, Known] = {}
        for value in VALUES:
            resting = self.resting(title, value)
            if resting:
                found[value] = Known(
                    len({self._voice(one) for one in resting} - {None}),
                    frozenset(one.report.who for one in resting if not one.report.unattributed),
                    max((one.report.tlp for one in resting), key=list(FARTHEST).index),
                )
        return found

    def verdict(self, claim: Claim) -> str:
        """What its submitter is told of a claim that was just made: `merged` only of what it may see."""
        if claim.verdict != "published":
            return claim.verdict
        who, reach = claim.report.who, self.reports[claim.report.number].reach
        for other in self._every():
            if other.value == claim.value and other.standing and other is not claim:
                seen = (one for one in reach if self.reads(who, one))
                if other.report.who == who or any(other in self.resting(one, claim.value) for one in seen):
                    return "merged"
        return "accepted"

    def applies(self, step: Step) -> bool:
        """Whether a step can be taken: nobody more reads a collection in which something is."""
        return not isinstance(step, script.Grant) or step.collection not in self.used

    def may_know(self, member: str) -> set[str]:
        """The values that the member may know of: its own, and what it can read."""
        own = {claim for report in self.reports.values() if report.terms.who == member for claim in report.terms.values}
        for title in self.collections:
            if self.reads(member, title):
                own |= self.says(title).keys() | set(self.revoked.get(title, ()))
        return own

    def _do(self, step: Step) -> None:
        match step:
            case HandIn():
                self._hand_in(step)
            case script.Join(who, community, until):
                if self._may_join(who, community):
                    self.memberships[who, community] = until
            case script.Leave(who, community):
                self.memberships.pop((who, community), None)
            case script.Suspend(who):
                self.suspended.add(who)
            case script.Resume(who):
                self.suspended.discard(who)
            case script.Wait(days):
                self.day += days
            case script.TakeBack(number) if number in self.reports:
                self.reports[number].taken_back = True
                for claim in self._claims_of(number):
                    claim.standing = False
            case script.Mark(number, tlp) if number in self.reports:
                self._mark(self.reports[number], tlp)
            case script.Approve(number):
                for claim in self._claims_of(number):
                    claim.approved |= claim.standing and claim.verdict == "held"
            case script.Grant(title, reader):
                old = self.collections[title]
                self.collections[title] = replace(old, read=old.read | {reader})
                self._let_in(title)
            case script.Gather(collection):
                self.collections[collection.title] = collection
                self._let_in(collection.title)
            case script.Save(who) if who not in self.suspended:
                self.told.setdefault(who, [])
        self._judge()

    def takes(self, terms: HandIn) -> bool:
        """Whether a report is taken."""
        reach = self._reach(terms)
        return bool(reach) and NOTHING not in reach.values()

    def _reach(self, terms: HandIn) -> dict[str, int]:
        """How much of it each collection may carry that it is for; nothing where it cannot be for any."""
        if not set(terms.share) <= self.meets(terms.who):
            return {}
        meant, titles = self._meant(terms), set(terms.to) if terms.to else self._route(terms)
        return {one: self._carries(terms, meant, one) for one in titles}

    def _hand_in(self, terms: HandIn) -> None:
        if not self.takes(terms):
            raise Refused
        reach = self._reach(terms)
        reach |= self._gathered(terms, reach)
        report = self.reports[terms.number] = Report(terms, reach, self._meant(terms))
        self.used |= report.reach.keys()
        self.collections |= {one: self._collection(one) for one in report.reach}
        for value in terms.values:
            claim = Claim(terms, value, frozenset())
            claim.carried = frozenset(one for one, much in report.reach.items() if claim.fits(much))
            carried = claim.carried
            if not any(self._lets_through(one, claim) for one in carried):
                claim.verdict, claim.standing = "rejected", False
            report.claims.append(claim)

    def _mark(self, report: Report, tlp: str) -> None:
        """Whatever carries a report carries as much of it as it may, marked so; where it is looser, what gathers takes
        it."""
        looser = list(FARTHEST).index(tlp) < list(FARTHEST).index(report.terms.tlp)
        report.terms = replace(report.terms, tlp=tlp)
        report.reach = {one: self._may_keep(report.terms, report.meant, one) for one in report.reach}
        for claim in report.claims:
            claim.report = report.terms
            claim.carried = frozenset(one for one, much in report.reach.items() if claim.fits(much))
        for title in self.collections if looser else ():
            self._take(title, report)

    def _route(self, terms: HandIn) -> set[str]:
        """Where what names members and communities goes: wherever these alone read, and to a named member's inbox."""
        circles = self.communities.keys() & set(terms.share)
        if not terms.share or (terms.tlp == "red" and circles):
            return set()
        meant, titles = self._meant(terms), set[str]()
        left = set(terms.share) - circles - {terms.who}
        for title, one in self.collections.items():
            if _is_inbox(title) or not one.read - {terms.who}:
                continue
            if terms.tlp != "red" and self._carries(terms, meant, title):
                titles.add(title)
                left -= one.read
        return titles | {_inbox(member) for member in left}

    def _gathered(self, terms: HandIn, named: Iterable[str]) -> dict[str, int]:
        """How much of a report each collection takes by itself, besides those that it is for."""
        meant = self._meant(terms)
        able = (one for one in self.collections if one not in named and self._fills(terms, one))
        found = {one: self._carries(terms, meant, one) for one in able}
        return {one: much for one, much in found.items() if much != NOTHING}

    def _fills(self, terms: HandIn, title: str) -> bool:
        """Whether a collection gathers such a report, which has its member's name: of open lists, which read nothing,
        too, and of nobody who is suspended."""
        one, who = self.collections[title], terms.who
        if terms.unattributed or who in self.suspended:
            return False
        return one.gathers and self.writes(who, title) and (who in self.society.lists or self._has(who, one.read))

    def _let_in(self, title: str) -> None:
        """What was handed in before comes into a collection that gathers."""
        for report in self.reports.values():
            self._take(title, report)

    def _take(self, title: str, report: Report) -> None:
        """A report that was handed in before comes into a collection if it gathers such."""
        if title in report.reach or report.taken_back or not self._fills(report.terms, title):
            return
        much = self._carries(report.terms, report.meant, title)
        if much != NOTHING:
            report.reach[title] = much
            self.used.add(title)
        for claim in report.claims:
            claim.carried |= {title} if claim.fits(much) else frozenset()

    def _collection(self, title: str) -> Collection:
        """The collection with this title, an inbox where it is not made yet."""
        return self.collections.get(title) or Collection(
            title, frozenset({title[len(_inbox("")) :]}), frozenset(), None
        )

    def _carries(self, terms: HandIn, meant: set[str] | None, title: str) -> int:
        """How much of a report may go into a collection, all its readers considered."""
        collection = self._collection(title)
        if not _is_inbox(title) and not self.writes(terms.who, title):
            return NOTHING
        if terms.unattributed and len(self._readers(collection)) < SMALLEST_UNATTRIBUTED:
            return NOTHING
        return self._may_keep(terms, meant, title)

    def _may_keep(self, terms: HandIn, meant: set[str] | None, title: str) -> int:
        """How much of a report a collection that has it may carry."""
        collection = self._collection(title)
        if terms.tlp == "red" and not _is_inbox(title):
            return NOTHING
        limit = "none" if terms.handling in ("H2", "H3") else FARTHEST[terms.tlp]
        circles = [self.communities[one] for one in collection.read if one in self.communities]
        for reader in collection.read - {terms.who}:
            if meant is not None and not meant & self._around(reader):
                return NOTHING
        for one in circles:
            if not self._holds(one) or ONWARD.index(one.onward) > ONWARD.index(limit):
                return NOTHING
        return EVERYTHING if all(terms.basis in one.bases for one in circles) else IMPERSONAL

    def _meant(self, terms: HandIn) -> set[str] | None:
        """Who may know of a report; None for everybody."""
        if terms.share:
            return set(terms.share)
        if terms.tlp == "clear":
            return None
        return {reader for one in terms.to for reader in self.collections[one].read}

    def meets(self, who: str) -> set[str]:
        """The members and communities that a member may share with."""
        own = self._circles(who)
        met = {one for one in self.communities if self._around(one) & own}
        peers = {one for one in self.society.members if self._circles(one) & met}
        for title in self.collections:
            if self._has(who, self.collections[title].read | self.collections[title].write):
                peers |= {one for one in self.society.members if self.reads(one, title)}
        return (met | peers) - {who}

    def _judge(self) -> None:
        """The verdict on every claim that stands."""
        for claim in self._every():
            if claim.standing:
                published = any(claim in self.resting(one, claim.value) for one in claim.carried)
                waits = any(self._lets_through(one, claim) for one in claim.carried)
                if published or waits or claim.verdict != "published":
                    claim.verdict = "published" if published else "held"

    def resting(self, title: str, value: str) -> list[Claim]:
        """The claims on which a collection's word about a value rests; none where they are not enough."""
        fit = [
            one
            for one in self._every()
            if one.standing and one.value == value and title in one.carried and self._lets_through(title, one)
        ]
        asked = [self.communities[one].voices or 2 for one in self.collections[title].read if one in self.communities]
        needed = max([2, *asked]) if VALUES[value] in PERSONAL else 1
        enough = needed == 1 or len({self._voice(one) for one in fit} - {None}) >= needed
        return fit if enough or any(one.approved for one in fit) else []

    def _lets_through(self, title: str, claim: Claim) -> bool:
        key, _, wanted = (self.collections[title].filter or "").partition(":")
        facts = {"kind": VALUES[claim.value], "tlp": claim.report.tlp}
        return not key or facts[key] in wanted.split(",")

    def _voice(self, claim: Claim) -> str | None:
        who = claim.report.who
        return None if who in self.society.lists else self.society.voices[who]

    def _readers(self, collection: Collection) -> set[str]:
        """Who reads a collection now, each voice once."""
        members = self.society.members
        now = (one for one in members if one not in self.suspended and self._has(one, collection.read))
        return {self.society.voices[one] for one in now}

    def _has(self, member: str, names: Iterable[str]) -> bool:
        return member in names or bool(self._circles(member) & set(names))

    def _circles(self, member: str) -> set[str]:
        """The communities that a member is in now, those around its own included."""
        found: set[str] = set()
        for (who, community), until in self.memberships.items():
            if who == member and _not_over(until, self.day) and self._holds(self.communities[community]):
                found |= {one for one in self._around(community) if self._holds(self.communities[one])}
        return found

    def _around(self, name: str) -> set[str]:
        """A community with all that it lies in; a member is itself."""
        found, one = {name}, self.communities.get(name)
        while one is not None and one.parent is not None:
            found.add(one.parent)
            one = self.communities[one.parent]
        return found

    def _holds(self, community: Community) -> bool:
        return _not_over(community.until, self.day)

    def _may_join(self, who: str, community: str) -> bool:
        there = (who, community) in self.memberships and _not_over(self.memberships[who, community], self.day)
        return not there and who not in self.society.lists and self._holds(self.communities[community])

    def _claims_of(self, number: int) -> list[Claim]:
        return self.reports[number].claims if number in self.reports else []

    def _every(self) -> list[Claim]:
        return [claim for report in self.reports.values() for claim in report.claims]

    def _remember(self) -> None:
        for number, report in self.reports.items():
            for member in self.society.members:
                if member == report.terms.who or any(
                    self.reads(member, one) for one, much in report.reach.items() if much != NOTHING
                ):
                    self.knew.add((member, number))


def _not_over(until: int | None, day: int) -> bool:
    return until is None or until > day


def _inbox(member: str) -> str:
    return f"Inbox of {member}"


def _is_inbox(title: str) -> bool:
    return title.startswith(_inbox(""))
