"""Forms of an integration and of its prices."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict

from experiments_ui.errors import DomainError
from experiments_ui.integrations.checks import MASK
from experiments_ui.integrations.models import Integration, ModelPrice
from experiments_ui.integrations.profiles import Profile
from experiments_ui.integrations.queries import Price

if TYPE_CHECKING:
    _PriceFormSet = forms.BaseFormSet["PriceForm"]
else:
    _PriceFormSet = forms.BaseFormSet

METADATA = {
    "AWS": ("role_arn", "external_id"),
    "GCP": ("project_id", "location", "project_access_label"),
}
KEEP = "keep"
_OPTIONAL = {"region", "external_id", "role_arn"}
_LABELS = {
    "region": "Region",
    "role_arn": "Role ARN",
    "external_id": "External id",
    "project_id": "Project id",
    "location": "Location",
    "project_access_label": "Label of the project",
}
_HELP = {
    "role_arn": "Kept for clients of the API: calls are signed with the key below.",
    "region": "Such as eu-central-1; us-east-1 without one.",
    "location": "Such as us-central1 or global.",
    "project_access_label": "Any name by which you know the project.",
}


def _text(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "autocomplete": "off"} | attributes)


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(
        attrs={"class": "input input-mono", "rows": rows, "spellcheck": "false"}
    )


class IntegrationForm(forms.Form):
    """What an integration holds; a provider's own fields are added to it."""

    name = forms.CharField(max_length=255, widget=_text())
    base_url = forms.CharField(
        label="Base URL", max_length=2_048, required=False, widget=_text(type="url")
    )
    api_key = forms.CharField(
        required=False,
        max_length=10_000,
        # Never filled in from what is stored, nor from what was sent before.
        widget=forms.PasswordInput(
            attrs={"class": "input", "autocomplete": "new-password"}
        ),
    )
    forget_key = forms.BooleanField(label="Delete the stored key", required=False)
    api_key_env = forms.CharField(
        label="Variable of the server",
        max_length=255,
        required=False,
        widget=_text(spellcheck="false"),
    )
    auth_type = forms.ChoiceField(
        label="The key is sent as", widget=forms.Select(attrs={"class": "input"})
    )
    headers = forms.CharField(
        required=False,
        widget=_lines(2),
        help_text="One a line, such as “X-Team: search”. Values are kept encrypted.",
    )
    model_names = forms.CharField(label="Models", required=False, widget=_lines(3))
    function_calling_enabled = forms.BooleanField(
        label="Its models can call functions", required=False
    )
    requests_per_minute = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1_000_000,
        widget=_text(inputmode="numeric"),
    )
    monthly_budget = forms.DecimalField(
        label="Monthly budget in USD",
        required=False,
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        widget=_text(inputmode="decimal"),
    )
    scope = forms.ChoiceField(label="Who may use it", widget=forms.RadioSelect())

    def __init__(
        self,
        sent: QueryDict | None,
        *,
        profile: Profile,
        scopes: list[tuple[str, str]],
        stored: Integration | None = None,
        may_name_variables: bool,
        variables: Iterable[str],
    ) -> None:
        super().__init__(sent, initial=_initial(stored, profile, scopes))
        self.profile = profile
        self.stored = stored
        self._add_own_fields()
        self._explain(variables)
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]  # a choice field
        self.fields["auth_type"].choices = [  # type: ignore[attr-defined]  # as above
            (one.value, one.label) for one in profile.auth_types
        ]
        if not may_name_variables:
            del self.fields["api_key_env"]
        if stored is None or stored.api_key is None:
            del self.fields["forget_key"]

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The fields that only this provider has."""
        return [self[name] for name in self.profile.fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("api_key") and cleaned.get("api_key_env"):
            self.add_error("api_key_env", "Give a key or a variable, not both.")
        if cleaned.get("external_id") and not cleaned.get("role_arn"):
            self.add_error("external_id", "It belongs to a role; give its ARN as well.")
        return cleaned

    def clean_headers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.cleaned_data["headers"].splitlines():
            name, colon, value = line.partition(":")
            if not line.strip():
                continue
            if not colon or not name.strip():
                raise forms.ValidationError("Write each line as “Name: value”.")
            found[name.strip()] = value.strip()
        return found

    def clean_model_names(self) -> list[str]:
        lines = self.cleaned_data["model_names"].splitlines()
        names = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
        if any(len(name) > 255 for name in names) or len(names) > 500:
            raise forms.ValidationError("Up to 500 names of up to 255 characters.")
        return names

    def members(self) -> dict[str, Any]:
        """Return what was sent as members of an integration, but its scope."""
        sent = self.cleaned_data
        plain = {
            name: sent[name]
            for name in (
                *("name", "base_url", "auth_type", "headers"),
                *("function_calling_enabled", "requests_per_minute", "monthly_budget"),
            )
        }
        members = plain | {
            "provider": self.profile.provider.value,
            "model_names": sent["model_names"] or None,
            "region": sent.get("region", ""),
            "provider_metadata": self._metadata(),
        }
        return members | self._key()

    def refuse(self, error: DomainError) -> None:
        """Show what an action refused beside the field it is about."""
        for path, message in (error.fields or {"": error.message}).items():
            parts = path.replace("provider_metadata", "role_arn").split(".")
            name = next((part for part in reversed(parts) if part in self.fields), None)
            self.add_error(name, message if name else error.message)

    def _key(self) -> dict[str, Any]:
        sent = self.cleaned_data
        if sent["api_key"]:
            return {"api_key": sent["api_key"]}
        if sent.get("forget_key"):
            return {"api_key": None}
        if "api_key_env" not in sent:
            return {}
        stored = self.stored.api_key_env if self.stored else ""
        if sent["api_key_env"] or stored:
            return {"api_key_env": sent["api_key_env"]}
        return {}

    def _metadata(self) -> dict[str, str] | None:
        for kind, names in METADATA.items():
            found = {n: self.cleaned_data[n] for n in names if self.cleaned_data.get(n)}
            if found:
                return {"kind": kind, **found}
        return None

    def _add_own_fields(self) -> None:
        metadata = (self.stored.provider_metadata if self.stored else None) or {}
        for name in self.profile.fields:
            region = self.stored.region if self.stored else ""
            self.fields[name] = forms.CharField(
                label=_LABELS[name],
                required=name not in _OPTIONAL,
                max_length=1_500,
                initial=region if name == "region" else metadata.get(name, ""),
                help_text=_HELP.get(name, ""),
                widget=_text(),
            )

    def _explain(self, variables: Iterable[str]) -> None:
        profile, fields = self.profile, self.fields
        fields["base_url"].required = profile.needs_address
        fields["base_url"].help_text = profile.address_help
        fields["api_key"].label = profile.key
        fields["api_key"].help_text = _key_help(self.stored, profile)
        fields["model_names"].help_text = f"One a line, such as {profile.models}."
        fields["api_key_env"].help_text = "Instead of storing a key. Allowed here: " + (
            ", ".join(variables) or "none"
        )


class PriceForm(forms.Form):
    """A line of the price table; one that is left empty is none."""

    model_name = forms.CharField(
        label="Model", max_length=255, required=False, widget=_text()
    )
    input_usd = forms.DecimalField(
        label="Input", required=False, min_value=0, max_digits=14, decimal_places=6,
        widget=_text(inputmode="decimal"),
    )  # fmt: skip
    output_usd = forms.DecimalField(
        label="Output", required=False, min_value=0, max_digits=14, decimal_places=6,
        widget=_text(inputmode="decimal"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        prices = [cleaned.get("input_usd"), cleaned.get("output_usd")]
        if self.errors or prices == [None, None]:
            return cleaned
        if not cleaned.get("model_name"):
            self.add_error("model_name", "Name the model.")
        if None in prices:
            name = "input_usd" if prices[0] is None else "output_usd"
            self.add_error(name, "Write 0 if it costs nothing.")
        return cleaned


class _Prices(_PriceFormSet):
    """The lines that are filled in, each model once."""

    def clean(self) -> None:
        names = [one.cleaned_data.get("model_name") for one in self._priced()]
        if len(set(names)) < len(names):
            raise forms.ValidationError("A model is there twice.")

    def prices(self) -> dict[str, Price]:
        return {
            one.cleaned_data["model_name"]: Price(
                one.cleaned_data["input_usd"], one.cleaned_data["output_usd"]
            )
            for one in self._priced()
        }

    def _priced(self) -> list[PriceForm]:
        return [
            one
            for one in self.forms
            if one.is_valid() and one.cleaned_data.get("input_usd") is not None
        ]


PriceForms = forms.formset_factory(PriceForm, formset=_Prices, extra=2, max_num=520)


def price_forms(
    integration: Integration,
    prices: Iterable[ModelPrice],
    sent: QueryDict | None = None,
) -> Any:
    """Return a line for each price, for each model without one, and two more."""
    known = [
        {
            "model_name": one.model_name,
            "input_usd": one.input_usd.normalize().__format__("f"),
            "output_usd": one.output_usd.normalize().__format__("f"),
        }
        for one in prices
    ]
    priced = {one["model_name"] for one in known}
    bare = [n for n in integration.model_names or [] if n not in priced]
    initial = [*known, *({"model_name": name} for name in bare)]
    return PriceForms(sent, initial=initial, prefix="prices")


def _initial(
    stored: Integration | None, profile: Profile, scopes: list[tuple[str, str]]
) -> dict[str, Any]:
    first: dict[str, Any] = {"scope": scopes[0][0], "function_calling_enabled": True}
    if stored is None:
        return first | {"name": profile.label}
    names = ("name", "base_url", "api_key_env", "auth_type", "function_calling_enabled")
    more = ("requests_per_minute", "monthly_budget")
    return first | {
        **{name: getattr(stored, name) for name in (*names, *more)},
        "headers": "\n".join(f"{name}: {MASK}" for name in stored.header_names),
        "model_names": "\n".join(stored.model_names or []),
    }


def _key_help(stored: Integration | None, profile: Profile) -> str:
    if stored is None or stored.api_key is None:
        return profile.key_help
    return (
        "One is stored. Leave this empty to keep it; a new provider, base URL or set "
        "of headers deletes it unless you enter it again."
    )
