"""Annotations on the wire: many at once, so they are read without a serializer each."""

from collections.abc import Iterator
from typing import Any

from experiments_ui.annotations.judging import Said
from experiments_ui.api.fields import Rows, StrictSerializer
from experiments_ui.errors import Invalid
from experiments_ui.spaces.verdicts import UNSET, Annotation

_MEMBERS = {"name", "score", "label", "text"}


class AnnotationBody(StrictSerializer):
    """What one person says about up to 1,000 examples or runs."""

    annotations = Rows(most=1000)


def said_in(rows: list[dict[str, Any]]) -> list[Said]:
    """Return what the rows of an AnnotationBody say.

    Raises:
        Invalid: A row is not ``{"record_id": …, "values": [{"name": …, …}]}``.
    """
    return [
        said
        for index, row in enumerate(rows)
        for said in _said_about(row, f"annotations[{index}]")
    ]


def _said_about(row: dict[str, Any], path: str) -> Iterator[Said]:
    if set(row) != {"record_id", "values"} or not isinstance(row["record_id"], str):
        raise _malformed(path, "send a record_id (text) and values, and nothing else")
    values = row["values"]
    if not isinstance(values, list) or not 1 <= len(values) <= 500:
        raise _malformed(f"{path}.values", "send a list of 1 to 500 values")
    for index, value in enumerate(values):
        yield _said(row["record_id"], value, f"{path}.values[{index}]")


def _said(target_id: str, value: Any, path: str) -> Said:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise _malformed(path, "send an object with a name")
    if unknown := sorted(set(value) - _MEMBERS):
        raise _malformed(f"{path}.{unknown[0]}", "this member is not known here")
    if len(value) == 1:
        raise _malformed(path, "say a score, a label or a text")
    score = value.get("score", UNSET)
    if isinstance(score, bool | str | list | dict):
        raise _malformed(f"{path}.score", "this must be a number")
    for member in ("label", "text"):
        if not isinstance(value.get(member), str | None):
            raise _malformed(f"{path}.{member}", "this must be a string")
    annotation = Annotation(
        target_id=target_id,
        name=value["name"],
        score=float(score) if isinstance(score, int | float) else score,
        label=value.get("label", UNSET),
        text=value.get("text", UNSET),
    )
    return Said(annotation, path)


def _malformed(path: str, reason: str) -> Invalid:
    return Invalid(f"{path}: {reason}.", {path: reason})
