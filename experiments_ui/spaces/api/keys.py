"""REST: API keys."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui import ids
from experiments_ui.accounts.actions import NewKey
from experiments_ui.accounts.models import AccountRole, ApiKeyQuerySet, KeyType
from experiments_ui.api.filters import chosen
from experiments_ui.api.pagination import PageRequest, newest_first
from experiments_ui.api.schema import describes, page_of
from experiments_ui.errors import BadRequest, Invalid
from experiments_ui.spaces import access, key_actions, key_queries
from experiments_ui.spaces.authentication import caller
from experiments_ui.spaces.key_queries import SpaceGrant
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.principals import Principal
from experiments_ui.spaces.serializers.keys import (
    STATUSES,
    KeyRefresh,
    KeyShape,
    NewKeyShape,
    ServiceKeyBody,
    UserKeyBody,
    body_of,
)

_FILTERS = ("key_type", "status", "space_id", "user_id")
_NEW_KEY = PolymorphicProxySerializer(
    component_name="NewApiKey",
    serializers={"USER": UserKeyBody, "SERVICE": ServiceKeyBody},
    resource_type_field_name="key_type",
)


class KeyList(APIView):
    @describes(
        "list_api_keys",
        answers=page_of("api_keys", KeyShape),
        query=(*_FILTERS, "limit", "cursor"),
    )
    def get(self, request: Request) -> Response:
        query, now = request.query_params, timezone.now()
        principal = caller(request)
        keys = _with_status(_listed(principal, query), query, now=now)
        scope = ("api_keys", *(query.get(name) for name in _FILTERS))
        page = newest_first(
            keys.select_related("user"), PageRequest.parse(query, scope=scope)
        )
        shown = key_queries.shown(page.rows, principal, now=now)
        rows = [KeyShape(one).data for one in shown]
        return Response(page.answer_with("api_keys", rows))

    @describes("create_api_key", takes=_NEW_KEY, answers=NewKeyShape, status=201)
    def post(self, request: Request) -> Response:
        principal, now = caller(request), timezone.now()
        body = body_of(request.data)
        body.is_valid(raise_exception=True)
        members: dict[str, Any] = {
            "name": body.validated_data["name"],
            "description": body.validated_data.get("description") or "",
            "expires_at": body.validated_data.get("expires_at"),
            "now": now,
        }
        if body.validated_data["key_type"] == KeyType.USER:
            made = key_actions.create_user_key(principal, **members)
        else:
            made = _service_key(principal, body.validated_data, members)
        return Response(_once(made, principal, now=now), status=201)


class KeyRefreshing(APIView):
    @describes("refresh_api_key", takes=KeyRefresh, answers=NewKeyShape)
    def post(self, request: Request, key_id: str) -> Response:
        principal, now = caller(request), timezone.now()
        key = key_queries.get_key(principal, key_id)
        body = KeyRefresh(data=request.data)
        body.is_valid(raise_exception=True)
        made = key_actions.refresh_key(
            principal,
            key,
            now=now,
            grace=timedelta(
                seconds=body.validated_data.get("grace_period_seconds") or 0
            ),
            expires_at=body.validated_data.get("expires_at"),
        )
        return Response(_once(made, principal, now=now))


class KeyRevoking(APIView):
    @describes("revoke_api_key", status=204)
    def put(self, request: Request, key_id: str) -> Response:
        principal = caller(request)
        key = key_queries.get_key(principal, key_id)
        key_actions.revoke_key(principal, key, now=timezone.now())
        return Response(status=204)


def _listed(principal: Principal, query: Mapping[str, str]) -> ApiKeyQuerySet:
    """Return the keys a list asks for: a space's service keys, or one's own."""
    key_type = chosen(query, "key_type", KeyType.values)
    user_id = query.get("user_id")
    user = ids.decode("User", user_id) if user_id else None
    space_id = query.get("space_id")
    if not space_id and key_type != KeyType.SERVICE:
        owner = principal.user.pk if user is None else user
        return key_queries.user_keys(principal, owner=owner)
    keys = key_queries.service_keys(principal)
    if key_type == KeyType.USER:
        raise BadRequest("space_id lists service keys; leave it out for your own keys.")
    if space_id:
        space = access.get_space(principal, space_id, role=Role.ANNOTATOR)
        keys = key_queries.in_space(keys, space)
    return keys if user is None else keys.filter(created_by=user)


def _with_status(
    keys: ApiKeyQuerySet, query: Mapping[str, str], *, now: datetime
) -> ApiKeyQuerySet:
    ended = chosen(query, "status", STATUSES) == "REVOKED"
    return keys.ended(now) if ended else keys.alive(now)


def _service_key(
    principal: Principal, body: Mapping[str, Any], members: Mapping[str, Any]
) -> NewKey:
    account_role = body.get("account_role", AccountRole.MEMBER)
    if account_role not in {AccountRole.ADMIN, AccountRole.MEMBER}:
        raise BadRequest("The account_role of a service key is ADMIN or MEMBER.")
    return key_actions.create_service_key(
        principal,
        account_role=account_role,
        grants=[
            _grant(principal, organization, space)
            for organization in body["organizations"]
            for space in organization["spaces"]
        ],
        **members,
    )


def _grant(
    principal: Principal, organization: Mapping[str, Any], wanted: Mapping[str, Any]
) -> SpaceGrant:
    if organization.get("role", Role.READ_ONLY) != Role.READ_ONLY:
        raise Invalid("Organizations give no role here but READ_ONLY; name spaces.")
    role = wanted.get("role", Role.MEMBER)
    if role == Role.ANNOTATOR:
        raise Invalid("A service key is ADMIN, MEMBER or READ_ONLY, not ANNOTATOR.")
    space = access.get_space(principal, wanted["space_id"], role=Role.MEMBER)
    if space.organization_id != organization["org_id"]:
        raise Invalid(f"The space '{space.name}' is not in that organization.")
    return SpaceGrant(space.pk, role)


def _once(made: NewKey, principal: Principal, *, now: datetime) -> Any:
    """Return a new key with its secret."""
    (shown,) = key_queries.shown([made.key], principal, now=now, secret=made.secret)
    return NewKeyShape(shown).data
