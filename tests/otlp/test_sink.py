"""The queue between senders and the database."""

import threading
import time

import pytest
from django.db import DataError, OperationalError

from experiments_ui.otlp import sink as sink_module
from experiments_ui.otlp.sink import Sink
from experiments_ui.otlp.storing import Delivery
from experiments_ui.tracing.received import ReceivedSpan

pytestmark = pytest.mark.django_db


def delivery(number):
    span = ReceivedSpan(
        trace_id="1" * 32,
        span_id=f"{number:016x}",
        parent_id="",
        name="step",
        kind="CHAIN",
        start_ns=0,
        end_ns=1,
        status_code="OK",
        status_message="",
        attributes={},
    )
    return Delivery(space=None, project="p", span=span)


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch):
    monkeypatch.setattr(sink_module, "_RETRY_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(sink_module, "_PATIENCE_SECONDS", 0.05)


def started(store):
    sink = Sink(store)
    sink.start()
    return sink


def test_spans_that_arrive_together_are_stored_in_one_batch():
    batches = []
    sink = started(batches.append)

    for number in range(20):
        sink.accept([delivery(number)], size=1)
    assert sink.flush()

    assert [len(batch) for batch in batches] == [20]
    sink.close()


def test_closing_stores_what_is_waiting_and_refuses_more():
    stored = []
    sink = started(stored.extend)
    sink.accept([delivery(1)], size=1)

    sink.close()

    assert len(stored) == 1
    assert not sink.accept([delivery(2)], size=1)


def test_a_full_queue_refuses_until_there_is_room(monkeypatch):
    monkeypatch.setattr(sink_module, "_MOST_SPANS", 2)
    gate = threading.Event()
    sink = started(lambda _: gate.wait(5))
    sink.accept([delivery(1), delivery(2)], size=1)

    assert not sink.accept([delivery(3)], size=1)
    gate.set()
    assert sink.flush()
    assert sink.accept([delivery(3)], size=1)
    sink.close()


def test_bytes_count_as_well_as_spans(monkeypatch):
    monkeypatch.setattr(sink_module, "_MOST_BYTES", 100)
    gate = threading.Event()
    sink = started(lambda _: gate.wait(5))
    sink.accept([delivery(1)], size=200)

    assert not sink.accept([delivery(2)], size=1)
    gate.set()
    sink.close()


def test_a_busy_database_is_asked_again():
    failures = [OperationalError("locked"), OperationalError("locked")]
    stored = []

    def store(batch):
        if failures:
            raise failures.pop()
        stored.extend(batch)

    sink = started(store)
    sink.accept([delivery(1)], size=1)
    sink.close()

    assert len(stored) == 1
    assert (sink.counters.stored, sink.counters.lost) == (1, 0)


def test_one_bad_span_does_not_take_the_others_with_it():
    stored = []

    def store(batch):
        if any(one.span.span_id.endswith("7") for one in batch):
            raise DataError("no")
        stored.extend(batch)

    sink = started(store)
    sink.accept([delivery(number) for number in range(10)], size=1)
    sink.close()

    assert len(stored) == 9
    assert (sink.counters.stored, sink.counters.lost) == (9, 1)


def test_a_database_that_stays_away_costs_the_batch_but_not_the_thread():
    stored, away = [], [True]

    def store(batch):
        if away[0]:
            raise OperationalError("gone")
        stored.extend(batch)

    sink = started(store)
    sink.accept([delivery(1)], size=1)
    assert sink.flush()
    away[0] = False
    sink.accept([delivery(2)], size=1)
    sink.close()

    assert sink.counters.lost == 1
    assert len(stored) == 1


def test_accepting_does_not_wait_for_storing():
    sink = started(lambda _: time.sleep(0.5))

    before = time.monotonic()
    for number in range(100):
        sink.accept([delivery(number)], size=1)

    assert time.monotonic() - before < 0.25
    sink.close()
