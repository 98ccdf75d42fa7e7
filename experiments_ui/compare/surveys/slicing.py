"""Searching the slices of one candidate's rows, and the answer that is kept of it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import orjson

from experiments_ui.analysis.power import detectable_effect
from experiments_ui.analysis.slices import Settings, Slice, find
from experiments_ui.compare.lineup import Comparison
from experiments_ui.compare.models import SurveyKind
from experiments_ui.compare.surveys.features import features_of
from experiments_ui.compare.surveys.look import Look
from experiments_ui.compare.surveys.question import Question, revisions

Note = Callable[[int, int], None]

# The share of false finds among those shown.
LEVEL = 0.05
_SETTINGS = Settings()
# In hundredths of the work: reading columns comes first.
_READ, _ALL = 30, 100


@dataclass(frozen=True, slots=True)
class FoundSlice:
    """A slice that changed; numbers are candidate minus baseline, as the score goes.

    `stands_out` says that it changed more than the rest did.
    """

    filter: str
    n: int
    delta: float
    low: float | None
    high: float | None
    q: float
    effect: float
    stands_out: bool


@dataclass(frozen=True, slots=True)
class SlicesAnswer:
    """What was found, and what was looked at.

    Attributes:
        found: Slices that changed: those that stand out, the furthest first.
        narrower: Pairs left out because one of their parts comes before them.
        n: Rows that both sides have a value for; `not_comparable` have not.
        delta: The mean change of all of them.
        tested: Slices looked at, of `smallest` rows or more; `too_small` are fewer.
        noticeable: The change that a slice of `smallest` rows would have shown.
    """

    found: tuple[FoundSlice, ...]
    narrower: int
    n: int
    not_comparable: int
    delta: float | None
    tested: int
    too_small: int
    smallest: int
    noticeable: float | None
    features: int
    skipped: tuple[tuple[str, str], ...]
    pairs: int
    pairs_skipped: int

    @classmethod
    def read(cls, text: str) -> "SlicesAnswer":
        told = orjson.loads(text)
        found = tuple(FoundSlice(**one) for one in told.pop("found"))
        return cls(found=found, **told)


def slices_question(comparison: Comparison, look: Look) -> Question:
    """Return the question; a filter that cannot be read counts as none."""
    asked = comparison.selection
    selection = asked.but(
        where="" if comparison.filter_error else asked.where.strip(),
        only="all",
        sort=None,
        diff="changes",
        group="",
        fit=False,
        toggled=(),
        blanks_count=False,
        case_folds=False,
    )
    metric = comparison.metric
    told = metric and (metric.key, metric.goal, metric.epsilon)
    return Question(
        kind=SurveyKind.SLICES,
        dataset=comparison.dataset,
        query=look.query(selection),
        meaning=(look.query(selection), told, repr(comparison.scope.stamp)),
        reads=revisions(comparison.dataset, comparison.sides),
    )


def search(comparison: Comparison, look: Look, note: Note) -> str:
    """Search slices and return the answer to store.

    Some seconds for 100,000 rows of 20 features; `note` is told hundredths.
    """
    note(0, _ALL)
    place = comparison.selection.experiments.index(look.candidate)
    base, side = comparison.sides[0], comparison.sides[place]
    ran = (base.first >= 0) | (side.first >= 0)
    rows = np.flatnonzero(comparison.scope.within(ran))
    gains = comparison.judged.gains[place - 1][rows]
    features = features_of(comparison, rows)
    note(_READ, _ALL)
    sign = -1.0 if look.better else 1.0
    result = find(
        sign * gains,
        features.used,
        settings=_SETTINGS,
        progress=lambda share: note(round(_READ + (_ALL - _READ) * share), _ALL),
    )
    # From "how much better" to the score's own numbers.
    metric = comparison.metric
    sign = -sign if metric and metric.goal == "minimize" else sign
    changed = [one for one in result.rows if one.delta < 0 and one.q <= LEVEL]
    changed.sort(key=lambda one: not _stands_out(one))
    kept = _widest(changed)
    known = gains[np.isfinite(gains)]
    answer = SlicesAnswer(
        found=tuple(_found(one, sign) for one in kept),
        narrower=len(changed) - len(kept),
        n=result.n,
        not_comparable=result.not_comparable,
        delta=None if result.delta is None else sign * result.delta,
        tested=result.tested,
        too_small=result.too_small,
        smallest=_SETTINGS.min_rows,
        noticeable=_noticeable(float(known.std(ddof=1)), result.tested)
        if len(known) > 1
        else None,
        features=len(features.used),
        skipped=(*features.skipped, *result.skipped),
        pairs=result.pairs,
        pairs_skipped=result.pairs_skipped,
    )
    return orjson.dumps(asdict(answer)).decode()


def _noticeable(stdev: float, tested: int) -> float:
    return detectable_effect(stdev, _SETTINGS.min_rows, level=LEVEL / max(tested, 1))


def _widest(slices: Sequence[Slice]) -> list[Slice]:
    """Leave out pairs of values of which one comes before them on its own."""
    kept: list[Slice] = []
    alone: list[str] = []
    for one in slices:
        text = one.filter
        if len(one.features) == 1:
            alone.append(text)
        elif any(
            text.startswith(f"{part} AND ") or text.endswith(f" AND {part}")
            for part in alone
        ):
            continue
        kept.append(one)
    return kept


def _found(one: Slice, sign: float) -> FoundSlice:
    ends = sorted(sign * end for end in (one.low, one.high) if end is not None)
    low, high = ends or (None, None)
    return FoundSlice(
        filter=one.filter,
        n=one.n,
        delta=sign * one.delta,
        low=low,
        high=high,
        q=one.q,
        effect=sign * one.effect,
        stands_out=_stands_out(one),
    )


def _stands_out(one: Slice) -> bool:
    return one.effect < 0 and one.effect_q <= LEVEL
