"""A stopwatch for a person at a page: what the machine takes is measured, what the person takes is counted.

The person's part follows the keystroke-level model (Card, Moran and Newell, Communications of the ACM 23, 1980): a
person of average skill takes 0.28 s for a key, 1.1 s to point at something (a finger on a phone is no slower), 0.4 s
to move a hand between keys and mouse, and 1.35 s to make up the mind before each thing that has to be thought about.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

KEY, POINT, HAND, THINK = 0.28, 1.1, 0.4, 1.35


@dataclass
class Step:
    """Something that was done: seconds of the person and of the machine."""

    what: str
    person: float
    machine: float


@dataclass
class Stopwatch:
    """Steps from the first look at a page on."""

    steps: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, what: str, *, keys: int = 0, points: int = 0, thinks: int = 0) -> Iterator[None]:
        """Do something: so many keys, things pointed at, and things thought about."""
        start = time.monotonic()
        yield
        person = keys * KEY + points * (POINT + HAND) + thinks * THINK
        self.steps.append(Step(what, person, time.monotonic() - start))

    @property
    def seconds(self) -> float:
        """What it took together."""
        return sum(one.person + one.machine for one in self.steps)

    def __str__(self) -> str:
        lines = [f"{one.person:6.1f} s person {one.machine:6.2f} s machine  {one.what}" for one in self.steps]
        return "\n".join([*lines, f"{self.seconds:6.1f} s in all"])
