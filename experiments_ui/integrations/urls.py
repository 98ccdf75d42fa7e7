"""Where AI integrations are found."""

from django.urls import path

from experiments_ui.integrations import api, views

_PAGES = "spaces/<slug:slug>/settings/integrations/"
_ONE = f"{_PAGES}<int:number>/"

page_urls = [
    path(_PAGES, views.index, name="integrations"),
    path(f"{_PAGES}new", views.new, name="new-integration"),
    path(_ONE, views.integration, name="integration"),
    path(f"{_ONE}prices", views.prices, name="integration-prices"),
    path(f"{_ONE}test", views.test, name="test-integration"),
    path(f"{_ONE}delete", views.delete, name="delete-integration"),
]

# Under /v2/.
rest_urls = [
    path("ai-integrations", api.IntegrationList.as_view()),
    path("ai-integrations/<str:integration_id>", api.IntegrationDetail.as_view()),
]
