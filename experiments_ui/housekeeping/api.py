"""REST: one space, which can be deleted here."""

from rest_framework.request import Request
from rest_framework.response import Response

from experiments_ui.api.schema import describes
from experiments_ui.housekeeping import actions
from experiments_ui.spaces import access
from experiments_ui.spaces.api import spaces
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.models import Role


class SpaceDetail(spaces.SpaceDetail):
    """Read, change or delete one space."""

    @describes("delete_space", status=204)
    def delete(self, request: Request, space_id: str) -> Response:
        space = access.get_space(caller(request), space_id, role=Role.ADMIN)
        actions.delete_space(space)
        return Response(status=204)
