"""Names that imitate a protected one: letters that look alike, one slip, added words, another ending.

Pure, and one look-up of a few terms a name, however many names are protected.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from confusable_homoglyphs.utils import load
from rapidfuzz.distance import OSA

from tocsin.identifiers import registrable_domain

SHORTEST = 3
"""Shorter names are part of too many others to be imitated."""
SHORTEST_SLIP = 5
"""From this length on one slip leaves a name recognisable."""
LONG, VERY_LONG = 6, 9
"""From these lengths on a name is found among any words between hyphens, and among any letters."""

_LONGEST_REST = 24
_MOST_PARTS = 8
_MOST_ASKED = 5_000
_LETTERS = re.compile(r"[^\w]|_")
_ADDED = "words were added to that name"
_FIGURES = "0123456789"
_DIGITS = str.maketrans("01345789", "oleastbg")

_ADDED_WORDS = """
    access account accounts activate activation agent ai alert alerts app apps asia auth authenticate bank banking
    billing bonus business card cards care center centre claim client clients co com confirm contact corp corporate
    credit customer customers desk digital ebank ebanking email en eu finance fraud gift global gov group help
    helpdesk helpline home hotline hr ibank ibanking id inc info internet intl invest invoice invoices kyc limit
    live loan loans local login logon ltd mail manage member members mobile my net network news notice notification
    office official online org otp page pay payment payments portal pro promo protect recover recovery refund
    register renew reset reward rewards safe safety secure secured security server service services shop sign signin
    site sms store support system tax team test token track trade transfer uk unlock update updates us user validate
    validation verification verified verify vip wallet web webmail www
