"""Where comparisons are found."""

from django.urls import path

from experiments_ui.compare.views import completion, grid, reviews, saved

page_urls = [
    path("spaces/<slug:slug>/compare/", grid.compare, name="compare"),
    path("spaces/<slug:slug>/compare/rows", grid.chunk, name="compare-rows"),
    path(
        "spaces/<slug:slug>/compare/rows/<int:position>", grid.row, name="compare-row"
    ),
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
]
