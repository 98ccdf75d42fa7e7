"""The form of a code check: which values it reads, and its parameters."""

from typing import Any

from django import forms
from django.http import QueryDict

from experiments_ui.evaluators.checks import Check, Parameter
from experiments_ui.evaluators.configs import Config, code_config, parameters_of
from experiments_ui.evaluators.forms.common import VersionForm, area, text
from experiments_ui.evaluators.models import EvaluatorType

_SAMPLES = ("sample", "sample_expected")


class CheckForm(VersionForm):
    """One kind of check; its parameters are fields that begin with `p_`."""

    variable = forms.CharField(
        label="Value",
        max_length=255,
        widget=text(),
        help_text="The variable that is checked, such as output.",
    )
    sample = forms.CharField(
        label="Sample value", required=False, strip=False, widget=area(3)
    )

    evaluator_type = EvaluatorType.CODE

    def __init__(self, sent: QueryDict | None, *, check: Check, **options: Any) -> None:
        super().__init__(sent, **options)
        self.check = check
        if check.takes_expected:
            self.fields["expected_variable"] = _expected_variable()
            self.fields["sample_expected"] = forms.CharField(
                label="Sample of what is expected",
                required=False,
                strip=False,
                widget=area(2),
            )
        for parameter in check.parameters:
            self.fields[f"p_{parameter.name}"] = _field(parameter)
        self.fields_of = {
            "name": "column",
            "variables": "variable",
            "static_params": self._first_parameter(),
        }

    @property
    def parameter_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("p_")]

    @property
    def sample_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in _SAMPLES if name in self.fields]

    def variables(self) -> list[str]:
        sent = self.cleaned_data
        names = [sent.get("variable") or "output", sent.get("expected_variable")]
        return [name for name in names if name]

    def parameters(self) -> dict[str, Any]:
        """Return the parameters that were filled in; lists are one text a line."""
        found: dict[str, Any] = {}
        for parameter in self.check.parameters:
            value = self.cleaned_data.get(f"p_{parameter.name}") or ""
            if parameter.type == "STRING_ARRAY":
                found[parameter.name] = [v for v in value.splitlines() if v.strip()]
            elif value:
                found[parameter.name] = value.replace("\r\n", "\n")
        return found

    def config(self) -> dict[str, Any]:
        return code_config(
            self.check.key,
            name=self.cleaned_data.get("column") or self.check.label,
            variables=self.variables(),
            parameters=self.parameters(),
        )

    def samples(self) -> list[str]:
        """Return the sample values, in the order of the variables."""
        names = _SAMPLES[: len(self.variables())]
        return [self.cleaned_data.get(name) or "" for name in names]

    def _first_parameter(self) -> str:
        first = next(iter(self.check.parameters), None)
        return f"p_{first.name}" if first else "variable"

    def _field(self, path: str) -> str | None:
        """Find the field of a parameter that was refused by its place in the list."""
        found = super()._field(path)
        if "static_params[" not in path:
            return found
        place = int(path.partition("[")[2].partition("]")[0])
        names = [n for n, value in self.parameters().items() if value not in ("", [])]
        return f"p_{names[place]}"


def new_check(check: Check) -> dict[str, object]:
    """Return what the form of a new check begins with."""
    defaults = {f"p_{one.name}": one.default for one in check.parameters}
    return {
        "name": check.label,
        "column": check.key.lower(),
        "variable": "output",
        "expected_variable": "expected" if check.takes_expected else "",
        "commit_message": "First version",
        **defaults,
    }


def from_check_config(config: Config) -> dict[str, object]:
    """Return what the form of a check's next version begins with."""
    variables = [*config["variables"], "", ""]
    parameters = {
        f"p_{name}": "\n".join(value) if isinstance(value, list) else value
        for name, value in parameters_of(config).items()
    }
    return {
        "column": config["name"],
        "variable": variables[0],
        "expected_variable": variables[1],
        **parameters,
    }


def _expected_variable() -> forms.CharField:
    return forms.CharField(
        label="Expected value",
        required=False,
        max_length=255,
        widget=text(),
        help_text="The variable to compare with; empty: the text below.",
    )


def _field(parameter: Parameter) -> forms.CharField:
    is_long = parameter.type == "STRING_ARRAY" or parameter.name == "schema"
    mono = text() if parameter.type != "REGEX" else text(spellcheck="false")
    if parameter.type == "REGEX":
        mono.attrs["class"] = "input input-mono"
    return forms.CharField(
        label=parameter.label,
        required=parameter.is_required,
        strip=False,
        max_length=100_000,
        help_text=parameter.help,
        widget=area(4) if is_long else mono,
    )
