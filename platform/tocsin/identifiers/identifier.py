"""What every kind of identifier has in common: the value itself, hints for reading it, the refusal, the kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Identifier:
    """One normalised thing a criminal uses.

    `kind` is a key of `KINDS`; `value` the canonical spelling, unique in its kind; `properties` what else the
    spelling told (country, bank code, chain, hash algorithm ...), all text.
    """

    kind: str
    value: str
    properties: Mapping[str, str] = field(default_factory=dict, compare=False)


Token = Callable[[str], str]
"""A keyed hash: 32 hexadecimal digits, the same for the same text in one exchange, of no use without its key."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known around a value and helps to read it: ISO 3166 alpha-2 country, bank, branch, platform as written.

    `token` makes what stands for a number that is never kept (see `secret`); without it such numbers are not read.
    """

    country: str | None = None
    bank: str | None = None
    branch: str | None = None
    token: Token | None = field(default=None, compare=False, repr=False)
    platform: str | None = None


NO_HINTS = Hints()


class Unreadable(ValueError):
    """A value is not what it was taken for. The message is one sentence that a bank clerk understands."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of identifier.

    `read(text, hints)` gives the identifier or raises Unreadable. `looks_like(text)` is a cheap test used to tell
    kinds apart: True means that `read` should decide. `observable(identifier)` gives the STIX observable as a
    dict with type, spec_version and deterministic id. `pattern(identifier, role)` gives the one canonical STIX
    pattern. `personal`: a natural person's unless shown otherwise, so one voice does not publish it. `secret`: its
    values may be numbers that are never kept, so that nobody repeats a text that was to be one (see `secret`).
    `kept`: such as a name, kept with the report and never an indicator by itself.
    """

    name: str
    label: str
    personal: bool
    looks_like: Callable[[str], bool]
    read: Callable[[str, Hints], Identifier]
    observable: Callable[[Identifier], dict[str, Any]]
    pattern: Callable[[Identifier, str | None], str]
    secret: bool = False
    kept: bool = False
