"""REST: users, to be read."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui.api.filters import by_name
from experiments_ui.api.pagination import PageRequest, oldest_first
from experiments_ui.api.schema import describes, page_of
from experiments_ui.errors import Invalid
from experiments_ui.spaces import queries
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.serializers.people import STATUSES, UserShape


class UserList(APIView):
    @describes(
        "list_users",
        answers=page_of("users", UserShape),
        query=("email", "status", "limit", "cursor"),
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        statuses = {status for status in query.getlist("status") if status}
        if unknown := sorted(statuses - set(STATUSES)):
            raise Invalid(f"status is ACTIVE, INVITED or EXPIRED, not {unknown[0]}.")
        users = queries.visible_users(caller(request))
        users = by_name(users, {"name": query.get("email", "")}, field="email")
        if statuses and "ACTIVE" not in statuses:
            users = users.none()  # nobody waits for an invitation here
        scope = ("users", query.get("email"), sorted(statuses))
        page = oldest_first(users, PageRequest.parse(query, scope=scope))
        return Response(page.answer("users", lambda user: UserShape(user).data))


class UserDetail(APIView):
    @describes("get_user", answers=UserShape)
    def get(self, request: Request, user_id: str) -> Response:
        return Response(UserShape(queries.get_user(caller(request), user_id)).data)
