"""REST: making, changing and deleting tags."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui.api.schema import describes
from experiments_ui.errors import BadRequest
from experiments_ui.spaces import access, actions, queries
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.serializers.tags import TagBody, TagChanges, TagShape


class TagList(APIView):
    @describes("create_tag", takes=TagBody, answers=TagShape, status=201)
    def post(self, request: Request) -> Response:
        body = TagBody(data=request.data)
        body.is_valid(raise_exception=True)
        members = body.validated_data
        space = access.get_space(caller(request), members["space_id"], role=Role.MEMBER)
        tag = actions.create_tag(
            space,
            name=members["name"],
            description=members.get("description"),
            color=members.get("color"),
        )
        return Response(TagShape(tag).data, status=201)


class TagDetail(APIView):
    @describes("update_tag", takes=TagChanges, answers=TagShape)
    def patch(self, request: Request, tag_id: str) -> Response:
        tag = queries.get_tag(caller(request), tag_id, role=Role.MEMBER)
        body = TagChanges(data=request.data)
        body.is_valid(raise_exception=True)
        if not body.validated_data:
            raise BadRequest("Send at least one of name, description and color.")
        tag = actions.update_tag(tag, body.validated_data)
        return Response(TagShape(tag).data)

    @describes("delete_tag", status=204)
    def delete(self, request: Request, tag_id: str) -> Response:
        actions.delete_tag(queries.get_tag(caller(request), tag_id, role=Role.MEMBER))
        return Response(status=204)
