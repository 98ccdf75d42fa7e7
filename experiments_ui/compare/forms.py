"""The form of how a dataset's experiments are read as classifications."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from experiments_ui.analysis.classification import extractor
from experiments_ui.compare.classes.reading import Reading
from experiments_ui.compare.models import PredictionSource
from experiments_ui.errors import Invalid

_SOURCES = {
    PredictionSource.OUTPUT: "The whole output",
    PredictionSource.COLUMN: "A column of the runs",
    PredictionSource.PATH: "A path into the output’s JSON",
    PredictionSource.PATTERN: "A regular expression on the output",
}
_MOST_ALIASES = 1_000


def _text(**attributes: str) -> forms.TextInput:
    return forms.TextInput(
        attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}
        | attributes
    )


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


class ClassificationForm(forms.Form):
    """Of column, path and pattern only the one that the source asks for counts."""

    truth = forms.ChoiceField(
        label="True class",
        widget=_select(),
        error_messages={"required": "Choose the column that holds the true class."},
    )
    source = forms.ChoiceField(
        label="Prediction",
        choices=[(source.value, words) for source, words in _SOURCES.items()],
        widget=_select(),
    )
    column = forms.ChoiceField(label="Column", required=False, widget=_select())
    path = forms.CharField(
        label="Path",
        required=False,
        max_length=500,
        widget=_text(placeholder="answer.label"),
        help_text="Also into a fenced block of JSON: answer.label, items[0].name",
    )
    pattern = forms.CharField(
        label="Regular expression",
        required=False,
        max_length=1_000,
        strip=False,
        widget=_text(placeholder=r"Label:\s*(\w+)"),
        help_text="With one group: it holds the prediction.",
    )
    positive = forms.CharField(
        label="Positive class",
        required=False,
        max_length=300,
        widget=_text(list="class-labels"),
        help_text="For precision, recall and thresholds of one class against the rest.",
    )
    score = forms.ChoiceField(
        label="Score of the positive class",
        required=False,
        widget=_select(),
        help_text="A number that is higher the more likely the positive class is.",
    )
    aliases = forms.CharField(
        label="Other words for a class",
        required=False,
        widget=forms.Textarea(
            attrs={"class": "input input-mono", "rows": 3, "spellcheck": "false"}
        ),
        help_text="One a line: seen = meant",
    )
    folds_case = forms.BooleanField(
        label="“Yes” and “yes” are the same class", required=False
    )
    folds_blanks = forms.BooleanField(
        label="Runs of blanks count as one space", required=False
    )

    def __init__(
        self,
        sent: QueryDict | None,
        *,
        reading: Reading,
        truths: Sequence[str],
        columns: Sequence[str],
        scores: Sequence[str],
    ) -> None:
        super().__init__(sent, initial=_initial(reading))
        choices = {
            "truth": _choices(truths, reading.truth, none="choose a column"),
            "column": _choices(
                columns,
                reading.expression if reading.source == "column" else "",
                none="choose a column",
            ),
            "score": _choices(scores, reading.score, none="none"),
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]  # a choice field

    def clean_aliases(self) -> tuple[tuple[str, str], ...]:
        lines = self.cleaned_data["aliases"].splitlines()
        if len(lines) > _MOST_ALIASES:
            raise forms.ValidationError(f"Write at most {_MOST_ALIASES:,} lines.")
        numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip()]
        return tuple(_alias(number, line) for number, line in numbered)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "source" in cleaned and not self.errors:
            try:
                extractor(self.reading().rule)
            except Invalid as refused:
                name = next(iter(refused.fields), cleaned["source"])
                self.add_error(name if name in self.fields else None, refused.message)
        return cleaned

    def reading(self) -> Reading:
        sent = self.cleaned_data
        source = sent["source"]
        return Reading(
            truth=sent["truth"],
            source=source,
            expression="" if source == "output" else sent.get(source, ""),
            positive=sent["positive"],
            score=sent["score"],
            aliases=sent["aliases"],
            folds_case=sent["folds_case"],
            folds_blanks=sent["folds_blanks"],
        )


def _alias(number: int, line: str) -> tuple[str, str]:
    # A label may have a sign of equality in it: blanks around it tell which is meant.
    seen, sign, meant = line.partition(" = ")
    if not sign:
        seen, sign, meant = line.partition("=")
    if not sign or not seen.strip() or not meant.strip():
        raise forms.ValidationError(f"Line {number} is not written as: seen = meant")
    return seen.strip(), meant.strip()


def _initial(reading: Reading) -> dict[str, object]:
    places = {"column": "", "path": "", "pattern": ""}
    if reading.source in places:
        places[reading.source] = reading.expression
    return places | {
        "truth": reading.truth,
        "source": reading.source,
        "positive": reading.positive,
        "score": reading.score,
        "aliases": "\n".join(f"{seen} = {meant}" for seen, meant in reading.aliases),
        "folds_case": reading.folds_case,
        "folds_blanks": reading.folds_blanks,
    }


def _choices(names: Sequence[str], current: str, *, none: str) -> list[tuple[str, str]]:
    """Return the columns there are, and the one in use though it is gone."""
    known = list(dict.fromkeys([*names, *([current] if current else [])]))
    return [("", none), *((name, name) for name in known)]
