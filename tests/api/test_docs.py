"""The OpenAPI document is complete and valid, and browsable without a CDN."""

import re

from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, get_resolver
from rest_framework.views import APIView

from experiments_ui.api.docs import document

# Paths under /v2 that are no endpoints: the answer for whatever is not built.
UNDESCRIBED = {"^v[12](?:/|$)"}


def patterns(resolver, prefix=""):
    for one in resolver.url_patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield path, one
        else:
            yield from patterns(one, path)


def wire_patterns():
    found = [
        (path, one)
        for path, one in patterns(get_resolver())
        if path.startswith(("v2", "^v"))
    ]
    assert len(found) > 20
    return found


def methods_of(pattern):
    view = pattern.callback.cls
    assert issubclass(view, APIView)
    verbs = ("get", "post", "put", "patch", "delete")
    return {verb for verb in verbs if hasattr(view, verb)}


def test_the_document_is_valid_and_made_without_a_warning(tmp_path):
    call_command(
        "spectacular",
        "--validate",
        "--fail-on-warn",
        "--file",
        str(tmp_path / "openapi.yaml"),
    )


def test_every_endpoint_under_v2_is_described():
    described = document()["paths"]
    for path, pattern in wire_patterns():
        if path in UNDESCRIBED:
            continue
        shown = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)
        assert shown in described, f"{shown} is not in the OpenAPI document"
        assert methods_of(pattern) <= set(described[shown])


def test_no_path_has_a_trailing_slash():
    assert not [path for path in document()["paths"] if path.endswith("/")]


def test_every_operation_declares_its_problems_its_key_and_text_ids():
    for path, operations in document()["paths"].items():
        for operation in operations.values():
            for status in ("400", "401", "403", "404", "422"):
                content = operation["responses"][status]["content"]
                assert set(content) == {"application/problem+json"}
            assert {"apiKey": []} in operation["security"], path
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    assert parameter["schema"]["type"] == "string"


def test_operations_have_names_of_their_own():
    names = [
        operation["operationId"]
        for operations in document()["paths"].values()
        for operation in operations.values()
    ]
    assert len(names) == len(set(names))


def test_the_key_is_a_bearer_key():
    schemes = document()["components"]["securitySchemes"]
    assert schemes["apiKey"]["scheme"] == "bearer"


def test_the_document_is_served_as_json_to_anyone():
    answer = Client().get("/api/schema")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["openapi"].startswith("3.")


def test_the_pages_come_from_this_server_alone():
    answer = Client().get("/api/docs")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert re.findall(r'(?:src|href)="(?!/)[^"]*"', page) == []
    assert "//cdn" not in page


def policy(client, path):
    parts = client.get(path)["Content-Security-Policy"].split("; ")
    return {part.split(" ")[0]: set(part.split(" ")[1:]) for part in parts}


def test_only_the_pages_of_the_interface_may_style_inline(browser_client):
    pages = policy(browser_client, "/api/docs")
    assert pages["style-src"] == {"'self'", "'unsafe-inline'"}
    assert pages["script-src"] == {"'self'"}
    elsewhere = policy(browser_client, "/v2/spaces")
    assert "'unsafe-inline'" not in elsewhere["style-src"]


def test_the_script_of_the_pages_is_a_script():
    answer = Client().get("/api/docs?script=")
    assert answer["Content-Type"].startswith("application/javascript")
    assert b"/api/schema" in answer.content or b"./schema" in answer.content
