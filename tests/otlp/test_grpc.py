"""The gRPC receiver, driven by the exporter that the clients use."""

import json

import grpc
import pytest
from django.utils import timezone
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceResponse,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from experiments_ui import ids
from experiments_ui.accounts import actions as account_actions
from experiments_ui.accounts.models import ApiKey
from experiments_ui.otlp import admission
from experiments_ui.otlp.service import build_server
from experiments_ui.spaces.models import Role
from experiments_ui.tracing.models import Project, Span
from tests import make
from tests.otlp.messages import export, span

EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"


@pytest.fixture
def server(transactional_db):
    server = build_server("127.0.0.1:0")
    server.start()
    yield server
    server.stop(1)


@pytest.fixture
def acme(transactional_db):
    return make.space("acme")


@pytest.fixture
def secret(acme):
    return make.key(make.member(acme))


def call(server, message, *metadata):
    """Send one export; return the answer."""
    body = message if isinstance(message, bytes) else message.SerializeToString()
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        raw = channel.unary_unary(EXPORT)(body, metadata=metadata, timeout=10)
    return ExportTraceServiceResponse.FromString(raw)


def refusal(server, message, *metadata):
    with pytest.raises(grpc.RpcError) as caught:
        call(server, message, *metadata)
    return caught.value.code(), caught.value.details()


def space_id(space):
    return ids.encode("Space", space.pk)


def tracer(server, secret, space, **resource):
    provider = TracerProvider(resource=Resource(resource))
    exporter = OTLPSpanExporter(
        endpoint=f"http://127.0.0.1:{server.port}",
        insecure=True,
        headers={"authorization": secret, "arize-space-id": space_id(space)},
    )
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider.get_tracer("test")


def test_real_exporter_leaves_a_trace_in_the_named_project(server, acme, secret):
    name = {"openinference.project.name": "experiments"}
    spans = tracer(server, secret, acme, **name)

    with spans.start_as_current_span("Task: answer") as task:
        task.set_attribute("openinference.span.kind", "CHAIN")
        task.set_attribute("input.value", '{"question": "ünïcode"}')
        with spans.start_as_current_span("call", record_exception=True) as llm:
            llm.set_attribute("openinference.span.kind", "LLM")
            llm.set_attribute("llm.token_count.total", 12)
            llm.record_exception(ValueError("too hot"))
            llm.set_status(trace.StatusCode.ERROR, "ValueError")
    server.sink.flush()

    root, child = Span.objects.order_by("start_ns")
    assert Project.objects.get(space=acme).name == "experiments"
    assert root.project.name == "experiments"
    assert (root.name, root.kind, root.parent_id) == ("Task: answer", "CHAIN", "")
    assert json.loads(root.attributes)["input.value"] == '{"question": "ünïcode"}'
    assert (child.parent_id, child.trace_id) == (root.span_id, root.trace_id)
    assert (child.kind, child.status_code, child.token_count) == ("LLM", "ERROR", 12)
    (event,) = json.loads(child.events)
    assert event["attributes"]["exception.message"] == "too hot"


@pytest.mark.parametrize(
    "metadata",
    [
        lambda key: [("authorization", key)],
        lambda key: [("authorization", f"Bearer {key}")],
        lambda key: [("api_key", key)],
        lambda key: [("arize-api-key", key)],
    ],
)
@pytest.mark.parametrize("header", ["arize-space-id", "space_id"])
def test_key_and_space_are_taken_from_every_header_in_use(
    server, acme, secret, metadata, header
):
    call(server, export(span()), *metadata(secret), (header, space_id(acme)))
    server.sink.flush()

    assert Project.objects.get(space=acme).name == "default"


def test_space_may_be_named_or_left_out_where_there_is_one(server, acme, secret):
    call(server, export(span(1)), ("authorization", secret), ("arize-space-id", "acme"))
    call(server, export(span(2)), ("authorization", secret))
    server.sink.flush()

    assert Span.objects.count() == 2


def test_without_a_name_several_spaces_are_too_many(server, acme):
    person = make.member(acme)
    make.space_actions.set_role(make.space("other"), user=person, role=Role.MEMBER)

    code, words = refusal(server, export(span()), ("authorization", make.key(person)))

    assert code == grpc.StatusCode.INVALID_ARGUMENT
    assert "arize-space-id" in words


def test_spans_may_name_their_space_themselves(server, acme, secret):
    message = export(span(), resource={"arize.space_id": space_id(acme)})

    call(server, message, ("authorization", secret))
    server.sink.flush()

    assert Span.objects.get().project.space == acme


def test_a_space_that_is_no_name_is_not_found(server, acme, secret):
    message = export(span(), resource={"arize.space_id": "a\x00b"})

    code, _ = refusal(server, message, ("authorization", secret))

    assert code == grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("metadata", [[], [("authorization", "eui_wrong")]])
def test_unknown_key_is_unauthenticated(server, acme, metadata):
    code, words = refusal(server, export(span()), *metadata)

    assert code == grpc.StatusCode.UNAUTHENTICATED
    assert "key" in words


