"""The site map."""

from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, include, path, re_path

from experiments_ui.annotations.urls import rest_urls as annotation_rest
from experiments_ui.api.docs import urls as docs_urls
from experiments_ui.api.problems import not_on_the_wire
from experiments_ui.compare.urls import page_urls as compare_pages
from experiments_ui.compare.urls import rest_urls as compare_rest
from experiments_ui.datasets.urls import page_urls as dataset_pages
from experiments_ui.datasets.urls import rest_urls as dataset_rest
from experiments_ui.evaluators.urls import page_urls as evaluator_pages
from experiments_ui.evaluators.urls import rest_urls as evaluator_rest
from experiments_ui.experiments.urls import page_urls as experiment_pages
from experiments_ui.experiments.urls import rest_urls as experiment_rest
from experiments_ui.housekeeping.urls import rest_urls as housekeeping_rest
from experiments_ui.integrations.urls import page_urls as integration_pages
from experiments_ui.integrations.urls import rest_urls as integration_rest
from experiments_ui.otlp.urls import urls as otlp_urls
from experiments_ui.spaces.urls import page_urls as space_pages
from experiments_ui.spaces.urls import rest_urls as space_rest
from experiments_ui.tagging.urls import rest_urls as tagging_rest
from experiments_ui.tasks.urls import rest_urls as task_rest
from experiments_ui.tracing.urls import rest_urls as tracing_rest
from experiments_ui.tracing.urls import urls as tracing_urls
from experiments_ui.web.health import health
from experiments_ui.web.styleguide import styleguide

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health),
    *docs_urls,
    *otlp_urls,
    *tracing_urls,
    *space_pages,
    *experiment_pages,
    *dataset_pages,
    *compare_pages,
    *evaluator_pages,
    *integration_pages,
    path("styleguide/", login_required(styleguide), name="styleguide"),
    path("api/", include(compare_rest)),
    path("v2/", include(dataset_rest)),
    path("v2/", include(experiment_rest)),
    path("v2/", include(annotation_rest)),
    path("v2/", include(evaluator_rest)),
    path("v2/", include(integration_rest)),
    path("v2/", include(space_rest)),
    path("v2/", include(housekeeping_rest)),
    path("v2/", include(tagging_rest)),
    path("v2/", include(task_rest)),
    path("v2/", include(tracing_rest)),
    re_path(r"^v[12](?:/|$)", not_on_the_wire),
]

handler400 = "experiments_ui.web.errors.bad_request"
handler403 = "experiments_ui.web.errors.forbidden"
handler404 = "experiments_ui.web.errors.not_found"
handler500 = "experiments_ui.web.errors.server_error"
