"""How good what a member hands in is, as one figure with the parts that it is made of."""

from dataclasses import dataclass

BEST = 100
FEWEST_ROWS = 20
"""Of fewer rows nothing can be said."""

_SMOOTHING = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a member's rows. `rows` are all but those that are no fault: a victim's or the member's own.

    `faulty` could not be read, or are harmless or reserved; `published` were published at some time, of which `wrong`
    were withdrawn as wrong, `doubted` are called wrong by two or more independent readers now and were not checked
    since, `seen` were seen by another member; of `disputed`, decided disputes, `lost` ended with a withdrawal.
    """

    rows: int = 0
    faulty: int = 0
    published: int = 0
    wrong: int = 0
    doubted: int = 0
    seen: int = 0
    disputed: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the figure: `number` of `of`, and the points that it takes or gives, within its limits."""

    name: str
    number: int
    of: int
    points: int


@dataclass(frozen=True, slots=True)
class Quality:
    """The figure, 0 to 100, None where there are too few rows; `parts` in the order in which they are shown."""

    figure: int | None
    parts: tuple[Part, ...]


def quality(tally: Tally) -> Quality:
    """The figure: 100, less what went wrong, and a part of it back for what others saw too.

    | part | points | at most |
    | faulty rows of all rows | 40 x share | 20 |
    | withdrawn as wrong, of what was published | 250 x share | 50 |
    | called wrong by two or more readers, of what was published | 100 x share | 10 |
    | disputes lost, of those decided and three more | 20 x share | 20 |
    | seen by others, of what was published | gives back 50 x share | 10 |

    It falls with each fault and rises with each sighting, and never by what others report.
    """
    parts = (
        Part("faulty", tally.faulty, tally.rows, -_points(40, tally.faulty, tally.rows, 20)),
        Part("wrong", tally.wrong, tally.published, -_points(250, tally.wrong, tally.published, 50)),
        Part("doubted", tally.doubted, tally.published, -_points(100, tally.doubted, tally.published, 10)),
        Part("lost", tally.lost, tally.disputed, -_points(20, tally.lost, tally.disputed + _SMOOTHING, 20)),
        Part("seen", tally.seen, tally.published, _points(50, tally.seen, tally.published, 10)),
    )
    total = BEST + sum(part.points for part in parts)
    enough = tally.rows >= FEWEST_ROWS
    return Quality(max(0, min(BEST, total)) if enough else None, parts)


def _points(slope: int, number: int, of: int, most: int) -> int:
    """`slope` x share in whole points, rounded up from a half, at most `most`; 0 where there is nothing."""
    return min(most, (2 * slope * number + of) // (2 * of)) if of else 0
