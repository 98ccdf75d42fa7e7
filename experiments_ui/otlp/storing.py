"""Putting received spans into their projects."""

from collections.abc import Sequence
from dataclasses import dataclass

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)

from experiments_ui.otlp.admission import Sender
from experiments_ui.otlp.decode import Decoded
from experiments_ui.spaces.models import Space
from experiments_ui.tracing import actions
from experiments_ui.tracing.received import ReceivedSpan


@dataclass(frozen=True, slots=True)
class Delivery:
    """A span on its way to the project of this name."""

    space: Space
    project: str
    span: ReceivedSpan


def deliveries(decoded: Decoded, *, sender: Sender, space: str) -> list[Delivery]:
    """Address the spans; the space named beside the key wins over a span's own.

    Raises:
        DomainError: As `Sender.space`, for any of the spaces: then nothing is stored.
    """
    return [
        Delivery(sender.space(space or routed.space), routed.project, routed.span)
        for routed in decoded.spans
    ]


def store(deliveries: Sequence[Delivery]) -> None:
    """Store spans, making the projects that are missing."""
    groups: dict[tuple[int, str], list[Delivery]] = {}
    for delivery in deliveries:
        key = (delivery.space.pk, delivery.project)
        groups.setdefault(key, []).append(delivery)
    for group in groups.values():
        project = actions.project_named(group[0].space, group[0].project)
        actions.store_spans(project, [delivery.span for delivery in group])


def answer(decoded: Decoded) -> ExportTraceServiceResponse:
    """Return the protocol's answer: empty, unless some spans had no usable ids."""
    if not decoded.rejected:
        return ExportTraceServiceResponse()
    return ExportTraceServiceResponse(
        partial_success=ExportTracePartialSuccess(
            rejected_spans=decoded.rejected,
            error_message="Spans without a 16-byte trace id and an 8-byte span id.",
        )
    )
