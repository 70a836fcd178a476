"""Values without repetition and in order, however many: they are sorted on disk."""

import sqlite3
from collections.abc import Iterator


class Sorted:
    """Lists of values by name, in a scratch file that goes when it is closed."""

    def __init__(self) -> None:
        # an empty name is SQLite's word for a file of its own that it removes
        self._scratch = sqlite3.connect("")
        self._scratch.execute("CREATE TABLE listed (name TEXT, value TEXT, PRIMARY KEY (name, value)) WITHOUT ROWID")

    def add(self, name: str, value: str) -> None:
        """Put `value` into the list `name`, where it is not there yet."""
        self._scratch.execute("INSERT OR IGNORE INTO listed VALUES (?, ?)", (name, value))

    def of(self, name: str) -> Iterator[str]:
        """The list `name` in the order of its code points."""
        for (value,) in self._scratch.execute("SELECT value FROM listed WHERE name = ? ORDER BY value", (name,)):
            yield value

    def close(self) -> None:
        """Remove the scratch file."""
        self._scratch.close()
