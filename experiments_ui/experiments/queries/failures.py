"""Why runs of an experiment failed."""

from dataclasses import dataclass

from django.db.models.functions import Left

from experiments_ui.columns import read as column_reader
from experiments_ui.columns.cache import derived
from experiments_ui.experiments.clusters import Cluster, clusters_of
from experiments_ui.experiments.models import Experiment, Run

_MOST_LETTERS = 500


@dataclass(frozen=True, slots=True)
class _Failures:
    clusters: tuple[Cluster, ...]

    @property
    def nbytes(self) -> int:
        return sum(600 + 32 * cluster.count for cluster in self.clusters)


def error_clusters(experiment: Experiment) -> tuple[Cluster, ...]:
    """Return the errors of all runs, the same ones together; cached."""
    if not experiment.error_count:
        return ()
    shape = column_reader.describe([experiment.frame_id])[experiment.frame_id]
    key = ("error clusters", experiment.frame_id)
    found = derived(
        key, shape.revision, lambda: _Failures(_read(experiment, shape.length))
    )
    return found.clusters


def _read(experiment: Experiment, length: int) -> tuple[Cluster, ...]:
    rows = (
        Run.objects.filter(experiment=experiment, sequence__lt=length)
        .exclude(error=None)
        .order_by("sequence")
        .annotate(beginning=Left("error", _MOST_LETTERS))
    )
    return tuple(clusters_of(rows.values_list("sequence", "beginning").iterator()))
