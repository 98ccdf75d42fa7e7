"""Where projects, spans and traces are found."""

from django.urls import path

from experiments_ui.tracing import api, views

urls = [
    path("spaces/<slug:slug>/traces/", views.trace_list, name="traces"),
    path("spaces/<slug:slug>/traces/<str:trace_id>", views.trace_detail, name="trace"),
]

# Under /v2/.
rest_urls = [
    path("projects", api.ProjectList.as_view()),
    path("projects/<str:project_id>", api.ProjectDetail.as_view()),
    path("spans", api.Spans.as_view()),
    path("traces", api.Traces.as_view()),
]
