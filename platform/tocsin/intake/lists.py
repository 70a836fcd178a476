"""Lists with one entry a line: plain, and as the programs that block names write them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

from tocsin.intake.damage import damage
from tocsin.intake.decode import Text
from tocsin.intake.row import LONGEST_SHOWN, CannotRead, Claim, Defaults, Reading, Row
from tocsin.intake.values import hints_for, never_kept, problem_row, row_of

COLUMN = "entry"
"""What stands for a column in a list that has none."""

_COMMENT = re.compile(r"#|!|//|;|\[adblock|\[uBlacklist", re.I)
_INLINE = re.compile(r"(?<!\s)\s++(?:#|!|//|;)\s*(.*)$")
_HOSTS = re.compile(r"(?:0\.0\.0\.0|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1?|0)\s+(\S.*)")
_ANY_HOSTS = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]*::?[0-9a-fA-F:]+)\s+[\w.-]+\.[\w-]+\s*$")
_ADBLOCK = re.compile(r"\|\|([^\^$|*]+)(?:\^\|?|\|)?(?:\$[\w,~=.|-]*)?")
_COSMETIC = re.compile(r"#[@?$%]*#")
_DNSMASQ = re.compile(r"(?:address|server|local)=/([^/].*?)/([^/]*)")
_UBLACKLIST = re.compile(r"(?:\*|https?)://(?:\*\.)?([^/*]+)(/[^*]*)?\*?")
OWN_NAMES = frozenset(
    (
        "localhost",
        "localhost.localdomain",
        "local",
        "broadcasthost",
        "ip6-localhost",
        "ip6-loopback",
        "ip6-localnet",
        "ip6-mcastprefix",
        "ip6-allnodes",
        "ip6-allrouters",
        "ip6-allhosts",
        "0.0.0.0",  # noqa: S104 - a name in a hosts file, nothing is bound to it
    )
)
"""Names that every hosts file has for the computer itself: no listings."""

_EXCEPTION = "This is an exception, not a listing."


class NotListed(ValueError):
    """A line that is no comment and lists nothing; the message says what it is."""


Syntax = Callable[[str], list[str]]


def plain(line: str) -> list[str]:
    """The line itself."""
    return [line]


def hosts(line: str) -> list[str]:
    """`0.0.0.0 name` or `127.0.0.1 name other`: the names, without those of the computer itself."""
    if match := _HOSTS.fullmatch(line):
        return [name for name in match[1].split() if name not in OWN_NAMES]
    if _ANY_HOSTS.match(line):
        if line.split()[1] in OWN_NAMES:
            return []
        raise NotListed("This line sends a name to an address of its own; it does not block it.")
    return [] if _own_address(line) else [line]


def _own_address(line: str) -> bool:
    words = line.split()
    return len(words) == 2 and words[1] in OWN_NAMES


def adblock(line: str) -> list[str]:
    """`||name^` with or without options."""
    if line.startswith("@@"):
        raise NotListed(_EXCEPTION)
    if _COSMETIC.search(line):
        raise NotListed("This rule hides a part of a page; it does not list the site.")
    if not line.startswith("|"):
        return [line]
    match = _ADBLOCK.fullmatch(line)
    if match is None:
        raise NotListed("This rule is a pattern, not one name.")
    return [match[1]]


def dnsmasq(line: str) -> list[str]:
    """`address=/name/`, `server=/name/`, `local=/name/`, with one or several names."""
    if match := _DNSMASQ.fullmatch(line):
        if line.startswith("server=") and match[2]:
            raise NotListed("This line sends a name to a server of its own; it does not block it.")
        return match[1].split("/")
    return [line]


def ublacklist(line: str) -> list[str]:
    """`*://*.name/*`, or with a path."""
    if line.startswith("@"):
        raise NotListed(_EXCEPTION)
    if line.startswith("/") and line.rstrip("iu").endswith("/"):
        raise NotListed("This rule is a pattern, not one name.")
    match = _UBLACKLIST.fullmatch(line)
    if match is None or not line.startswith("*"):
        return [line]
    path = match[2] or "/"
    return [match[1] + (path if path != "/" else "")]


SYNTAXES: dict[str, Syntax] = {
    "plain": plain,
    "hosts": hosts,
    "adblock": adblock,
    "dnsmasq": dnsmasq,
    "ublacklist": ublacklist,
}
_SIGNS = {
    "hosts": _HOSTS,
    "adblock": re.compile(r"(?:@@)?\|\|[^|]+\|?"),
    "dnsmasq": _DNSMASQ,
    "ublacklist": re.compile(r"@?\*://.+"),
}


def syntax_of(lines: list[str]) -> str | None:
    """The name of the syntax that most of the entries among `lines` are in; None where it is none of the special."""
    for name, sign in _SIGNS.items():
        if sum(sign.fullmatch(line) is not None for line in lines) * 2 > len(lines):
            return name
    return None


def entries(text: str) -> Iterator[tuple[int, str, str | None]]:
    """Line number, entry and the comment behind it, for every line that is neither blank nor a comment."""
    for number, line in zip(count(1), text.split("\n"), strict=False):
        entry = line.strip()
        if not entry or _COMMENT.match(entry):
            continue
        comment = _INLINE.search(entry) if not entry.isalnum() else None
        if comment is None:
            yield number, entry, None
        else:
            yield number, entry[: comment.start()], comment[1].strip() or None


def read_list(text: Text, defaults: Defaults, syntax: str) -> Reading:
    """The rows of a list in `syntax`, a key of SYNTAXES; CannotRead where it has no entries."""
    if next(entries(text.text), None) is None:
        raise CannotRead("The list has no entries: there is nothing in it but comments.")
    skipped = _own_names(text.text) if syntax == "hosts" else 0
    notice = f"Names of the computer itself, such as localhost, skipped: {skipped:,}."
    notices = (*text.notices, *((notice,) if skipped else ()))
    return Reading(syntax, _rows(text, defaults, SYNTAXES[syntax]), notices, expected=text.text.count("\n"))


def _own_names(text: str) -> int:
    if not any(name in text for name in OWN_NAMES - {"local"}):
        return 0
    return sum(name in OWN_NAMES for _, entry, _ in entries(text) for name in entry.split()[1:])


def _rows(text: Text, defaults: Defaults, syntax: Syntax) -> Iterator[Row]:
    kind = defaults.kind if syntax is plain else defaults.kind or "domain"
    hints, secret = hints_for(kind, defaults), never_kept(kind)
    for number, entry, comment in entries(text.text):
        claim = _with_note(defaults.claim, comment) if comment else defaults.claim
        try:
            values = syntax(entry)
        except NotListed as reason:
            yield problem_row(number, COLUMN, entry, str(reason), claim, hints)
            continue
        for value in values:
            spoiled = damage(value, kind, f"Line {number}")
            if spoiled is None:
                yield row_of(number, COLUMN, value, kind, claim, hints, text.certain)
            else:
                yield problem_row(number, COLUMN, value, spoiled, claim, hints, secret=secret)


def _with_note(claim: Claim, comment: str) -> Claim:
    return replace(claim, note=(f"{claim.note}; {comment}" if claim.note else comment)[:LONGEST_SHOWN])
