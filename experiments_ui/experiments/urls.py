"""Where experiments are found."""

from django.urls import path

from experiments_ui.experiments import api
from experiments_ui.experiments.views import (
    dataset,
    experiment,
    places,
    standing,
    upload,
)

_SPACE = "spaces/<slug:slug>/"
_DATASET = f"{_SPACE}datasets/<int:number>/"
_EXPERIMENT = f"{_SPACE}experiments/<int:number>/"

page_urls = [
    path("", places.index, name="index"),
    path(_SPACE, places.home, name="home"),
    path(f"{_SPACE}datasets/", places.dataset_list, name="dataset-list"),
    path(f"{_SPACE}experiments/", places.experiment_list, name="experiment-list"),
    path(f"{_SPACE}remove-sample", places.remove_sample, name="remove-sample"),
    path(f"{_SPACE}upload/", upload.upload, name="upload"),
    path(f"{_SPACE}upload/<str:token>/", upload.review, name="upload-review"),
    path(_DATASET, dataset.dataset, name="dataset"),
    path(f"{_DATASET}delete", dataset.delete_dataset, name="delete-dataset"),
    path(f"{_DATASET}baseline", standing.baseline, name="baseline"),
    path(f"{_DATASET}metrics", standing.metrics, name="metric-settings"),
    path(f"{_DATASET}trend", standing.trend, name="dataset-trend"),
    path(_EXPERIMENT, experiment.experiment, name="experiment"),
    path(f"{_EXPERIMENT}runs/<int:sequence>", experiment.run, name="run"),
    path(
        f"{_EXPERIMENT}export.<str:format_name>",
        experiment.export,
        name="export-experiment",
    ),
    path(
        f"{_EXPERIMENT}delete", experiment.delete_experiment, name="delete-experiment"
    ),
]

rest_urls = [
    path("datasets/<str:dataset_id>", api.DatasetWithExperiments.as_view()),
    path("experiments", api.Experiments.as_view()),
    path("experiments/<str:experiment_id>", api.ExperimentDetail.as_view()),
    path("experiments/<str:experiment_id>/runs", api.Runs.as_view()),
    path("experiments/<str:experiment_id>/runs/search", api.RunSearch.as_view()),
]
