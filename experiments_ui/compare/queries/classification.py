"""What classifications are read from: their settings, and the runs' outputs."""

from collections.abc import Iterator, Sequence

from experiments_ui.compare.models import ClassificationSettings
from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments.models import Experiment, Run

_ROWS_AT_ONCE = 5_000


def settings_of(dataset: Dataset) -> ClassificationSettings | None:
    """Return how a dataset's experiments are read as classifications, if they are."""
    return ClassificationSettings.objects.filter(dataset=dataset).first()


def outputs_at(
    experiment: Experiment, sequences: Sequence[int]
) -> dict[int, str | None]:
    """Return the outputs of a few thousand runs by their sequence; one query."""
    found = Run.objects.filter(experiment=experiment, sequence__in=sequences)
    return dict(found.values_list("sequence", "output"))


def all_outputs(experiment: Experiment, length: int) -> Iterator[str | None]:
    """Yield the outputs in order of arrival, a batch in memory at a time."""
    rows = Run.objects.filter(experiment=experiment, sequence__lt=length)
    outputs = rows.order_by("sequence").values_list("output", flat=True)
    yield from outputs.iterator(chunk_size=_ROWS_AT_ONCE)
