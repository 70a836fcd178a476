"""How many requests a member may make: enough for any poller, too few to keep others out."""

import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

PER_MINUTE = 300_000
"""Requests of one member in a minute that one server process answers; 5,000 a second."""


class Allowance:
    """Counts the requests of each member in this process, a minute at a time."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self._item: RateLimitItem = RateLimitItemPerMinute(per_minute)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def wait(self, member: str) -> int:
        """Count a request; 0, or the whole seconds after which the member may ask again."""
        if self._limiter.hit(self._item, member):
            return 0
        reset = self._limiter.get_window_stats(self._item, member).reset_time
        return max(1, math.ceil(reset - time.time()))
