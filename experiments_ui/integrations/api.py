"""REST: AI integrations."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui.api.filters import by_name
from experiments_ui.api.pagination import PageRequest, newest_first
from experiments_ui.api.schema import describes, page_of
from experiments_ui.integrations import actions, queries
from experiments_ui.integrations.scopes import scopes_in
from experiments_ui.integrations.serializers.integrations import (
    IntegrationBody,
    IntegrationChanges,
    IntegrationShape,
)
from experiments_ui.spaces.authentication import caller

_FILTERS = ("space_id", "space_name", "name")


class IntegrationList(APIView):
    @describes(
        "list_ai_integrations",
        answers=page_of("ai_integrations", IntegrationShape),
        query=(*_FILTERS, "limit", "cursor"),
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        found = by_name(queries.visible_in(caller(request), query), query)
        scope = ("ai_integrations", *(query.get(name) for name in _FILTERS))
        page = newest_first(
            found.prefetch_related("scopings"), PageRequest.parse(query, scope=scope)
        )
        return Response(
            page.answer("ai_integrations", lambda one: IntegrationShape(one).data)
        )

    @describes(
        "create_ai_integration",
        takes=IntegrationBody,
        answers=IntegrationShape,
        status=201,
    )
    def post(self, request: Request) -> Response:
        principal = caller(request)
        body = IntegrationBody(data=request.data)
        body.is_valid(raise_exception=True)
        members: dict[str, Any] = dict(body.validated_data)
        members["scopings"] = scopes_in(principal, members.get("scopings", []))
        made = actions.create_integration(
            members, by=principal.user, now=timezone.now()
        )
        return Response(IntegrationShape(made).data, status=201)


class IntegrationDetail(APIView):
    @describes("get_ai_integration", answers=IntegrationShape)
    def get(self, request: Request, integration_id: str) -> Response:
        found = queries.get_integration(caller(request), integration_id)
        return Response(IntegrationShape(found).data)

    @describes(
        "update_ai_integration", takes=IntegrationChanges, answers=IntegrationShape
    )
    def patch(self, request: Request, integration_id: str) -> Response:
        principal = caller(request)
        found = queries.get_integration(principal, integration_id, to_change=True)
        body = IntegrationChanges(data=request.data)
        body.is_valid(raise_exception=True)
        changes = body.changes()
        if "scopings" in changes:
            changes["scopings"] = scopes_in(principal, changes["scopings"])
        changed = actions.update_integration(found, changes, now=timezone.now())
        return Response(IntegrationShape(changed).data)

    @describes("delete_ai_integration", status=204)
    def delete(self, request: Request, integration_id: str) -> Response:
        found = queries.get_integration(caller(request), integration_id, to_change=True)
        actions.delete_integration(found)
        return Response(status=204)
