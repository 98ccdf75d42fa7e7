"""What a dataset or a version may be called."""

from datetime import datetime

from django.db.utils import IntegrityError

from experiments_ui.arrow.values import check_text
from experiments_ui.datasets.actions.changing import changed
from experiments_ui.datasets.models import Dataset
from experiments_ui.errors import Conflict, Invalid

LONGEST_NAME = 255


def check_name(name: str) -> str:
    """Return a name as it came.

    Raises:
        Invalid: It is blank, too long, or no text that can be stored.
    """
    check_text(name, path="name")
    if not name.strip():
        raise Invalid("The name may not be blank.", {"name": "blank"})
    if len(name) > LONGEST_NAME:
        raise Invalid(
            f"The name has more than {LONGEST_NAME} characters.", {"name": "too long"}
        )
    return name


def rename_dataset(dataset: Dataset, *, name: str, now: datetime) -> Dataset:
    """Give a dataset another name.

    Raises:
        Invalid: The name breaks a rule.
        Conflict: The space has a dataset of this name.
    """
    check_name(name)
    try:
        with changed(dataset, now=now) as locked:
            locked.name = name
            locked.save(update_fields=["name"])
    except IntegrityError:
        raise taken(name) from None
    return locked


def taken(name: str) -> Conflict:
    return Conflict(f"A dataset named '{name}' exists already.", {"name": "taken"})
