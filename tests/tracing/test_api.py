"""Projects, spans and traces over REST."""

from datetime import UTC, datetime, timedelta

import pytest

from experiments_ui import ids
from experiments_ui.spaces.models import Role
from experiments_ui.tracing import actions
from experiments_ui.tracing.models import Project, ProjectType, Span
from tests import make
from tests.tracing.spans import exception, span, stored, trace_id

A, B = "a" * 16, "b" * 16


def project_id(project):
    return ids.encode("Model", project.pk)


def space_id(space):
    return ids.encode("Space", space.pk)


@pytest.fixture
def project(space):
    return stored(
        space,
        span(
            trace=1,
            span_id=A,
            name="root",
            attributes={"input.value": "hello", "tags": ["abcdef"]},
        ),
        span(
            trace=1,
            span_id=B,
            parent=A,
            at=1,
            kind="LLM",
            status="ERROR",
            message="broke",
            events=[exception()],
            attributes={
                "llm.model_name": "gpt",
                "llm.input_messages.0.message.role": "user",
            },
        ),
    )


def test_a_project_is_made_read_renamed_and_deleted(wire, space):
    made = wire.post("/projects", {"name": "p", "space_id": space_id(space)})
    assert made.status_code == 201
    assert made.json() == {
        "id": made.json()["id"],
        "name": "p",
        "space_id": space_id(space),
        "created_at": made.json()["created_at"],
        "project_type": "APPLICATION",
    }
    path = f"/projects/{made.json()['id']}"

    assert wire.get(path).json() == made.json()
    assert wire.patch(path, {"name": "q"}).json()["name"] == "q"
    assert wire.delete(path).status_code == 204
    assert wire.get(path).status_code == 404


def test_a_name_in_use_is_a_conflict(wire, space):
    body = {"name": "p", "space_id": space_id(space)}
    wire.post("/projects", body)

    assert wire.post("/projects", body).status_code == 409
    other = wire.post("/projects", body | {"name": "q"}).json()["id"]
    assert wire.patch(f"/projects/{other}", {"name": "p"}).status_code == 409


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": "x" * 256}, {"name": 3}, {"name": "a", "more": 1}],
)
def test_a_bad_project_is_refused(wire, space, body):
    response = wire.post("/projects", body | {"space_id": space_id(space)})

    assert response.status_code == 422
    assert Project.objects.count() == 0


def test_projects_are_listed_newest_first_by_page_and_filter(wire, space):
    for name in ("one", "two", "three"):
        actions.create_project(space, name=name)
    actions.create_project(space, name="traces", project_type=ProjectType.EXPERIMENT)
    actions.create_project(make.space("other"), name="hidden")

    def listed(**query):
        answer = wire.get("/projects", **query).json()
        return [one["name"] for one in answer["projects"]], answer["pagination"]

    assert listed()[0] == ["traces", "three", "two", "one"]
    assert listed(name="T")[0] == ["traces", "three", "two"]
    assert listed(space_id=space_id(space), project_type="EXPERIMENT")[0] == ["traces"]
    names, pagination = listed(limit=3)
    assert (names, pagination["has_more"]) == (["traces", "three", "two"], True)
    rest = listed(limit=3, cursor=pagination["next_cursor"])
    assert rest == (["one"], {"has_more": False})
    assert wire.get("/projects", project_type="x").status_code == 422


def test_a_project_of_another_space_is_not_found(wire):
    foreign = stored(make.space("other"), span())
    path = f"/projects/{project_id(foreign)}"

    assert wire.get(path).status_code == 404
    assert wire.patch(path, {"name": "mine"}).status_code == 404
    assert wire.delete(path).status_code == 404
    for collection in ("/spans", "/traces"):
        assert (
            wire.post(collection, {"project_id": project_id(foreign)}).status_code
            == 404
        )
    body = {"project_id": project_id(foreign), "span_ids": [A]}
    assert wire.delete("/spans", body).status_code == 404
    assert Span.objects.count() == 1


def test_readers_may_look_but_not_touch(space, project):
    reader = make.wire(make.member(space, role=Role.READ_ONLY))
    path = f"/projects/{project_id(project)}"

    assert reader.get(path).status_code == 200
    assert reader.post("/spans", {"project_id": project_id(project)}).status_code == 200
    assert reader.delete(path).status_code == 403
    body = {"project_id": project_id(project), "span_ids": [A]}
    assert reader.delete("/spans", body).status_code == 403


