"""Working figures out a bit at a time, so that no request takes long."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from experiments_ui.compare.classes.labels import predictions, true_kind, truths
from experiments_ui.compare.classes.look import BETAS, ClassLook
from experiments_ui.compare.classes.measures import Measures
from experiments_ui.compare.classes.reading import Reading
from experiments_ui.compare.lineup import Comparison

Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    total: int

    @property
    def is_complete(self) -> bool:
        return self.done >= self.total


def work(
    comparison: Comparison,
    reading: Reading,
    look: ClassLook,
    *,
    is_over: Callable[[], bool],
) -> Progress:
    """Work out what the page shows until the time is over; what is done stays known.

    A step takes up to about a second for 100,000 runs, and nothing once it is kept.

    Raises:
        Invalid: There are too many classes, or predictions cannot be read.
    """
    places = range(len(comparison.sides))
    # Labels and counts of each, all differences, and the classes of one.
    total = 3 * len(places)
    for done, step in enumerate(_steps(comparison, reading, look)):
        if done and is_over():
            return Progress(done, total)
        step()
    return Progress(total, total)


def _steps(comparison: Comparison, reading: Reading, look: ClassLook) -> Iterator[Step]:
    dataset, sides = comparison.dataset, comparison.sides
    truths(dataset, reading, len(sides[0].first))
    kind = true_kind(dataset, reading)
    for side in sides:
        yield lambda side=side: predictions(side, reading, kind)  # type: ignore[misc]  # binds now
    measures = Measures(comparison, reading, beta=BETAS[look.beta])
    for place in range(len(sides)):
        yield lambda place=place: measures.counted_at(place)  # type: ignore[misc]  # binds now
    for place in range(1, len(sides)):
        yield lambda place=place: measures.compared_at(place)  # type: ignore[misc]  # binds now
    focus = comparison.selection.experiments.index(look.focus)
    yield lambda: measures.classes(focus)
