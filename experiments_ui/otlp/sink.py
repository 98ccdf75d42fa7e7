"""A queue of spans and the one thread that stores them in batches.

Storing a batch costs hardly more than storing one span, and a sender waits for
neither. The price: a process that is killed loses what arrived in the last
`_PAUSE_SECONDS`. Ending it properly stores everything first.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connections,
)

from experiments_ui.otlp.storing import Delivery, store

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 0.05
_BATCH = 500
# What may wait in memory; beyond it senders are told to come again.
_MOST_SPANS = 20_000
_MOST_BYTES = 256 * 2**20
_PATIENCE_SECONDS = 0.5
_RETRY_SECONDS = (0.1, 0.5, 2.0, 5.0)


@dataclass(slots=True)
class Counters:
    """What became of the spans so far."""

    stored: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class _Load:
    deliveries: Sequence[Delivery]
    size: int


class Sink:
    """Takes spans from many threads and stores them from one."""

    def __init__(self, store: Callable[[Sequence[Delivery]], None] = store) -> None:
        self._store = store
        self._waiting: deque[_Load] = deque()
        self._spans = 0
        self._bytes = 0
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._writer = threading.Thread(target=self._run, name="span-writer")
        self._writer.daemon = True
        self.counters = Counters()

    def start(self) -> None:
        self._writer.start()

    def accept(self, deliveries: Sequence[Delivery], *, size: int) -> bool:
        """Queue spans, of `size` bytes together; tell whether there was room."""
        with self._changed:
            if not self._changed.wait_for(self._has_room, timeout=_PATIENCE_SECONDS):
                return False
            if self._closing.is_set():
                return False
            self._waiting.append(_Load(deliveries, size))
            before = self._spans
            self._spans += len(deliveries)
            self._bytes += size
            # The writer wakes up for the first span, and for a full batch.
            if before == 0 or before < _BATCH <= self._spans:
                self._changed.notify_all()
        return True

    def flush(self, *, timeout_seconds: float = 30.0) -> bool:
        """Wait until what was accepted is stored; tell whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._spans, timeout_seconds)

    def close(self, *, timeout_seconds: float = 30.0) -> None:
        """Refuse new spans, store the waiting ones and end the thread."""
        with self._changed:
            self._closing.set()
            self._changed.notify_all()
        if self._writer.ident:
            self._writer.join(timeout_seconds)

    def _has_room(self) -> bool:
        return self._spans < _MOST_SPANS and self._bytes < _MOST_BYTES

    def _run(self) -> None:
        while loads := self._next_batch():
            deliveries = [one for load in loads for one in load.deliveries]
            self._write(deliveries)
            with self._changed:
                self._spans -= len(deliveries)
                self._bytes -= sum(load.size for load in loads)
                self._changed.notify_all()
        connections.close_all()

    def _next_batch(self) -> list[_Load]:
        """Wait for spans, then a little longer for more; empty means the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing.is_set())
            self._changed.wait_for(self._is_full, timeout=_PAUSE_SECONDS)
            loads: list[_Load] = []
            spans = 0
            while self._waiting and spans < _BATCH:
                loads.append(self._waiting.popleft())
                spans += len(loads[-1].deliveries)
            return loads

    def _is_full(self) -> bool:
        return self._spans >= _BATCH or self._closing.is_set()

    def _write(self, deliveries: Sequence[Delivery]) -> None:
        """Store a batch; when one span is at fault, find out which it is."""
        try:
            self._write_patiently(deliveries)
        except (OperationalError, InterfaceError) as error:
            self._lose(deliveries, error)
        except Exception as error:  # noqa: BLE001 -- one bad span must not end the thread
            if len(deliveries) == 1:
                self._lose(deliveries, error)
                return
            middle = len(deliveries) // 2
            self._write(deliveries[:middle])
            self._write(deliveries[middle:])
        else:
            self.counters.stored += len(deliveries)

    def _write_patiently(self, deliveries: Sequence[Delivery]) -> None:
        """Store a batch, and try again while the database is busy or away."""
        for pause in _RETRY_SECONDS:
            try:
                return self._write_once(deliveries)
            except (OperationalError, InterfaceError) as error:
                logger.warning("spans wait count=%s: %s", len(deliveries), error)
                time.sleep(pause)
        return self._write_once(deliveries)

    def _write_once(self, deliveries: Sequence[Delivery]) -> None:
        close_old_connections()
        try:
            self._store(deliveries)
        finally:
            close_old_connections()

    def _lose(self, deliveries: Sequence[Delivery], error: Exception) -> None:
        self.counters.lost += len(deliveries)
        logger.error(
            "spans lost count=%s first=%s project=%s lost_in_all=%s",
            len(deliveries),
            deliveries[0].span.span_id,
            deliveries[0].project,
            self.counters.lost,
            exc_info=error,
        )
