"""The search for slices: every value, and every pair of values, counted and tested."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments_ui.analysis.slices.features import (
    Cut,
    Feature,
    Floats,
    Places,
    Settings,
    cuts_of,
    pairs_of,
    size,
)
from experiments_ui.analysis.slices.testing import (
    Rows,
    Statistics,
    adjusted,
    effect_p_values,
    p_values,
    statistics,
)
from experiments_ui.analysis.student import t_quantile

Mask = npt.NDArray[np.bool_]
# The features of a slice, and its cell in their table.
_Owner = tuple[tuple[Cut, ...], int]


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows that share a value of one feature, or values of two.

    `delta` is their mean gain, between `low` and `high` by Student's t. `p` tests
    whether it is 0: by McNemar's mid-p where all gains are -1, 0 or 1, else by the
    paired t test. `effect` is the delta less that of all other rows, and `effect_p`
    Welch's test of it. Each q is adjusted for all slices tested. `filter` selects
    exactly these rows.
    """

    features: tuple[str, ...]
    filter: str
    n: int
    delta: float
    low: float | None
    high: float | None
    p: float
    q: float
    effect: float
    effect_p: float
    effect_q: float


@dataclass(frozen=True, slots=True)
class Slices:
    """The slices furthest below the rest, and what was not looked at or is not listed.

    A pair of values of which one alone stands out more is an echo, and not listed.
    `tested` is what q is adjusted for; `too_small` counts slices below `min_rows`.
    `skipped` gives feature and reason. Of all pairs of features, `pairs_skipped` were
    not tried.
    """

    rows: tuple[Slice, ...]
    n: int
    not_comparable: int
    delta: float | None
    tested: int
    too_small: int
    echoes: int
    skipped: tuple[tuple[str, str], ...]
    pairs: int
    pairs_skipped: int


