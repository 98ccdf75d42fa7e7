"""The pages of traces."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

from experiments_ui import ids
from experiments_ui.spaces.models import Role
from experiments_ui.tracing import queries
from experiments_ui.tracing.page import tree_rows
from tests import make
from tests.tracing.spans import exception, span, stored, trace_id

A, B = "a" * 16, "b" * 16
LIST = "/spaces/acme/traces/"
ONE = f"{LIST}{trace_id(1)}"
HOSTILE = "<script>alert(1)</script>\"'"


def text_of(response):
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def project_query(project, **more):
    return {"project": ids.encode("Model", project.pk)} | more


@pytest.fixture
def project(space):
    return stored(
        space,
        span(
            trace=1,
            span_id=A,
            name="Task: answer",
            took=100,
            attributes={"input.value": '{"q": 1}', "output.value": "42"},
        ),
        span(
            trace=1,
            span_id=B,
            parent=A,
            name="ChatCompletion",
            kind="LLM",
            status="ERROR",
            message="rate limit",
            at=10,
            took=20,
            events=[exception()],
            attributes={
                "llm.token_count.total": 1234,
                "llm.cost.total": 0.5,
                "llm.input_messages.0.message.role": "user",
                "llm.input_messages.0.message.content": HOSTILE,
            },
        ),
        span(trace=2, name="other", at=50),
    )


def test_newest_traces_are_listed_with_what_they_come_to(browser_client, project):
    page = text_of(browser_client.get(LIST))

    assert page.index("other") < page.index("Task: answer")
    assert "1,234" in page
    assert "$0.5000" in page
    assert f'href="{ONE}"' in page
    assert "Spans with an error" in page


def test_filter_finds_a_trace_by_any_span_and_stays_in_the_box(browser_client, project):
    page = text_of(
        browser_client.get(LIST, project_query(project, filter="span_kind = 'LLM'"))
    )

    assert "Task: answer" in page
    assert "other</a>" not in page
    assert 'value="span_kind = &#x27;LLM&#x27;"' in page


def test_bad_filter_is_explained_beside_the_box(browser_client, project):
    page = text_of(browser_client.get(LIST, project_query(project, filter="name =")))

    assert 'aria-invalid="true"' in page
    assert "Expected" in page


def test_pages_lead_to_older_traces_and_back(browser_client, space):
    stored(space, *(span(trace=n, name=f"trace-{n:03}", at=n) for n in range(1, 61)))

    first = text_of(browser_client.get(LIST))
    older = re.search(r'href="([^"]*after=[^"]*)"[^>]*rel="next"', first)[1].replace(
        "&amp;", "&"
    )
    second = text_of(browser_client.get(older))

    assert "trace-060" in first
    assert "trace-010" not in first
    assert "trace-010" in second
    assert "trace-011" not in second
    assert 'rel="next"' not in second


@pytest.mark.parametrize("after", ["x", "-", "1-", "9" * 39 + "-1", "٣-٣", "1-1"])
def test_an_odd_page_mark_breaks_nothing(browser_client, project, after):
    text_of(browser_client.get(LIST, {"after": after}))


def test_projects_are_listed_until_one_is_chosen(browser_client, space, project):
    second = stored(space, span(trace=7, name="elsewhere", at=90), project=HOSTILE)

    every = text_of(browser_client.get(LIST))
    one = text_of(browser_client.get(LIST, project_query(project)))

    assert "Last span" in every
    assert "elsewhere" in every
    assert "Last span" not in one
    assert "Task: answer" in one
    assert "<script>alert" not in every + one
    assert ids.encode("Model", second.pk).rstrip("=") in one


def test_without_spans_the_page_says_how_to_send_some(
    browser_client, space, monkeypatch
):
    page = text_of(browser_client.get(LIST))

    assert "No traces yet" in page
    lines = re.findall(
        r"export (OTEL_\w+)=(.*)",
        re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)[1],
    )
    for name, value in lines:
        monkeypatch.setenv(
            name, value.replace("&#x27;", "").replace("YOUR_KEY", "eui_x")
        )
    headers = dict(OTLPSpanExporter()._headers)
    assert headers["authorization"] == "eui_x"
    assert headers["arize-space-id"] == ids.encode("Space", space.pk)


def test_trace_shows_its_tree_and_its_first_span(browser_client, project):
    page = text_of(browser_client.get(ONE))

    assert page.index("Task: answer") < page.index("ChatCompletion")
    assert "depth-1 is-error" in page
    assert 'x="10.0" width="20.0"' in page
    assert "&quot;q&quot;: 1" in page
    assert ">42</pre>" in page
    assert "style=" not in page


def test_chosen_span_shows_messages_errors_and_usage(browser_client, project):
    page = text_of(browser_client.get(ONE, {"span": B}))

    assert "ValueError: too hot" in page
    assert "Traceback" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "path",
    [
        f"{LIST}{trace_id(99)}",
        f"{LIST}nonsense",
        f"{ONE}?span={'c' * 16}",
        f"{ONE}?span=%00",
        "/spaces/acme/traces/?project=TW9kZWw6OTk5OkFBQUE%3D",
    ],
)
def test_what_is_not_there_is_a_plain_error_page(browser_client, project, path):
    response = browser_client.get(path)

    assert response.status_code in (400, 404)
    assert "text/html" in response.headers["Content-Type"]


def test_other_spaces_are_not_found(browser_client, project):
    other = stored(make.space("other"), span(trace=5))

    assert browser_client.get("/spaces/other/traces/").status_code == 404
    assert browser_client.get(f"/spaces/other/traces/{trace_id(5)}").status_code == 404
    assert browser_client.get(f"{LIST}{trace_id(5)}").status_code == 404
    assert browser_client.get(LIST, project_query(other)).status_code == 404


def test_signing_in_comes_first(client, project):
    assert client.get(LIST).status_code == 302
    assert client.get(ONE).status_code == 302


def test_annotators_do_not_see_traces(space, project):
    client = Client()
    client.force_login(make.member(space, role=Role.ANNOTATOR))

    assert client.get(LIST).status_code == 403


def queries_of(client, path):
    with CaptureQueriesContext(connection) as queries_made:
        text_of(client.get(path))
    return len(queries_made)


@pytest.mark.parametrize("path", [LIST, ONE])
def test_a_page_takes_the_same_queries_for_any_number_of_spans(
    browser_client, space, path
):
    stored(space, span(trace=1))
    few = queries_of(browser_client, path)
    stored(space, *(span(trace=n % 3, at=n) for n in range(45)))

    assert queries_of(browser_client, path) == few <= 10


def test_deep_spans_are_drawn_at_the_deepest_place(space):
    stored(
        space,
        *(
            span(span_id=f"{n:016x}", parent=f"{n - 1:016x}" if n > 1 else "", at=n)
            for n in range(1, 30)
        ),
    )

    rows = tree_rows(queries.trace(space, trace_id(1)), slug="acme")

    assert max(row.depth for row in rows) == 8
    assert all(row.start_percent + row.width_percent <= 100.5 for row in rows)
