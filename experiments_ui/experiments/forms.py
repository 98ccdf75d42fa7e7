"""Forms of an upload: where a file goes, and which of its columns is what."""

from collections.abc import Iterable, Sequence

from django import forms
from django.http import QueryDict

from experiments_ui.datasets.models import Dataset
from experiments_ui.datasets.roles import Roles
from experiments_ui.experiments.uploads import RunColumns

NEW_DATASET = "new"
_EXAMPLE_ID = "example id"


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
