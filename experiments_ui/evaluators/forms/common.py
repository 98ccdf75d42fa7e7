"""What all forms of evaluators share."""

from collections.abc import Mapping
from typing import Any, Protocol

from django import forms

from experiments_ui.errors import DomainError
from experiments_ui.evaluators.actions import NewEvaluator, NewVersion

COLUMN_HELP = "What its scores are called: eval.<name>.score and .label."


class Refused(Protocol):
    """A form that can be told what an action refused."""

    def refuse(self, error: DomainError) -> None: ...


def text(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "autocomplete": "off"} | attributes)


def area(rows: int, **attributes: str) -> forms.Textarea:
    sized = {"class": "input input-mono", "rows": str(rows), "spellcheck": "false"}
    return forms.Textarea(attrs=sized | attributes)


def select() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


class DetailsForm(forms.Form):
    """The name and the description, which may change without a new version."""

    name = forms.CharField(max_length=255, widget=text())
    description = forms.CharField(
        required=False, max_length=10_000, widget=text(), empty_value=None
    )

    def refuse(self, error: DomainError) -> None:
        self.add_error("name", error.message)


class VersionForm(forms.Form):
    """A version, and the name and description of the evaluator it is the first of.

    `fields_of` says which field of the form shows what an action refused of a member
    of the config.
    """

    name = forms.CharField(max_length=255, widget=text())
    description = forms.CharField(required=False, max_length=10_000, widget=text())
    column = forms.CharField(
        label="Column", max_length=255, widget=text(), help_text=COLUMN_HELP
    )
    commit_message = forms.CharField(
        label="What changed",
        max_length=1000,
        widget=text(),
        help_text="One line that tells this version from the one before.",
    )
    fields_of: Mapping[str, str] = {"name": "column"}
    evaluator_type = ""

    def __init__(
        self, sent: Any, *, is_new: bool, initial: dict[str, object], **options: Any
    ) -> None:
        super().__init__(sent, initial=initial, **options)
        if not is_new:
            del self.fields["name"], self.fields["description"]

    def config(self) -> dict[str, Any]:
        """Return the version's config as the wire has it; every kind has its own."""
        # Abstract: a form's metaclass leaves no room for that of abc.
        raise NotImplementedError

    def new_evaluator(self) -> NewEvaluator:
        sent = self.cleaned_data
        return NewEvaluator(
            sent["name"], sent["description"] or None, self.evaluator_type
        )

    def new_version(self) -> NewVersion:
        return NewVersion(self.config(), self.cleaned_data["commit_message"])

    def refuse(self, error: DomainError) -> None:
        """Show what an action refused at the field it is about."""
        for path, message in (error.fields or {"": error.message}).items():
            self.add_error(self._field(path), message)

    def _field(self, path: str) -> str | None:
        if path == "name":
            return "name" if "name" in self.fields else None
        member = path.partition(".")[2].partition(".")[0].partition("[")[0]
        return self.fields_of.get(member)
