"""JSON values in and out, exactly."""

import json
import math
import time

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.arrow.values import check_text, dump_json, parse_json, parse_rows
from experiments_ui.errors import BadRequest, Invalid

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(values)
def test_a_value_survives_being_written_and_read(value):
    back = parse_json(dump_json(value).encode())

    assert repr(back) == repr(value)  # tells 1 from 1.0 and 0.0 from -0.0


@given(values)
def test_what_python_writes_is_read_the_same(value):
    assert repr(parse_json(json.dumps(value).encode())) == repr(value)


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b'{"experiment_runs":[{},{"output":NaN}]}', "experiment_runs[1].output"),
        (b'{"a":[1,-Infinity]}', "a[1]"),
        (b'{"a":1e999}', "a"),
        (b'{"a":-1e999}', "a"),
    ],
)
def test_a_number_that_is_not_finite_is_refused_by_its_path(raw, path):
    with pytest.raises(Invalid, match="finite") as refusal:
        parse_json(raw)

    assert list(refusal.value.fields) == [path]


@pytest.mark.parametrize(
    "digits",
    ["9223372036854775808", "-9223372036854775809", "18446744073709551616", "1" * 5000],
)
def test_an_integer_beyond_64_bits_is_refused_by_its_path(digits):
    for document in (
        f'{{"runs":[{{"tokens":{digits}}}]}}',
        f'{{"runs":[{{"tokens": {digits} }}]}}',
    ):
        with pytest.raises(Invalid, match=r"runs\[0\]\.tokens is an integer beyond 64"):
            parse_json(document.encode())
    with pytest.raises(Invalid, match="64 bits"):
        parse_json(digits.encode())


@pytest.mark.parametrize(
    "value",
    [
        2**63 - 1,
        -(2**63),
        1767225600000000000,
        "12345678901234567890",
        "call 99999999999999999999 now",
        0.12345678901234567890123,
        {"99999999999999999999": 1},
    ],
)
def test_long_digits_that_fit_or_are_text_are_kept(value):
    assert parse_json(orjson.dumps(value)) == value


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b'{"a":{"b":"x\\u0000"}}', "a.b holds a NUL"),
        (b'{"a":{"\\u0000":1}}', "a has a member whose name holds a NUL"),
        (b'[{"a":"\\ud800"}]', r"\[0\].a holds half of a surrogate"),
        (b'{"\\udfff":1}', "member whose name holds half"),
    ],
)
def test_text_that_no_database_holds_is_refused_by_its_path(raw, message):
    with pytest.raises(Invalid, match=message):
        parse_json(raw)


def test_an_escaped_backslash_before_u0000_is_only_text():
    assert parse_json(b'"\\\\u0000"') == "\\u0000"


@pytest.mark.parametrize(
    ("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")]
)
def test_nesting_is_allowed_to_the_limit_and_not_beyond(opening, closing):
    levels = 100 // (opening.count(b"[") + opening.count(b"{"))
    parse_json(opening * levels + b"1" + closing * levels)

    for deeper in (levels + 1, 600, 50_000):
        with pytest.raises(Invalid, match="deeper than 100"):
            parse_json(opening * deeper + b"1" + closing * deeper)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "line 1, column 1"),
        (b'{"a":\n\n 1,}', "line 3, column 3"),
        (b'{"a":1', "malformed"),
        (b"[1] x", "line 1, column 5"),
        (b'"\x00"', "malformed"),
        (b'{"a":\n"\xff"}', "not UTF-8 text: line 2"),
        (b'"\xed\xa0\x80"', "not UTF-8"),
        (b"\xef\xbb\xbf1", "malformed"),
        (b"{'a': 1}", "malformed"),
    ],
)
def test_what_is_not_json_is_a_bad_request_naming_the_place(raw, message):
    with pytest.raises(BadRequest, match=message):
        parse_json(raw)


def test_the_last_of_two_equal_keys_counts():
    assert parse_json(b'{"a":1,"a":2}') == {"a": 2}


@pytest.mark.parametrize(
    "value", [math.nan, [math.inf], {"a": math.nan}, {1: 2}, "\ud800", object(), {1, 2}]
)
def test_what_is_no_json_is_never_written_as_something_else(value):
    with pytest.raises(Invalid):
        dump_json(value)


def test_text_is_checked_by_name():
    check_text("naïve 😀\r\n\t", path="output")
    with pytest.raises(Invalid, match="output holds a NUL"):
        check_text("a\x00", path="output")
    with pytest.raises(Invalid, match="output holds half"):
        check_text("\udc00", path="output")


def test_rows_are_named_by_their_place():
    def line(index):
        return f"Line {index + 1}"

    assert parse_rows([b'{"a":1}', b'{"a":"x"}\r'], place=line) == [
        {"a": 1},
        {"a": "x"},
    ]
    for bad, message in [
        (b'{"a":NaN}', "Line 2: a is not a finite"),
        (b'{"a":1},{"a":2}', "Line 2: The JSON is malformed"),
        (b"[1]", "Line 2 is not a JSON object"),
        (b'{"a":"\\u0000"}', "Line 2: a holds a NUL"),
        (b'{"a":99999999999999999999}', "Line 2: a is an integer"),
        (b'{"a":' + b"[" * 100 + b"]" * 100 + b"}", "Line 2: The JSON is nested"),
    ]:
        with pytest.raises(Invalid, match=message):
            parse_rows([b"{}", bad], place=line)


def test_reading_an_ordinary_body_costs_little_more_than_orjson():
    run = {
        "example_id": "ZXhhbXBsZToxMjM=",
        "output": "An answer.\n" * 20,
        "score": 0.5,
    }
    raw = orjson.dumps([run | {"trace": f"{i:032d}"} for i in range(10_000)])

    assert _cpu(parse_json, raw) < 5 * _cpu(orjson.loads, raw)


def _cpu(read, raw):
    times = []
    for _ in range(5):
        start = time.process_time()
        read(raw)
        times.append(time.process_time() - start)
    return min(times)
