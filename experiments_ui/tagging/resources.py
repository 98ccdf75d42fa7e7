"""Which resources carry tags, and how each is found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from experiments_ui.annotations.queries import get_config
from experiments_ui.datasets.queries import get_dataset
from experiments_ui.evaluators.queries import get_evaluator
from experiments_ui.experiments.queries import get_experiment
from experiments_ui.tracing.queries import get_project


class InSpace(Protocol):
    """Anything that carries tags: it has a number, and lies in a space."""

    @property
    def pk(self) -> int: ...
    @property
    def space_id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Taggable:
    """One kind of resource; `kind` is the first word of its ids."""

    kind: str
    find: Callable[..., InSpace]


DATASETS = Taggable("Dataset", get_dataset)
EXPERIMENTS = Taggable("Experiment", get_experiment)
PROJECTS = Taggable("Model", get_project)
EVALUATORS = Taggable("Evaluator", get_evaluator)
ANNOTATION_CONFIGS = Taggable("AnnotationConfig", get_config)
