"""Addresses of datasets on the wire."""

from django.urls import path

from experiments_ui.datasets import api, views

page_urls = [
    path(
        "spaces/<slug:slug>/datasets/<int:number>/examples/<int:position>",
        views.example,
        name="example",
    ),
    path(
        "spaces/<slug:slug>/datasets/<int:number>/export.<str:format_name>",
        views.export,
        name="export-dataset",
    ),
]

# Under /v2/. The path of one dataset is with experiments, which can delete it.
rest_urls = [
    path("datasets", api.DatasetList.as_view()),
    path("datasets/<str:dataset_id>/examples", api.Examples.as_view()),
    path("datasets/<str:dataset_id>/examples/search", api.ExampleSearching.as_view()),
]
