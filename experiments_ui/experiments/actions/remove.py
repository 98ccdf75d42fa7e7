"""Taking experiments away: gone at once for everybody, deleted in slices."""

from django.db.models import QuerySet

from experiments_ui.columns.models import Frame
from experiments_ui.datasets import actions as dataset_actions
from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments.models import Evaluation, Experiment, Run

# Rows per transaction: short enough that other writers hardly wait.
_SLICE = 5_000


def delete_experiment(experiment: Experiment) -> None:
    """Delete an experiment with its runs; its name is free at once."""
    delete_experiments(Experiment.objects.filter(pk=experiment.pk))


def delete_experiments(experiments: QuerySet[Experiment]) -> None:
    """Delete several; a process killed meanwhile leaves the rest to the reconciler."""
    numbers = list(experiments.values_list("pk", flat=True))
    Experiment.objects.filter(pk__in=numbers).update(is_removed=True)
    for number in numbers:
        _take_away(number)


def delete_dataset(dataset: Dataset) -> None:
    """Delete a dataset with its experiments."""
    delete_experiments(Experiment.objects.filter(dataset=dataset))
    dataset_actions.delete_dataset(dataset)


def finish_removals() -> int:
    """Delete what a killed process left half deleted, and return how many."""
    left = list(Experiment.objects.filter(is_removed=True).values_list("pk", flat=True))
    for number in left:
        _take_away(number)
    return len(left)


def _take_away(number: int) -> None:
    frames = list(
        Experiment.objects.filter(pk=number).values_list("frame_id", flat=True)
    )
    runs = Run.objects.filter(experiment_id=number)
    last = runs.order_by("-sequence").values_list("sequence", flat=True).first()
    for start in range(0, (last or 0) + 1, _SLICE):
        within = {"sequence__gte": start, "sequence__lt": start + _SLICE}
        Evaluation.objects.filter(experiment_id=number, **within).delete()
        runs.filter(**within).delete()
    Experiment.objects.filter(pk=number).delete()
    Frame.objects.filter(pk__in=frames).delete()
