"""Serializer fields that take a JSON type as it is, and never coerce another."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from rest_framework import serializers

from experiments_ui import ids
from experiments_ui.arrow.values import check_text
from experiments_ui.errors import BadRequest


# Comments rather than docstrings: the OpenAPI document would show them in subclasses.
# A request body: a JSON object without unknown members.
class StrictSerializer(serializers.Serializer[Any]):
    # The wire answers an unknown member with 422, but with 400 where tags are meant.
    unknown_is_bad_request: ClassVar[bool] = False

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            message = "This must be a JSON object."
            raise serializers.ValidationError({"non_field_errors": [message]})
        known = {name for name, field in self.fields.items() if not field.read_only}
        if unknown := sorted(set(data) - known):
            self._refuse(unknown)
        return super().to_internal_value(data)

    def changes(self) -> dict[str, Any]:
        """Return what a PATCH names; absent members are left alone.

        Raises:
            ValidationError: It names nothing.
        """
        if not self.validated_data:
            raise serializers.ValidationError("Name at least one member to change.")
        return dict(self.validated_data)

    def _refuse(self, unknown: list[str]) -> None:
        messages = dict.fromkeys(unknown, "This member is not known here.")
        if self.unknown_is_bad_request:
            raise BadRequest(f"{unknown[0]}: {messages[unknown[0]]}", messages)
        raise serializers.ValidationError(messages)


# A response; members named in `absent_when_null` are left out when null.
class Shape(serializers.Serializer[Any]):
    absent_when_null: ClassVar[frozenset[str]] = frozenset()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return {
            name: value
            for name, value in shown.items()
            if value is not None or name not in self.absent_when_null
        }


class Text(serializers.CharField):
    """A JSON string, stored as it came."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("trim_whitespace", False)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError("This must be a string.")
        check_text(data, path=self.field_name or "")
        return str(super().to_internal_value(data))


class Name(Text):
    """A resource's name: not blank, at most 255 characters."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 255)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if not value.strip():
            raise serializers.ValidationError("This may not be blank.")
        return value


class Number(serializers.FloatField):
    """A JSON number that is not a boolean."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            raise serializers.ValidationError("This must be a number.")
        return float(super().to_internal_value(data))


class Whole(serializers.IntegerField):
    """A JSON integer."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError("This must be an integer.")
        return int(super().to_internal_value(data))


class Flag(serializers.BooleanField):
    """A JSON boolean."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError("This must be true or false.")
        return data


class Rows(serializers.ListField):
    """A list of 1 to `most` JSON objects, handed on untouched.

    Their content is judged where they are stored: a serializer per row would cost
    more than storing it.
    """

    child = serializers.DictField()

    def __init__(self, *, most: int = 1000, **options: Any) -> None:
        self.most = most
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> list[dict[str, Any]]:
        if not isinstance(data, list):
            raise serializers.ValidationError("This must be a list of objects.")
        if not 1 <= len(data) <= self.most:
            raise serializers.ValidationError(
                f"Send 1 to {self.most:,} at once; this list has {len(data):,}."
            )
        for index, row in enumerate(data):
            if not isinstance(row, dict):
                raise serializers.ValidationError(f"Member {index} is no object.")
        return data


class Moment(serializers.DateTimeField):
    """RFC 3339; a time without zone is UTC."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str):
            raise serializers.ValidationError("This must be a time as text.")
        moment: datetime = super().to_internal_value(value)
        return moment

    def to_representation(self, value: Any) -> Any:
        return None if value is None else timestamp(value)


class ResourceId(Text):
    """The wire id of one kind of resource; its value is the resource's number."""

    def __init__(self, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            return ids.decode(self.kind, text)
        except BadRequest as error:
            name = self.field_name or "id"
            raise BadRequest(
                f"{name}: {error.message}", {name: error.message}
            ) from None

    def to_representation(self, value: Any) -> str:
        return ids.encode(self.kind, value)


def timestamp(moment: datetime) -> str:
    """Return RFC 3339 in UTC with microseconds and Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
