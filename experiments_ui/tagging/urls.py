"""Addresses of the tags on resources."""

from django.urls import path

from experiments_ui.tagging import api

# Under /v2/.
rest_urls = [
    path("datasets/<str:resource_id>/tags", api.DatasetTags.as_view()),
    path("experiments/<str:resource_id>/tags", api.ExperimentTags.as_view()),
    path("projects/<str:resource_id>/tags", api.ProjectTags.as_view()),
    path("evaluators/<str:resource_id>/tags", api.EvaluatorTags.as_view()),
    path(
        "annotation-configs/<str:resource_id>/tags",
        api.AnnotationConfigTags.as_view(),
    ),
]
