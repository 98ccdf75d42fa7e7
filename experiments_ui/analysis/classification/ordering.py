"""What keeps a large confusion readable: its worst pairs, an order, and a fold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments_ui.analysis.classification.confusion import Confusion, Counts
from experiments_ui.analysis.classification.rates import Floats, divide

OTHER = "other"


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """Rows of one true class that were predicted to be another.

    `share` is their part of the true class's rows.
    """

    truth: int
    predicted: int
    count: int
    share: float


def most_confused(confusion: Confusion, limit: int = 20) -> tuple[ConfusedPair, ...]:
    """List the pairs of classes that are taken for one another, most rows first."""
    counts = confusion.matrix.copy()
    np.fill_diagonal(counts, 0)
    truth, predicted = np.nonzero(counts)
    found = counts[truth, predicted]
    order = np.argsort(-found, kind="stable")[:limit]
    return tuple(
        ConfusedPair(
            truth=int(truth[place]),
            predicted=int(predicted[place]),
            count=int(found[place]),
            share=float(found[place] / confusion.support[truth[place]]),
        )
        for place in order.tolist()
    )


def neighbours(confusion: Confusion) -> tuple[int, ...]:
    """Order the classes so that those confused with each other stand together.

    The two groups with the highest mean rate of confusion are joined, end to end, until
    none is left that is confused with another. Milliseconds for 200 classes.
    """
    close = _closeness(confusion)
    groups: dict[int, list[int]] = {place: [place] for place in range(len(close))}
    between = close.copy()
    np.fill_diagonal(between, -1.0)
    while len(groups) > 1:
        first, second = sorted(
            int(place) for place in divmod(int(between.argmax()), len(between))
        )
        if between[first, second] <= 0:
            break
        _merge(between, first, second, len(groups[first]), len(groups[second]))
        groups[first] = _joined(groups[first], groups.pop(second), close)
    return tuple(place for group in groups.values() for place in group)


def _closeness(confusion: Confusion) -> Floats:
    """Return how often each pair is confused, as the mean of both directions' rates."""
    shares = np.nan_to_num(divide(confusion.matrix, confusion.support[:, None]))
    np.fill_diagonal(shares, 0.0)
    return np.asarray((shares + shares.T) / 2)


def _merge(between: Floats, first: int, second: int, size: int, other: int) -> None:
    """Average two groups' closeness to all others into the first; drop the second."""
    mean = (between[first] * size + between[second] * other) / (size + other)
    mean[between[first] < 0] = -1.0
    mean[[first, second]] = -1.0
    between[first], between[:, first] = mean, mean
    between[second], between[:, second] = -1.0, -1.0


def _joined(left: list[int], right: list[int], close: Floats) -> list[int]:
    """Put two groups end to end, at the ends that are closest."""
    ways = [(one, two) for one in (left, left[::-1]) for two in (right, right[::-1])]
    best = max(ways, key=lambda way: close[way[0][-1], way[1][0]])
    return best[0] + best[1]


@dataclass(frozen=True, slots=True)
class Collapsed:
    """A confusion for the eye: chosen classes, and the others folded into a last one.

    `counts` has a line and a column per label, and the columns outside and missing at
    the end. `right` counts the rows predicted right per line; in the last line those
    are fewer than its diagonal, which holds confusions among the folded classes too.
    """

    labels: tuple[str, ...]
    counts: Counts
    right: Counts
    folded: int


def collapse(confusion: Confusion, keep: Sequence[int]) -> Collapsed:
    """Keep the chosen classes, in the order given; nothing is folded if all are."""
    k, chosen = len(confusion.labels), list(dict.fromkeys(keep))
    target = np.full(k, len(chosen))
    target[chosen] = np.arange(len(chosen))
    folded = k - len(chosen)
    size = len(chosen) + bool(folded)
    columns = np.concatenate([target, [size, size + 1]])
    counts = np.zeros((size, size + 2), dtype=np.int64)
    np.add.at(counts, (target[:, None], columns[None, :]), confusion.table)
    right = np.bincount(target, weights=confusion.right, minlength=size)
    names = [confusion.labels[place] for place in chosen]
    return Collapsed(
        labels=(*names, *((OTHER,) if folded else ())),
        counts=counts,
        right=right.astype(np.int64),
        folded=folded,
    )
