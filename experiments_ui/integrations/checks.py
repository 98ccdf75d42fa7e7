"""What an integration may hold, whichever edge it comes from."""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import orjson
from django.conf import settings

from experiments_ui.errors import Invalid
from experiments_ui.integrations.models import AuthType, Integration, Provider

# Stands for a stored header's value in answers; sent back, it keeps that value.
MASK = "••••••••"
MOST_HEADER_BYTES = 8_175

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}")
_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# They belong to the connection, or would name another host than the one checked.
_NOT_OURS = {"host", "content-length", "transfer-encoding", "connection", "upgrade"}
# Parts of metadata become parts of addresses.
_METADATA = {
    "role_arn": re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,512}"),
    "external_id": re.compile(r"[\w+=,.@:/-]{2,1224}"),
    "project_id": re.compile(r"[a-z0-9][a-z0-9.:-]{0,99}"),
    "location": re.compile(r"[a-z0-9-]{1,40}"),
    "project_access_label": re.compile(r".{1,255}", re.DOTALL),
}
_KIND = {Provider.AWS_BEDROCK: "AWS", Provider.VERTEX_AI: "GCP"}


def check_key(key: str) -> None:
    """Refuse a key that no HTTP header can carry.

    Raises:
        Invalid: It has blanks, line ends or letters beyond ASCII, or is too long.
    """
    if not _PRINTABLE.fullmatch(key) or key != key.strip() or len(key) > 10_000:
        raise _invalid("api_key", "it has line ends, blanks or letters beyond ASCII")


def check_headers(headers: Mapping[str, str]) -> None:
    """Refuse headers that would break a request or reach another host.

    Raises:
        Invalid: A name or value is not one, or all of them are too large.
    """
    if len(orjson.dumps(dict(headers))) > MOST_HEADER_BYTES:
        raise _invalid("headers", f"they may have {MOST_HEADER_BYTES:,} bytes together")
    seen = set()
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise _invalid("headers", "one of the names is no name of a header")
        if name.lower() in _NOT_OURS or name.lower() in seen:
            raise _invalid(f"headers.{name}", "this header is set by the connection")
        if not _PRINTABLE.fullmatch(value.replace(MASK, "")):
            raise _invalid(f"headers.{name}", "use printable ASCII on one line")
        seen.add(name.lower())


def check_variable(name: str) -> None:
    """Refuse variables that the operator did not set aside for keys.

    Raises:
        Invalid: EXPERIMENTS_UI_KEY_VARIABLES does not allow it.
    """
    allowed = settings.KEY_VARIABLES
    if not _VARIABLE.fullmatch(name) or not any(
        fnmatchcase(name, pattern) for pattern in allowed
    ):
        words = " or ".join(allowed) or "none"
        reason = f"the operator of this server allows {words}"
        raise _invalid("api_key_env", reason)


def check_region(region: str) -> None:
    """Refuse a region that is none: it becomes part of a host's name.

    Raises:
        Invalid: It holds more than small letters, digits and hyphens.
    """
    if not _METADATA["location"].fullmatch(region):
        raise _invalid("region", "use small letters, digits and hyphens")


def check_metadata(integration: Integration) -> None:
    """Check that Bedrock and Vertex have their own metadata, and no other has any.

    Raises:
        Invalid: It is missing, of the other kind, or has a malformed part.
    """
    metadata = integration.provider_metadata
    kind = _KIND.get(Provider(integration.provider))
    if metadata is None:
        if kind and not _does_without(integration):
            raise _invalid("provider_metadata", f"{kind} metadata is needed here")
        return
    if metadata.get("kind") != kind:
        words = f"has metadata of kind {kind}" if kind else "takes none"
        raise _invalid("provider_metadata", f"{integration.provider} {words}")
    _check_parts(metadata)


def _does_without(integration: Integration) -> bool:
    """Bedrock is also called with a key of its own, or through a proxy."""
    by_itself = integration.has_api_key or integration.auth_type != AuthType.DEFAULT
    return integration.provider == Provider.AWS_BEDROCK and by_itself


def _check_parts(metadata: Mapping[str, Any]) -> None:
    for name, pattern in _METADATA.items():
        value = metadata.get(name)
        if value is not None and not pattern.fullmatch(value):
            raise _invalid(f"provider_metadata.{name}", "this is not one")


def _invalid(path: str, reason: str) -> Invalid:
    return Invalid(f"{path}: {reason}.", {path: reason})
