"""JSON in and out: strict about what cannot be stored, exact about numbers."""

from collections.abc import Iterable, Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from experiments_ui.api import versions
from experiments_ui.arrow.values import parse_json
from experiments_ui.errors import LimitExceeded


class StrictJsonParser(BaseParser):
    """Reads a JSON body whatever its declared type: some clients leave it out."""

    media_type = "*/*"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 -- DRF's signature
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        if parser_context:
            _refuse_encoded(parser_context["request"].headers)
        raw = stream.read(settings.REST_BODY_BYTES + 1)
        if len(raw) > settings.REST_BODY_BYTES:
            raise LimitExceeded(too_large())
        return parse_json(raw) if raw else {}


class JsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: object,
        accepted_media_type: str | None = None,  # noqa: ARG002 -- DRF's signature
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        if renderer_context and (request := renderer_context.get("request")):
            data = versions.trimmed(data, path=request.path, headers=request.headers)
        return orjson.dumps(data)


class OneFormat(BaseContentNegotiation):
    """Reads and writes the first format, whatever the caller says it accepts.

    The clients accept nothing but problems where an answer has no body.
    """

    def select_parser(
        self,
        request: Request,  # noqa: ARG002 -- DRF's signature
        parsers: Iterable[BaseParser],
    ) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002 -- DRF's signature
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002 -- as above
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


def too_large() -> str:
    """Return what to tell someone whose body is over the limit."""
    megabytes = settings.REST_BODY_BYTES // 2**20
    return f"A request body may have {megabytes} MB; send larger data over Flight."


def _refuse_encoded(headers: Mapping[str, str]) -> None:
    """Refuse compressed bodies: no client sends them, and a small one can be huge."""
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        detail = f"Send the body as plain JSON; the encoding {encoding} is not read."
        raise UnsupportedMediaType(encoding, detail=detail)
