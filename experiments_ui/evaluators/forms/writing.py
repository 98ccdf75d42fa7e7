"""Which form writes an evaluator, and what it begins with."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from experiments_ui.errors import Conflict
from experiments_ui.evaluators.catalogue import FAMILIES
from experiments_ui.evaluators.checks import CHECKS
from experiments_ui.evaluators.configs import check_of
from experiments_ui.evaluators.forms.check import (
    CheckForm,
    from_check_config,
    new_check,
)
from experiments_ui.evaluators.forms.judge import JudgeForm, from_config, from_family
from experiments_ui.evaluators.models import EvaluatorType, EvaluatorVersion
from experiments_ui.evaluators.queries import config_of
from experiments_ui.integrations.models import Integration

Usable = QuerySet[Integration]


def new_form(
    sent: QueryDict | None, *, family: str, check: str, usable: Usable
) -> JudgeForm | CheckForm:
    """Return the form of a new check, or of a judge from the catalogue or blank."""
    if check:
        kind = CHECKS[check]
        return CheckForm(sent, check=kind, is_new=True, initial=new_check(kind))
    initial = from_family(FAMILIES.get(family))
    return JudgeForm(sent, usable=usable, is_new=True, initial=initial)


def next_form(
    sent: QueryDict | None, *, before: EvaluatorVersion, usable: Usable
) -> JudgeForm | CheckForm:
    """Return the form of the version after one.

    Raises:
        Conflict: It is custom Python, which pages have no form for.
    """
    config: Any = config_of(before)
    if before.evaluator.evaluator_type == EvaluatorType.TEMPLATE:
        initial = from_config(config, before.integration_id)
        return JudgeForm(sent, usable=usable, is_new=False, initial=initial)
    check = CHECKS.get(check_of(config) or "")
    if check is None:
        raise Conflict("Custom Python is changed by a client: add a version there.")
    initial = from_check_config(config)
    return CheckForm(sent, check=check, is_new=False, initial=initial)
