"""The tables beside the matrix: figures, classes, pairs and changed labels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from urllib.parse import quote_plus

from experiments_ui.analysis.classification import (
    Binary,
    ClassFigures,
    Differences,
    Metric,
    Overall,
    Transition,
    most_confused,
)
from experiments_ui.analysis.proportions import PairedCounts
from experiments_ui.compare.classes.coding import RIGHT
from experiments_ui.compare.classes.look import BETAS, ClassLook
from experiments_ui.compare.classes.measures import (
    Against,
    ClassChange,
    Counted,
    Measures,
)
from experiments_ui.compare.classes.rows_links import (
    RowsLinks,
    absent,
    letter,
    outcome,
    predicted,
    truth_is,
    unknown,
)
from experiments_ui.compare.classes.shown import (
    Shown,
    delta,
    figure,
    p_value,
    signed,
)
from experiments_ui.experiments.shown import Delta

# A class's change is coloured where its own test, corrected for all, finds it.
_LEVEL = 0.05
_PAIRS = 12
_MOVES = 15


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of all experiments; `is_main` for what one asks first."""

    name: str
    title: str
    cells: list[Shown]
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one experiment's figures rest on; counts with the rows they count."""

    n: int
    counts: list[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A candidate's right answers against the baseline's."""

    word: str
    tone: str
    gained: int
    gained_url: str
    lost: int
    lost_url: str
    p_value: str
    n: int


@dataclass(frozen=True, slots=True)
class ClassRow:
    label: str
    url: str
    support: int
    support_url: str
    predicted: int
    precision: Shown
    recall: Shown
    f1: Shown
    share: int | None
    change: Delta | None
    change_title: str
    sorts: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class PairRow:
    """Rows of one class that were taken for another."""

    truth: str
    predicted: str
    count: int
    share: float
    url: str


@dataclass(frozen=True, slots=True)
class MoveRow:
    """Rows whose label changed; counts with the rows they count."""

    before: str | None
    after: str | None
    count: int
    url: str
    became_right: int
    right_url: str
    became_wrong: int
    wrong_url: str
    stayed_wrong: int
    unjudged: int


_Whole = Callable[[Overall], Metric]
_MAIN: Sequence[tuple[str, str, _Whole, str]] = (
    ("Accuracy", "right rows / rows", attrgetter("accuracy"), "accuracy"),
    (
        "Balanced accuracy",
        "mean recall of the classes that have rows",
        attrgetter("balanced_accuracy"),
        "balanced_accuracy",
    ),
    ("Macro F1", "plain mean over classes", attrgetter("f1.macro"), "macro_f1"),
    ("MCC", "Matthews' correlation, −1 to 1", attrgetter("mcc"), "mcc"),
    ("Cohen’s κ", "agreement beyond chance", attrgetter("kappa"), "kappa"),
)
_MORE: Sequence[tuple[str, str, _Whole, str]] = (
    ("Macro precision", "", attrgetter("precision.macro"), "macro_precision"),
    ("Macro recall", "", attrgetter("recall.macro"), "macro_recall"),
    ("Micro precision", "", attrgetter("precision.micro"), ""),
    ("Micro recall", "", attrgetter("recall.micro"), ""),
    ("Micro F1", "", attrgetter("f1.micro"), ""),
    ("Weighted precision", "", attrgetter("precision.weighted"), ""),
    ("Weighted recall", "", attrgetter("recall.weighted"), ""),
    ("Weighted F1", "", attrgetter("f1.weighted"), "weighted_f1"),
)
_BINARY: Sequence[tuple[str, str, Callable[[Binary], Metric]]] = (
    ("Precision", "TP / (TP + FP)", attrgetter("precision")),
    ("Recall", "TP / positives", attrgetter("recall")),
    ("Specificity", "TN / negatives", attrgetter("specificity")),
    ("F1", "", attrgetter("f1")),
    ("F-beta", "", attrgetter("f_beta")),
    ("NPV", "negative predictive value", attrgetter("npv")),
    ("Accuracy", "this class against all others", attrgetter("accuracy")),
    ("Balanced accuracy", "", attrgetter("balanced_accuracy")),
    ("MCC", "", attrgetter("mcc")),
    ("Prevalence", "share of true rows", attrgetter("prevalence")),
)


def main_rows(counted: list[Counted], against: list[Against]) -> list[FigureRow]:
    return [
        FigureRow(name, title, _cells(counted, against, read, key), is_main=True)
        for name, title, read, key in _MAIN
    ]


def more_rows(
    counted: list[Counted], against: list[Against], look: ClassLook
) -> list[FigureRow]:
    """Return the averages; F-beta only where beta is not 1."""
    rows = [
        FigureRow(name, title, _cells(counted, against, read, key))
        for name, title, read, key in _MORE
    ]
    if BETAS[look.beta] != 1:
        for kind in ("macro", "micro", "weighted"):
            read = attrgetter(f"f_beta.{kind}")
            name = f"{kind.capitalize()} F{look.beta}"
            rows.append(FigureRow(name, "", _cells(counted, against, read, "")))
    return rows


def _cells(
    counted: list[Counted], against: list[Against], read: _Whole, key: str
) -> list[Shown]:
    changes: list[Metric | None] = [None]
    changes += [_difference(one.differences, key) for one in against]
    return [
        figure(read(one.overall), change)
        for one, change in zip(counted, changes, strict=True)
    ]


def _difference(found: Differences, key: str) -> Metric | None:
    return getattr(found, key) if key else None


def binary_rows(counted: list[Counted], look: ClassLook) -> list[FigureRow]:
    """Return the figures of the positive class against all others."""
    found = [one.binary for one in counted if one.binary is not None]
    return [
        FigureRow(
            f"F{look.beta}" if name == "F-beta" else name,
            title,
            [figure(read(one)) for one in found],
        )
        for name, title, read in _BINARY
        if found and (name != "F-beta" or BETAS[look.beta] != 1)
    ]


def coverage(measures: Measures, links: RowsLinks) -> list[Coverage]:
    """Return what each experiment's figures rest on."""
    return [
        Coverage(
            n=one.confusion.n,
            counts=[
                (
                    "no truth",
                    one.confusion.missing_truth,
                    links.to(f"truth IS NULL AND {letter(place)}.id IS NOT NULL"),
                ),
                (
                    "no prediction",
                    one.confusion.missing_prediction,
                    links.to(
                        f"{absent(place, is_whole=not one.not_run)}"
                        " AND truth IS NOT NULL"
                    ),
                ),
                (
                    "unknown label",
                    one.confusion.unknown_prediction,
                    links.to(unknown(place)),
                ),
                ("not run", one.not_run, links.to(f"{letter(place)}.id IS NULL")),
            ],
        )
        for place, one in enumerate(measures.counted())
    ]


def verdicts(measures: Measures, links: RowsLinks) -> list[Verdict]:
    """Say of each candidate whether it is right more often, by McNemar's test."""
    return [
        _verdict(one, place, links)
        for place, one in enumerate(measures.against(), start=1)
    ]


def _verdict(one: Against, place: int, links: RowsLinks) -> Verdict:
    right: PairedCounts = one.right
    lost, gained = right.first_only, right.second_only
    word, tone = "no evidence of a difference", "open"
    if one.holm < _LEVEL:
        word, tone = ("better", "good") if gained > lost else ("worse", "bad")
    before, after = outcome(0, RIGHT), outcome(place, RIGHT)
    return Verdict(
        word=word,
        tone=tone,
        gained=gained,
        gained_url=links.to(f"NOT {before} AND {after}"),
        lost=lost,
        lost_url=links.to(f"{before} AND NOT {after}"),
        p_value=p_value(one.holm),
        n=one.differences.n,
    )


def class_rows(
    measures: Measures, look: ClassLook, links: RowsLinks, *, place: int, one_url: str
) -> list[ClassRow]:
    """Return the classes that have rows, or were predicted, in the look's order."""
    changes = measures.class_changes(place) if place else {}
    rows = [
        _class_row(one, changes.get(one.label), links, one_url)
        for one in measures.classes(place)
        if one.support or one.predicted
    ]
    index = ("f1", "precision", "recall", "support", "delta").index
    if look.by == "name":
        return sorted(rows, key=lambda row: row.label.casefold(), reverse=look.down)
    at = index(look.by)
    known = [row for row in rows if row.sorts[at] is not None]
    unknown_ones = [row for row in rows if row.sorts[at] is None]
    known.sort(key=lambda row: row.sorts[at] or 0.0, reverse=look.down)
    return known + unknown_ones


def _class_row(
    one: ClassFigures, change: ClassChange | None, links: RowsLinks, one_url: str
) -> ClassRow:
    f1 = one.f1.value
    return ClassRow(
        label=one.label,
        url=f"{one_url}{quote_plus(one.label)}",
        support=one.support,
        support_url=links.to(truth_is(one.label)),
        predicted=one.predicted,
        precision=figure(one.precision),
        recall=figure(one.recall),
        f1=figure(one.f1),
        share=None if f1 is None else round(10 * f1),
        change=_class_delta(change),
        change_title=_class_words(change),
        sorts=(
            f1,
            one.precision.value,
            one.recall.value,
            float(one.support),
            None if change is None else change.metric.value,
        ),
    )


def _class_delta(change: ClassChange | None) -> Delta | None:
    found = delta(change.metric if change else None)
    if found is None or change is None or found.direction == "same":
        return found
    if change.holm >= _LEVEL:
        return replace(found, verdict="same")
    return replace(found, verdict="better" if found.direction == "up" else "worse")


def _class_words(change: ClassChange | None) -> str:
    if change is None or change.metric.low is None or change.metric.high is None:
        return ""
    low, high = signed(change.metric.low), signed(change.metric.high)
    return f"{low} to {high}, {p_value(change.holm)} corrected for all classes"


def pair_rows(measures: Measures, links: RowsLinks, *, place: int) -> list[PairRow]:
    """Return the pairs of classes that are confused most."""
    table = measures.counted()[place].confusion
    return [
        PairRow(
            truth=table.labels[pair.truth],
            predicted=table.labels[pair.predicted],
            count=pair.count,
            share=pair.share,
            url=links.to(
                f"{truth_is(table.labels[pair.truth])}"
                f" AND {predicted(place, table.labels[pair.predicted])}"
            ),
        )
        for pair in most_confused(table, limit=_PAIRS)
    ]


def move_rows(measures: Measures, links: RowsLinks, *, place: int) -> list[MoveRow]:
    """Return the labels that changed most often."""
    found = measures.moves(place).rows[:_MOVES]
    return [_move(one, place, links) for one in found]


def _move(one: Transition, place: int, links: RowsLinks) -> MoveRow:
    before = _said(0, one.before)
    moved = f"{before} AND {_said(place, one.after)}"
    return MoveRow(
        before=one.before,
        after=one.after,
        count=one.count,
        url=links.to(moved),
        became_right=one.became_right,
        right_url=links.to(f"{moved} AND {outcome(place, RIGHT)}"),
        became_wrong=one.became_wrong,
        wrong_url=links.to(f"{moved} AND {outcome(0, RIGHT)}"),
        stayed_wrong=one.stayed_wrong,
        unjudged=one.unjudged,
    )


def _said(place: int, label: str | None) -> str:
    if label is not None:
        return predicted(place, label)
    mine = letter(place)
    return f"{mine}.prediction IS NULL AND {mine}.id IS NOT NULL"
