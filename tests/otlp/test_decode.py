"""From OTLP messages to spans that know where they belong."""

import pytest

from experiments_ui.otlp.decode import decode
from tests.otlp.messages import export, span


def only(request):
    (routed,) = decode(request).spans
    return routed


def test_ids_are_written_in_hex_and_a_root_has_no_parent():
    received = only(export(span(10, trace=255))).span

    assert received.trace_id == "0" * 30 + "ff"
    assert received.span_id == "000000000000000a"
    assert received.parent_id == ""


@pytest.mark.parametrize(
    ("resource", "attributes", "project"),
    [
        ({"openinference.project.name": "a", "model_id": "b"}, {}, "a"),
        ({"model_id": "b"}, {"arize.project.name": "c"}, "c"),
        ({"arize.project.name": "d", "model_id": "b"}, {}, "d"),
        ({"model_id": "b"}, {}, "b"),
        ({}, {}, ""),
    ],
)
def test_project_comes_from_the_first_name_that_is_there(resource, attributes, project):
    assert (
        only(export(span(attributes=attributes), resource=resource)).project == project
    )


def test_space_may_be_named_by_the_resource_or_the_span():
    assert only(export(span(), resource={"arize.space_id": "one"})).space == "one"
    assert only(export(span(attributes={"arize.space_id": "two"}))).space == "two"


@pytest.mark.parametrize(
    ("named", "kind"),
    [
        ("LLM", "LLM"),
        ("llm", "LLM"),
        ("SPELL", "UNKNOWN"),
        (3, "UNKNOWN"),
        (None, "UNKNOWN"),
    ],
)
def test_kind_is_openinferences_or_unknown(named, kind):
    received = only(export(span(attributes={"openinference.span.kind": named}))).span

    assert received.kind == kind


def test_values_of_every_type_become_plain_values():
    value = {"a": [1, 2.5, True, None, b"x", "y", {"b": []}], "big": 2**63 - 1}

    assert only(export(span(attributes={"v": value}))).span.attributes == {"v": value}


def test_status_and_events_come_along():
    message = span()
    message.status.code, message.status.message = 2, "broke"
    message.events.add(name="exception", time_unix_nano=7)

    received = only(export(message)).span

    assert (received.status_code, received.status_message) == ("ERROR", "broke")
    assert (received.events[0].name, received.events[0].at_ns) == ("exception", 7)


def test_spans_without_usable_ids_are_counted_and_left_out():
    short, zero, good = span(), span(), span()
    short.span_id = b"abc"
    zero.trace_id = bytes(16)

    decoded = decode(export(short, zero, good))

    assert (len(decoded.spans), decoded.rejected) == (1, 2)
