"""REST: the tags on one resource."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui.api.schema import describes, page_of
from experiments_ui.spaces import actions, queries
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.serializers.tags import (
    RemovalShape,
    RemovedTagIds,
    TagIds,
    TagShape,
)
from experiments_ui.tagging import resources
from experiments_ui.tagging.resources import InSpace, Taggable

_PAGE = page_of("tags", TagShape)


class _Tags(APIView):
    """GET and POST of one kind of resource."""

    taggable: ClassVar[Taggable]

    def get(self, request: Request, resource_id: str) -> Response:
        return Response(self._tags(self._find(request, resource_id, Role.ANNOTATOR)))

    def post(self, request: Request, resource_id: str) -> Response:
        resource = self._find(request, resource_id, Role.MEMBER)
        body = TagIds(data=request.data)
        body.is_valid(raise_exception=True)
        numbers = body.validated_data["tag_ids"]
        tags = queries.tags_numbered(caller(request), numbers)
        actions.attach_tags(
            resource.space_id, kind=self.taggable.kind, number=resource.pk, tags=tags
        )
        return Response(self._tags(resource))

    def _find(self, request: Request, resource_id: str, role: Role) -> InSpace:
        return self.taggable.find(caller(request), resource_id, role=role)

    def _tags(self, resource: InSpace) -> dict[str, Any]:
        """Return all tags of a resource: their list is never cut into pages."""
        tags = queries.tags_of(self.taggable.kind, resource.pk)
        shown = TagShape(tags.order_by("-updated_at", "-pk"), many=True).data
        return {"tags": shown, "pagination": {"has_more": False}}


class _DetachableTags(_Tags):
    """DELETE as well, which the wire has for some kinds only."""

    def delete(self, request: Request, resource_id: str) -> Response:
        resource = self._find(request, resource_id, Role.MEMBER)
        body = RemovedTagIds(data=request.data)
        body.is_valid(raise_exception=True)
        asked = dict.fromkeys(body.validated_data["tag_ids"])
        had = actions.detach_tags(
            kind=self.taggable.kind, number=resource.pk, tag_numbers=list(asked)
        )
        removal = {
            "completed": had == set(asked),
            "deleted": [number for number in asked if number in had],
            "not_deleted": [number for number in asked if number not in had],
        }
        return Response(RemovalShape(removal).data)


@extend_schema_view(
    get=describes("list_dataset_tags", answers=_PAGE),
    post=describes("add_dataset_tags", takes=TagIds, answers=_PAGE),
    delete=describes("remove_dataset_tags", answers=RemovalShape),
)
class DatasetTags(_DetachableTags):
    taggable = resources.DATASETS


@extend_schema_view(
    get=describes("list_project_tags", answers=_PAGE),
    post=describes("add_project_tags", takes=TagIds, answers=_PAGE),
    delete=describes("remove_project_tags", answers=RemovalShape),
)
class ProjectTags(_DetachableTags):
    taggable = resources.PROJECTS


@extend_schema_view(
    get=describes("list_experiment_tags", answers=_PAGE),
    post=describes("add_experiment_tags", takes=TagIds, answers=_PAGE),
)
class ExperimentTags(_Tags):
    taggable = resources.EXPERIMENTS


@extend_schema_view(
    get=describes("list_annotation_config_tags", answers=_PAGE),
    post=describes("add_annotation_config_tags", takes=TagIds, answers=_PAGE),
)
class AnnotationConfigTags(_Tags):
    taggable = resources.ANNOTATION_CONFIGS


@extend_schema_view(
    get=describes("list_evaluator_tags", answers=_PAGE),
    post=describes("add_evaluator_tags", takes=TagIds, answers=_PAGE),
    delete=describes("remove_evaluator_tags", answers=RemovalShape),
)
class EvaluatorTags(_DetachableTags):
    taggable = resources.EVALUATORS