def find(
    gains: Floats,
    features: Sequence[Feature],
    *,
    settings: Settings | None = None,
    pairs: bool = True,
    progress: Callable[[float], None] = lambda _: None,
) -> Slices:
    """Rank slices by how far they lie below the rest, worst first.

    Some milliseconds per pair of features at 100,000 rows.

    Args:
        gains: Candidate minus baseline in the good direction; not finite means that
            the row cannot be compared.
        features: Columns of the same rows.
        settings: What is tried.
        pairs: Whether to look at pairs of features too.
        progress: Called with the share of the work that is done.
    """
    settings = settings or Settings()
    known = np.isfinite(gains)
    rows = Rows.of(gains[known].astype(np.float64))
    cuts, skipped = cuts_of(features, known, settings)
    chosen, possible = pairs_of(cuts, settings) if pairs else ([], 0)
    groups = [(cut,) for cut in cuts] + chosen
    tables = []
    for done, group in enumerate(groups):
        tables.append(_tabulate(rows, group, settings))
        progress(0.5 * (done + 1) / len(groups))
    found, echoes = _tested(rows, tables, settings)
    progress(1.0)
    return Slices(
        rows=found,
        n=rows.n,
        not_comparable=len(gains) - rows.n,
        delta=rows.mean if rows.n else None,
        tested=sum(len(table.n) for table in tables),
        echoes=echoes,
        too_small=sum(table.too_small for table in tables),
        skipped=tuple(skipped),
        pairs=len(chosen),
        pairs_skipped=possible - len(chosen),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """The slices of one group of features that are large enough to be tested."""

    cuts: tuple[Cut, ...]
    cells: Places
    n: Places
    sums: Floats
    squares: Floats
    too_small: int


def _tabulate(rows: Rows, cuts: tuple[Cut, ...], settings: Settings) -> _Table:
    shape = tuple(len(cut.conditions) for cut in cuts)
    codes, n = cuts[0].codes, cuts[0].counts
    if len(cuts) > 1:
        codes = codes * shape[1] + cuts[1].codes
        n = np.bincount(codes, minlength=size(cuts))
    # All rows are no slice, and a pair that one feature already selects is no other.
    new = (n > 0) & (n < rows.n)
    if len(cuts) > 1:
        grid = n.reshape(shape)
        new &= ((grid < cuts[0].counts[:, None]) & (grid < cuts[1].counts)).ravel()
    cells = np.flatnonzero(new & (n >= settings.min_rows))
    sums = np.bincount(codes, weights=rows.centred, minlength=len(n))
    squares = np.bincount(codes, weights=rows.squares, minlength=len(n))
    return _Table(
        cuts=cuts,
        cells=cells,
        n=n[cells],
        sums=sums[cells].astype(np.float64),
        squares=squares[cells].astype(np.float64),
        too_small=int(np.count_nonzero(new)) - len(cells),
    )


def _tested(
    rows: Rows, tables: Sequence[_Table], settings: Settings
) -> tuple[tuple[Slice, ...], int]:
    """Test all slices; list those that are no echo, and count those that are."""
    filled = [table for table in tables if len(table.n)]
    if not filled:
        return (), 0
    n, sums, squares = (
        np.concatenate([getattr(table, name) for table in filled])
        for name in ("n", "sums", "squares")
    )
    found = statistics(rows, n, sums, squares)
    owners = [(table.cuts, cell) for table in filled for cell in table.cells.tolist()]
    echoes = _echoes(owners, found.score)
    p, effect_p = p_values(rows, found, sums, squares), effect_p_values(found)
    # Echoes of one finding are no findings of their own: they must not make room for
    # chance among those that are listed, but remain among what was tested.
    q, effect_q = (adjusted(np.where(echoes, 1.0, each)) for each in (p, effect_p))
    ranked = _Ranked(found, p, q, effect_p, effect_q)
    order = np.lexsort((-n, found.score))
    listed = order[~echoes[order]][: settings.limit].tolist()
    described = (ranked.slice(place, owners[place], settings) for place in listed)
    return tuple(described), int(np.count_nonzero(echoes))


def _echoes(owners: Sequence[_Owner], scores: Floats) -> Mask:
    """Mark the pairs of values that stand out less than one of the two alone."""
    alone = {
        (cuts[0].name, cell): score
        for (cuts, cell), score in zip(owners, scores.tolist(), strict=True)
        if len(cuts) == 1
    }
    return np.array(
        [
            len(cuts) > 1
            and any(
                alone[cut.name, place] <= score
                for cut, place in zip(cuts, _places(cuts, cell), strict=True)
            )
            for (cuts, cell), score in zip(owners, scores.tolist(), strict=True)
        ]
    )


def _places(cuts: tuple[Cut, ...], cell: int) -> tuple[int, ...]:
    """Say which value of each feature a cell stands for."""
    return divmod(cell, len(cuts[1].conditions)) if len(cuts) > 1 else (cell,)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """What was found of each slice, by its place."""

    found: Statistics
    p: Floats
    q: Floats
    effect_p: Floats
    effect_q: Floats

    def slice(self, place: int, owner: _Owner, settings: Settings) -> Slice:
        cuts, cell = owner
        low, high = _bounds(self.found, place, settings)
        conditions = zip(cuts, _places(cuts, cell), strict=True)
        return Slice(
            features=tuple(cut.name for cut in cuts),
            filter=" AND ".join(cut.conditions[value] for cut, value in conditions),
            n=int(self.found.n[place]),
            delta=float(self.found.delta[place]),
            low=low,
            high=high,
            p=float(self.p[place]),
            q=float(self.q[place]),
            effect=float(self.found.effect[place]),
            effect_p=float(self.effect_p[place]),
            effect_q=float(self.effect_q[place]),
        )


def _bounds(
    found: Statistics, place: int, settings: Settings
) -> tuple[float | None, float | None]:
    error, delta = float(found.error[place]), float(found.delta[place])
    if not error:
        return None, None
    quantile = t_quantile((1 + settings.confidence) / 2, int(found.n[place]) - 1)
    return delta - quantile * error, delta + quantile * error
