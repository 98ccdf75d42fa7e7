"""How far candidates are from the baseline, row by row."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments_ui.charts import counted, marks
from experiments_ui.charts.axes import COUNT, Axis
from experiments_ui.charts.bins import Bins, Buckets, buckets, known
from experiments_ui.charts.figure import (
    Figure,
    Floats,
    Integers,
    Plain,
    empty,
    guide,
    rounded,
    trace,
)
from experiments_ui.charts.series import Series
from experiments_ui.charts.spread import layout

_TONES = {
    ("maximize", False): ("Worse", "down"),
    ("maximize", True): ("Better", "up"),
    ("minimize", False): ("Better", "up"),
    ("minimize", True): ("Worse", "down"),
    ("none", False): ("Less", "text-3"),
    ("none", True): ("More", "accent"),
}


def changes(
    base: Series, candidates: Sequence[Series], axis: Axis, *, epsilon: float = 0.0
) -> Figure:
    """Return how many rows changed by how much; all series in the same order of rows.

    Rows that changed by no more than `epsilon` are counted in the notes and not drawn:
    they would dwarf the rest. One candidate is coloured by better and worse, several
    by their hues.
    """
    title = f"Change of {axis.name} against {base.name}"
    moved = [_moved(base, one) for one in candidates]
    compared = [known(one.values) for one in moved]
    drawn = [one[np.abs(one) > epsilon] for one in compared]
    notes = tuple(_unchanged(moved, compared, drawn))
    shared = buckets(drawn, gap=epsilon)
    if shared is None:
        return empty(title, " ".join(notes) or "There is no candidate to compare.")
    counts = [shared.counts(one) for one in drawn]
    flat = axis.layout(title={"text": "Change"}, zeroline=True)
    drawing = layout(shared, flat, COUNT.layout(rangemode="tozero"))
    if len(moved) == 1:
        drawing |= {"hovermode": "closest", "barmode": "overlay", "bargap": 0.2}
    return Figure(
        title=title,
        description=f"{title}. {_rises_and_falls(moved, drawn)}",
        data=tuple(_traces(moved, counts, shared, axis)),
        layout=drawing,
        table=counted.table(moved, counts, shared, axis, head="Change"),
        notes=(*notes, *counted.tail_notes(shared, drawn, axis)),
    )


def _moved(base: Series, one: Series) -> Series:
    with np.errstate(invalid="ignore", over="ignore"):
        change = one.values - base.values
    return Series(one.name, one.hue, change, marks.change(one.term, base.term))


def _unchanged(
    moved: Sequence[Series], compared: Sequence[Floats], drawn: Sequence[Floats]
) -> Iterator[str]:
    each = list(zip(moved, compared, drawn, strict=True))
    same = [
        f"{one.name} {len(every) - len(some):,} of {len(every):,}"
        for one, every, some in each
        if len(every) > len(some)
    ]
    if same:
        yield f"Rows that did not change, not drawn: {', '.join(same)}."
    if alone := [one.name for one, every, _ in each if not len(every)]:
        yield f"No row has a value on both sides: {', '.join(alone)}."


def _rises_and_falls(moved: Sequence[Series], drawn: Sequence[Floats]) -> str:
    parts = (
        f"{one.name}: {np.count_nonzero(some > 0):,} rose, "
        f"{np.count_nonzero(some < 0):,} fell"
        for one, some in zip(moved, drawn, strict=True)
    )
    return "; ".join(parts) + "."


def _traces(
    moved: Sequence[Series], counts: Sequence[Integers], shared: Buckets, axis: Axis
) -> Iterator[Plain]:
    if len(moved) == 1:
        yield from _by_tone(moved[0], counts[0], shared, axis)
        return
    if isinstance(shared, Bins):
        yield guide([0, 0], [0, max(int(one.max()) for one in counts)])
    for one, count in zip(moved, counts, strict=True):
        heights = count.astype(np.float64)
        if isinstance(shared, Bins):
            yield counted.outline(one, shared, count, heights, fill=False)
        else:
            yield counted.bars(one, shared, count, heights, axis)


def _by_tone(
    one: Series, counts: Integers, shared: Buckets, axis: Axis
) -> Iterator[Plain]:
    """Yield the falls and the rises as bars, coloured by which of them is better."""
    centres = shared.centres if isinstance(shared, Bins) else shared.values
    filters = counted.filters(one.term, shared)
    labels = [shared.label(index, axis) for index in range(len(shared))]
    for is_rise in (False, True):
        chosen = np.flatnonzero((centres > 0) == is_rise)
        if not counts[chosen].any():
            continue
        name, paint = _TONES[axis.goal, is_rise]
        scale: Plain = {"x": [labels[index] for index in chosen]}
        if isinstance(shared, Bins):
            scale = {"x": rounded(centres[chosen]), "width": shared.step * 0.92}
        yield trace(
            "bar",
            name,
            paint=paint,
            marks=[filters[index] for index in chosen],
            y=counts[chosen].tolist(),
            text=[labels[index] for index in chosen],
            textposition="none",
            hovertemplate="%{text}: %{y:,} rows",
            **scale,
        )
