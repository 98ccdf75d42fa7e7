"""Sealing every stored secret anew, whichever model holds it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction

from experiments_ui.integrations.fields import SealedField
from experiments_ui.integrations.sealing import Secret, rotated


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many secrets have the first key now, and which ones no key opens."""

    rotated: int
    unreadable: list[str]


def rotate_all() -> Rotation:
    """Seal every secret with the first key, a row at a time, while others work."""
    count, unreadable = 0, []
    for model, field in _sealed_fields():
        numbers = model._base_manager.exclude(**{field: None})  # noqa: SLF001 -- Django's documented model API
        for number in numbers.values_list("pk", flat=True):
            if _rotate(model, field, number):
                count += 1
            else:
                unreadable.append(f"{field} of {model._meta.verbose_name} {number}")  # noqa: SLF001 -- as above
    return Rotation(count, unreadable)


def _rotate(model: type[models.Model], field: str, number: int) -> bool:
    with transaction.atomic():
        rows: Any = model._base_manager.select_for_update()  # noqa: SLF001 -- as above
        row = rows.filter(pk=number).first()
        secret: Secret | None = getattr(row, field, None)
        if secret is None:  # it was taken away a moment ago
            return True
        token = rotated(secret.token)
        if token is None:
            return False
        setattr(row, field, Secret(token, secret.context))
        row.save(update_fields=[field])
    return True


def _sealed_fields() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():  # noqa: SLF001 -- as above
            if isinstance(field, SealedField):
                yield model, field.attname
