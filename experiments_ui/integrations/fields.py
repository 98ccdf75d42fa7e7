"""The model field whose value is a secret of its row."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from experiments_ui.integrations.sealing import Secret, seal

if TYPE_CHECKING:
    _TextField = models.TextField["Secret | str | None", "Secret | None"]
else:
    _TextField = models.TextField


class _Sealing(DeferredAttribute):
    """Seals what is assigned; hands out a Secret, never the text."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        stored = super().__get__(instance, cls)
        if instance is None or stored is None:
            return stored
        return Secret(stored, self._context(instance))

    def __set__(self, instance: Any, value: Any) -> None:
        match value:
            case Secret():
                value = value.token
            case str():
                value = seal(value, context=self._context(instance)).token
        instance.__dict__[self.field.attname] = value

    def _context(self, instance: Any) -> str:
        return f"{instance._meta.label_lower}:{instance.seal}:{self.field.attname}"  # noqa: SLF001 -- Django's documented model API


class SealedField(_TextField):
    """Text that is encrypted in the database.

    Its model needs a field `seal`, unique to each row and defined before this one:
    a token that is copied to another row or field does not open there.
    """

    descriptor_class = _Sealing

    def from_db_value(self, value: str | None, *_: object) -> Secret | None:
        return None if value is None else Secret(value, "")

    def get_prep_value(self, value: object) -> str | None:
        """Return the token; a bare text is refused rather than stored or searched."""
        if value is None or isinstance(value, Secret):
            return value.token if value else None
        raise TypeError(f"{self.name} is a secret: assign it to its object.")

    def value_to_string(self, obj: models.Model) -> str:
        secret = self.value_from_object(obj)
        return secret.token if isinstance(secret, Secret) else ""
