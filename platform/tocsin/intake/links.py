"""The HTML of a mail as text, and where its links lead, whatever words stand on them.

Tags are read one by one and no tree is built: parsers that build one take quadratic time for some pages, or leave out
what is nested too deep. A tag ends at the first `>` here, also inside quotation marks; what a mail hides by that is
then found in the text. Nothing is ever fetched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

LONGEST_WORDS = 200
"""Characters of the words on a link that are kept."""

_TOKEN = re.compile(r"<!--|<[!?][^<>]*>|<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})([^<>]*)>")
_ATTRIBUTE = r"""(?<![\w-]){}\s{{0,8}}=\s{{0,8}}("[^"]*"|'[^']*'|[^\s"'>]+)"""
_HREF = re.compile(_ATTRIBUTE.format("href"), re.I)
_ACTION = re.compile(_ATTRIBUTE.format("action"), re.I)
_REFRESH = re.compile(r"url\s{0,8}=\s{0,8}['\"]?([^'\">\s]+)", re.I)
_ENDS = {"<!--": re.compile("-->"), "script": re.compile("</script", re.I), "style": re.compile("</style", re.I)}
"""What is never shown, by how it begins, with what ends it."""
_LINES = frozenset(
    (
        "br",
        "p",
        "div",
        "tr",
        "li",
        "table",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "pre",
        "title",
        "ul",
    )
)
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_ADDRESSED = re.compile(r"(?:[a-z][a-z0-9+.-]{0,20}:|//)", re.I)
_LOOKS_LIKE_ADDRESS = re.compile(r"(?:https?://)?(?:[\w-]{1,63}\.){1,10}[^\W\d_]{2,63}(?:[/?#]\S{0,2000})?")


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads, and the words that people see on it."""

    target: str
    words: str = ""


def read_html(html: str) -> tuple[str, list[Link]]:
    """The text that a page shows, and its links in their order. Words that only repeat an address are left out."""
    shown: list[str] = []
    links: list[Link] = []
    opened: tuple[str, int] | None = None
    base = ""
    for name, attributes, text, closing in _pieces(html):
        shown.append(text)
        if name in _LINES:
            shown.append("\n")
        elif name in ("td", "th"):
            shown.append(" ")
        if name == "base":
            base = _value(_HREF, attributes) or base
        if name in ("a", "area"):
            if opened is not None:
                links.append(_closed(opened, shown))
            target = "" if closing else _joined(base, _value(_HREF, attributes))
            opened = (target, len(shown)) if target else None
        elif name in ("form", "meta") and not closing:
            found = _value(_ACTION, attributes) if name == "form" else _refresh(attributes)
            target = _joined(base, found)
            links += [Link(target)] if target else []
    if opened is not None:
        links.append(_closed(opened, shown))
    lines = (_BLANKS.sub(" ", line).strip() for line in "".join(shown).split("\n"))
    return "\n".join(line for line in lines if line), links


def unwrapped(target: str) -> str:
    """The address that a link leads to behind the checks that receivers put before it, and known forwarders."""
    for _ in range(4):
        inner = _inside(target)
        if inner is None:
            return target
        target = inner
    return target


def says_another(words: str, target: str) -> bool:
    """Whether the words on a link are an address at another host than the one that it leads to."""
    if not is_address(words):
        return False
    return _host(words).removeprefix("www.") != _host(target).removeprefix("www.")


def is_address(words: str) -> bool:
    """Whether the words on a link are an address themselves."""
    return len(words) <= LONGEST_WORDS and _LOOKS_LIKE_ADDRESS.fullmatch(words) is not None


def _pieces(html: str) -> Iterator[tuple[str, str, str, bool]]:
    """For each tag its name, its attributes, the text before it, and whether it closes; at last the rest."""
    place = 0
    while match := _TOKEN.search(html, place):
        yield "", "", _shown(html[place : match.start()]), False
        name = (match[2] or "").lower()
        place = match.end()
        end = _ENDS.get(name or match[0]) if not match[1] else None
        if end is not None:
            found = end.search(html, place)  # nothing found goes to the end, and happens once at most
            place = found.end() if found else len(html)
        else:
            yield name, match[3], "", bool(match[1])
    yield "", "", _shown(html[place:]), False


def _shown(text: str) -> str:
    text = _BLANKS.sub(" ", text)
    return _unescaped(text) if "&" in text else text


def _unescaped(text: str) -> str:
    try:
        return unescape(text).replace("\x00", "\ufffd")
    except ValueError:  # a number with thousands of digits
        return text


def _value(pattern: re.Pattern[str], attributes: str) -> str:
    match = pattern.search(attributes)
    return _unescaped(match[1].strip("\"'")).strip() if match else ""


def _refresh(attributes: str) -> str:
    match = _REFRESH.search(attributes) if "refresh" in attributes.lower() else None
    return _unescaped(match[1]) if match else ""


def _joined(base: str, target: str) -> str:
    target = "".join(sign for sign in target if sign not in "\t\r\n")[:4_000]
    if not target or target.startswith("#") or (not base and not _ADDRESSED.match(target)):
        return ""
    try:
        return urljoin(base, target) if base else target.removeprefix("//")
    except ValueError:
        return target


def _closed(opened: tuple[str, int], shown: list[str]) -> Link:
    """The link whose words end here; words that are an address themselves go out of the text."""
    target, start = opened
    words = _BLANKS.sub(" ", "".join(shown[start:])).strip()
    if is_address(words):
        shown[start:] = [" "]
    return Link(target, words[:LONGEST_WORDS])


def _inside(target: str) -> str | None:
    try:
        parts = urlsplit(target)
        host, query = (parts.hostname or "").lower(), parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return None
    if host.endswith(".safelinks.protection.outlook.com"):
        return _first(query, "url")
    if host == "urldefense.proofpoint.com" and parts.path.startswith("/v2/"):
        found = _first(query, "u")
        return unquote(found.replace("-", "%").replace("_", "/")) if found else None
    if host == "urldefense.com" and parts.path.startswith("/v3/__"):
        found = target.partition("/v3/__")[2].partition("__;")[0]
        return found if "://" in found and "*" not in found else None
    if host.startswith("www.google.") and parts.path == "/url":
        return _first(query, "q") or _first(query, "url")
    return None


def _first(query: dict[str, list[str]], name: str) -> str | None:
    found = query.get(name, [""])[0]
    return found if "://" in found else None


def _host(text: str) -> str:
    try:
        return (urlsplit(text if "://" in text else f"http://{text}").hostname or "").lower()
    except ValueError:
        return ""
