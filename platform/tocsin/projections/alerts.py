"""Alerts as a worker has them: found, put down to be told, delivered, and taken away when they are old."""

from dataclasses import dataclass

from tocsin.alerts.case_news import tell_cases
from tocsin.alerts.delivering import Delivering
from tocsin.alerts.outbox import CLEARED_AT_ONCE, clear
from tocsin.alerts.telling import tell_due
from tocsin.projections.alerting import Alerting
from tocsin.times import HOUR_MS

TELL_MS, BUSY_TELL_MS = 2_000, 10_000
"""Between two looks for what is due to be told; and while there is always more to find, as in a long load."""


@dataclass
class Alerts:
    """The alerts of one process; moments in ms."""

    alerting: Alerting
    delivering: Delivering
    _told: int = 0
    _fresh: bool = False
    _cleared: int = 0

    def find(self, now: int) -> int:
        """Find what is new, and put down what is due to be told; how much there was to do."""
        found = self.alerting.step(now)
        self._fresh = self._fresh or found > 0
        # what a load ended with is told at once: a worker that runs once ends there
        pause = BUSY_TELL_MS if found else 0 if self._fresh else TELL_MS
        if now < self._told + pause:
            return found
        self._told, self._fresh = now, False
        database, mails = self.delivering.database, self.delivering.mails is not None
        return found + tell_due(database, now, mails=mails) + (tell_cases(database, now) if mails else 0)

    def deliver(self, now: int) -> int:
        """Deliver some of what is to be told, and once an hour take away what is old; how much was delivered."""
        if now >= self._cleared + HOUR_MS:
            with self.delivering.database.writing() as connection:
                cleared = clear(connection, now)
            if cleared < CLEARED_AT_ONCE:
                self._cleared = now
        return self.delivering.step(now)
