"""Pure computation on numbers and text: no Django, no clock, no settings."""
