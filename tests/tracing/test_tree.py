"""A trace is a tree, whatever was sent."""

import pytest

from experiments_ui.errors import NotFound
from experiments_ui.tracing import queries
from tests import make
from tests.tracing.spans import span, stored, trace_id

A, B, C, D = (letter * 16 for letter in "abcd")


def lines(space, trace=1):
    return [
        (one.name, one.depth) for one in queries.trace(space, trace_id(trace)).spans
    ]


def test_children_follow_their_parent_in_order_of_time(space):
    stored(
        space,
        span(span_id=C, parent=A, name="second", at=3),
        span(span_id=D, parent=B, name="inner", at=2),
        span(span_id=A, name="root", at=0),
        span(span_id=B, parent=A, name="first", at=1),
    )

    assert lines(space) == [("root", 0), ("first", 1), ("inner", 2), ("second", 1)]


def test_a_span_whose_parent_never_came_stands_at_the_left(space):
    stored(
        space,
        span(span_id=A, name="root"),
        span(span_id=B, parent=D, name="orphan", at=1),
    )

    assert lines(space) == [("root", 0), ("orphan", 0)]


def test_parents_in_a_circle_are_shown_too(space):
    stored(
        space,
        span(span_id=A, parent=B, name="a"),
        span(span_id=B, parent=A, name="b", at=1),
    )

    assert lines(space) == [("a", 0), ("b", 1)]


def test_a_chain_of_a_thousand_is_walked(space):
    chain = [
        span(span_id=f"{n:016x}", parent=f"{n - 1:016x}" if n > 1 else "", at=n)
        for n in range(1, 1002)
    ]
    stored(space, *chain)

    tree = queries.trace(space, trace_id(1))

    assert tree.spans[-1].depth == 999
    assert tree.hidden_count == 1


def test_bars_are_shares_of_the_whole(space):
    stored(space, span(span_id=A, took=100), span(parent=A, at=25, took=50))

    root, child = queries.trace(space, trace_id(1)).spans
    assert (root.offset, root.width) == (0, 1)
    assert (child.offset, child.width) == (0.25, 0.5)


def test_what_was_used_is_summed(space):
    tokens = {"llm.token_count.total": 10, "llm.cost.total": 0.5}
    stored(
        space,
        span(kind="LLM", attributes=tokens),
        span(kind="LLM", attributes=tokens),
        span(status="ERROR"),
    )

    summary = queries.trace(space, trace_id(1)).summary

    assert (summary.token_count, summary.cost_usd) == (20, 1.0)
    assert (summary.span_count, summary.error_count) == (3, 1)


@pytest.mark.parametrize("wanted", ["", "x", "../", "0" * 32, "a\x00", "F" * 4000])
def test_an_unknown_trace_is_not_found(space, wanted):
    with pytest.raises(NotFound):
        queries.trace(space, wanted)


def test_a_trace_of_another_space_is_not_found(space):
    stored(make.space("other"), span())

    with pytest.raises(NotFound):
        queries.trace(space, trace_id(1))


@pytest.mark.parametrize("count", [1, 60])
def test_a_trace_takes_three_queries_whatever_its_size(
    space, count, django_assert_num_queries
):
    stored(space, *(span(at=number) for number in range(count)))

    with django_assert_num_queries(3):
        queries.trace(space, trace_id(1))
