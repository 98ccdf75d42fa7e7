"""Tags, and the lists of them that resources carry."""

from typing import Any

from rest_framework import serializers

from experiments_ui.api.fields import (
    Moment,
    Name,
    ResourceId,
    Shape,
    StrictSerializer,
    Text,
)

COLORS = (
    *("GRAY", "INDIGO", "BLUE", "CYAN", "TEAL", "PINE", "GREEN", "LIME", "OLIVE"),
    *("LEMON", "YELLOW", "ORANGE", "RED", "CORAL", "PINK", "PLUM", "PURPLE"),
    *("BROWN", "AUBURN"),
)


class TagShape(Shape):
    id = ResourceId("Tag", source="pk")
    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    color = serializers.ChoiceField(COLORS, allow_null=True)
    space_id = ResourceId("Space")
    created_at = Moment()
    updated_at = Moment()


class TagName(Name):
    """1 to 100 characters after trimming."""

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data).strip()
        if len(name) > 100:
            raise serializers.ValidationError("This has at most 100 characters.")
        return name


class TagBody(StrictSerializer):
    unknown_is_bad_request = True

    name = TagName(max_length=None)
    space_id = Text()
    description = Text(required=False, allow_null=True, allow_blank=True)
    color = serializers.ChoiceField(COLORS, required=False, allow_null=True)


class TagChanges(StrictSerializer):
    unknown_is_bad_request = True

    name = TagName(required=False, max_length=None)
    description = Text(required=False, allow_null=True, allow_blank=True)
    color = serializers.ChoiceField(COLORS, required=False, allow_null=True)


class TagIds(StrictSerializer):
    """The tags to put on a resource."""

    tag_ids = serializers.ListField(
        child=ResourceId("Tag"), min_length=1, max_length=100
    )


class RemovedTagIds(TagIds):
    """The tags to take off a resource."""

    unknown_is_bad_request = True


class RemovalShape(Shape):
    completed = serializers.BooleanField()
    deleted = serializers.ListField(child=ResourceId("Tag"))
    not_deleted = serializers.ListField(child=ResourceId("Tag"))
