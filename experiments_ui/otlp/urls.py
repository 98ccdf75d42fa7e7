"""The address of the OTLP receiver over HTTP."""

from django.urls import URLPattern, path

from experiments_ui.otlp import views

urls: list[URLPattern] = [path("v1/traces", views.traces, name="otlp-traces")]
