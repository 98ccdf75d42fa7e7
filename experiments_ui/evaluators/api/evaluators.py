"""REST: evaluators, and the catalogue of judges."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui.api.filters import by_name, by_space
from experiments_ui.api.pagination import PageRequest, newest_first
from experiments_ui.api.schema import describes, page_of
from experiments_ui.evaluators import actions, queries
from experiments_ui.evaluators.api.versions import new_version
from experiments_ui.evaluators.catalogue import FAMILIES
from experiments_ui.evaluators.models import EvaluatorVersion
from experiments_ui.evaluators.serializers.evaluators import (
    EvaluatorBody,
    EvaluatorChanges,
    EvaluatorShape,
    EvaluatorTemplates,
    EvaluatorVersionShape,
    FullEvaluatorShape,
    config_in,
)
from experiments_ui.spaces import access
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.models import Role

_FILTERS = ("space_id", "space_name", "name")


class EvaluatorList(APIView):
    @describes(
        "list_evaluators",
        answers=page_of("evaluators", EvaluatorShape),
        query=(*_FILTERS, "limit", "cursor"),
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        found = queries.list_evaluators(caller(request))
        found = by_name(by_space(found, query), query)
        scope = ("evaluators", *(query.get(name) for name in _FILTERS))
        asked = PageRequest.parse(query, scope=scope)
        page = newest_first(found, asked, by="updated_at")
        return Response(page.answer("evaluators", lambda one: EvaluatorShape(one).data))

    @describes(
        "create_evaluator", takes=EvaluatorBody, answers=FullEvaluatorShape, status=201
    )
    def post(self, request: Request) -> Response:
        body = EvaluatorBody(data=request.data)
        body.is_valid(raise_exception=True)
        members = body.validated_data
        principal = caller(request)
        space = access.get_space(principal, members["space_id"], role=Role.MEMBER)
        sent = config_in(members["version"], members["type"], place="version.")
        new = actions.NewEvaluator(
            members["name"], members.get("description"), members["type"]
        )
        version = actions.create_evaluator(
            space,
            new,
            version=new_version(space, sent, members["version"]["commit_message"]),
            by=principal.user,
            now=timezone.now(),
        )
        return Response(_with(version), status=201)


class EvaluatorDetail(APIView):
    @describes("get_evaluator", answers=FullEvaluatorShape, query=("version_id",))
    def get(self, request: Request, evaluator_id: str) -> Response:
        found = queries.get_evaluator(
            caller(request), evaluator_id, role=Role.READ_ONLY
        )
        asked = request.query_params.get("version_id") or None
        return Response(_with(queries.version_of(found, asked)))

    @describes("update_evaluator", takes=EvaluatorChanges, answers=EvaluatorShape)
    def patch(self, request: Request, evaluator_id: str) -> Response:
        found = queries.get_evaluator(caller(request), evaluator_id, role=Role.MEMBER)
        body = EvaluatorChanges(data=request.data)
        body.is_valid(raise_exception=True)
        changed = actions.update_evaluator(found, body.changes(), now=timezone.now())
        return Response(EvaluatorShape(changed).data)

    @describes("delete_evaluator", status=204)
    def delete(self, request: Request, evaluator_id: str) -> Response:
        found = queries.get_evaluator(caller(request), evaluator_id, role=Role.MEMBER)
        actions.delete_evaluator(found)
        return Response(status=204)


class EvaluatorTemplateList(APIView):
    @describes("list_evaluator_templates", answers=EvaluatorTemplates)
    def get(self, request: Request) -> Response:
        caller(request)
        families = list(FAMILIES.values())
        shown = EvaluatorTemplates({"evaluator_templates": families})
        return Response(shown.data)


def _with(version: EvaluatorVersion) -> dict[str, object]:
    """Return an evaluator with one of its versions."""
    members = EvaluatorShape(version.evaluator).data
    return {**members, "version": EvaluatorVersionShape(version).data}
