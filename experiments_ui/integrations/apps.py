"""What is checked when a process starts."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "experiments_ui.integrations"

    def ready(self) -> None:
        """Stop the start where the operator's list of private hosts names nothing."""
        from experiments_ui.integrations.addresses import policy  # noqa: PLC0415 -- settings come first

        policy()
