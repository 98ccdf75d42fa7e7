"""The site map."""

from django.urls import URLPattern, URLResolver, re_path

from experiments_ui.api.problems import not_on_the_wire
from experiments_ui.otlp.urls import urls as otlp_urls

urlpatterns: list[URLPattern | URLResolver] = [
    *otlp_urls,
    re_path(r"^v[12]/", not_on_the_wire),
]

handler400 = "experiments_ui.web.errors.bad_request"
handler403 = "experiments_ui.web.errors.forbidden"
handler404 = "experiments_ui.web.errors.not_found"
handler500 = "experiments_ui.web.errors.server_error"
