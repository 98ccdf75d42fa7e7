"""Deleting a space with all that is in it."""

from experiments_ui.experiments import actions as experiments
from experiments_ui.spaces import actions as spaces
from experiments_ui.spaces.models import Space


def delete_space(space: Space) -> None:
    """Delete what is large in slices first, then the space with the rest."""
    for dataset in space.dataset_set.all():
        experiments.delete_dataset(dataset)
    experiments.delete_experiments(space.experiment_set.all())
    spaces.delete_space(space)
