"""Evaluators and versions on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from experiments_ui.api.fields import (
    Moment,
    Name,
    ResourceId,
    Shape,
    StrictSerializer,
    Text,
)
from experiments_ui.errors import BadRequest, Forbidden
from experiments_ui.evaluators.catalogue import Family
from experiments_ui.evaluators.configs import member_of, shown
from experiments_ui.evaluators.models import EvaluatorType, EvaluatorVersion
from experiments_ui.evaluators.queries import config_of
from experiments_ui.evaluators.serializers.configs import (
    CODE_CONFIG,
    CodeConfig,
    Sent,
    TemplateConfigBody,
)

_MOST_DELETED = 100


class EvaluatorShape(Shape):
    id = ResourceId("Evaluator", source="pk")
    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    type = serializers.ChoiceField(EvaluatorType.choices, source="evaluator_type")
    space_id = ResourceId("Space")
    created_at = Moment()
    updated_at = Moment()
    created_by_user_id = ResourceId("User", source="created_by_id", allow_null=True)


class EvaluatorVersionShape(Shape):
    """A version; the config is under the name that belongs to its type."""

    id = ResourceId("EvaluatorVersion", source="pk")
    evaluator_id = ResourceId("Evaluator")
    commit_hash = serializers.CharField()
    commit_message = serializers.CharField()
    created_at = Moment()
    created_by_user_id = ResourceId("User", source="created_by_id", allow_null=True)
    type = serializers.CharField(source="evaluator.evaluator_type")
    template_config = serializers.SerializerMethodField(required=False)
    code_config = serializers.SerializerMethodField(required=False)

    absent_when_null = frozenset({"template_config", "code_config"})

    @extend_schema_field(TemplateConfigBody)
    def get_template_config(self, version: EvaluatorVersion) -> Any:
        return _config(version, EvaluatorType.TEMPLATE)

    @extend_schema_field(CODE_CONFIG)
    def get_code_config(self, version: EvaluatorVersion) -> Any:
        return _config(version, EvaluatorType.CODE)


class FullEvaluatorShape(EvaluatorShape):
    """An evaluator with one of its versions."""

    version = EvaluatorVersionShape()


class EvaluatorTemplateShape(Shape):
    """A judge of the catalogue."""

    column_name = serializers.CharField()
    display_name = serializers.CharField()
    template = serializers.CharField()
    rails = serializers.ListField(child=serializers.CharField())
    classification_choices = serializers.DictField(child=serializers.FloatField())
    direction = serializers.CharField()
    data_granularity = serializers.CharField(allow_null=True)

    def to_representation(self, instance: Family) -> dict[str, Any]:
        granularity = instance.data_granularity
        return {
            "column_name": instance.column_name,
            "display_name": instance.display_name,
            "template": instance.template,
            "rails": [label for label, _ in instance.choices],
            "classification_choices": dict(instance.choices),
            "direction": instance.direction,
            "data_granularity": None if granularity == "SPAN" else granularity,
        }


class EvaluatorTemplates(serializers.Serializer[Any]):
    evaluator_templates = EvaluatorTemplateShape(many=True)


class VersionBody(StrictSerializer):
    """A commit message, and the one config that the evaluator's type calls for."""

    commit_message = Text(max_length=1_000)
    template_config = TemplateConfigBody(required=False)
    code_config = CodeConfig(required=False)
    remote_config = serializers.DictField(required=False)


class EvaluatorBody(StrictSerializer):
    space_id = Text()
    name = Name()
    description = Text(
        required=False, allow_null=True, allow_blank=True, max_length=10_000
    )
    type = serializers.ChoiceField(EvaluatorType.choices)
    version = VersionBody()


class EvaluatorChanges(StrictSerializer):
    """What may change of an evaluator: at least one of them."""

    name = Name(required=False)
    description = Text(
        required=False, allow_null=True, allow_blank=True, max_length=10_000
    )


class _VersionIds(serializers.ListField):
    child = Text()

    def to_internal_value(self, data: Any) -> list[int]:
        if not isinstance(data, list) or not 1 <= len(data) <= _MOST_DELETED:
            message = f"Send a list of 1 to {_MOST_DELETED} ids."
            raise BadRequest(f"version_ids: {message}", {"version_ids": message})
        field = ResourceId("EvaluatorVersion")
        return [field.to_internal_value(one) for one in data]


class VersionIds(StrictSerializer):
    version_ids = _VersionIds()


class VersionRemovalShape(Shape):
    """Each id that was asked for is in exactly one of the lists."""

    completed = serializers.BooleanField()
    deleted_version_ids = serializers.ListField(child=ResourceId("EvaluatorVersion"))
    not_deleted_version_ids = serializers.ListField(
        child=ResourceId("EvaluatorVersion")
    )


def config_in(version: dict[str, Any], evaluator_type: str, *, place: str = "") -> Sent:
    """Return the one config of a version's body.

    Raises:
        Forbidden: It is for a remote evaluator, which this server has not.
        ValidationError: It is another config than the type calls for, or several.
    """
    if evaluator_type == EvaluatorType.REMOTE or "remote_config" in version:
        raise Forbidden("Remote evaluators are not available on this server.")
    wanted = member_of(evaluator_type)
    given = [name for name in version if name.endswith("_config")]
    if given != [wanted]:
        words = f"Send {wanted} and no other config: the type is {evaluator_type}."
        raise serializers.ValidationError({f"{place}{wanted}": words})
    found: Sent = version[wanted]
    return found


def _config(version: EvaluatorVersion, wanted: EvaluatorType) -> Any:
    if version.evaluator.evaluator_type != wanted:
        return None
    return shown(config_of(version))
