"""Text that someone wrote cannot act, hide or reorder what is around it."""

import pytest

from experiments_ui.compare.diffs.escaping import (
    MOST_SIGNS,
    Signs,
    escaped,
    with_blanks,
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ('a < b & "c"', "a &lt; b &amp; &quot;c&quot;"),
        ("line\n\ttab\r\n", "line\n\ttab\r\n"),
        ("\x00", '<i class="sign">NUL</i>'),
        ("\x07", '<i class="sign">U+0007</i>'),
        ("a\u202eb\u2069", 'a<i class="sign">RLO</i>b<i class="sign">PDI</i>'),
        ("\ud800", '<i class="sign">\ufffd</i>'),
        ("é e\u0301 שלום 👍🏽 नमस्ते", "é e\u0301 שלום 👍🏽 नमस्ते"),
    ],
)
def test_what_cannot_be_seen_is_named(text, html):
    assert escaped(text) == html


def test_a_tower_of_accents_is_cut_to_some_stories():
    html = escaped("e" + "\u0301" * 100 + "f")
    assert html == "e" + "\u0301" * 6 + '<i class="sign">+94 accents</i>f'


def test_only_so_many_signs_of_one_output_are_named():
    html = escaped("a\u202e" * 100_000)
    assert html.count("<i") == MOST_SIGNS
    assert "\u202e" not in html
    signs = Signs()
    drawn = with_blanks(". " * 300, signs) + with_blanks(". " * 300, signs)
    assert drawn.count("<i") == MOST_SIGNS


def test_blanks_are_drawn_where_they_are_the_change():
    assert with_blanks(" \t\n<", Signs()) == '<i class="sign">·→⏎</i>&lt;'
