"""The OTLP receiver over HTTP."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from google.protobuf import json_format

from experiments_ui.api.problems import problem
from experiments_ui.errors import LimitExceeded
from experiments_ui.otlp import bodies, storing
from experiments_ui.otlp.admission import Credentials, sender_of
from experiments_ui.otlp.decode import Decoded, decode


@csrf_exempt
def traces(request: HttpRequest) -> HttpResponse:
    """Store the spans of one export, then answer."""
    if request.method != "POST":
        return problem(request, 405, "Send spans with POST.")
    media_type = request.content_type or bodies.PROTOBUF
    if media_type not in (bodies.PROTOBUF, bodies.JSON):
        return problem(request, 415, f"Send {bodies.PROTOBUF} or {bodies.JSON}.")
    credentials = Credentials.of(request.headers)
    sender = sender_of(credentials.secret)
    encoding = request.headers.get("Content-Encoding", "")
    body = bodies.unpacked(_body(request), encoding=encoding)
    decoded = decode(bodies.parsed(body, media_type=media_type))
    storing.store(storing.deliveries(decoded, sender=sender, space=credentials.space))
    return _answer(decoded, media_type)


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        most = settings.REST_BODY_BYTES // 2**20
        raise LimitExceeded(f"A body may have {most} MB; send fewer spans.") from None


def _answer(decoded: Decoded, media_type: str) -> HttpResponse:
    message = storing.answer(decoded)
    if media_type == bodies.JSON:
        content = json_format.MessageToJson(message, indent=None).encode()
    else:
        content = message.SerializeToString()
    return HttpResponse(content, content_type=media_type)
