"""Forms of an upload and its columns, and of how a dataset reads its metrics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from django import forms
from django.http import QueryDict

from experiments_ui.datasets.models import Dataset
from experiments_ui.datasets.roles import Roles
from experiments_ui.experiments.actions.standing import Reading
from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.models import Goal
from experiments_ui.experiments.uploads import RunColumns

NEW_DATASET = "new"
_EXAMPLE_ID = "example id"
_WORDS = {
    Goal.MAXIMIZE: "Higher is better",
    Goal.MINIMIZE: "Lower is better",
    Goal.NONE: "Neither is better",
}
_UNITS = {"ms": "ms", "usd": "USD", "tokens": "tokens"}


def _text(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "autocomplete": "off"} | attributes)


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


class ChooseFileForm(forms.Form):
    file = forms.FileField()
    dataset = forms.ChoiceField(label="The file holds", widget=_select())

    def __init__(self, *args: object, datasets: Iterable[Dataset]) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # data and files, in order
        choices = [(NEW_DATASET, "examples: make a new dataset of them")]
        choices += [(str(d.pk), f"outputs for “{d.name}”") for d in datasets]
        self.fields["dataset"].choices = choices  # type: ignore[attr-defined]  # a choice field


class DatasetForm(forms.Form):
    """Names a new dataset; the roles only say what pages show as what."""

    name = forms.CharField(
        label="Dataset name", max_length=255, strip=False, widget=_text()
    )
    input = forms.ChoiceField(label="Input", required=False, widget=_select())
    expected = forms.ChoiceField(label="Expected", required=False, widget=_select())
    label = forms.ChoiceField(label="Label", required=False, widget=_select())

    def __init__(
        self,
        sent: QueryDict | None,
        *,
        columns: Sequence[str],
        initial: dict[str, object],
    ) -> None:
        super().__init__(sent, initial=initial)
        for role in ("input", "expected", "label"):
            self.fields[role].choices = _named(columns, none="none")  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        chosen = [
            cleaned[role]
            for role in ("input", "expected", "label")
            if cleaned.get(role)
        ]
        if len(set(chosen)) < len(chosen):
            raise forms.ValidationError(
                "Two roles have the same column; choose others."
            )
        return cleaned

    def renamed(self, guessed: Roles) -> dict[str, str]:
        """Return the columns to rename, so that they are recognised from then on."""
        chosen = {
            role: self.cleaned_data[role] for role in ("input", "expected", "label")
        }
        return {
            name: role
            for role, name in chosen.items()
            if name and name not in (role, getattr(guessed, role))
        }


class ExperimentForm(forms.Form):
    name = forms.CharField(
        label="Experiment name", max_length=255, strip=False, widget=_text()
    )
    match = forms.ChoiceField(
        label="Examples are named by",
        help_text="The column that says which example an output belongs to.",
        widget=_select(),
    )
    key = forms.ChoiceField(
        label="It holds",
        required=False,
        help_text="The examples' ids, or what a column of the dataset holds.",
        widget=_select(),
    )
    output = forms.ChoiceField(label="Output", widget=_select())
    error = forms.ChoiceField(label="Error", required=False, widget=_select())

    def __init__(
        self,
        sent: QueryDict | None,
        *,
        columns: Sequence[str],
        dataset_columns: Iterable[str],
        initial: dict[str, object],
    ) -> None:
        super().__init__(sent, initial=initial)
        choices = {
            "match": _named(columns, none="choose a column"),
            "key": [
                ("", _EXAMPLE_ID),
                *((n, f"dataset: {n}") for n in dataset_columns),
            ],
            "output": _named(columns, none="choose a column"),
            "error": _named(columns, none="none"),
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        chosen = [cleaned[n] for n in ("match", "output", "error") if cleaned.get(n)]
        if len(set(chosen)) < len(chosen):
            raise forms.ValidationError(
                "Two parts have the same column; choose others."
            )
        return cleaned

    def columns(self) -> RunColumns:
        sent = self.cleaned_data
        return RunColumns(sent["match"], sent["key"], sent["output"], sent["error"])


def _named(columns: Sequence[str], *, none: str) -> list[tuple[str, str]]:
    return [("", none), *((name, name) for name in columns)]


class MetricForm(forms.Form):
    """One metric's direction and epsilon; both labels name it, for who only hears."""

    goal = forms.ChoiceField(
        choices=[(goal.value, words) for goal, words in _WORDS.items()],
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"invalid_choice": "Choose one of the three directions."},
    )
    epsilon = forms.FloatField(
        min_value=0,
        # Not type=number: what it does not understand, it sends as nothing.
        widget=forms.TextInput(
            attrs={"class": "input", "inputmode": "decimal", "autocomplete": "off"}
        ),
        error_messages={
            "required": "Write 0 if every change counts.",
            "invalid": "Write a number, such as 0.05.",
            "min_value": "Write 0 or a number above it.",
        },
    )

    def __init__(self, sent: QueryDict | None, metric: Metric) -> None:
        initial = {"goal": metric.goal, "epsilon": f"{metric.epsilon:g}"}
        super().__init__(sent, prefix=_prefix(metric), initial=initial)
        self.metric = metric
        self.unit = _UNITS.get(metric.unit, "")
        self.fields["goal"].label = f"Direction of {metric.label}"
        self.fields["epsilon"].label = f"Epsilon of {metric.label}"

    def reading(self) -> Reading:
        return Reading(self.cleaned_data["goal"], self.cleaned_data["epsilon"])


@dataclass(frozen=True, slots=True)
class MetricForms:
    """The forms of a dataset's metrics; labels have no direction and no form."""

    forms: list[MetricForm]
    labels: list[str]

    def is_valid(self) -> bool:
        return all(one.is_valid() for one in self.forms if one.is_bound)

    def readings(self) -> dict[str, Reading]:
        """Return what was sent, by the metrics' keys."""
        return {one.metric.key: one.reading() for one in self.forms if one.is_bound}


def metric_forms(
    metrics: Sequence[Metric], sent: QueryDict | None = None
) -> MetricForms:
    """Return a form for each metric; one that nothing was sent of stays as it is."""
    return MetricForms(
        forms=[
            MetricForm(sent if _is_sent(metric, sent) else None, metric)
            for metric in metrics
            if not metric.is_label
        ],
        labels=[metric.label for metric in metrics if metric.is_label],
    )


def _is_sent(metric: Metric, sent: QueryDict | None) -> bool:
    return sent is not None and f"{_prefix(metric)}-goal" in sent


def _prefix(metric: Metric) -> str:
    """Return what stands for a metric in names of fields, whatever its own name is."""
    return f"metric-{blake2b(metric.key.encode(), digest_size=6).hexdigest()}"
