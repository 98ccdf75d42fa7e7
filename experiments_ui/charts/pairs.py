"""Pairs: each row's value under the baseline beside its value under a candidate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from experiments_ui.charts import marks
from experiments_ui.charts.axes import Axis, plural
from experiments_ui.charts.bins import few_values, has_long_tail
from experiments_ui.charts.figure import (
    Cell,
    Figure,
    Floats,
    Integers,
    Mark,
    Plain,
    Table,
    empty,
    guide,
    note_at,
    plain_text,
    rounded,
    trace,
)
from experiments_ui.charts.series import Series, symbol

MOST_POINTS = 5_000
_SEED = 20_251_123
_TABLE_ROWS = 25
_LARGEST_DOT = 38


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """The rows that have a value on both sides, and where they stand in the dataset."""

    candidate: Series
    before: Floats
    after: Floats
    positions: Integers


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """Points of one candidate; `sizes` counts equal pairs, None where each is a row."""

    x: Floats
    y: Floats
    marks: Sequence[Mark]
    sizes: Integers | None = None


def paired_scatter(
    base: Series,
    candidates: Sequence[Series],
    axis: Axis,
    *,
    positions: Integers,
    most: int = MOST_POINTS,
) -> Figure:
    """Return baseline against candidates; `positions` names the row of each value.

    Scores of few distinct values are drawn as one dot for each pair of them, sized by
    its rows. Other points are bounded by `most` over all candidates, chosen at random
    with a fixed seed. Candidates after the first wait in the legend.
    """
    title = f"{axis.title}: {base.name} against each candidate"
    if len(candidates) == 1:
        title = f"{axis.title}: {candidates[0].name} against {base.name}"
    pairs = [_pairs(base, one, positions) for one in candidates]
    if not any(len(one.before) for one in pairs):
        return empty(title, "No row has a value on both sides.")
    few = few_values([side for one in pairs for side in (one.before, one.after)])
    per_candidate = max(1, most // len(pairs))
    drawn = [
        _sampled(one, per_candidate) if few is None else _grouped(base, one, few)
        for one in pairs
    ]
    return Figure(
        title=title,
        description=_description(title, pairs),
        data=(_diagonal(pairs), *_traces(base, pairs, drawn)),
        layout=_layout(base, pairs, axis, few),
        table=_table_of_dots(base, pairs, drawn, axis)
        if few is not None
        else _table_of_rows(base, pairs, axis),
        notes=tuple(_notes(pairs, drawn, is_table_short=few is None)),
    )


def _pairs(base: Series, candidate: Series, positions: Integers) -> _Pairs:
    both = np.isfinite(base.values) & np.isfinite(candidate.values)
    return _Pairs(candidate, base.values[both], candidate.values[both], positions[both])


def _sampled(one: _Pairs, most: int) -> _Drawn:
    chosen = np.arange(len(one.before))
    if len(chosen) > most:
        chance = np.random.default_rng(_SEED)
        chosen = np.sort(chance.choice(len(chosen), most, replace=False))
    return _Drawn(one.before[chosen], one.after[chosen], one.positions[chosen].tolist())


def _grouped(base: Series, one: _Pairs, few: Floats) -> _Drawn:
    """Count equal pairs by their places among the few values."""
    codes = np.searchsorted(few, one.before) * len(few)
    codes += np.searchsorted(few, one.after)
    every = np.bincount(codes, minlength=len(few) ** 2)
    there = np.flatnonzero(every)
    distinct = np.stack([few[there // len(few)], few[there % len(few)]])
    counts = every[there]
    terms = base.term, one.candidate.term
    filters = [
        marks.both(*(marks.equal(t, v) for t, v in zip(terms, pair, strict=True)))
        for pair in distinct.T.tolist()
    ]
    return _Drawn(distinct[0], distinct[1], filters, counts)


def _traces(
    base: Series, pairs: Sequence[_Pairs], drawn: Sequence[_Drawn]
) -> list[Plain]:
    found = []
    largest = max(
        (int(one.sizes.max()) for one in drawn if one.sizes is not None), default=1
    )
    for place, (one, points) in enumerate(zip(pairs, drawn, strict=True)):
        found.append(
            trace(
                "scatter",
                one.candidate.name,
                paint=f"hue-{one.candidate.hue % 10}",
                marks=points.marks,
                mode="markers",
                x=rounded(points.x),
                y=rounded(points.y),
                marker=_marker(one.candidate.hue, points, largest),
                visible=True if place == 0 else "legendonly",
                **_hover(base, one, points),
            )
        )
    return found


def _marker(hue: int, points: _Drawn, largest: int) -> Plain:
    if points.sizes is None:
        return {"symbol": symbol(hue), "size": 6, "opacity": 0.55}
    return {
        "size": points.sizes.tolist(),
        "sizemode": "area",
        "sizeref": 2 * largest / _LARGEST_DOT**2,
        "sizemin": 4,
        "opacity": 0.75,
    }


def _hover(base: Series, one: _Pairs, points: _Drawn) -> Plain:
    values = f"{_braced(base.name)} %{{x}}<br>{_braced(one.candidate.name)} %{{y}}"
    if points.sizes is None:
        return {"hovertemplate": f"Row %{{customdata}}<br>{values}<extra></extra>"}
    return {
        "text": [plural(int(count), "row") for count in points.sizes],
        "hovertemplate": f"%{{text}}<br>{values}<extra></extra>",
    }


def _braced(name: str) -> str:
    """Return a name inside a template, where a percent sign would begin a field."""
    return plain_text(name).replace("%{", "% {")


def _diagonal(pairs: Sequence[_Pairs]) -> Plain:
    ends = _reach(pairs)
    return guide(ends, ends)


def _reach(pairs: Sequence[_Pairs]) -> list[float]:
    every = [side for one in pairs for side in (one.before, one.after) if len(side)]
    low = min(float(side.min()) for side in every)
    high = max(float(side.max()) for side in every)
    return [low, high] if high > low else [low - 0.5, low + 0.5]


def _layout(
    base: Series, pairs: Sequence[_Pairs], axis: Axis, few: Floats | None
) -> Plain:
    name = pairs[0].candidate.name if len(pairs) == 1 else "Candidate"
    low, high = _reach(pairs)
    # Dots are large, and stand at the very ends.
    pad = (0.06 if few is None else 0.16) * (high - low)
    scale: Plain = {"range": [low - pad, high + pad]}
    if few is not None:
        scale["tickvals"] = few.tolist()
    is_log = has_long_tail([side for one in pairs for side in (one.before, one.after)])
    titles = {"xaxis": plain_text(base.name), "yaxis": plain_text(name)}
    axes = {
        place: axis.logarithmic(low / 1.2, high * 1.2, title={"text": title})
        if is_log
        else axis.layout(title={"text": title}, **scale)
        for place, title in titles.items()
    }
    made: Plain = {"hovermode": "closest", **axes}
    if axis.goal != "none":
        above, below = ("Better", "Worse")[:: 1 if axis.goal == "maximize" else -1]
        paints = {"Better": "up", "Worse": "down"}
        made["annotations"] = [
            note_at(0.5, 0.99, f"▲ {above}", paint=paints[above], yanchor="top"),
            note_at(0.5, 0.01, f"▼ {below}", paint=paints[below], yanchor="bottom"),
        ]
    return made


def _table_of_dots(
    base: Series, pairs: Sequence[_Pairs], drawn: Sequence[_Drawn], axis: Axis
) -> Table:
    head = ("Candidate", base.name, "Candidate's value", "Rows")
    rows = []
    for one, points in zip(pairs, drawn, strict=True):
        assert points.sizes is not None  # noqa: S101 -- these are grouped
        for index in np.argsort(-points.sizes, kind="stable").tolist():
            count = Cell(f"{points.sizes[index]:,}", points.marks[index])
            before, after = float(points.x[index]), float(points.y[index])
            name = one.candidate.name
            rows.append((name, axis.text(before), axis.text(after), count))
    return Table(head, tuple(rows))


def _table_of_rows(base: Series, pairs: Sequence[_Pairs], axis: Axis) -> Table:
    """Return the rows that changed most, over all candidates."""
    head = ("Row", "Candidate", base.name, "Candidate's value", "Change")
    found = []
    for one in pairs:
        change = one.after - one.before
        largest = _largest(np.abs(change))
        for index in largest.tolist():
            position = int(one.positions[index])
            row = (
                Cell(f"#{position}", position),
                one.candidate.name,
                axis.text(float(one.before[index])),
                axis.text(float(one.after[index])),
                axis.change(float(change[index])),
            )
            found.append((abs(float(change[index])), row))
    found.sort(key=lambda pair: -pair[0])
    return Table(head, tuple(row for _, row in found[:_TABLE_ROWS]))


def _largest(sizes: Floats) -> Integers:
    """Return where the largest are, of equal ones the first."""
    if len(sizes) > _TABLE_ROWS:
        least = np.partition(sizes, -_TABLE_ROWS)[-_TABLE_ROWS]
        chosen = np.flatnonzero(sizes >= least)
    else:
        chosen = np.arange(len(sizes))
    return chosen[np.argsort(-sizes[chosen], kind="stable")][:_TABLE_ROWS]


def _description(title: str, pairs: Sequence[_Pairs]) -> str:
    parts = (
        f"{one.candidate.name}: {np.count_nonzero(one.after > one.before):,} of "
        f"{plural(len(one.before), 'row')} above the diagonal, "
        f"{np.count_nonzero(one.after < one.before):,} below"
        for one in pairs
    )
    return f"{title}. " + "; ".join(parts) + "."


def _notes(
    pairs: Sequence[_Pairs], drawn: Sequence[_Drawn], *, is_table_short: bool
) -> list[str]:
    found = list(_sampling(pairs, drawn))
    if len(pairs) > 1:
        found.append("Choose more candidates in the legend.")
    if is_table_short:
        found.append(f"The table lists the {_TABLE_ROWS} largest changes.")
    return found


def _sampling(pairs: Sequence[_Pairs], drawn: Sequence[_Drawn]) -> Iterator[str]:
    """Say once what part of the points is drawn, where it is not all."""
    how = "drawn, chosen at random with a fixed seed"
    parts = {
        one.candidate.name: f"{len(points.x):,} of {len(one.before):,}"
        for one, points in zip(pairs, drawn, strict=True)
        if points.sizes is None and len(points.x) < len(one.before)
    }
    if len(set(parts.values())) == 1:
        whose = " of each candidate" if len(parts) > 1 else ""
        yield f"{next(iter(parts.values()))} points{whose} {how}."
    elif parts:
        named = ", ".join(f"{name} {part}" for name, part in parts.items())
        yield f"Points {how}: {named}."
