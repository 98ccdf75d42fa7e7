"""Numbers read the same on every page."""

import pytest

from experiments_ui.web.templatetags.shown import milliseconds


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0 ms"),
        (0.00912, "0.0091 ms"),
        (0.5, "0.5 ms"),
        (12.4, "12 ms"),
        (9_999.0, "9,999 ms"),
        (12_345.0, "12.3 s"),
    ],
)
def test_a_duration_is_short_and_only_nothing_is_zero(value, text):
    assert milliseconds(value) == text
