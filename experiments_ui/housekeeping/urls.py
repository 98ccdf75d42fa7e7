"""The address of one space on the wire."""

from django.urls import path

from experiments_ui.housekeeping.api import SpaceDetail

# Under /v2/.
rest_urls = [path("spaces/<str:space_id>", SpaceDetail.as_view())]
