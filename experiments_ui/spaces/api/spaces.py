"""REST: spaces, their members, and organizations."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui import ids
from experiments_ui.api.filters import by_name
from experiments_ui.api.pagination import PageRequest, newest_first, oldest_first
from experiments_ui.api.schema import describes, page_of
from experiments_ui.errors import Forbidden
from experiments_ui.spaces import access, actions, queries
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.serializers.spaces import (
    MembershipBody,
    MembershipShape,
    OrganizationShape,
    SpaceBody,
    SpaceChanges,
    SpaceShape,
)


class SpaceList(APIView):
    @describes(
        "list_spaces",
        answers=page_of("spaces", SpaceShape),
        query=("org_id", "name", "limit", "cursor"),
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        spaces = by_name(access.spaces_of(caller(request)), query)
        if org_id := query.get("org_id"):
            spaces = spaces.filter(organization=ids.decode("Organization", org_id))
        scope = ("spaces", query.get("org_id"), query.get("name"))
        page = newest_first(spaces, PageRequest.parse(query, scope=scope))
        return Response(page.answer("spaces", lambda space: SpaceShape(space).data))

    @describes("create_space", takes=SpaceBody, answers=SpaceShape, status=201)
    def post(self, request: Request) -> Response:
        principal = caller(request)
        if not principal.is_account_admin:
            raise Forbidden("Only an account admin makes spaces.")
        body = SpaceBody(data=request.data)
        body.is_valid(raise_exception=True)
        members = body.validated_data
        organization = queries.organization_numbered(members.pop("organization_id"))
        space = actions.create_space(organization, creator=principal.user, **members)
        return Response(SpaceShape(space).data, status=201)


class SpaceDetail(APIView):
    """GET and PATCH; DELETE is added where a space's experiments are in reach."""

    @describes("get_space", answers=SpaceShape)
    def get(self, request: Request, space_id: str) -> Response:
        space = access.get_space(caller(request), space_id, role=Role.ANNOTATOR)
        return Response(SpaceShape(space).data)

    @describes("update_space", takes=SpaceChanges, answers=SpaceShape)
    def patch(self, request: Request, space_id: str) -> Response:
        space = access.get_space(caller(request), space_id, role=Role.ADMIN)
        body = SpaceChanges(data=request.data)
        body.is_valid(raise_exception=True)
        space = actions.update_space(space, body.stored_changes())
        return Response(SpaceShape(space).data)


class SpaceUsers(APIView):
    @describes("add_space_user", takes=MembershipBody, answers=MembershipShape)
    def post(self, request: Request, space_id: str) -> Response:
        principal = caller(request)
        space = access.get_space(principal, space_id, role=Role.ADMIN)
        body = MembershipBody(data=request.data)
        body.is_valid(raise_exception=True)
        members = body.validated_data
        user = queries.get_user(principal, members["user_id"])
        membership = actions.set_role(space, user=user, role=members["role"])
        return Response(MembershipShape(membership).data)


class SpaceUser(APIView):
    @describes("remove_space_user", status=204)
    def delete(self, request: Request, space_id: str, user_id: str) -> Response:
        space = access.get_space(caller(request), space_id, role=Role.ADMIN)
        actions.remove_member(space, user=queries.get_member(space, user_id))
        return Response(status=204)


class OrganizationList(APIView):
    @describes(
        "list_organizations",
        answers=page_of("organizations", OrganizationShape),
        query=("name", "limit", "cursor"),
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        scope = ("organizations", query.get("name"))
        page = oldest_first(
            by_name(queries.organizations(), query),
            PageRequest.parse(query, scope=scope),
        )
        return Response(
            page.answer("organizations", lambda one: OrganizationShape(one).data)
        )


class OrganizationDetail(APIView):
    @describes("get_organization", answers=OrganizationShape)
    def get(self, request: Request, organization_id: str) -> Response:  # noqa: ARG002 -- everyone sees the one organization
        organization = queries.get_organization(organization_id)
        return Response(OrganizationShape(organization).data)
