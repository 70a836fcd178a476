"""How many requests a member may make: enough for any poller, too few to keep others out."""

import time
from collections import Counter

PER_MINUTE = 300_000
"""Requests of one member in a minute that one server process answers; 5,000 a second."""

_WINDOW_S = 60


class Allowance:
    """Counts the requests of each member in this process, a minute of the clock at a time.

    Threads that count at once may lose one another's count now and then, which a limit like this can bear.
    """

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self._most = per_minute
        self._minute = 0
        self._counted: Counter[str] = Counter()

    def wait(self, member: str) -> int:
        """Count a request; 0, or the whole seconds after which the member may ask again."""
        minute, second = divmod(int(time.time()), _WINDOW_S)
        if minute != self._minute:
            self._minute, self._counted = minute, Counter()
        self._counted[member] += 1
        return 0 if self._counted[member] <= self._most else _WINDOW_S - second
