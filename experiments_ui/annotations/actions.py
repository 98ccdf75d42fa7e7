"""Making, changing and deleting annotation configs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from experiments_ui.annotations.models import AnnotationConfig, ConfigType
from experiments_ui.errors import Conflict, Invalid
from experiments_ui.spaces.models import Space

_FEWEST_VALUES = 2
_MOST_VALUES = 500


def create_config(
    space: Space, *, name: str, config_type: ConfigType, **more: Any
) -> AnnotationConfig:
    """Make an annotation config.

    Raises:
        Invalid: Its range is empty, or its labels are too few, too many or repeated.
        Conflict: The space has a config of this name.
    """
    config = AnnotationConfig(space=space, name=name, config_type=config_type, **more)
    _check(config)
    return _saved(config)


def update_config(
    config: AnnotationConfig, changes: Mapping[str, Any]
) -> AnnotationConfig:
    """Change what is named; what people said already stays as they said it.

    Raises:
        Invalid: As create_config.
        Conflict: The space has another config of this name.
    """
    for name, value in changes.items():
        setattr(config, name, value)
    _check(config)
    return _saved(config)


def delete_config(config: AnnotationConfig) -> None:
    """Delete a config; what people said under its name stays."""
    config.delete()


def _saved(config: AnnotationConfig) -> AnnotationConfig:
    try:
        with transaction.atomic():
            config.save()
    except IntegrityError:
        message = f"An annotation config named '{config.name}' exists already."
        raise Conflict(message) from None
    return config


def _check(config: AnnotationConfig) -> None:
    if config.config_type == ConfigType.CONTINUOUS:
        _check_range(config.minimum_score, config.maximum_score)
    if config.config_type == ConfigType.CATEGORICAL:
        _check_labels([value["label"] for value in config.values])


def _check_range(minimum: float | None, maximum: float | None) -> None:
    if minimum is None or maximum is None or minimum >= maximum:
        message = "minimum_score must be below maximum_score."
        raise Invalid(message, {"minimum_score": message})


def _check_labels(labels: Sequence[str]) -> None:
    if not _FEWEST_VALUES <= len(labels) <= _MOST_VALUES:
        allowed = f"{_FEWEST_VALUES} to {_MOST_VALUES}"
        message = f"values: send {allowed} of them, not {len(labels)}."
        raise Invalid(message, {"values": message})
    seen: set[str] = set()
    for index, label in enumerate(labels):
        if label in seen:
            place = f"values[{index}].label"
            message = f"The label '{label}' is there twice."
            raise Invalid(f"{place}: {message}", {place: message})
        seen.add(label)
