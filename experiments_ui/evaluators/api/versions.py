"""REST: the versions of an evaluator."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui.api.pagination import PageRequest, newest_first
from experiments_ui.api.schema import describes, page_of
from experiments_ui.evaluators import actions, queries
from experiments_ui.evaluators.serializers.configs import Sent
from experiments_ui.evaluators.serializers.evaluators import (
    EvaluatorVersionShape,
    VersionBody,
    VersionIds,
    VersionRemovalShape,
    config_in,
)
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.models import Role, Space


class VersionList(APIView):
    @describes(
        "list_evaluator_versions",
        answers=page_of("evaluator_versions", EvaluatorVersionShape),
        query=("limit", "cursor"),
    )
    def get(self, request: Request, evaluator_id: str) -> Response:
        found = queries.get_evaluator(
            caller(request), evaluator_id, role=Role.READ_ONLY
        )
        asked = PageRequest.parse(request.query_params, scope=("versions", found.pk))
        page = newest_first(queries.versions_of(found), asked)
        return Response(
            page.answer(
                "evaluator_versions", lambda one: EvaluatorVersionShape(one).data
            )
        )

    @describes(
        "create_evaluator_version",
        takes=VersionBody,
        answers=EvaluatorVersionShape,
        status=201,
    )
    def post(self, request: Request, evaluator_id: str) -> Response:
        principal = caller(request)
        found = queries.get_evaluator(principal, evaluator_id, role=Role.MEMBER)
        body = VersionBody(data=request.data)
        body.is_valid(raise_exception=True)
        sent = config_in(body.validated_data, found.evaluator_type)
        message = body.validated_data["commit_message"]
        version = actions.add_version(
            found,
            new_version(found.space, sent, message),
            by=principal.user,
            now=timezone.now(),
        )
        return Response(EvaluatorVersionShape(version).data, status=201)

    @describes(
        "delete_evaluator_versions", takes=VersionIds, answers=VersionRemovalShape
    )
    def delete(self, request: Request, evaluator_id: str) -> Response:
        found = queries.get_evaluator(caller(request), evaluator_id, role=Role.MEMBER)
        body = VersionIds(data=request.data)
        body.is_valid(raise_exception=True)
        asked = dict.fromkeys(body.validated_data["version_ids"])
        had = actions.delete_versions(found, list(asked))
        removal = {
            "completed": True,
            "deleted_version_ids": [number for number in asked if number in had],
            "not_deleted_version_ids": [n for n in asked if n not in had],
        }
        return Response(VersionRemovalShape(removal).data)


class VersionDetail(APIView):
    @describes("get_evaluator_version", answers=EvaluatorVersionShape)
    def get(self, request: Request, version_id: str) -> Response:
        found = queries.get_version(caller(request), version_id, role=Role.READ_ONLY)
        return Response(EvaluatorVersionShape(found).data)


def new_version(space: Space, sent: Sent, commit_message: str) -> actions.NewVersion:
    """Return a version to be.

    Raises:
        NotFound: The space may not use the integration it names.
    """
    integration = (
        None
        if sent.integration is None
        else queries.integration_in(space, sent.integration)
    )
    return actions.NewVersion(sent.config, commit_message, integration)
