"""Keeping a comparison's address under a name."""

from datetime import datetime

from django.db import IntegrityError, transaction

from experiments_ui.accounts.models import User
from experiments_ui.compare.models import SavedView
from experiments_ui.datasets.models import Dataset
from experiments_ui.errors import Conflict, Invalid

_LONGEST_NAME = 120


def save_view(
    dataset: Dataset,
    *,
    owner: User,
    name: str,
    query: str,
    is_shared: bool,
    now: datetime,
) -> SavedView:
    """Keep an address; a view of the same owner and name is overwritten.

    Raises:
        Invalid: The name is blank or too long.
    """
    view, _ = SavedView.objects.update_or_create(
        dataset=dataset,
        owner=owner,
        name=_name(name),
        defaults={"query": query, "is_shared": is_shared},
        create_defaults={"query": query, "is_shared": is_shared, "created_at": now},
    )
    return view


def change_view(view: SavedView, *, name: str, is_shared: bool) -> SavedView:
    """Rename a view, and share it or not.

    Raises:
        Invalid: The name is blank or too long.
        Conflict: Its owner has another view of this name.
    """
    view.name, view.is_shared = _name(name), is_shared
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "is_shared"])
    except IntegrityError:
        raise Conflict(f"There is another view named “{view.name}”.") from None
    return view


def delete_view(view: SavedView) -> None:
    """Forget a view; nothing else refers to it."""
    view.delete()


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > _LONGEST_NAME:
        message = f"Give the view a name of 1 to {_LONGEST_NAME} characters."
        raise Invalid(message, {"name": "length"})
    return name
