"""A cell marks what changed, and lets no text out."""

import re
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.compare.diffs.differences import Base, Options
from experiments_ui.compare.grid.cells import Cell, Chip, Score, cell
from experiments_ui.compare.selection import DiffMode

LONG = "The parcel left our warehouse on Monday and should reach you by Friday. " * 20


def shown(output, *, base=None, error=None, aside="", **options):
    content = Cell(
        hue=1,
        chip=Chip("<b>", "good", '"quoted"'),
        score=Score("<i>", "0.50", 5, None),
        others=[],
        note="<note>",
        output=output,
        error=error,
        row_url='?base=1&row=1"',
        aside=aside,
    )
    return cell(content, base=None if base is None else Base(base, Options(**options)))


def test_equal_texts_say_so_instead_of_repeating_themselves():
    assert "Same text as the baseline" in shown("yes", base="yes")


def test_a_change_far_down_is_the_first_thing_to_see():
    late = LONG[:-8] + "never."
    assert "never" in shown(late, base=LONG)
    assert "never" not in shown(late, base=LONG, mode="full")


def test_a_long_text_says_how_much_more_of_it_there_is():
    html = shown(LONG, base=LONG + "end", mode="full")
    assert f"+{len(LONG) - 699:,} letters" in html
    assert 'href="?base=1&amp;row=1&quot;"' in html


def test_a_text_with_nothing_in_common_is_called_rewritten_and_offers_its_marks():
    html = shown("Completely other words here", base="Nothing shared at all, friend")
    assert "rewritten" in html
    assert "show the differences" in html
    assert "<del>" not in html


def test_an_error_stands_in_place_of_the_output():
    html = shown(None, error="Timeout <after> 30 s")
    assert "Timeout &lt;after&gt; 30 s" in html
    assert "chip-bad" in html


def test_json_is_told_by_its_first_paths():
    base = f"[{', '.join('0' * 8)}]"
    html = shown(base.replace("0", "1"), base=base, mode="json")
    assert "<del>0</del> → <ins>1</ins>" in html
    assert html.count("<li>") == 5
    assert "+3 more" in html


def test_what_is_no_json_says_that_it_is_compared_by_word():
    html = shown("ten words of text", base="nine words of text", mode="json")
    assert "by word" in html
    assert "<ins>ten </ins>" in html


def test_an_example_without_an_expected_answer_says_so():
    assert "no expected answer" in shown("text", aside="no expected answer")


TAGS = re.compile(r"<(/?[a-z]+)((?: [a-z-]+=\"[^\"<>]*\")*)>")
KNOWN = {"div", "span", "ins", "del", "a", "ul", "li", "i"}
HOSTILE = [
    "<script>alert(1)</script>",
    "</div></span><style>*{display:none}</style>",
    '"><img src=x onerror=alert(1)>',
    '{"<b onclick=x>": "</li></ul><script>"}',
    "\u202eevil\u2066",
    "\x00\x07\x1b[31m",
    "&lt;b&gt; &#60;",
    "e" + "\u0301" * 50,
    "\ud800",
]
texts = st.text(max_size=200) | st.sampled_from(HOSTILE)


@given(texts, texts, st.sampled_from(get_args(DiffMode)), st.booleans(), st.booleans())
def test_no_text_breaks_out_of_its_cell(before, after, mode, blanks, case):
    html = shown(after, base=before, mode=mode, blanks_count=blanks, case_folds=case)
    rest, opened = TAGS.sub("", html), []
    assert "<" not in rest
    assert ">" not in rest
    for name, _ in TAGS.findall(html):
        if name.startswith("/"):
            assert opened.pop() == name[1:]
        else:
            assert name in KNOWN
            opened.append(name)
    assert not opened
    assert not set(html) & set("\x00\x07\x1b\u202e\u2066\ud800\u2028")
