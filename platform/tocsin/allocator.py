"""Keeping memory between two pages of answers.

A page of objects is a megabyte, needed a few times over and then freed. The C library gives such memory back to the
kernel at once and takes it again for the next page, empty: a third of the time of a full poll.
"""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT = 16 * 1024 * 1024


def keep_freed_memory() -> bool:
    """Let this process keep up to 16 MB that it freed, an arena; False where the C library is not glibc.

    mallopt(3): M_TRIM_THRESHOLD and M_MMAP_THRESHOLD.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_TRIM_THRESHOLD, _KEPT) and mallopt(_MMAP_THRESHOLD, _KEPT // 2))
