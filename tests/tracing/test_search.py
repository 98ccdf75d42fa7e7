"""Filters over spans and traces, and pages that lead on."""

import pytest

from experiments_ui.analysis.filters import parse
from experiments_ui.tracing import queries
from experiments_ui.tracing.queries import Search
from experiments_ui.tracing.queries import search as search_module
from tests.tracing.spans import NOW, exception, span, stored, trace_id

A = "a" * 16
HOUR = 3600 * 10**9


def search(project, text=None, *, start=0, end=2**63 - 1):
    return Search(project, start, end, parse(text) if text else None)


def names(project, text=None, **bounds):
    found = queries.search_spans(search(project, text, **bounds), after=None, limit=500)
    assert found.next_key is None
    return [one.name for one in found.rows]


def trace_numbers(project, text=None):
    found = queries.search_traces(search(project, text), after=None, limit=50)
    return [int(one.trace_id, 16) for one in found.rows]


@pytest.fixture
def project(space):
    return stored(
        space,
        span(trace=1, span_id=A, name="root", at=0, took=100),
        span(
            trace=1,
            parent=A,
            name="call",
            kind="LLM",
            at=1,
            took=50,
            attributes={
                "llm": {"model_name": "gpt", "token_count": {"total": 7}},
                "flag": True,
            },
        ),
        span(
            trace=2,
            name="task",
            at=2,
            attributes={"metadata": '{"experiment_id": "e1", "a": {"b": 3}}'},
        ),
        span(trace=3, name="it's", status="ERROR", at=3, events=[exception()]),
    )


def test_a_trace_is_found_within_bounds_of_today(project):
    around = {"start": NOW - HOUR, "end": NOW + HOUR}
    of_first = f"context.trace_id = '{trace_id(1)}'"
    assert names(project, of_first, **around) == ["call", "root"]
    assert names(project, of_first, start=NOW + HOUR, end=NOW + 2 * HOUR) == []
    found = queries.search_traces(
        search(project, of_first, **around), after=None, limit=5
    )
    assert [int(one.trace_id, 16) for one in found.rows] == [1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ["it's", "task", "call", "root"]),
        ("name = 'it''s'", ["it's"]),
        ("status_code = 'ERROR'", ["it's"]),
        ("status_code <> 'ERROR' and latency_ms > 40", ["call", "root"]),
        ("span_kind = 'LLM'", ["call"]),
        ("parent_id IS NULL", ["it's", "task", "root"]),
        ("parent_id = null and latency_ms >= 100", ["root"]),
        ("parent_id IS NOT NULL", ["call"]),
        (f"parent_id = '{A}'", ["call"]),
        (f"context.span_id = '{A}'", ["root"]),
        (f"context.trace_id = '{trace_id(1)}'", ["call", "root"]),
        (
            f"context.trace_id IN ('{trace_id(2)}', '{trace_id(3)}', 5)",
            ["it's", "task"],
        ),
        (f"context.trace_id = '{trace_id(1)}' AND name = 'call'", ["call"]),
        (
            f"context.trace_id = '{trace_id(1)}' OR name = 'task'",
            ["task", "call", "root"],
        ),
        (f"NOT context.trace_id = '{trace_id(1)}'", ["it's", "task"]),
        ("attributes.llm.model_name = 'gpt'", ["call"]),
        ("attributes.llm.model_name LIKE 'g%'", ["call"]),
        ("attributes.llm.token_count.total >= 7", ["call"]),
        ("attributes.flag = true", ["call"]),
        ("attributes.metadata.experiment_id = 'e1'", ["task"]),
        ("attributes.metadata.a.b = 3", ["task"]),
        ("attributes.metadata.a.b.c = 3", []),
        ("event.attributes CONTAINS 'too hot'", ["it's"]),
        ("start_time > '1999-01-01'", ["it's", "task", "call", "root"]),
        ("eval.tone.score > 1", []),
        ("name = 'a\x00'", []),
    ],
)
def test_filter_selects_spans(project, text, expected):
    assert names(project, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, [3, 2, 1]),
        ("span_kind = 'LLM'", [1]),
        ("attributes.llm.model_name = 'gpt'", [1]),
        ("status_code = 'OK'", [2, 1]),
        (f"context.trace_id = '{trace_id(2)}'", [2]),
        (f"context.trace_id = '{trace_id(2)}' AND span_kind = 'LLM'", []),
        ("name = 'nothing'", []),
    ],
)
def test_a_trace_is_found_by_any_of_its_spans(project, text, expected):
    assert trace_numbers(project, text) == expected


