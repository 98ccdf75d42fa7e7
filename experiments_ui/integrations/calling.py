"""From an integration to what the client calls with; the one place keys are opened."""

import os

from experiments_ui.errors import Conflict
from experiments_ui.integrations import checks
from experiments_ui.integrations.actions import headers_of
from experiments_ui.integrations.models import Integration
from experiments_ui.llm.providers.endpoint import Auth, Endpoint, Provider


def endpoint_of(integration: Integration) -> Endpoint:
    """Return who to call, and as whom. Keep it for as long as the calls take.

    Raises:
        Unreadable: The key or the headers cannot be decrypted.
        Conflict: The variable with the key is not set, or not allowed any more.
    """
    metadata = integration.provider_metadata or {}
    return Endpoint(
        provider=Provider(integration.provider),
        api_key=_key_of(integration),
        base_url=integration.base_url or None,
        headers=headers_of(integration),
        auth=Auth(integration.auth_type),
        region=integration.region or metadata.get("location"),
        project=metadata.get("project_id"),
    )


def _key_of(integration: Integration) -> str | None:
    if name := integration.api_key_env:
        checks.check_variable(name)
        key = os.environ.get(name, "").strip()
        if not key:
            raise Conflict(f"The server has no variable {name}, or it is empty.")
        return key
    return integration.api_key.reveal() if integration.api_key else None
