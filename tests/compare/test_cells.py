"""A cell marks what changed, and lets no text out."""

from hypothesis import given
from hypothesis import strategies as st

from experiments_ui.compare.cells import Base, Cell, Chip, Score, cell, grid_diff

LONG = "The parcel left our warehouse on Monday and should reach you by Friday. " * 20


def shown(output, *, base=None, mode="changes", error=None):
    content = Cell(
        hue=1,
        chip=Chip("<b>", "good", '"quoted"'),
        score=Score("<i>", "0.50", 5, None),
        others=[],
        note="<note>",
        output=output,
        error=error,
    )
    return cell(content, base=Base(base) if base is not None else None, mode=mode)


def test_equal_texts_say_so_instead_of_repeating_themselves():
    assert "Same text as the baseline" in shown("yes", base="yes")


def test_a_change_far_down_is_the_first_thing_to_see():
    html = grid_diff(
        Base(LONG), LONG.replace("Friday. ", "Sunday. ", 19)[::1], mode="full"
    )
    assert "<ins>" in html
    late = LONG[:-8] + "never."
    assert "never" in grid_diff(Base(LONG), late, mode="changes")
    assert "never" not in grid_diff(Base(LONG), late, mode="full")


def test_a_text_with_nothing_in_common_is_called_rewritten():
    html = shown("Completely other words here", base="Nothing shared at all, friend")
    assert "rewritten" in html
    assert "<del>" not in html


def test_an_error_stands_in_place_of_the_output():
    html = shown(None, error="Timeout <after> 30 s")
    assert "Timeout &lt;after&gt; 30 s" in html
    assert "chip-bad" in html


@given(
    st.text(max_size=200), st.text(max_size=200), st.sampled_from(["changes", "full"])
)
def test_no_text_breaks_out_of_its_cell(before, after, mode):
    html = shown(after, base=before, mode=mode)
    allowed = ("<div", "</div", "<span", "</span", "<ins>", "</ins>", "<del", "</del>")
    rest = html
    while "<" in rest:
        rest = rest[rest.index("<") :]
        assert rest.startswith(allowed)
        rest = rest[1:]
