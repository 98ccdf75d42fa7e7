"""What lists show of datasets and their experiments, without a query per row."""

from collections.abc import Collection

from django.db.models import Count, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from experiments_ui.datasets.models import Dataset
from experiments_ui.datasets.queries.browsing import datasets_in
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.queries.find import present_experiments
from experiments_ui.spaces.models import Space


def datasets_with_counts(space: Space) -> QuerySet[Dataset]:
    """Return a space's datasets with `row_count` and `experiment_count`."""
    present = Q(experiments__is_removed=False)
    return datasets_in(space).annotate(
        experiment_count=Count("experiments", filter=present)
    )


def experiments_in(space: Space) -> QuerySet[Experiment]:
    """Return all experiments of a space."""
    return present_experiments().filter(space=space)


def experiments_of_all(found: Collection[Dataset]) -> list[Experiment]:
    """Return the experiments of several datasets, newest first."""
    return list(
        present_experiments().filter(dataset__in=found).order_by("-created_at", "-pk")
    )


def ordinals_of(dataset_ids: Collection[int]) -> dict[int, int]:
    """Return each experiment's place among those of its dataset, the oldest 0.

    It chooses the experiment's colour, which is the same on every page.
    """
    place = Window(
        RowNumber(), partition_by="dataset_id", order_by=["created_at", "pk"]
    )
    rows = Experiment.objects.filter(dataset__in=list(dataset_ids))
    return {
        number: place - 1
        for number, place in rows.annotate(place=place).values_list("pk", "place")
    }
