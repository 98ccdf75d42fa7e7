"""What the forms show besides their fields: a check tried out, known models."""

from dataclasses import dataclass

from experiments_ui.errors import DomainError
from experiments_ui.evaluators.checks import Outcome, Skipped
from experiments_ui.evaluators.configs import checker_of
from experiments_ui.evaluators.forms import CheckForm, JudgeForm


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a check says of a sample, or why it cannot say anything."""

    outcome: Outcome | None = None
    skipped: str = ""
    problem: str = ""


def attempt(form: CheckForm) -> Attempt:
    """Run the check of a form on its sample; what else is missing does not matter."""
    form.is_valid()
    try:
        check = checker_of(form.config())
    except DomainError as error:
        return Attempt(problem=error.message)
    if check is None:
        return Attempt(problem="There is nothing to run.")
    said = check(form.samples())
    if isinstance(said, Skipped):
        return Attempt(skipped=said.reason)
    return Attempt(outcome=said)


def models_on_offer(form: JudgeForm) -> dict[str, object]:
    """Return whether there are integrations, and the models that they name."""
    integrations = list(form.fields["integration"].queryset)  # type: ignore[attr-defined]  # a model choice
    named = {name for one in integrations for name in one.model_names or ()}
    return {"has_integrations": bool(integrations), "model_names": sorted(named)}
