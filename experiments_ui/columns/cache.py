"""Vectors and what is computed from them, kept by this process up to a byte limit."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from django.conf import settings

# What an entry costs besides its arrays: keys, objects, links.
OVERHEAD_BYTES = 400


class Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


SizedT = TypeVar("SizedT", bound=Sized)


@dataclass(frozen=True, slots=True)
class _Entry:
    value: object
    stamp: Hashable
    nbytes: int


class Cache:
    """Least recently used entries leave first; safe between threads."""

    def __init__(self) -> None:
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._lock = threading.Lock()
        self.nbytes = 0

    def get(self, key: Hashable) -> object | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry.value

    def put(
        self, key: Hashable, value: object, *, nbytes: int, stamp: Hashable = None
    ) -> None:
        """Keep a value; one that is larger than the whole cache is not kept."""
        nbytes += OVERHEAD_BYTES
        limit: int = settings.COLUMN_CACHE_BYTES
        with self._lock:
            self._drop(key)
            if nbytes > limit:
                return
            self._entries[key] = _Entry(value, stamp, nbytes)
            self.nbytes += nbytes
            while self.nbytes > limit:
                self._drop(next(iter(self._entries)))

    def derived(
        self,
        key: Hashable,
        revisions: Hashable,
        build: Callable[[], SizedT],
    ) -> SizedT:
        """Return what `build` made of vectors, as long as `revisions` are the same.

        The result is shared between threads: its arrays must not be written to.
        Two threads that miss at once both build; either result serves.

        Args:
            key: What is computed, with all it depends on but the stored values.
            revisions: Those of the frames it is computed from.
            build: Computes it, from vectors read at these revisions or later.
        """
        key = ("derived", key)
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.stamp == revisions:
                self._entries.move_to_end(key)
                return cast("SizedT", entry.value)
        value = build()
        self.put(key, value, nbytes=value.nbytes, stamp=revisions)
        return value

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self.nbytes = 0

    def _drop(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.nbytes -= entry.nbytes


# One for the process: the limit is the process's memory.
cache = Cache()
derived = cache.derived
