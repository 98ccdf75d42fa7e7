"""The form of a judge: its prompt, its labels, and the model it asks."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django import forms
from django.http import QueryDict

from experiments_ui import ids
from experiments_ui.evaluators.actions import NewVersion
from experiments_ui.evaluators.catalogue import Family
from experiments_ui.evaluators.configs import Config, shown
from experiments_ui.evaluators.forms.common import VersionForm, area, select, text
from experiments_ui.evaluators.models import EvaluatorType
from experiments_ui.integrations.models import Integration

_SPARE_ROWS = 2
_FEWEST_ROWS = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A row of the form, as it was written."""

    label: str
    score: str


class _Json(forms.CharField):
    """A JSON object as text."""

    def clean(self, value: Any) -> Any:
        written = super().clean(value) or "{}"
        try:
            read = orjson.loads(written)
        except orjson.JSONDecodeError as error:
            raise forms.ValidationError(f"This is no JSON: {error}.") from None
        if not isinstance(read, dict):
            raise forms.ValidationError("Write a JSON object, such as {}.")
        return read


class JudgeForm(VersionForm):
    """Labels and scores come as two lists, `label` and `score`; blank rows are none."""

    template = forms.CharField(
        label="Prompt",
        strip=False,
        max_length=200_000,
        widget=area(16),
        help_text="Names in single braces, such as {output}, are variables.",
    )
    direction = forms.ChoiceField(
        label="Better is",
        choices=[
            ("MAXIMIZE", "a higher score"),
            ("MINIMIZE", "a lower score"),
            ("NONE", "neither"),
        ],
        widget=select(),
    )
    data_granularity = forms.ChoiceField(
        label="Judges",
        choices=[("SPAN", "one run"), ("TRACE", "a trace"), ("SESSION", "a session")],
        widget=select(),
    )
    include_explanations = forms.BooleanField(
        label="Ask for an explanation, before the label", required=False
    )
    integration = forms.ModelChoiceField(
        queryset=Integration.objects.none(), empty_label="Choose one", widget=select()
    )
    model_name = forms.CharField(
        label="Model", max_length=255, widget=text(list="model-names")
    )
    invocation_parameters = _Json(
        label="Parameters of the call", required=False, widget=area(3)
    )
    provider_parameters = _Json(
        label="Parameters of the provider", required=False, widget=area(2)
    )
    use_structured_output = forms.BooleanField(
        label="Structured output, where the model has it", required=False
    )
    use_function_calling = forms.BooleanField(
        label="Function calling, where the model has it", required=False
    )

    evaluator_type = EvaluatorType.TEMPLATE
    fields_of = {
        "name": "column",
        "template": "template",
        "classification_choices": "choices",
        "use_function_calling": "use_function_calling",
    }

    def __init__(self, sent: QueryDict | None, *, usable: Any, **options: Any) -> None:
        super().__init__(sent, **options)
        self.fields["integration"].queryset = usable  # type: ignore[attr-defined]  # a model choice
        self.rows = _sent_rows(sent) if sent else _rows(self.initial.get("choices", {}))
        self.choices_error = ""

    def add_error(self, field: str | None, error: Any) -> None:
        """Keep what is wrong with the rows apart: they are not one field."""
        if field == "choices":
            self.choices_error = str(error)
            super().add_error(None, "See the labels below.")
        else:
            super().add_error(field, error)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        written = [row for row in self.rows if row.label.strip() or row.score.strip()]
        try:
            cleaned["choices"] = {row.label: _score(row) for row in written}
        except forms.ValidationError as error:
            self.add_error("choices", error.message)
        else:
            if len(cleaned["choices"]) < len(written):
                self.add_error("choices", "A label is there twice.")
        return cleaned

    def config(self) -> dict[str, Any]:
        sent = self.cleaned_data
        kept = ("template", "direction", "data_granularity", "include_explanations")
        wishes = ("use_structured_output", "use_function_calling")
        config = {"name": sent["column"]} | {n: sent[n] for n in (*kept, *wishes)}
        config["template"] = sent["template"].replace("\r\n", "\n")
        if sent["choices"]:
            config["classification_choices"] = sent["choices"]
        config["llm_config"] = {
            "ai_integration_id": ids.encode("LlmIntegration", sent["integration"].pk),
            "model_name": sent["model_name"],
            "invocation_parameters": sent["invocation_parameters"],
            "provider_parameters": sent["provider_parameters"],
        }
        return config

    def new_version(self) -> NewVersion:
        sent = self.cleaned_data
        return NewVersion(self.config(), sent["commit_message"], sent["integration"])


def from_family(family: Family | None) -> dict[str, object]:
    """Return what the form of a new judge begins with."""
    common: dict[str, object] = {
        "include_explanations": True,
        "use_structured_output": True,
        "invocation_parameters": '{"temperature": 0}',
        "provider_parameters": "{}",
        "commit_message": "First version",
    }
    if family is None:
        return common
    return common | {
        "name": family.display_name,
        "description": family.summary,
        "column": family.column_name,
        "template": family.template,
        "choices": dict(family.choices),
        "direction": family.direction,
        "data_granularity": family.data_granularity,
    }


def from_config(config: Config, integration: int | None) -> dict[str, object]:
    """Return what the form of a next version begins with."""
    full = shown(config)
    calling = full["llm_config"]
    return {
        **{name: full[name] for name in JudgeForm.base_fields if name in full},
        "column": full["name"],
        "choices": full.get("classification_choices") or {},
        "integration": integration,
        "model_name": calling["model_name"],
        "invocation_parameters": _pretty(calling["invocation_parameters"]),
        "provider_parameters": _pretty(calling["provider_parameters"]),
    }


def _rows(choices: object) -> list[Choice]:
    given: Mapping[str, float] = choices if isinstance(choices, Mapping) else {}
    return _padded(Choice(label, f"{score:g}") for label, score in given.items())


def _sent_rows(sent: QueryDict) -> list[Choice]:
    pairs = zip(sent.getlist("label"), sent.getlist("score"), strict=False)
    return _padded(Choice(*pair) for pair in pairs if any(map(str.strip, pair)))


def _padded(rows: Iterable[Choice]) -> list[Choice]:
    written = list(rows)
    count = max(_FEWEST_ROWS, len(written) + _SPARE_ROWS)
    return written + [Choice("", "")] * (count - len(written))


def _score(row: Choice) -> float | int:
    try:
        score = float(row.score)
    except ValueError:
        score = math.nan
    if not math.isfinite(score) or not row.label.strip():
        raise forms.ValidationError("Each row has a label, and a number as its score.")
    return int(score) if score.is_integer() and abs(score) < 2**53 else score


def _pretty(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
