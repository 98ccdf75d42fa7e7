"""From ids to experiments."""

from collections.abc import Sequence

from django.db.models import QuerySet

from experiments_ui import ids
from experiments_ui.datasets.models import Dataset, State
from experiments_ui.errors import NotFound
from experiments_ui.experiments.models import Experiment
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.principals import Principal


def get_experiment(
    principal: Principal, experiment_id: str, *, role: Role
) -> Experiment:
    """Return an experiment by its wire id; errors as access.get_in_space."""
    number = ids.decode("Experiment", experiment_id)
    return get_experiment_by_number(principal, number, role=role)


def get_experiment_by_number(
    principal: Principal, number: int, *, role: Role
) -> Experiment:
    return access.get_in_space(
        principal, present_experiments(), number=number, what="Experiment", role=role
    )


def list_experiments(principal: Principal) -> QuerySet[Experiment]:
    """Return the experiments of all spaces a principal may see."""
    return present_experiments().filter(space__in=access.spaces_of(principal))


def experiments_of(dataset: Dataset) -> QuerySet[Experiment]:
    """Return a dataset's experiments, newest first."""
    return present_experiments().filter(dataset=dataset).order_by("-created_at", "-pk")


def experiment_named(dataset: Dataset, name: str) -> Experiment | None:
    """Return a dataset's experiment by its exact name."""
    return experiments_of(dataset).filter(name=name).first()


def several(
    principal: Principal, numbers: Sequence[int], *, role: Role
) -> list[Experiment]:
    """Return experiments in the order asked for; one query.

    Raises:
        NotFound: One is absent or lies in a space the principal may not see.
    """
    found = present_experiments().in_bulk(list(numbers))
    experiments = [found[number] for number in numbers if number in found]
    seen = [one for one in experiments if principal.role_in(one.space_id)]
    if len(seen) != len(numbers):
        raise NotFound("One of these experiments is not there (any more).")
    for one in seen:
        access.require(principal, one.space_id, role=role)
    return seen


def present_experiments() -> QuerySet[Experiment]:
    """Return all experiments that can be seen, with what every reader needs."""
    return (
        Experiment.objects.present()
        .exclude(dataset__state=State.LOADING)
        .select_related(
            "space",
            "dataset__space",
            "dataset_version",
            "frame",
            "created_by",
            "traces_project",
        )
    )
