"""Texts with what is expected in them: reports of ESET, STIX bundles of Unit 42, the test sets of iocsearcher.

What a report lists and its event lacks, and the references of a bundle, are there to be found and not expected: found
or not, they count for nothing.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tocsin.identifiers import KINDS, Unreadable, read, recognise
from tocsin.stix import compared, identifier_of

Value = tuple[str, str]
"""Kind and canonical value."""

_MISP = {"sha1": "file-hash", "sha256": "file-hash", "md5": "file-hash", "domain": "domain", "hostname": "domain",
         "ip-dst": "ipv4", "ip-src": "ipv4", "url": "url", "email": "email"}  # fmt: skip


_OWN = ("https://www.welivesecurity.com", "https://www.misp-project.org")


class Sample(NamedTuple):
    """A text and what is in it. `kinds` are those that the set knows of; `ignored` may be found or not."""

    name: str
    source: str
    text: str
    expected: frozenset[Value]
    kinds: frozenset[str]
    ignored: frozenset[Value] = frozenset()


def samples(data: Path) -> Iterator[Sample]:
    """All the sets, text by text."""
    yield from _eset(data)
    yield from _unit42(data / "unit42" / "stix2-reports")
    yield from _iocsearcher(data / "iocsearcher" / "tests")


def canonical(kind: str, value: str) -> Value:
    """One spelling for what three tools spell in their own ways; what is none of our kinds stays as it is."""
    try:
        found = read(value, kind) if kind in KINDS else recognise(value)
    except Unreadable:
        return kind, value
    return found.kind, found.value


def _eset(data: Path) -> Iterator[Sample]:
    expected: defaultdict[str, set[Value]] = defaultdict(set)
    kinds: set[str] = set()
    with (data / "expected" / "eset_report_expected.tsv").open(newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            kind = _MISP[row["misp_type"]]
            kinds.add(kind)
            expected[row["report_file"]].add(canonical(kind, row["value"]))
    for name, values in expected.items():
        path = data / name.removeprefix("dev/")
        text = path.read_text(encoding="utf-8")
        listed = frozenset((*_listed(text), *_references(text))) - values
        yield Sample("eset", str(path.relative_to(data)), text, frozenset(values), frozenset(kinds), listed)


def _listed(text: str) -> Iterator[Value]:
    """What stands alone in a line, a cell of a table, an item or a quotation of an AsciiDoc report."""
    for line in text.split("\n"):
        for part in (line, *line.split("|"), *line.split("`"), *line.split()):
            bare = part.strip(" \t`+*|,\\")
            try:
                found = recognise(bare)
            except Unreadable:
                continue
            yield found.kind, found.value


def _references(text: str) -> Iterator[Value]:
    """The links of a report to its publisher and to MISP."""
    for word in re.findall(r"https?://[^\s\[\]`|]+", text):
        if word.startswith(_OWN):
            yield canonical("url", word.rstrip("."))


def _unit42(folder: Path) -> Iterator[Sample]:
    """The bundle itself is the text, its patterns tell what is in it."""
    kinds = frozenset(("domain", "url", "ipv4", "ipv6", "email", "file-hash"))
    for path in sorted(folder.rglob("*.json")):
        text = path.read_text(encoding="utf-8")
        objects = json.loads(text)["objects"]
        patterns = [one["pattern"] for one in objects if one["type"] == "indicator"]
        references = (ref.get("url") for one in objects for ref in one.get("external_references", ()))
        ignored = frozenset(canonical("url", url) for url in references if url)
        compares = [pair for pattern in patterns for pair in compared(pattern)]
        found = [identifier_of(where, value) for where, value in compares if value is not None]
        expected = frozenset((one.kind, one.value) for one in found if one is not None)
        yield Sample("unit42 stix2-reports", path.name, text, expected, kinds, ignored - expected)


def _iocsearcher(folder: Path) -> Iterator[Sample]:
    coins: defaultdict[str, list[str]] = defaultdict(list)
    for line in (folder / "blockchain_valid.ioc").read_text().splitlines():
        coin, _, value = line.partition("\t") if "\t" in line else line.partition(" ")
        coins[coin].append(value.strip())
    for coin, values in coins.items():
        text = "\n".join(f"{coin} {value}" for value in values)
        expected = frozenset(canonical("wallet", value) for value in values)
        yield Sample(f"iocsearcher {coin}", "blockchain_valid.ioc", text, expected, frozenset(("wallet",)))
    onions = (folder / "onion_valid.ioc").read_text().split()
    expected = frozenset(canonical("domain", f"{one}.onion") for one in onions)
    yield Sample("iocsearcher onion", "onion_valid.ioc", "\n".join(onions), expected, frozenset(("domain",)))
