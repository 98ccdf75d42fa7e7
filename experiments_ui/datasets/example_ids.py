"""Ids for examples that come without one: UUIDs that sort as they were made."""

import secrets
import time
from threading import Lock

_LAST_48_BITS = 2**48 - 1
_VARIANT = 0b10 << 62


class _Clock:
    """Milliseconds, each given out once, so that batches do not interleave."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = Lock()

    def next(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() // 1_000_000)
            return self._last


_clock = _Clock()


def new_ids(count: int) -> list[str]:
    """Return UUIDs of version 7, ascending, and above all that were made before."""
    milliseconds = _clock.next()
    stem = f"{milliseconds >> 16:08x}-{milliseconds & 0xFFFF:04x}"
    stem += f"-7{secrets.randbits(12):03x}-"
    first = _VARIANT | secrets.randbits(61)  # one bit is left for counting on
    return [
        f"{stem}{number >> 48:04x}-{number & _LAST_48_BITS:012x}"
        for number in range(first, first + count)
    ]
