"""`python -m bench.extraction [--cases]`: what is found in texts, per kind, as precision and recall.

The same texts go through Tocsin and, where they are installed (`pip install '.[extraction]'`, or the interpreter that
`TOCSIN_REFERENCES` names), through the packages iocsearcher and ioc-finder. `--cases` prints what each missed, and
what it found that is not expected.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from bench.extraction_sets import Sample, Value, canonical, samples
from bench.measures import real_data
from tocsin.intake.text import named_in

US = "tocsin"
KINDS = {
    "url": "url", "fqdn": "domain", "onionAddress": "domain", "ip4": "ipv4", "ip6": "ipv6", "email": "email",
    "md5": "file-hash", "sha1": "file-hash", "sha256": "file-hash", "sha512": "file-hash", "phoneNumber": "phone",
    "iban": "iban", "bitcoin": "wallet", "bitcoincash": "wallet", "cardano": "wallet", "dashcoin": "wallet",
    "dogecoin": "wallet", "ethereum": "wallet", "litecoin": "wallet", "monero": "wallet", "ripple": "wallet",
    "solana": "wallet", "stellar": "wallet", "tezos": "wallet", "tron": "wallet", "zcash": "wallet",
    "urls": "url", "domains": "domain", "ipv4s": "ipv4", "ipv6s": "ipv6", "email_addresses": "email",
    "md5s": "file-hash", "sha1s": "file-hash", "sha256s": "file-hash", "sha512s": "file-hash",
    "phone_numbers": "phone", "bitcoin_addresses": "wallet", "monero_addresses": "wallet",
    "ethereum_addresses": "wallet",
}  # fmt: skip
"""What the references call a kind, and its name here."""


class Score(NamedTuple):
    """How many of the expected values were found, how many others, how many were missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __str__(self) -> str:
        found, expected = self.right + self.wrong, self.right + self.missed
        precision = f"{self.right / found:.3f}" if found else "-"
        recall = f"{self.right / expected:.3f}" if expected else "-"
        return f"{precision} / {recall}"


def main() -> None:
    """Find, compare, print."""
    data = real_data()
    if data is None:
        sys.exit("The texts are not here: set TOCSIN_REAL_DATA to the folder that has them.")
    chosen = list(samples(data))
    found = {US: [frozenset((one.kind, one.value) for one in named_in(sample.text)) for sample in chosen]}
    found |= _references([sample.text for sample in chosen])
    scores = _scores(chosen, found)
    print(f"| set | kind | expected | {' | '.join(found)} |")
    print(f"| --- | --- | ---: | {' | '.join('---' for _ in found)} |")
    for (name, kind), by_tool in sorted(scores.items()):
        expected = by_tool[US].right + by_tool[US].missed
        if not expected:
            continue
        print(f"| {name} | {kind} | {expected} | {' | '.join(str(by_tool[tool]) for tool in found)} |")
    print("\nEach figure is precision / recall.")
    if "--cases" in sys.argv[1:]:
        for line in _cases(chosen, found):
            print(line)


def _scores(
    chosen: list[Sample], found: Mapping[str, list[frozenset[Value]]]
) -> dict[tuple[str, str], dict[str, Score]]:
    scores: defaultdict[tuple[str, str], dict[str, Score]] = defaultdict(dict)
    for tool, results in found.items():
        for sample, values in zip(chosen, results, strict=True):
            for kind in sample.kinds:
                expected = {value for value in sample.expected if value[0] == kind}
                got = {one for one in judged(sample, values) if one[0] == kind}
                before = scores[sample.name, kind].get(tool, Score())
                scores[sample.name, kind][tool] = Score(
                    before.right + len(expected & got),
                    before.wrong + len(got - expected),
                    before.missed + len(expected - got),
                )
    return scores


def judged(sample: Sample, values: frozenset[Value]) -> Iterator[Value]:
    """What was found and counts: not what the set ignores, nor the hosts of addresses and mailboxes found as well."""
    hosts = {urlsplit(value).hostname for kind, value in values if kind == "url"}
    hosts |= {value.rpartition("@")[2] for kind, value in values if kind == "email"}
    for one in values:
        part = one[0] in ("domain", "ipv4", "ipv6") and one[1] in hosts
        if one in sample.expected or not (part or one in sample.ignored):
            yield one


def _cases(chosen: list[Sample], found: Mapping[str, list[frozenset[Value]]]) -> Iterator[str]:
    for tool, results in found.items():
        for sample, values in zip(chosen, results, strict=True):
            got = {one for one in judged(sample, values) if one[0] in sample.kinds}
            for kind, value in sorted(got - sample.expected):
                yield f"{tool}: wrong in {sample.source}: {kind} {value}"
            for kind, value in sorted(sample.expected - got):
                yield f"{tool}: missed in {sample.source}: {kind} {value}"


def _references(texts: list[str]) -> dict[str, list[frozenset[Value]]]:
    """What the references find, each that is installed."""
    python = os.environ.get("TOCSIN_REFERENCES", sys.executable)
    script = Path(__file__).with_name("extraction_references.py")
    done = subprocess.run([python, str(script)], input=json.dumps(texts).encode(), stdout=subprocess.PIPE, check=True)
    return {
        tool: [frozenset(_named(values)) for values in per_text] for tool, per_text in json.loads(done.stdout).items()
    }


def _named(values: Iterable[tuple[str, str]]) -> Iterator[Value]:
    for name, value in values:
        kind = KINDS.get(name)
        if kind is not None:
            yield canonical(kind, f"{value}.onion" if name == "onionAddress" and "." not in value else value)


if __name__ == "__main__":
    main()
