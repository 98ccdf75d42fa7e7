"""REST: annotation configs."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui.annotations import actions, queries
from experiments_ui.annotations.serializers.configs import (
    CONFIG_CHANGES,
    NEW_CONFIG,
    ConfigShape,
    config_changes,
    new_config,
)
from experiments_ui.api.filters import by_name, by_space
from experiments_ui.api.pagination import PageRequest, newest_first
from experiments_ui.api.schema import describes, page_of
from experiments_ui.errors import Invalid
from experiments_ui.spaces import access
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.models import Role

_FILTERS = ("space_id", "space_name", "name")


class ConfigList(APIView):
    @describes(
        "list_annotation_configs",
        answers=page_of("annotation_configs", ConfigShape),
        query=(*_FILTERS, "limit", "cursor"),
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        configs = by_name(by_space(queries.list_configs(caller(request)), query), query)
        scope = ("annotation_configs", *(query.get(name) for name in _FILTERS))
        page = newest_first(configs, PageRequest.parse(query, scope=scope))
        return Response(
            page.answer("annotation_configs", lambda one: ConfigShape(one).data)
        )

    @describes(
        "create_annotation_config", takes=NEW_CONFIG, answers=ConfigShape, status=201
    )
    def post(self, request: Request) -> Response:
        members = new_config(request.data)
        space_id = members.pop("space_id")
        space = access.get_space(caller(request), space_id, role=Role.MEMBER)
        config = actions.create_config(space, **members)
        return Response(ConfigShape(config).data, status=201)


class ConfigDetail(APIView):
    @describes("get_annotation_config", answers=ConfigShape)
    def get(self, request: Request, config_id: str) -> Response:
        config = queries.get_config(caller(request), config_id, role=Role.ANNOTATOR)
        return Response(ConfigShape(config).data)

    @describes("update_annotation_config", takes=CONFIG_CHANGES, answers=ConfigShape)
    def patch(self, request: Request, config_id: str) -> Response:
        config = queries.get_config(caller(request), config_id, role=Role.MEMBER)
        changes = config_changes(request.data)
        if changes.pop("config_type") != config.config_type:
            message = f"This config is {config.config_type}, and stays so."
            raise Invalid(message, {"annotation_config_type": message})
        config = actions.update_config(config, changes)
        return Response(ConfigShape(config).data)

    @describes("delete_annotation_config", status=204)
    def delete(self, request: Request, config_id: str) -> Response:
        config = queries.get_config(caller(request), config_id, role=Role.MEMBER)
        actions.delete_config(config)
        return Response(status=204)
