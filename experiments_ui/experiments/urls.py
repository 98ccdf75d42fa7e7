"""Where experiments are found."""

from django.urls import path

from experiments_ui.experiments import api

rest_urls = [
    path("datasets/<str:dataset_id>", api.DatasetWithExperiments.as_view()),
    path("experiments", api.Experiments.as_view()),
    path("experiments/<str:experiment_id>", api.ExperimentDetail.as_view()),
    path("experiments/<str:experiment_id>/runs", api.Runs.as_view()),
    path("experiments/<str:experiment_id>/runs/search", api.RunSearch.as_view()),
]
