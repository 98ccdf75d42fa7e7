"""Taking experiments away: gone at once for everybody, deleted in slices."""

from django.db.models import QuerySet

from experiments_ui.datasets import actions as dataset_actions
from experiments_ui.datasets.models import Dataset
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.removals import take_away


def delete_experiment(experiment: Experiment) -> None:
    """Delete an experiment with its runs; its name is free at once."""
    delete_experiments(Experiment.objects.filter(pk=experiment.pk))


def delete_experiments(experiments: QuerySet[Experiment]) -> None:
    """Delete several; a process killed meanwhile leaves the rest to the reconciler."""
    numbers = list(experiments.values_list("pk", flat=True))
    Experiment.objects.filter(pk__in=numbers).update(is_removed=True)
    for number in numbers:
        take_away(number)


def delete_dataset(dataset: Dataset) -> None:
    """Delete a dataset with its experiments."""
    delete_experiments(Experiment.objects.filter(dataset=dataset))
    dataset_actions.delete_dataset(dataset)
