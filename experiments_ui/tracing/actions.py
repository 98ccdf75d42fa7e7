"""Making, renaming and deleting projects; storing and deleting spans."""

import itertools
from collections.abc import Collection, Iterable, Sequence

import orjson
from django.db import IntegrityError, transaction

from experiments_ui.errors import Conflict
from experiments_ui.spaces.models import Space
from experiments_ui.tracing import usage
from experiments_ui.tracing.attributes import flat, storable, text_of
from experiments_ui.tracing.models import Project, ProjectType, Span
from experiments_ui.tracing.moments import moment_of
from experiments_ui.tracing.received import ReceivedEvent, ReceivedSpan

DEFAULT_PROJECT = "default"
# Rows written or deleted while the one writer's lock of SQLite is held.
_SLICE = 1_000
_LARGEST_NS = 2**63 - 1


def project_named(
    space: Space, name: str, *, project_type: ProjectType = ProjectType.APPLICATION
) -> Project:
    """Return the project of this name, made now if there is none.

    The name comes from a machine: it is shortened and cleaned, never refused.
    """
    name = storable(name).strip()[:255] or DEFAULT_PROJECT
    project, _ = Project.objects.get_or_create(
        space=space, name=name, defaults={"project_type": project_type}
    )
    return project


def create_project(
    space: Space, *, name: str, project_type: ProjectType = ProjectType.APPLICATION
) -> Project:
    """Make a project.

    Raises:
        Conflict: The space has a project of this name.
    """
    try:
        with transaction.atomic():
            return Project.objects.create(
                space=space, name=name, project_type=project_type
            )
    except IntegrityError:
        raise _taken(name) from None


def rename_project(project: Project, *, name: str) -> Project:
    """Give a project another name; errors as create_project."""
    project.name = name
    try:
        with transaction.atomic():
            project.save(update_fields=["name"])
    except IntegrityError:
        raise _taken(name) from None
    return project


def delete_project(project: Project) -> None:
    """Delete a project and its spans, in slices that let other writers in."""
    while _delete_slice(project):
        pass
    project.delete()


def store_spans(project: Project, spans: Iterable[ReceivedSpan]) -> None:
    """Store spans; one that is there already is left as it is.

    Each thousand is a transaction of its own: sending everything again after a
    failure in the middle stores the rest.
    """
    waiting = iter(spans)
    while some := list(itertools.islice(waiting, _SLICE)):
        Span.objects.bulk_create(
            [_row(project, span) for span in some], ignore_conflicts=True
        )


def delete_spans(
    project: Project, *, span_ids: Collection[str], start_ns: int, end_ns: int
) -> set[str]:
    """Delete the spans with these ids that started in time; return what was found."""
    deleted: set[str] = set()
    ids = iter(span_ids)
    while some := list(itertools.islice(ids, 500)):
        found = Span.objects.filter(
            project=project,
            span_id__in=some,
            start_ns__gte=start_ns,
            start_ns__lt=end_ns,
        )
        with transaction.atomic():
            deleted.update(found.values_list("span_id", flat=True))
            found.delete()
    return deleted


def _delete_slice(project: Project) -> int:
    numbers = list(
        Span.objects.filter(project=project).values_list("pk", flat=True)[:_SLICE]
    )
    Span.objects.filter(pk__in=numbers).delete()
    return len(numbers)


def _taken(name: str) -> Conflict:
    return Conflict(f"A project named '{name}' exists already in this space.")


def _row(project: Project, span: ReceivedSpan) -> Span:
    attributes = flat(span.attributes)
    return Span(
        project=project,
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_id=span.parent_id,
        name=text_of(span.name),
        kind=span.kind,
        start_ns=_in_range(span.start_ns),
        end_ns=_in_range(span.end_ns),
        status_code=span.status_code,
        status_message=text_of(span.status_message),
        attributes=orjson.dumps(attributes).decode(),
        events=_events(span.events),
        token_count=usage.token_count(span.kind, attributes),
        cost_usd=usage.cost_usd(span.kind, attributes),
    )


def _events(events: Sequence[ReceivedEvent]) -> str:
    shaped = [
        {
            "name": text_of(event.name),
            "timestamp": moment_of(_in_range(event.at_ns)),
            "attributes": flat(event.attributes),
        }
        for event in events
    ]
    return orjson.dumps(shaped, option=orjson.OPT_UTC_Z).decode()


def _in_range(nanoseconds: int) -> int:
    return max(0, min(nanoseconds, _LARGEST_NS))
