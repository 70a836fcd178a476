"""Places on the machine: where what can be made again is kept, and what one process at a time may do."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_folder(home: Path) -> Path:
    """Where what can be made again is kept: the user's cache, or the data directory where there is none."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tocsin"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return home / "cache"
    return folder if os.access(folder, os.W_OK) else home / "cache"


@contextmanager
def only_one(path: Path) -> Iterator[bool]:
    """Whether this is the only process inside; the lock ends with the process, however that ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
