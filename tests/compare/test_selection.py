"""The address is the whole state of a compare page."""

from typing import get_args

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.compare.selection import DiffMode, Only, Selection, Sort
from experiments_ui.errors import Invalid

numbers = st.integers(1, 10**9)
keys = st.text("abc.é &=@-_'\"", min_size=1, max_size=12).map(str.strip).filter(bool)


@st.composite
def selections(draw):
    chosen = draw(st.lists(numbers, min_size=1, max_size=10, unique=True))
    sort_key = draw(keys.filter(lambda text: "@" not in text and text[0] != "-"))
    sort = Sort(sort_key, draw(st.none() | numbers), draw(st.booleans()))
    return Selection(
        base=chosen[0],
        others=tuple(chosen[1:]),
        metric=draw(st.just("") | keys),
        only=draw(st.sampled_from(get_args(Only))),
        sort=draw(st.none() | st.just(sort)),
        where=draw(st.text(max_size=30)),
        diff=draw(st.sampled_from(get_args(DiffMode))),
        blanks_count=draw(st.booleans()),
        case_folds=draw(st.booleans()),
        common=draw(st.booleans()),
        group=draw(st.just("") | keys),
        fit=draw(st.booleans()),
        toggled=tuple(draw(st.lists(keys, max_size=3))),
        after=draw(st.integers(0, 10**6)),
        row=draw(st.none() | st.integers(0, 10**6)),
    )


@given(selections())
def test_an_address_gives_back_the_selection_it_was_made_from(selection):
    assert Selection.parse(QueryDict(selection.query)) == selection


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Choose the experiments"),
        ("base=x", "'x' is no experiment"),
        ("base=" + "9" * 30, "is no experiment"),
        ("&".join(f"with={n}" for n in range(1, 12)), "At most 10"),
        ("base=1&only=best", "only is one of"),
        ("base=1&diff=both", "diff is one of"),
        ("base=1&sort=latency@x", "names no experiment"),
        ("base=1&after=-1", "is no place"),
        ("base=1&row=1.5", "is no row"),
    ],
)
def test_an_address_that_makes_no_sense_says_why(query, words):
    with pytest.raises(Invalid, match=words):
        Selection.parse(QueryDict(query))


def test_another_baseline_keeps_everybody():
    selection = Selection(base=1, others=(2, 3), after=50, row=7)
    assert selection.based_on(3) == Selection(base=3, others=(1, 2))


def test_an_experiment_named_twice_counts_once():
    assert Selection.parse(QueryDict("base=1&with=2&with=1&with=2")).others == (2,)


def test_a_candidate_moves_among_the_candidates():
    now = Selection(base=1, others=(2, 3, 4))
    assert now.moved(3, by=-1).others == (3, 2, 4)
    assert now.moved(3, by=1).others == (2, 4, 3)
    assert now.moved(2, by=-1).others == (2, 3, 4)


@pytest.mark.parametrize("text", ["²", "١", "-1", "1.5", "9" * 19, "9" * 5_000, "\x00"])
@pytest.mark.parametrize("name", ["base", "with", "after", "row", "sort"])
def test_what_is_no_number_is_named_in_the_refusal(name, text):
    query = QueryDict("base=1", mutable=True)
    query[name] = f"delta@{text}" if name == "sort" else text
    with pytest.raises(Invalid) as refused:
        Selection.parse(query)
    assert text[:40] in refused.value.message
