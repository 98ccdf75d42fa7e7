"""Finding datasets and their versions."""

from django.db.models import QuerySet

from experiments_ui import ids
from experiments_ui.datasets.models import Dataset, DatasetVersion
from experiments_ui.errors import NotFound
from experiments_ui.spaces.access import get_in_space, spaces_of
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.principals import Principal


def get_dataset(principal: Principal, dataset_id: str, *, role: Role) -> Dataset:
    """Return a dataset by its wire id.

    Raises:
        BadRequest: The text is no dataset id.
        NotFound: There is none, or the principal may not see it.
        Forbidden: It is visible, but takes more than the principal's role.
    """
    number = ids.decode("Dataset", dataset_id)
    return get_dataset_by_number(principal, number, role=role)


def get_dataset_by_number(principal: Principal, number: int, *, role: Role) -> Dataset:
    """Return a dataset by the number inside its id; errors as get_dataset."""
    ready = Dataset.objects.ready()
    return get_in_space(principal, ready, number=number, what="Dataset", role=role)


def list_datasets(principal: Principal) -> QuerySet[Dataset]:
    """Return the datasets of the spaces where the principal may read them."""
    spaces = spaces_of(principal).order_by()
    blind = [
        space
        for space, role in principal.roles.items()
        if role.rank < Role.READ_ONLY.rank
    ]
    if blind and not principal.is_account_admin:
        spaces = spaces.exclude(pk__in=blind)
    return Dataset.objects.ready().filter(space__in=spaces)


def get_version(dataset: Dataset, version_id: str | None) -> DatasetVersion:
    """Return a version by its wire id, or the latest without one.

    Raises:
        BadRequest: The text is no version id.
        NotFound: The dataset has no such version.
    """
    versions = dataset.versions.order_by("-number")
    if version_id:
        versions = versions.filter(pk=ids.decode("DatasetVersion", version_id))
    version = versions.first()
    if version is None:
        raise NotFound(f"The dataset '{dataset.name}' has no such version.")
    version.dataset = dataset  # saves whoever asks for it a query
    return version