def test_spans_are_shown_whole_newest_first(wire, project):
    answer = wire.post("/spans", {"project_id": project_id(project)}).json()

    child, root = answer["spans"]
    assert answer["pagination"] == {"has_more": False}
    assert root["parent_id"] is None
    assert root["attributes"] == {"input.value": "hello", "tags": ["abcdef"]}
    assert child == {
        "name": "step",
        "context": {"trace_id": trace_id(1), "span_id": B},
        "kind": "LLM",
        "parent_id": A,
        "start_time": child["start_time"],
        "end_time": child["end_time"],
        "status_code": "ERROR",
        "status_message": "broke",
        "attributes": {
            "llm.model_name": "gpt",
            "llm.input_messages.0.message.role": "user",
        },
        "annotations": [],
        "trace_annotations": [],
        "evaluations": [],
        "events": child["events"],
    }
    assert child["events"][0]["attributes"]["exception.message"] == "too hot"
    assert child["start_time"].endswith("Z")


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        (
            {"included_columns": ["attributes.llm.model_name"]},
            [{"llm.model_name": "gpt"}, {}],
        ),
        ({"included_columns": ["name"]}, [{}, {}]),
        (
            {
                "excluded_columns": [
                    "attributes.llm.input_messages",
                    "attributes.tags",
                    "name",
                ]
            },
            [{"llm.model_name": "gpt"}, {"input.value": "hello"}],
        ),
        (
            {"truncate_string_length": 3, "excluded_columns": ["attributes.llm"]},
            [{}, {"input.value": "he…", "tags": ["ab…"]}],
        ),
        (
            {
                "truncate_string_length": 1,
                "included_columns": ["attributes.input.value"],
            },
            [{}, {"input.value": "…"}],
        ),
    ],
)
def test_columns_can_be_chosen_and_texts_cut(wire, project, more, shown):
    answer = wire.post("/spans", {"project_id": project_id(project)} | more).json()

    assert [one["attributes"] for one in answer["spans"]] == shown


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"filter": " "}, 422),
        ({"filter": "name ="}, 422),
        ({"filter": 3}, 422),
        ({"filter": None}, 200),
        ({"included_columns": []}, 422),
        ({"included_columns": ["a"], "excluded_columns": ["b"]}, 422),
        ({"truncate_string_length": 0}, 422),
        ({"truncate_string_length": 2.5}, 422),
        ({"start_time": "yesterday"}, 422),
        (
            {"start_time": "2026-01-02T00:00:00Z", "end_time": "2026-01-01T00:00:00Z"},
            422,
        ),
        (
            {"start_time": "0001-01-01T00:00:00Z", "end_time": "9999-12-31T23:59:59Z"},
            200,
        ),
        ({"start_time": "2026-01-02T00:00:00"}, 200),
        ({"unknown": 1}, 422),
        ({"project_id": "nonsense"}, 400),
        ({"project_id": ids.encode("Dataset", 1)}, 400),
        ({"project_id": ids.encode("Model", 2**62)}, 404),
    ],
)
def test_a_bad_search_is_refused_by_name(wire, project, more, status):
    response = wire.post("/spans", {"project_id": project_id(project)} | more)

    assert response.status_code == status, response.content


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 501}, {"limit": "x"}, {"cursor": "!"}, {"cursor": "W10"}],
)
def test_a_bad_page_is_refused(wire, project, query):
    response = wire.post("/spans", {"project_id": project_id(project)}, **query)

    assert response.status_code in (400, 422)


def test_pages_follow_the_cursor_which_fits_no_other_search(wire, project):
    body = {"project_id": project_id(project)}
    first = wire.post("/spans", body, limit=1).json()
    cursor = first["pagination"]["next_cursor"]

    second = wire.post("/spans", body, limit=1, cursor=cursor).json()

    assert [
        one["context"]["span_id"] for one in (*first["spans"], *second["spans"])
    ] == [B, A]
    assert second["pagination"] == {"has_more": False}
    other = body | {"filter": "name = 'root'"}
    assert wire.post("/spans", other, limit=1, cursor=cursor).status_code == 400


def test_without_bounds_the_last_seven_days_are_searched(wire, space):
    project = stored(space, span(name="new"), span(name="old", at=-8 * 86_400_000))
    body = {"project_id": project_id(project)}
    long_ago = (datetime.now(UTC) - timedelta(days=9)).isoformat()

    assert [one["name"] for one in wire.post("/spans", body).json()["spans"]] == ["new"]
    spans = wire.post("/spans", body | {"start_time": long_ago}).json()["spans"]
    assert [one["name"] for one in spans] == ["new", "old"]


def test_a_trace_is_shown_with_all_its_spans(wire, project):
    body = {"project_id": project_id(project), "filter": "status_code = 'ERROR'"}

    (trace,) = wire.post("/traces", body).json()["traces"]

    assert (trace["trace_id"], trace["root_span_id"]) == (trace_id(1), A)
    assert trace["spans_truncated"] is False
    assert [one["context"]["span_id"] for one in trace["spans"]] == [A, B]
    assert trace["start_time"] == trace["spans"][0]["start_time"]
    assert trace["end_time"] == trace["spans"][1]["end_time"]


def test_traces_come_in_pages(wire, space):
    project = stored(space, *(span(trace=number, at=number) for number in range(1, 31)))
    body = {"project_id": project_id(project)}

    first = wire.post("/traces", body).json()
    second = wire.post(
        "/traces", body, cursor=first["pagination"]["next_cursor"]
    ).json()

    traces = [int(one["trace_id"], 16) for one in (*first["traces"], *second["traces"])]
    assert traces == list(range(30, 0, -1))
    assert wire.post("/traces", body, limit=51).status_code == 422


@pytest.mark.parametrize("traces", [1, 20])
def test_a_page_of_traces_takes_the_same_queries_for_any_number(
    wire, space, traces, django_assert_max_num_queries
):
    project = stored(space, *(span(trace=n, at=n) for n in range(1, traces + 1)))

    with django_assert_max_num_queries(7):
        wire.post("/traces", {"project_id": project_id(project)})


def test_spans_are_deleted_by_id(wire, project):
    body = {"project_id": project_id(project), "span_ids": [B, "c" * 16, B]}

    answer = wire.delete("/spans", body).json()

    assert answer == {
        "completed": True,
        "deleted_span_ids": [B],
        "not_deleted_span_ids": ["c" * 16],
    }
    assert Span.objects.get().span_id == A