def test_key_of_another_space_finds_nothing(server, acme, secret):
    other = make.space("other")

    code, words = refusal(
        server,
        export(span()),
        ("authorization", secret),
        ("arize-space-id", space_id(other)),
    )

    assert (code, words) == (grpc.StatusCode.NOT_FOUND, "Space not found.")


def test_reading_role_is_not_enough(server, acme):
    key = make.key(make.member(acme, role=Role.READ_ONLY))

    code, _ = refusal(server, export(span()), ("authorization", key))

    assert code == grpc.StatusCode.PERMISSION_DENIED


def test_revoked_key_is_refused_within_ten_seconds(server, acme, secret, monkeypatch):
    call(server, export(span()), ("authorization", secret))
    server.sink.flush()
    account_actions.revoke_key(ApiKey.objects.get(), now=timezone.now())
    assert admission.TRUST_SECONDS <= 10
    monkeypatch.setattr(admission, "TRUST_SECONDS", 0)

    code, _ = refusal(server, export(span()), ("authorization", secret))

    assert code == grpc.StatusCode.UNAUTHENTICATED


def test_span_sent_twice_is_stored_once(server, acme, secret):
    message = export(span(7))

    for _ in range(2):
        call(server, message, ("authorization", secret))
    server.sink.flush()

    assert Span.objects.count() == 1


def test_bytes_that_are_no_message_are_an_invalid_argument(server, acme, secret):
    code, words = refusal(server, b"\xff\xff\xff", ("authorization", secret))

    assert code == grpc.StatusCode.INVALID_ARGUMENT
    assert "Traceback" not in words


def test_spans_without_ids_are_reported_and_the_others_stored(server, acme, secret):
    bad = span()
    bad.trace_id = b""

    answer = call(server, export(bad, span()), ("authorization", secret))
    server.sink.flush()

    assert answer.partial_success.rejected_spans == 1
    assert Span.objects.count() == 1


def test_full_queue_asks_the_client_to_come_again(server, acme, secret, monkeypatch):
    monkeypatch.setattr(server.sink, "accept", lambda *_, **__: False)

    code, words = refusal(server, export(span()), ("authorization", secret))

    assert code == grpc.StatusCode.UNAVAILABLE
    assert "try again" in words


def test_hostile_texts_are_mended_and_stored(server, acme, secret):
    attributes = {
        "nul": "a\x00b",
        "huge": "x" * 1_500_000,
        "integer": 2**63 - 1,
        "nan": float("nan"),
        "deep": {"a": {"b": [{"c": b"\x00\xff"}]}},
    }
    message = export(
        span(attributes=attributes, name="n\x00", end=2**64 - 1),
        resource={"model_id": "p\x00" * 300},
    )

    call(server, message, ("authorization", secret))
    server.sink.flush()

    stored = Span.objects.get()
    kept = json.loads(stored.attributes)
    assert stored.name == "n\ufffd"
    assert kept["nul"] == "a\ufffdb"
    assert kept["huge"].endswith("[cut: 1,500,000 characters]")
    assert kept["integer"] == 2**63 - 1
    assert kept["nan"] == "NaN"
    assert kept["deep.a.b.0.c"] == "AP8="
    assert len(stored.project.name) <= 255


def test_compressed_bomb_is_refused_and_the_server_lives_on(server, acme, secret):
    bomb = export(span(attributes={"x": "y" * 70_000_000})).SerializeToString()
    options = [("grpc.max_send_message_length", -1)]
    with (
        grpc.insecure_channel(f"127.0.0.1:{server.port}", options=options) as channel,
        pytest.raises(grpc.RpcError) as caught,
    ):
        channel.unary_unary(EXPORT)(
            bomb,
            metadata=[("authorization", secret)],
            compression=grpc.Compression.Gzip,
            timeout=20,
        )

    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    call(server, export(span()), ("authorization", secret))


def test_stopping_stores_what_was_accepted(transactional_db, acme, secret):
    server = build_server("127.0.0.1:0")
    server.start()
    for number in range(1, 51):
        call(server, export(span(number)), ("authorization", secret))

    server.stop(1)

    assert Span.objects.count() == 50


def test_second_server_on_the_port_is_an_error(server):
    with pytest.raises(RuntimeError):
        build_server(f"127.0.0.1:{server.port}")


def test_deleted_space_costs_its_own_spans_only(server, acme, secret):
    doomed = make.space("doomed")
    person = make.member(doomed)
    key = make.key(person)
    metadata = ("authorization", key), ("arize-space-id", space_id(doomed))
    call(server, export(span(1)), *metadata)
    server.sink.flush()
    doomed.delete()

    call(server, export(span(2)), *metadata)
    server.sink.flush()
    call(server, export(span(3)), ("authorization", secret))
    server.sink.flush()

    assert [one.span_id[-1] for one in Span.objects.all()] == ["3"]
    assert server.sink.counters.lost == 1
