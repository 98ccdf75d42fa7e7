"""Addresses of annotation configs and annotations on the wire."""

from django.urls import path

from experiments_ui.annotations.api import annotate, configs

# Under /v2/.
rest_urls = [
    path("annotation-configs", configs.ConfigList.as_view()),
    path("annotation-configs/<str:config_id>", configs.ConfigDetail.as_view()),
    path(
        "datasets/<str:dataset_id>/examples/annotate",
        annotate.ExampleAnnotations.as_view(),
    ),
    path(
        "experiments/<str:experiment_id>/runs/annotate",
        annotate.RunAnnotations.as_view(),
    ),
]
