"""Making evaluators, adding versions, changing and deleting them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import IntegrityError, transaction

from experiments_ui.accounts.models import User
from experiments_ui.errors import Conflict
from experiments_ui.evaluators.configs import check_config, commit_hash
from experiments_ui.evaluators.models import Evaluator, EvaluatorVersion
from experiments_ui.integrations.models import Integration
from experiments_ui.spaces.models import Space


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be; `config` is kept exactly as it was sent."""

    config: Mapping[str, Any]
    commit_message: str
    integration: Integration | None = None


@dataclass(frozen=True, slots=True)
class NewEvaluator:
    name: str
    description: str | None
    evaluator_type: str


def create_evaluator(
    space: Space, new: NewEvaluator, *, version: NewVersion, by: User, now: datetime
) -> EvaluatorVersion:
    """Make an evaluator and return its first version.

    Raises:
        Invalid, BadRequest: As configs.check_config.
        Conflict: The space has an evaluator of this name.
    """
    check_config(new.evaluator_type, version.config)
    evaluator = Evaluator(
        space=space,
        name=new.name,
        description=new.description,
        evaluator_type=new.evaluator_type,
        created_at=now,
        updated_at=now,
        created_by=by,
    )
    with transaction.atomic():
        _save(evaluator)
        return _append(evaluator, version, by=by, now=now)


def add_version(
    evaluator: Evaluator, version: NewVersion, *, by: User, now: datetime
) -> EvaluatorVersion:
    """Append a version, which is the latest from then on.

    Raises:
        Invalid, BadRequest: As configs.check_config.
    """
    check_config(evaluator.evaluator_type, version.config)
    with transaction.atomic():
        # One after the other: numbers have no gaps and are given once.
        locked = Evaluator.objects.select_for_update().get(pk=evaluator.pk)
        return _append(locked, version, by=by, now=now)


def update_evaluator(
    evaluator: Evaluator, changes: Mapping[str, Any], *, now: datetime
) -> Evaluator:
    """Change the name or the description; versions stay as they are.

    Raises:
        Conflict: The space has another evaluator of this name.
    """
    for name, value in changes.items():
        setattr(evaluator, name, value)
    evaluator.updated_at = now
    with transaction.atomic():
        _save(evaluator, fields=[*changes, "updated_at"])
    return evaluator


def delete_evaluator(evaluator: Evaluator) -> None:
    """Delete an evaluator with all its versions; scores that it gave stay."""
    evaluator.delete()


def delete_versions(evaluator: Evaluator, numbers: Collection[int]) -> set[int]:
    """Delete versions by what is in their ids, and return which of them there were.

    Those of other evaluators are passed over.
    """
    with transaction.atomic():
        chosen = EvaluatorVersion.objects.filter(evaluator=evaluator, pk__in=numbers)
        found = set(chosen.values_list("pk", flat=True))
        chosen.delete()
    return found


def _append(
    evaluator: Evaluator, version: NewVersion, *, by: User, now: datetime
) -> EvaluatorVersion:
    evaluator.last_number += 1
    evaluator.updated_at = now
    evaluator.save(update_fields=["last_number", "updated_at"])
    return EvaluatorVersion.objects.create(
        evaluator=evaluator,
        number=evaluator.last_number,
        config=orjson.dumps(version.config).decode(),
        commit_hash=commit_hash(version.config),
        commit_message=version.commit_message,
        integration=version.integration,
        created_at=now,
        created_by=by,
    )


def _save(evaluator: Evaluator, *, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            evaluator.save(update_fields=fields)
    except IntegrityError:
        message = f"An evaluator named '{evaluator.name}' exists already."
        raise Conflict(message, {"name": message}) from None
