"""Where evaluators are found."""

from django.urls import path

from experiments_ui.evaluators.api import evaluators, versions
from experiments_ui.evaluators.views import reading, writing

_PAGES = "spaces/<slug:slug>/evaluators/"

page_urls = [
    path(_PAGES, reading.evaluators, name="evaluator-list"),
    path(f"{_PAGES}new", writing.new, name="new-evaluator"),
    path(f"{_PAGES}try/<str:key>", writing.try_check, name="try-check"),
    path(f"{_PAGES}<int:number>/", reading.evaluator, name="evaluator"),
    path(f"{_PAGES}<int:number>/edit", writing.edit, name="edit-evaluator"),
    path(f"{_PAGES}<int:number>/rename", writing.rename, name="rename-evaluator"),
    path(f"{_PAGES}<int:number>/delete", writing.delete, name="delete-evaluator"),
]

# Under /v2/.
rest_urls = [
    path("evaluators", evaluators.EvaluatorList.as_view()),
    path("evaluators/<str:evaluator_id>", evaluators.EvaluatorDetail.as_view()),
    path("evaluators/<str:evaluator_id>/versions", versions.VersionList.as_view()),
    path("evaluator-versions/<str:version_id>", versions.VersionDetail.as_view()),
    path("evaluator-templates", evaluators.EvaluatorTemplateList.as_view()),
]