def test_bounds_are_inclusive(project):
    spans = queries.search_spans(search(project), after=None, limit=9).rows
    start, end = spans[-2].start_ns, spans[1].start_ns

    assert names(project, start=start, end=end) == ["task", "call"]


def test_spans_of_other_projects_are_not_looked_at(space, project):
    stored(space, span(name="other"), project="other")

    assert "other" not in names(project)


def pages(project, text, *, limit, find=queries.search_spans):
    found, after, sizes = [], None, []
    while True:
        page = find(search(project, text), after=after, limit=limit)
        found += page.rows
        sizes.append(len(page.rows))
        after = page.next_key
        if after is None:
            return found, sizes


@pytest.mark.parametrize("text", [None, "attributes.n >= 0"])
@pytest.mark.parametrize("limit", [1, 7, 25])
def test_pages_meet_without_gap_or_overlap(space, text, limit):
    # Several spans start at the same moment: the number decides between them.
    project = stored(
        space, *(span(trace=n, at=n // 4, attributes={"n": n}) for n in range(25))
    )

    found, sizes = pages(project, text, limit=limit)
    roots, _ = pages(project, text, limit=limit, find=queries.search_traces)

    assert len({one.pk for one in found}) == len(found) == 25
    assert len({one.pk for one in roots}) == len(roots) == 25
    assert max(sizes) == limit
    assert [one.start_ns for one in found] == sorted(
        (one.start_ns for one in found), reverse=True
    )


def test_a_long_search_ends_its_page_early_and_leads_on(space, monkeypatch):
    monkeypatch.setattr(search_module, "_SLICE", 5)
    monkeypatch.setattr(search_module, "_MOST_LOOKED_AT", 10)
    project = stored(space, *(span(at=n, attributes={"n": n}) for n in range(25)))

    found, sizes = pages(project, "attributes.n = 0", limit=5)

    assert len(found) == 1
    assert sizes == [0, 0, 1]


def test_a_page_of_huge_spans_ends_early_and_leads_on(space, monkeypatch):
    monkeypatch.setattr(search_module, "_MOST_CHARACTERS", 2_500)
    project = stored(
        space, *(span(at=n, attributes={"x": "y" * 1000}) for n in range(7))
    )

    found, sizes = pages(project, None, limit=5)

    assert len(found) == 7
    assert sizes == [3, 3, 1]


def test_a_trace_whose_root_never_came_is_listed_by_its_first_orphan(space):
    project = stored(
        space, span(trace=9, span_id=A, parent="b" * 16), span(trace=9, parent=A)
    )

    assert trace_numbers(project) == [9]


def test_a_trace_with_two_roots_is_listed_twice(space):
    project = stored(space, span(trace=9), span(trace=9, at=1))

    assert trace_numbers(project) == [9, 9]


def test_spans_of_traces_come_in_two_queries_and_at_most_a_thousand_each(
    space, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(queries.traces, "MOST_SPANS", 3)
    project = stored(
        space, *(span(trace=n % 2 + 1, at=n) for n in range(8)), span(trace=3)
    )

    with django_assert_num_queries(2):
        traces = queries.spans_of_traces(project, [trace_id(n) for n in (1, 2, 3)])

    assert [len(one.spans) for one in traces.values()] == [3, 3, 1]
    assert [one.truncated for one in traces.values()] == [True, True, False]


def test_traces_that_do_not_fit_the_page_are_left_for_the_next(space, monkeypatch):
    monkeypatch.setattr(queries.traces, "_MOST_SPANS_OF_PAGE", 3)
    project = stored(space, *(span(trace=n % 2 + 1, at=n) for n in range(8)))

    assert list(queries.spans_of_traces(project, [trace_id(1), trace_id(2)])) == [
        trace_id(1)
    ]
