"""Everything that reads projects, spans and traces."""

from experiments_ui.tracing.queries.projects import (
    get_project,
    list_projects,
    project_in,
    projects_by_activity,
)
from experiments_ui.tracing.queries.search import Found, Search, search_spans
from experiments_ui.tracing.queries.traces import (
    TraceSpans,
    TraceSummary,
    search_traces,
    spans_of_traces,
    summaries,
)
from experiments_ui.tracing.queries.tree import (
    TraceTree,
    TreeSpan,
    span_in_trace,
    trace,
)

__all__ = [
    "Found",
    "Search",
    "TraceSpans",
    "TraceSummary",
    "TraceTree",
    "TreeSpan",
    "get_project",
    "list_projects",
    "project_in",
    "projects_by_activity",
    "search_spans",
    "search_traces",
    "span_in_trace",
    "spans_of_traces",
    "summaries",
    "trace",
]