"""
WORDS = frozenset(_ADDED_WORDS.split())
"""What is added to a name to make a page of it: none of them is a name of its own."""


@dataclass(frozen=True, slots=True)
class Imitation:
    """What a name imitates, and `how`: letters, slip, words, ending or subdomain. `reason` is a sentence."""

    of: str
    how: str
    reason: str


@dataclass(frozen=True, slots=True)
class Protected:
    """Names that may be imitated: domains as they are registered, and brands; made by `protect`.

    `domains` are the registered ones themselves, `plain` the labels as written, `looks` as they look, each with the
    name that people know; `slips` what lacks one letter of these, with the labels that it lacks it of. `lengths` are
    those of `looks`, `ends` the first and the last letters of all labels: most names share neither with any.
    """

    domains: frozenset[str] = frozenset()
    plain: dict[str, str] = field(default_factory=dict)
    looks: dict[str, str] = field(default_factory=dict)
    slips: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    ends: frozenset[str] = frozenset()
    asked: dict[str, Imitation | None] = field(default_factory=dict, compare=False, repr=False)
    """What was found of late: a row is asked about when it is screened, and again when it is published."""

    def __bool__(self) -> bool:
        return bool(self.looks)


def protect(names: Iterable[str]) -> Protected:
    """The index over canonical domains and brands in any spelling; what is too short to be recognised is left out."""
    return _protect(frozenset(names))


@lru_cache(maxsize=32)
def _protect(names: frozenset[str]) -> Protected:
    domains: set[str] = set()
    plain: dict[str, str] = {}
    looks: dict[str, str] = {}
    for name in sorted(names):
        domain = registrable_domain(name) if "." in name and " " not in name else None
        if domain is not None:
            domains.add(domain)
        label = _joined(_unicode(domain.partition(".")[0] if domain else name))
        if len(label) >= SHORTEST:
            plain.setdefault(label, domain or name)
            looks.setdefault(look(label), domain or name)
    slips: dict[str, tuple[str, ...]] = {}
    for label in looks | plain:
        for shorter in _near(label) if len(label) >= SHORTEST_SLIP else ():
            slips[shorter] = (*slips.get(shorter, ()), label)
    lengths = tuple(sorted({len(one) for one in looks}, reverse=True))
    ends = frozenset(end for label in looks | plain for end in _ends(label))
    return Protected(frozenset(domains), plain, looks, slips, lengths, ends)


def imitated(domain: str, protected: Protected) -> Imitation | None:
    """What a canonical host name imitates; None for what is protected itself, or stands below it."""
    if not protected:
        return None
    if domain not in protected.asked:
        if len(protected.asked) >= _MOST_ASKED:
            protected.asked.clear()
        protected.asked[domain] = _imitated(domain, protected)
    return protected.asked[domain]


def _imitated(domain: str, protected: Protected) -> Imitation | None:
    registered = registrable_domain(domain)
    if registered in protected.domains:
        return None
    label, _, ending = registered.partition(".")
    written = _unicode(label)
    found = _by_label(written, ending, protected) or _by_words(written, protected) or _by_slip(written, protected)
    return found or _by_subdomain(domain, registered, protected)


# the ways in which a name may imitate others ask for the same few parts of it
@lru_cache(maxsize=128)
def look(text: str) -> str:
    """`text` with letters and digits that look alike made the same, in small ASCII letters where there are such."""
    if not text.isascii():
        text = "".join(map(_ascii_of, _without_marks(text)))
    return text.lower().translate(_DIGITS).replace("i", "l").replace("rn", "m").replace("vv", "w")


def _by_label(written: str, ending: str, protected: Protected) -> Imitation | None:
    label = _joined(written)
    if name := protected.plain.get(label):
        words = f"it is the same name, registered under .{ending}" if "." in name else "it is that name"
        return _imitation(name, "ending" if "." in name else "words", words)
    if name := protected.looks.get(look(label)):
        return _imitation(name, "letters", "its letters only look like those of that name")
    return None


def _by_words(written: str, protected: Protected) -> Imitation | None:
    parts = [part for part in written.lower().split("-") if part][:_MOST_PARTS]
    looks = [look(part) for part in parts]
    for start in range(len(parts)):
        for end in range(len(parts), start, -1):
            label = "".join(looks[start:end])
            name = protected.looks.get(label)
            if name and (len(label) >= LONG or all(map(_is_word, parts[:start] + parts[end:]))):
                return _imitation(name, "words", _ADDED)
    core = look("".join(parts).strip(_FIGURES))
    if name := protected.looks.get(core):
        return _imitation(name, "words", _ADDED)
    for label, rest in _split(core, protected):
        if len(label) >= VERY_LONG or _is_words(rest):
            return _imitation(protected.looks[label], "words", _ADDED)
    return None


def _by_slip(written: str, protected: Protected) -> Imitation | None:
    joined = _joined(written)
    # as written too: a slip inside what looks like one letter, such as "rn", makes two of it
    for label in dict.fromkeys((look(joined), joined)):
        # one slip leaves the first letters or the last ones as they were
        near = len(label) >= SHORTEST_SLIP and not protected.ends.isdisjoint(_ends(label))
        for shorter in _near(label) if near else ():
            for other in protected.slips.get(shorter, ()):
                if OSA.distance(label, other, score_cutoff=1) <= 1:
                    name = protected.looks.get(other) or protected.plain[other]
                    return _imitation(name, "slip", "it is one slip away from that name")
    return None


def _by_subdomain(domain: str, registered: str, protected: Protected) -> Imitation | None:
    """A name that stands before the registered part: `bank.example.other.example`."""
    if domain == registered:
        return None
    before = domain[: len(domain) - len(registered)].rstrip(".").split(".")
    for place, label in enumerate(before[:_MOST_PARTS]):
        name = protected.plain.get(_joined(_unicode(label)))
        below = ".".join(before[place:])
        if name is None or not (len(label) >= LONG or ("." in name and below.startswith(name))):
            continue
        return _imitation(name, "subdomain", f"that name stands before {registered}, which is what was registered")
    return None


def _imitation(name: str, how: str, words: str) -> Imitation:
    return Imitation(name, how, f"It imitates {name}: {words}.")


def _split(label: str, protected: Protected) -> Iterator[tuple[str, str]]:
    """The protected labels with which this one begins or ends, the longest first, and what is left of it."""
    for length in protected.lengths if not protected.ends.isdisjoint(_ends(label)) else ():
        if length < len(label):
            for part, rest in ((label[:length], label[length:]), (label[-length:], label[:-length])):
                if part in protected.looks:
                    yield part, rest


def _is_words(rest: str) -> bool:
    """Whether what was added looks like one or two of the words that are."""
    known = _looks_of_words()
    if len(rest) > _LONGEST_REST:
        return False
    return rest in known or any(rest[:cut] in known and rest[cut:] in known for cut in range(1, len(rest)))


def _is_word(part: str) -> bool:
    """Whether a part between hyphens says nothing of its own: a word that is added, a number, a country."""
    return len(part) <= 2 or part.isdigit() or look(part) in _looks_of_words()


@cache
def _looks_of_words() -> frozenset[str]:
    return frozenset(map(look, WORDS))


def _near(label: str) -> Iterator[str]:
    """A label and all its spellings that lack one letter: two that are one slip apart share one of them."""
    yield label
    for place in range(len(label)):
        yield label[:place] + label[place + 1 :]


def _ends(label: str) -> tuple[str, str]:
    """The first two letters of a label, and the last two, marked as such."""
    return "^" + label[:2], label[-2:] + "$"


def _joined(text: str) -> str:
    if text.isascii() and text.replace("-", "").isalnum():
        return text.replace("-", "").lower()
    return _LETTERS.sub("", text).lower()


def _unicode(label: str) -> str:
    """A label as people see it."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _ascii_of(letter: str) -> str:
    return letter if letter.isascii() else _confusables().get(letter, letter)


@cache
def _confusables() -> dict[str, str]:
    """Letters of other scripts by the ASCII letters that they look like (Unicode Technical Standard 39, section 4)."""
    found = {}
    for letter, others in load("confusables.json").items():
        alike = sorted(other["c"].lower() for other in others if other["c"].isascii() and other["c"].isalnum())
        if not letter.isascii() and alike:
            found[letter] = alike[0]
    return found
