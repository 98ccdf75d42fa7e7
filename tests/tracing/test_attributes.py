"""Any nested value becomes flat attributes that every database holds."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.tracing import attributes as attributes_module
from experiments_ui.tracing.attributes import flat, storable, text_of


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"a": {"b": {"c": 1}}}, {"a.b.c": 1}),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a.0.b": 1, "a.1.b": 2}),
        ({"a": [1, 2.5, "x", None, True]}, {"a": [1, 2.5, "x", None, True]}),
        ({"a": {}, "b": []}, {"a": {}, "b": []}),
        ({"a": b"\x00\xff"}, {"a": "AP8="}),
        ({"a": float("nan"), "b": float("-inf")}, {"a": "NaN", "b": "-Infinity"}),
        ({"a": 2**63 - 1, "b": 2**70}, {"a": 2**63 - 1, "b": str(2**70)}),
        ({"a\x00": "b\x00"}, {"a\ufffd": "b\ufffd"}),
    ],
)
def test_values_are_flattened_and_kept_exactly(given, kept):
    assert flat(given) == kept


def test_structured_input_becomes_the_json_text_that_it_should_have_been():
    kept = flat({"input.value": {"question": "ü", "n": [1, {"x": b""}]}})

    assert json.loads(kept["input.value"]) == {"question": "ü", "n": [1, {"x": ""}]}


def test_long_text_is_cut_with_a_marker():
    kept = text_of("x" * 1_000_001)

    assert kept.startswith("x" * 1_000_000)
    assert kept.endswith("… [cut: 1,000,001 characters]")


def test_many_long_texts_share_what_one_span_may_hold(monkeypatch):
    monkeypatch.setattr(attributes_module, "SPAN_LIMIT", 5_000)

    kept = flat({str(number): "x" * 4_000 for number in range(10)})

    assert sum(map(len, kept.values())) < 20_000
    assert "[cut: 4,000 characters]" in kept["9"]


def test_half_a_surrogate_pair_is_replaced():
    assert storable("a\ud800b") == "a\ufffdb"
    assert storable("a\U0001f600b") == "a\U0001f600b"


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), _values))
def test_anything_becomes_json_without_nul(value):
    text = json.dumps(flat(value), allow_nan=False)

    text.encode()
    assert "\\u0000" not in text
