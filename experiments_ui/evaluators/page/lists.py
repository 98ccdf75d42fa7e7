"""The list of a space's evaluators, and what a new one can begin with."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.urls import reverse

from experiments_ui.evaluators.catalogue import FAMILIES, Family
from experiments_ui.evaluators.checks import CHECKS, Check
from experiments_ui.evaluators.configs import check_of
from experiments_ui.evaluators.models import Evaluator, EvaluatorType, EvaluatorVersion
from experiments_ui.evaluators.queries import (
    config_of,
    evaluators_in,
    latest_versions,
)
from experiments_ui.spaces.models import Space
from experiments_ui.web.links import PageAddress, Pager

_PAGE_SIZE = 50
_MOST_CHOICES = 4


@dataclass(frozen=True, slots=True)
class EvaluatorLine:
    number: int
    name: str
    url: str
    kind: str
    version: str
    model: str
    choices: list[str]
    more_choices: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class EvaluatorList:
    rows: list[EvaluatorLine]
    pager: Pager
    search: str


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Everything a new evaluator can begin with; `judges` by their group."""

    judges: list[tuple[str, list[Family]]]
    checks: list[Check]


def evaluator_list(space: Space, address: PageAddress) -> EvaluatorList:
    """Return a page of evaluators, changed last first; three queries."""
    search = address.text("q")
    found = evaluators_in(space)
    if search:
        found = found.filter(name__icontains=search.replace("\x00", ""))
    pager = address.pager(found.count(), size=_PAGE_SIZE)
    ordered = found.order_by("-updated_at", "-pk")
    shown = list(ordered[pager.start : pager.stop])
    latest = latest_versions(shown)
    return EvaluatorList(
        rows=[_line(space, one, latest.get(one.pk)) for one in shown],
        pager=pager,
        search=search,
    )


def beginnings() -> Beginnings:
    groups = groupby(FAMILIES.values(), key=lambda family: family.group)
    judges = [(group, list(families)) for group, families in groups]
    return Beginnings(judges, list(CHECKS.values()))


def kind_of(evaluator: Evaluator, version: EvaluatorVersion | None) -> str:
    """Return in words what an evaluator is."""
    if evaluator.evaluator_type != EvaluatorType.CODE or version is None:
        return EvaluatorType(evaluator.evaluator_type).label
    check = CHECKS.get(check_of(config_of(version)) or "")
    return check.label if check else "Custom Python"


def evaluator_url(space: Space, number: int) -> str:
    return reverse("evaluator", kwargs={"slug": space.slug, "number": number})


def _line(
    space: Space, evaluator: Evaluator, version: EvaluatorVersion | None
) -> EvaluatorLine:
    config = config_of(version) if version else {}
    is_check = evaluator.evaluator_type == EvaluatorType.CODE and version
    labels = ["pass", "fail"] if is_check else config.get("classification_choices")
    choices = list(labels or ())
    return EvaluatorLine(
        number=evaluator.pk,
        name=evaluator.name,
        url=evaluator_url(space, evaluator.pk),
        kind=kind_of(evaluator, version),
        version=f"v{version.number}" if version else "none",
        model=config.get("llm_config", {}).get("model_name", ""),
        choices=choices[:_MOST_CHOICES],
        more_choices=max(0, len(choices) - _MOST_CHOICES),
        updated_at=evaluator.updated_at,
    )
