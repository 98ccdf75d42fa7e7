"""What clients from before 8.50 cannot read: members their models do not know."""

import re
from collections.abc import Mapping
from typing import Any

# Older clients raise on members added since; the newest one known to is 8.42.
_READS_NEW_MEMBERS = (8, 50)

# By the collection in the path; its lists carry the same shape under the same name.
_NEWER_MEMBERS = {
    "experiments": frozenset({"space_id"}),
    "projects": frozenset({"project_type"}),
    "spaces": frozenset(
        {
            "organization_id",
            "is_private",
            "default_llm_integration",
            "default_agent_runtime",
            "ml_models_enabled",
            "gradient_start_color",
            "gradient_end_color",
        }
    ),
}
# Members of what such an answer holds, however deep.
_NEWER_INSIDE = {
    "evaluators": frozenset({"use_function_calling"}),
    "evaluator-versions": frozenset({"use_function_calling"}),
}
_COLLECTION = re.compile(r"/v2/([a-z-]+)")
_VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})")


def trimmed(document: object, *, path: str, headers: Mapping[str, str]) -> object:
    """Return a response as the calling client can read it."""
    collection = _COLLECTION.match(path)
    if not collection or not isinstance(document, dict) or not _is_old(headers):
        return document
    if inside := _NEWER_INSIDE.get(collection[1]):
        return _without_inside(document, inside)
    if not (newer := _NEWER_MEMBERS.get(collection[1])):
        return document
    shown = _without(document, newer)
    if isinstance(rows := shown.get(collection[1]), list):
        shown[collection[1]] = [_without(row, newer) for row in rows]
    return shown


def _is_old(headers: Mapping[str, str]) -> bool:
    if headers.get("sdk-language", "").lower() != "python":
        return False
    version = _VERSION.match(headers.get("sdk-version", ""))
    return version is not None and (
        (int(version[1]), int(version[2])) < _READS_NEW_MEMBERS
    )


def _without(members: Mapping[str, Any], newer: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if name not in newer}


def _without_inside(value: object, newer: frozenset[str]) -> object:
    if isinstance(value, dict):
        kept = _without(value, newer)
        return {name: _without_inside(one, newer) for name, one in kept.items()}
    if isinstance(value, list):
        return [_without_inside(one, newer) for one in value]
    return value
