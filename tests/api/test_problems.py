"""Every error is a problem document with exactly the wire's members."""

import pytest
from django.test import Client
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from experiments_ui import ids
from experiments_ui.api import problems
from experiments_ui.spaces import queries
from tests import make


def assert_problem(answer, status, fragment):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert "Retry-After" not in answer
    document = answer.json()
    assert document["status"] == status
    assert type(document["status"]) is int
    assert document["type"].endswith(f"#{fragment}")
    for member in ("type", "title", "detail", "instance", "request_id"):
        assert isinstance(document[member], str)
        assert document[member]
    assert answer["X-Request-Id"] == document["request_id"]


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer eui_wrong", "Basic abc"]
)
def test_a_missing_or_unknown_key_is_401(db, header):
    headers = {} if header is None else {"authorization": header}
    answer = Client().get("/v2/spaces", headers=headers)
    assert_problem(answer, 401, "authentication-required")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "path", ["/v2", "/v2/", "/v2/nothing", "/v2/spaces/", "/v2/monitors", "/v1/log"]
)
def test_what_is_not_built_is_a_404_problem(wire, path):
    assert_problem(wire.client.get(path), 404, "resource-not-found")


def test_posting_to_what_is_not_built_is_a_404_problem_too():
    """Programs send no form token, and need none to be told so."""
    checking = Client(enforce_csrf_checks=True)
    assert_problem(checking.post("/v2/nothing"), 404, "resource-not-found")


@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "TRACE", "DELETE"])
def test_methods_an_endpoint_lacks_are_405_and_name_those_it_has(wire, method):
    answer = wire.client.generic(method, "/v2/spaces")
    assert_problem(answer, 405, "method-not-allowed")
    assert {"GET", "POST"} <= set(answer["Allow"].split(", "))


def test_head_answers_like_get_without_a_body(wire):
    answer = wire.client.head("/v2/spaces")
    assert (answer.status_code, answer.content) == (200, b"")


def test_head_of_a_post_endpoint_is_405(wire):
    assert wire.client.head("/v2/tags").status_code == 405


@pytest.mark.parametrize(
    "space_id",
    [
        "acme",
        "12",
        "U3BhY2U6MQ==",
        "é",
        "%00",
        "x" * 5000,
        ids.encode("Dataset", 1),
        ids.encode("Space", 1)[:-4],
        ids.encode("Space", 2**80),
    ],
)
def test_malformed_and_foreign_kinds_of_ids_are_400(wire, space_id):
    answer = wire.client.get(f"/v2/spaces/{space_id}")
    assert_problem(answer, 400, "invalid-request")


def test_a_missing_member_is_422_and_named(wire):
    answer = wire.post("/tags", {})
    assert_problem(answer, 422, "validation-error")
    assert answer.json()["errors"][0]["field"] == "name"
    assert answer.json()["detail"].startswith("name: ")


def test_a_fault_is_a_500_problem_without_a_trace(wire, monkeypatch, caplog):
    def broken():
        raise RuntimeError("secret internals")

    monkeypatch.setattr(queries, "organizations", broken)
    wire.client.raise_request_exception = False
    answer = wire.get("/organizations")
    assert_problem(answer, 500, "internal-error")
    assert b"secret" not in answer.content
    assert answer.json()["request_id"] in caplog.text
    assert "secret internals" in caplog.text


def test_a_fault_is_a_problem_when_debugging_as_well(wire, monkeypatch, settings):
    settings.DEBUG = True
    monkeypatch.setattr(queries, "organizations", lambda: 1 / 0)
    wire.client.raise_request_exception = False
    assert_problem(wire.get("/organizations"), 500, "internal-error")


def test_retry_after_is_never_sent():
    request = Request(APIRequestFactory().get("/v2/spaces"))
    answer = problems.answer(Throttled(wait=30), {"request": request})
    assert answer.status_code == 429
    assert "Retry-After" not in answer


def test_nested_errors_are_named_by_their_path(db):
    admin = make.wire(make.user(account_role="ADMIN"))
    space = make.space("nested")
    organization = ids.encode("Organization", space.organization_id)
    body = {
        "key_type": "SERVICE",
        "name": "ci",
        "organizations": [
            {"org_id": organization, "spaces": [{"role": {"type": "PREDEFINED"}}]}
        ],
    }
    fields = {one["field"] for one in admin.post("/api-keys", body).json()["errors"]}
    assert fields == {
        "organizations[0].spaces[0].space_id",
        "organizations[0].spaces[0].role.name",
    }


def test_no_host_header_of_ours_is_a_problem_too(wire):
    answer = wire.client.get("/v2/spaces", headers={"host": "evil.example"})
    assert_problem(answer, 400, "invalid-request")
