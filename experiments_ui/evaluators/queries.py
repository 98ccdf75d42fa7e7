"""Reading evaluators and their versions."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.db.models import OuterRef, QuerySet, Subquery

from experiments_ui import ids
from experiments_ui.errors import NotFound
from experiments_ui.evaluators.models import Evaluator, EvaluatorVersion
from experiments_ui.integrations.models import Integration
from experiments_ui.integrations.queries import usable_in
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.principals import Principal


def list_evaluators(principal: Principal) -> QuerySet[Evaluator]:
    """Return the evaluators of the spaces where the principal may read them."""
    spaces = access.spaces_of(principal).order_by()
    if not principal.is_account_admin:
        readable = [
            number
            for number in principal.roles
            if access.may(principal, number, role=Role.READ_ONLY)
        ]
        spaces = spaces.filter(pk__in=readable)
    return Evaluator.objects.filter(space__in=spaces.values("pk"))


def evaluators_in(space: Space) -> QuerySet[Evaluator]:
    return Evaluator.objects.filter(space=space)


def get_evaluator(principal: Principal, evaluator_id: str, *, role: Role) -> Evaluator:
    """Return an evaluator by its wire id; errors as access.get_in_space."""
    number = ids.decode("Evaluator", evaluator_id)
    return _evaluator(principal, number, role=role, what="Evaluator")


def evaluator_at(
    principal: Principal, *, slug: str, number: int, role: Role
) -> Evaluator:
    """Return an evaluator by the address of its page; errors as get_evaluator."""
    found = _evaluator(principal, number, role=role, what="Evaluator")
    if found.space.slug != slug:
        raise NotFound("Evaluator not found.")
    return found


def get_version(
    principal: Principal, version_id: str, *, role: Role
) -> EvaluatorVersion:
    """Return a version by its wire id, with its evaluator; errors as get_evaluator."""
    number = ids.decode("EvaluatorVersion", version_id)
    found = EvaluatorVersion.objects.filter(pk=number).first()
    what = "Evaluator version"
    if found is None:
        raise NotFound(f"{what} not found.")
    found.evaluator = _evaluator(principal, found.evaluator_id, role=role, what=what)
    return found


def version_of(evaluator: Evaluator, version_id: str | None) -> EvaluatorVersion:
    """Return a version of an evaluator by its wire id, or the latest without one.

    Raises:
        NotFound: The evaluator has no such version, or none at all.
    """
    versions = versions_of(evaluator).order_by("-number")
    if version_id:
        versions = versions.filter(pk=ids.decode("EvaluatorVersion", version_id))
    found = versions.first()
    if found is None:
        raise NotFound(f"The evaluator '{evaluator.name}' has no such version.")
    return found


def version_numbered(evaluator: Evaluator, number: int | None) -> EvaluatorVersion:
    """Return a version by its number, or the latest without one; errors as above."""
    versions = versions_of(evaluator).order_by("-number")
    if number is not None:
        versions = versions.filter(number=number)
    found = versions.first()
    if found is None:
        raise NotFound(f"The evaluator '{evaluator.name}' has no such version.")
    return found


def versions_of(evaluator: Evaluator) -> QuerySet[EvaluatorVersion]:
    """Return all versions; each knows its evaluator without another query."""
    return EvaluatorVersion.objects.filter(evaluator=evaluator).select_related(
        "evaluator", "created_by", "integration"
    )


def latest_versions(evaluators: Sequence[Evaluator]) -> dict[int, EvaluatorVersion]:
    """Return the latest version of each, by the evaluator's number; one query."""
    newest = EvaluatorVersion.objects.filter(evaluator=OuterRef("evaluator"))
    found = EvaluatorVersion.objects.filter(
        evaluator__in=evaluators,
        number=Subquery(newest.order_by("-number").values("number")[:1]),
    )
    return {version.evaluator_id: version for version in found}


def usable_integrations(space: Space) -> QuerySet[Integration]:
    return usable_in(space)


def integration_in(space: Space, number: int) -> Integration:
    """Return an integration that a space may use.

    Raises:
        NotFound: There is none, or it is not for this space.
    """
    found = usable_in(space).filter(pk=number).first()
    if found is None:
        raise NotFound("AI integration not found.")
    return found


def config_of(version: EvaluatorVersion) -> Mapping[str, Any]:
    """Return a version's config as it was sent."""
    config: Mapping[str, Any] = orjson.loads(version.config)
    return config


def _evaluator(
    principal: Principal, number: int, *, role: Role, what: str
) -> Evaluator:
    evaluators = Evaluator.objects.select_related("created_by")
    return access.get_in_space(
        principal, evaluators, number=number, what=what, role=role
    )
