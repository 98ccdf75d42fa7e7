"""The `name` and `space` filters that most lists have."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from django.db.models import Model, QuerySet

from experiments_ui import ids
from experiments_ui.errors import Invalid

_Resource = TypeVar("_Resource", bound=Model)


def by_name(
    rows: QuerySet[_Resource], query: Mapping[str, str], *, field: str = "name"
) -> QuerySet[_Resource]:
    """Keep rows whose name contains `name`, whatever its case."""
    if not (text := query.get("name")):
        return rows
    return rows.filter(**{f"{field}__icontains": _short(text, "name")})


def by_space(
    rows: QuerySet[_Resource], query: Mapping[str, str]
) -> QuerySet[_Resource]:
    """Keep rows of the space `space_id`, or of spaces named like `space_name`."""
    if space_id := query.get("space_id"):
        rows = rows.filter(space_id=ids.decode("Space", space_id))
    if text := query.get("space_name"):
        rows = rows.filter(space__name__icontains=_short(text, "space_name"))
    return rows


def _short(text: str, name: str) -> str:
    if len(text) > 255 or "\x00" in text:
        message = f"{name} has at most 255 characters, and no NUL."
        raise Invalid(message, {name: message})
    return text


def chosen(query: Mapping[str, str], name: str, choices: Collection[str]) -> str | None:
    """Return a query member that must be one of a few words; None when absent.

    Raises:
        Invalid: It is another word.
    """
    text = query.get(name) or None
    if text is not None and text not in choices:
        message = f"{name} must be one of {', '.join(sorted(choices))}."
        raise Invalid(message, {name: message})
    return text
