"""What became of a delivery."""

from dataclasses import dataclass

PAUSES_MS = (5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000)
"""Before each further try: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h. After the last there is none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether it arrived; where it did not, why, in a sentence, and whether trying again is of no use."""

    arrived: bool
    words: str = ""
    hopeless: bool = False


def next_try(tries: int, answer: Answer) -> int | None:
    """The pause (ms) after so many tries, None where there will be no other."""
    return None if answer.hopeless or tries > len(PAUSES_MS) else PAUSES_MS[tries - 1]
