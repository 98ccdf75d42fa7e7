"""Where comparisons are found."""

from django.urls import path

from experiments_ui.compare.views import grid, verdict

page_urls = [
    path("spaces/<slug:slug>/compare/", grid.compare, name="compare"),
    path("spaces/<slug:slug>/compare/rows", grid.chunk, name="compare-rows"),
    path(
        "spaces/<slug:slug>/compare/rows/<int:position>", grid.row, name="compare-row"
    ),
    path("spaces/<slug:slug>/compare/verdict", verdict.verdict, name="compare-verdict"),
]
