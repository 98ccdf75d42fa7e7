"""Where comparisons are found."""

from django.urls import path

from experiments_ui.compare.api import Compare
from experiments_ui.compare.views import (
    charts,
    classes,
    completion,
    grid,
    out,
    reviews,
    saved,
    surveys,
    verdict,
)

page_urls = [
    path("spaces/<slug:slug>/compare/", grid.compare, name="compare"),
    path("spaces/<slug:slug>/compare/rows", grid.chunk, name="compare-rows"),
    path(
        "spaces/<slug:slug>/compare/rows/<int:position>", grid.row, name="compare-row"
    ),
    path("spaces/<slug:slug>/compare/verdict", verdict.verdict, name="compare-verdict"),
    path("spaces/<slug:slug>/compare/charts", charts.page, name="compare-charts"),
    path(
        "spaces/<slug:slug>/compare/charts/<slug:name>",
        charts.figure,
        name="compare-chart",
    ),
    path("spaces/<slug:slug>/compare/classes", classes.page, name="compare-classes"),
    path(
        "spaces/<slug:slug>/compare/classes/settings",
        classes.settings,
        name="compare-classes-settings",
    ),
    path(
        "spaces/<slug:slug>/compare/classes/preview",
        classes.tried,
        name="compare-classes-preview",
    ),
    path(
        "spaces/<slug:slug>/compare/classes/clear",
        classes.clear,
        name="compare-classes-clear",
    ),
    path(
        "spaces/<slug:slug>/compare/classes/threshold",
        classes.threshold,
        name="compare-classes-threshold",
    ),
    path(
        "spaces/<slug:slug>/compare/classes/charts/<slug:name>",
        classes.figure,
        name="compare-classes-chart",
    ),
    path("spaces/<slug:slug>/compare/slices", surveys.slices, name="compare-slices"),
    path(
        "spaces/<slug:slug>/compare/slices/answer",
        surveys.slices_answer,
        name="compare-slices-answer",
    ),
    path("spaces/<slug:slug>/compare/paths", surveys.paths, name="compare-paths"),
    path("spaces/<slug:slug>/compare/reviews", reviews.review, name="compare-review"),
    path("spaces/<slug:slug>/compare/names", completion.names, name="compare-names"),
    path("spaces/<slug:slug>/compare/views", saved.save, name="compare-views"),
    path(
        "spaces/<slug:slug>/compare/views/<int:number>",
        saved.open_view,
        name="compare-view",
    ),
    path(
        "spaces/<slug:slug>/compare/views/<int:number>/change",
        saved.change,
        name="compare-view-change",
    ),
    path(
        "spaces/<slug:slug>/compare/views/<int:number>/delete",
        saved.delete,
        name="compare-view-delete",
    ),
    path(
        "spaces/<slug:slug>/compare/export.<slug:format_name>",
        out.export,
        name="compare-export",
    ),
    path("spaces/<slug:slug>/compare/report.html", out.html, name="compare-report"),
    path("spaces/<slug:slug>/compare/summary.md", out.summary, name="compare-summary"),
]

rest_urls = [path("compare", Compare.as_view(), name="api-compare")]
