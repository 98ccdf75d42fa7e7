"""Spans for tests, stored through the same action as everything else."""

import itertools
import time

from experiments_ui.tracing import actions
from experiments_ui.tracing.received import ReceivedEvent, ReceivedSpan

_numbers = itertools.count(1)
MILLISECOND = 1_000_000
NOW = time.time_ns() - 3600 * 10**9


def trace_id(number):
    return f"{number:032x}"


def span(
    *,
    trace=1,
    span_id=None,
    parent="",
    name="step",
    kind="CHAIN",
    at=0,
    took=5,
    status="OK",
    events=(),
    **more,
):
    """A span that starts `at` milliseconds after NOW and takes `took` of them."""
    return ReceivedSpan(
        trace_id=trace_id(trace),
        span_id=span_id or f"{next(_numbers):016x}",
        parent_id=parent,
        name=name,
        kind=kind,
        start_ns=NOW + at * MILLISECOND,
        end_ns=NOW + (at + took) * MILLISECOND,
        status_code=status,
        status_message=more.pop("message", ""),
        attributes=more.pop("attributes", {}),
        events=tuple(events),
    )


def exception(message="too hot"):
    attributes = {
        "exception.type": "ValueError",
        "exception.message": message,
        "exception.stacktrace": "Traceback …",
    }
    return ReceivedEvent("exception", NOW, attributes)


def stored(space, *spans, project="default"):
    found = actions.project_named(space, project)
    actions.store_spans(found, spans)
    return found
