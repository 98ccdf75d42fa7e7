"""The HTTP receiver: protobuf and JSON, plain and compressed."""

import gzip
import json

import pytest
from django.test import Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceResponse,
)

from experiments_ui import ids
from experiments_ui.otlp import bodies
from experiments_ui.tracing.models import Span
from tests import make
from tests.otlp.messages import export, span

PROTOBUF = "application/x-protobuf"


@pytest.fixture
def post(space, member):
    client = Client(
        enforce_csrf_checks=True,
        headers={
            "api-key": make.key(member),
            "arize-space-id": ids.encode("Space", space.pk),
        },
    )

    def post(body, content_type=PROTOBUF, **headers):
        return client.generic(
            "POST", "/v1/traces", body, content_type=content_type, headers=headers
        )

    return post


def problem_of(response):
    assert response.headers["Content-Type"] == "application/problem+json"
    return json.loads(response.content)


def test_protobuf_is_stored_before_the_answer(post):
    response = post(export(span(3), resource={"model_id": "m"}).SerializeToString())

    assert response.status_code == 200
    assert response.headers["Content-Type"] == PROTOBUF
    ExportTraceServiceResponse.FromString(response.content)
    assert Span.objects.get().project.name == "m"


def test_gzip_is_unpacked(post):
    body = gzip.compress(export(span()).SerializeToString())

    assert post(body, **{"content-encoding": "gzip"}).status_code == 200
    assert Span.objects.count() == 1


def test_json_has_its_ids_in_hex(post):
    document = {
        "resourceSpans": [
            {
                "scopeSpans": [
                    {
                        "spans": [
                            {
                                "traceId": "5B8EFFF798038103D269B633813FC60C",
                                "spanId": "EEE19B7EC3C1B174",
                                "name": "from a browser",
                                "startTimeUnixNano": "1544712660000000000",
                                "endTimeUnixNano": "1544712661000000000",
                                "kind": 2,
                                "unknownMember": 1,
                                "attributes": [
                                    {
                                        "key": "n",
                                        "value": {"intValue": "9007199254740993"},
                                    }
                                ],
                            }
                        ]
                    }
                ]
            }
        ]
    }

    response = post(json.dumps(document), "application/json")

    assert response.status_code == 200
    assert json.loads(response.content) == {}
    stored = Span.objects.get()
    assert stored.trace_id == "5b8efff798038103d269b633813fc60c"
    assert json.loads(stored.attributes) == {"n": 9007199254740993}


@pytest.mark.parametrize(
    ("body", "content_type", "headers", "status"),
    [
        (b"\xff\xff", PROTOBUF, {}, 400),
        (b"[]", "application/json", {}, 400),
        (b"{", "application/json", {}, 400),
        (b'{"resourceSpans": 3}', "application/json", {}, 400),
        (
            b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "xyz"}]}]}]}',
            "application/json",
            {},
            400,
        ),
        (b"[" * 5000, "application/json", {}, 400),
        (b"x", "text/plain", {}, 415),
        (b"not gzip", PROTOBUF, {"content-encoding": "gzip"}, 400),
        (
            gzip.compress(b"x" * 100, mtime=0)[:-10],
            PROTOBUF,
            {"content-encoding": "gzip"},
            400,
        ),
        (b"x", PROTOBUF, {"content-encoding": "br"}, 400),
    ],
)
def test_broken_bodies_are_a_clear_4xx(post, body, content_type, headers, status):
    response = post(body, content_type, **headers)

    assert response.status_code == status
    assert problem_of(response)["status"] == status


def test_bomb_is_refused(post, monkeypatch):
    monkeypatch.setattr(bodies, "_MOST_BYTES", 1000)

    response = post(gzip.compress(b"x" * 5000), **{"content-encoding": "gzip"})

    assert response.status_code == 413
    assert "MB" in problem_of(response)["detail"]


def test_body_over_the_limit_is_refused(post, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    assert post(b"x" * 100).status_code == 413


def test_key_is_needed(db):
    response = Client().post("/v1/traces", b"", content_type=PROTOBUF)

    assert response.status_code == 401
    assert problem_of(response)["status"] == 401


def test_space_of_others_is_not_found(post):
    other = make.space("other")

    response = post(b"", **{"arize-space-id": ids.encode("Space", other.pk)})
    assert response.status_code == 200  # nothing was sent anywhere

    body = export(span()).SerializeToString()
    response = post(body, **{"arize-space-id": ids.encode("Space", other.pk)})
    assert response.status_code == 404


def test_only_post_is_answered(client):
    assert client.get("/v1/traces").status_code == 405
