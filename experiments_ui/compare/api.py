"""A comparison over REST, outside the wire's own paths."""

from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experiments_ui import ids
from experiments_ui.compare.lineup import compare
from experiments_ui.compare.out import as_json
from experiments_ui.compare.selection import MOST_EXPERIMENTS, Selection
from experiments_ui.compare.serializers import ComparisonShape
from experiments_ui.errors import Invalid
from experiments_ui.spaces import principals
from experiments_ui.spaces.authentication import BearerKey, caller
from experiments_ui.spaces.principals import Principal
from experiments_ui.web.links import whole_number

MOST_ROWS = 100


class SignedIn(BaseAuthentication):
    """The session of a browser; a key is preferred where one is sent.

    It serves reading only: nothing here checks for forged requests.
    """

    def authenticate(self, request: Request) -> tuple[Any, Principal] | None:
        if "Authorization" in request.headers:
            return None
        user = getattr(request._request, "user", None)  # noqa: SLF001 -- DRF wraps Django's
        if user is None or not user.is_authenticated:
            return None
        return user, principals.of_user(user)

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 -- DRF's signature
        return "Bearer"


class SignedInScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it registers subclasses as they are made
    target_class = "experiments_ui.compare.api.SignedIn"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002 -- its signature
        cookie = settings.SESSION_COOKIE_NAME
        return {"type": "apiKey", "in": "cookie", "name": cookie}


def _member(name: str, told: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, description=told, **({"type": str} | more))


_MEMBERS = [
    _member("base", "The baseline: an experiment's id or number.", required=True),
    _member(
        "with",
        f"A candidate, as base; up to {MOST_EXPERIMENTS - 1} times.",
        many=True,
    ),
    _member("score", "The metric that judges rows, by its key; else the first."),
    _member("filter", "Counts and shows the examples it selects."),
    _member("only", "Rows of one chip: regressed, improved, disagree, errors, …"),
    _member("sort", "Order of rows: position, delta or a metric, as -latency@12."),
    _member("examples", "common: only examples that every experiment ran."),
    _member("toggle", "A metric to show or hide, unlike usual.", many=True),
    _member("rows", f"How many rows to answer, to {MOST_ROWS}; else 0.", type=int),
    _member("after", "Where rows go on: next_after of the answer before.", type=int),
]


class Compare(APIView):
    authentication_classes = (SignedIn, BearerKey)

    @extend_schema(
        operation_id="compare", parameters=_MEMBERS, responses=ComparisonShape
    )
    def get(self, request: Request) -> Response:
        """Compare experiments of one dataset, with rows where they are asked for."""
        query = _numbered(request.query_params)
        most = _most(query)
        comparison = compare(caller(request), Selection.parse(query))
        slug = comparison.dataset.space.slug
        page = f"{reverse('compare', args=[slug])}?{comparison.selection.but().query}"
        answer = as_json.document(
            comparison, url=request.build_absolute_uri(page), now=timezone.now()
        )
        if most:
            answer |= as_json.rows(comparison, most=most)
        return Response(answer)


def _numbered(sent: QueryDict) -> QueryDict:
    """Return a query whose experiments are numbers, as in the page's address."""
    query = sent.copy()
    for name in ("base", "with"):
        if given := sent.getlist(name):
            query.setlist(name, [_number(text) for text in given])
    return query


def _number(text: str) -> str:
    is_number = whole_number(text) is not None
    return text if is_number else str(ids.decode("Experiment", text))


def _most(query: QueryDict) -> int:
    most = whole_number(query.get("rows") or "0")
    if most is None or most > MOST_ROWS:
        message = f"rows is a number from 0 to {MOST_ROWS}."
        raise Invalid(message, {"rows": message})
    return most
