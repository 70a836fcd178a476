"""The directory of an embedded index: which of the indexes in it is in use, and whose turn it is to write.

`current` names the directory of the index in use, `lock` is held by whoever writes and `building` by whoever rebuilds:
locks of the operating system, which end with their process, so a killed one leaves none behind.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tocsin.search.engine import OtherForm
from tocsin.search.form import FORM


class IndexHome:
    """The directory `path`, which the first index makes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def current(self) -> str | None:
        """The name of the index in use, None where there is none; OtherForm where it is not of this version."""
        try:
            name = (self.path / "current").read_text().strip()
        except FileNotFoundError:
            return None
        if not name.startswith(_PREFIX):
            raise OtherForm("The search index is of another version and is being built anew.")
        return name

    def at(self, name: str) -> str:
        """The directory of an index."""
        return str(self.path / name)

    def new(self) -> str:
        """The name of a new and empty directory for an index."""
        name = f"{_PREFIX}{time.time_ns()}"
        (self.path / name).mkdir(parents=True)
        return name

    def use(self, name: str) -> None:
        """Make this the index in use; a process that is killed leaves the one before."""
        fresh = self.path / "current.new"
        with fresh.open("w") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path / "current")

    def sweep(self, name: str) -> None:
        """Remove every index but this one."""
        for other in self.path.glob("index-*"):
            if other.name != name:
                shutil.rmtree(other, ignore_errors=True)

    @contextmanager
    def alone(self, lock: str) -> Iterator[None]:
        """Wait until nobody else holds `lock`, and hold it."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / lock).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


_PREFIX = f"index-{FORM}-"
