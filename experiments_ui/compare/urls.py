"""Where comparisons are found."""

from django.urls import path

from experiments_ui.compare import views

page_urls = [
    path("spaces/<slug:slug>/compare/", views.compare, name="compare"),
    path("spaces/<slug:slug>/compare/rows", views.chunk, name="compare-rows"),
    path(
        "spaces/<slug:slug>/compare/rows/<int:position>", views.row, name="compare-row"
    ),
]
