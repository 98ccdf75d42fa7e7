"""Forms of the settings page."""

from django import forms


class NewKeyForm(forms.Form):
    name = forms.CharField(
        max_length=256,
        help_text="Where the key will be used, such as “laptop” or “nightly CI”.",
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label="Expires",
        coerce=int,
        choices=[
            (0, "never"),
            (7, "in 7 days"),
            (30, "in 30 days"),
            (365, "in a year"),
        ],
        widget=forms.Select(attrs={"class": "input"}),
    )
