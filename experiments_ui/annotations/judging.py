"""Holding what people say against the annotation configs it is said under."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from experiments_ui.annotations.models import AnnotationConfig, ConfigType
from experiments_ui.errors import Invalid
from experiments_ui.spaces.verdicts import UNSET, Annotation


@dataclass(frozen=True, slots=True)
class Said:
    """An annotation, and its place in the request for messages."""

    annotation: Annotation
    path: str


def checked(
    said: Iterable[Said], configs: Mapping[str, AnnotationConfig]
) -> list[Annotation]:
    """Return annotations that fit their configs, each target and name once.

    A label brings the score its config gives it, unless a score is said as well.

    Raises:
        Invalid: A config is unknown, or does not take what is said.
    """
    found: dict[tuple[str, str], Annotation] = {}
    for one in said:
        config = configs.get(one.annotation.name)
        if config is None:
            name = one.annotation.name
            raise _invalid(one, "name", f"the space has no annotation config '{name}'")
        fitted = _fitted(one, config)
        key = (fitted.target_id, fitted.name)
        found[key] = _merged(found[key], fitted) if key in found else fitted
    return list(found.values())


def _fitted(said: Said, config: AnnotationConfig) -> Annotation:
    match config.config_type:
        case ConfigType.CONTINUOUS:
            return _in_range(said, config)
        case ConfigType.CATEGORICAL:
            return _among_labels(said, config)
    _refuse_label(said)
    if isinstance(said.annotation.score, int | float):
        raise _invalid(said, "score", f"'{config.name}' takes text only")
    return said.annotation


def _in_range(said: Said, config: AnnotationConfig) -> Annotation:
    _refuse_label(said)
    low, high = config.minimum_score, config.maximum_score
    score = said.annotation.score
    if not isinstance(score, int | float) or low is None or high is None:
        return said.annotation
    if not (math.isfinite(score) and low <= score <= high):
        raise _invalid(said, "score", f"'{config.name}' takes {low:g} to {high:g}")
    return said.annotation


def _among_labels(said: Said, config: AnnotationConfig) -> Annotation:
    label, score = said.annotation.label, said.annotation.score
    if label is UNSET:
        return said.annotation
    scores = {value["label"]: value.get("score") for value in config.values}
    if label is not None and label not in scores:
        known = ", ".join(f"'{name}'" for name in list(scores)[:10])
        raise _invalid(said, "label", f"'{config.name}' takes {known}")
    if score is not UNSET:
        return said.annotation
    return replace(said.annotation, score=scores.get(str(label)) if label else None)


def _refuse_label(said: Said) -> None:
    if isinstance(said.annotation.label, str):
        name = said.annotation.name
        raise _invalid(said, "label", f"'{name}' has no labels to choose from")


def _merged(earlier: Annotation, later: Annotation) -> Annotation:
    return replace(
        earlier,
        score=earlier.score if later.score is UNSET else later.score,
        label=earlier.label if later.label is UNSET else later.label,
        text=earlier.text if later.text is UNSET else later.text,
    )


def _invalid(said: Said, member: str, reason: str) -> Invalid:
    path = f"{said.path}.{member}"
    return Invalid(f"{path}: {reason}.", {path: reason})
