"""Tasks and task runs over REST: shapes, rules and refusals."""

import pytest

from experiments_ui import ids
from experiments_ui.spaces.models import Role
from experiments_ui.tasks.models import Task
from tests import make
from tests.tasks import building

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(space):
    return building.check(space)


@pytest.fixture
def body(experiment, version):
    """What creates a task of one code check."""
    return {
        "name": "nightly",
        "type": "CODE_EVALUATION",
        "dataset_id": ids.encode("Dataset", experiment.dataset_id),
        "experiment_ids": [ids.encode("Experiment", experiment.pk)],
        "evaluators": [
            {
                "evaluator_id": ids.encode("Evaluator", version.evaluator_id),
                "column_mappings": {"expected": "dataset.expected"},
            }
        ],
    }


@pytest.fixture
def task_id(wire, body):
    return wire.post("/tasks", body).json()["id"]


def test_a_task_has_all_members(wire, body, member, version):
    answer = wire.post("/tasks", body)
    assert answer.status_code == 201
    task = answer.json()
    assert task == {
        "id": task["id"],
        "name": "nightly",
        "type": "CODE_EVALUATION",
        "project_id": None,
        "dataset_id": body["dataset_id"],
        "sampling_rate": None,
        "is_continuous": False,
        "query_filter": None,
        "query_filters": None,
        "evaluators": [
            {
                "evaluator_id": body["evaluators"][0]["evaluator_id"],
                "evaluator_name": "said",
                "evaluator_version_id": None,
                "query_filter": None,
                "column_mappings": {"expected": "dataset.expected"},
                "query_mappings": None,
            }
        ],
        "experiment_ids": body["experiment_ids"],
        "run_configuration": None,
        "last_run_at": None,
        "created_at": task["created_at"],
        "updated_at": task["updated_at"],
        "created_by_user_id": ids.encode("User", member.pk),
    }
    assert wire.get(f"/tasks/{task['id']}").json() == task


def test_tasks_are_listed_by_name_dataset_type_and_space(wire, body, task_id, space):
    def listed(**query):
        return [one["id"] for one in wire.get("/tasks", **query).json()["tasks"]]

    space_id = ids.encode("Space", space.pk)
    assert listed(space_id=space_id, name="IGHT") == [task_id]
    assert listed(space_name="acm", type="CODE_EVALUATION") == [task_id]
    assert listed(dataset_id=body["dataset_id"]) == [task_id]
    assert listed(type="TEMPLATE_EVALUATION") == []
    assert listed(type="RUN_EXPERIMENT") == []
    assert listed(project_id=ids.encode("Model", 1)) == []
    assert wire.get("/tasks", type="OTHER").status_code == 422


def test_a_name_is_taken_once(wire, body, task_id):
    assert wire.post("/tasks", body).status_code == 409


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"name": ""}, 422, "name"),
        ({"type": "OTHER"}, 422, "type"),
        ({"type": "TEMPLATE_EVALUATION"}, 422, "TEMPLATE"),
        ({"evaluators": []}, 422, "evaluators"),
        ({"evaluators": None}, 422, "evaluators"),
        ({"experiment_ids": []}, 422, "experiment_ids"),
        ({"experiment_ids": ["nonsense"]}, 400, "Experiment id"),
        ({"dataset_id": None}, 422, "dataset_id"),
        ({"dataset_id": "nonsense"}, 400, "Dataset"),
        ({"project_id": "TW9kZWw6MTphYmNk"}, 422, "not both"),
        ({"dataset_id": None, "project_id": "x"}, 422, "not available"),
        ({"sampling_rate": 0.5}, 422, "projects"),
        ({"is_continuous": True}, 422, "projects"),
        ({"query_filter": ""}, 422, "query_filter"),
        ({"query_filter": "output = "}, 422, "query_filter"),
        ({"query_filters": {"filters": []}}, 400, "query_filters"),
        ({"run_configuration": {}}, 422, "run_configuration"),
        ({"something": 1}, 422, "something"),
    ],
)
def test_what_breaks_a_rule_is_refused(wire, body, changes, status, words):
    answer = wire.post("/tasks", body | changes)
    assert answer.status_code == status, answer.json()
    assert words in answer.json()["detail"]
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    "extra", [{"is_continuous": False}, {"sampling_rate": None, "project_id": None}]
)
def test_what_says_nothing_is_taken(wire, body, extra):
    assert wire.post("/tasks", body | extra).status_code == 201


def test_running_experiments_is_refused_clearly(wire, body):
    answer = wire.post(
        "/tasks",
        {
            "name": "x",
            "type": "RUN_EXPERIMENT",
            "dataset_id": body["dataset_id"],
            "run_configuration": {"experiment_type": "LLM_GENERATION"},
        },
    )
    assert answer.status_code == 422
    assert "not available on this server" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("members", "status", "words"),
    [
        ({"query_mappings": []}, 400, "mixed"),
        ({"column_mappings": {"a": 1}}, 422, "column_mappings"),
        ({"column_mappings": ["a"]}, 422, "column_mappings"),
        ({"query_filter": "("}, 422, "query_filter"),
        ({"evaluator_version_id": "nonsense"}, 400, "EvaluatorVersion"),
        ({"other": 1}, 422, "other"),
    ],
)
def test_an_evaluator_that_breaks_a_rule_is_refused(wire, body, members, status, words):
    broken = [body["evaluators"][0] | members]
    answer = wire.post("/tasks", body | {"evaluators": broken})
    assert answer.status_code == status, answer.json()
    assert words in answer.json()["detail"]


def test_shapes_of_traces_are_told_apart(wire, body):
    trace = {
        "evaluator_id": body["evaluators"][0]["evaluator_id"],
        "query_mappings": [],
    }
    alone = wire.post("/tasks", body | {"evaluators": [trace]})
    assert (alone.status_code, "not available" in alone.json()["detail"]) == (422, True)
    mixed = wire.post("/tasks", body | {"evaluators": [trace, body["evaluators"][0]]})
    assert mixed.status_code == 400


def test_an_evaluator_is_attached_once(wire, body):
    twice = body["evaluators"] * 2
    answer = wire.post("/tasks", body | {"evaluators": twice})
    assert answer.status_code == 422


def test_a_pinned_version_must_be_the_evaluator_s(wire, space, body, version):
    other = building.check(space, name="other")
    pinned = body["evaluators"][0] | {
        "evaluator_version_id": ids.encode("EvaluatorVersion", other.pk)
    }
    assert wire.post("/tasks", body | {"evaluators": [pinned]}).status_code == 422
    pinned["evaluator_version_id"] = ids.encode("EvaluatorVersion", version.pk)
    answer = wire.post("/tasks", body | {"evaluators": [pinned]})
    assert (
        answer.json()["evaluators"][0]["evaluator_version_id"]
        == (pinned["evaluator_version_id"])
    )


def test_at_most_one_evaluator_is_custom_code(wire, space, body):
    def attached(*versions):
        found = [ids.encode("Evaluator", one.evaluator_id) for one in versions]
        return {"evaluators": [{"evaluator_id": one} for one in found]}

    first = building.custom(space, name="one")
    second = building.custom(space, name="two")
    assert wire.post("/tasks", body | attached(first, second)).status_code == 422
    assert wire.post("/tasks", body | attached(first)).status_code == 201


def test_evaluators_of_traces_are_refused(wire, space, body):
    version = building.judge(space, building.integration(), data_granularity="TRACE")
    evaluator = {"evaluator_id": ids.encode("Evaluator", version.evaluator_id)}
    answer = wire.post(
        "/tasks", body | {"type": "TEMPLATE_EVALUATION", "evaluators": [evaluator]}
    )
    assert answer.status_code == 422
    assert "run by run" in answer.json()["detail"]


def test_experiments_of_another_dataset_are_refused(wire, space, body):
    other = make.experiment(make.dataset(space, name="other"))
    answer = wire.post(
        "/tasks", body | {"experiment_ids": [ids.encode("Experiment", other.pk)]}
    )
    assert answer.status_code == 422


def test_an_evaluator_of_another_space_is_refused(wire, member, body):
    from experiments_ui.spaces import actions

    other = make.space("other")
    version = building.check(other)
    evaluators = [{"evaluator_id": ids.encode("Evaluator", version.evaluator_id)}]
    assert wire.post("/tasks", body | {"evaluators": evaluators}).status_code == 404
    actions.set_role(other, user=member, role=Role.MEMBER)
    assert wire.post("/tasks", body | {"evaluators": evaluators}).status_code == 422


def test_a_change_replaces_what_it_names(wire, task_id, space):
    other = building.check(space, name="other")
    evaluators = [{"evaluator_id": ids.encode("Evaluator", other.evaluator_id)}]
    changed = wire.patch(
        f"/tasks/{task_id}",
        {"name": "daily", "query_filter": "output = 'a'", "evaluators": evaluators},
    )
    assert changed.status_code == 200
    task = changed.json()
    assert (task["name"], task["query_filter"]) == ("daily", "output = 'a'")
    assert [one["evaluator_name"] for one in task["evaluators"]] == ["other"]
    cleared = wire.patch(f"/tasks/{task_id}", {"query_filter": None}).json()
    assert (cleared["name"], cleared["query_filter"]) == ("daily", None)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 422),
        ({"run_configuration": {}}, 400),
        ({"type": "CODE_EVALUATION"}, 422),
        ({"evaluators": []}, 422),
        ({"sampling_rate": 0.5}, 422),
        ({"query_filters": {}}, 400),
    ],
)
def test_changes_that_break_a_rule_are_refused(wire, task_id, changes, status):
    assert wire.patch(f"/tasks/{task_id}", changes).status_code == status


def test_a_deleted_task_is_gone_with_its_runs(wire, task_id):
    run_id = wire.post(f"/tasks/{task_id}/trigger").json()["id"]
    assert wire.delete(f"/tasks/{task_id}").status_code == 204
    assert wire.get(f"/tasks/{task_id}").status_code == 404
    assert wire.get(f"/task-runs/{run_id}").status_code == 404


def test_a_run_has_all_members(wire, member, task_id):
    answer = wire.post(f"/tasks/{task_id}/trigger", {})
    assert answer.status_code == 201
    run = answer.json()
    assert run == {
        "id": run["id"],
        "task_id": task_id,
        "experiment_id": None,
        "status": "PENDING",
        "run_started_at": None,
        "run_finished_at": None,
        "data_start_time": None,
        "data_end_time": None,
        "num_successes": 0,
        "num_errors": 0,
        "num_skipped": 0,
        "created_at": run["created_at"],
        "created_by_user_id": ids.encode("User", member.pk),
        "failure_reason": None,
    }
    assert wire.get(f"/task-runs/{run['id']}").json() == run
    assert wire.get(f"/tasks/{task_id}").json()["last_run_at"]


def test_runs_are_listed_newest_first_and_by_status(wire, task_id):
    first = wire.post(f"/tasks/{task_id}/trigger").json()
    second = wire.post(f"/tasks/{task_id}/trigger").json()
    path = f"/tasks/{task_id}/runs"
    listed = wire.get(path).json()
    assert [one["id"] for one in listed["task_runs"]] == [second["id"], first["id"]]
    pending = wire.get(path, status="PENDING").json()["task_runs"]
    assert [one["id"] for one in pending] == [first["id"]]
    assert wire.get(path, status="OTHER").status_code == 422
    page = wire.get(path, limit=1).json()
    rest = wire.get(path, limit=1, cursor=page["pagination"]["next_cursor"]).json()
    assert [one["id"] for one in rest["task_runs"]] == [first["id"]]


def test_a_run_is_cancelled_once(wire, task_id):
    run_id = wire.post(f"/tasks/{task_id}/trigger").json()["id"]
    answer = wire.post(f"/task-runs/{run_id}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "CANCELLED")
    assert answer.json()["run_finished_at"]
    assert wire.post(f"/task-runs/{run_id}/cancel").status_code == 409


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"experiment_name": "x"}, 400),
        ({"query_filter": "a = 1"}, 400),
        ({"data_start_time": "2026-01-01T00:00:00Z"}, 400),
        ({"data_start_time": None, "max_spans": 10}, 201),
        ({"max_spans": 0}, 422),
        ({"override_evaluations": "yes"}, 422),
        ({"experiment_ids": ["nonsense"]}, 400),
        ({"other": 1}, 422),
    ],
)
def test_triggers_are_held_to_their_rules(wire, task_id, sent, status):
    assert wire.post(f"/tasks/{task_id}/trigger", sent).status_code == status


def test_a_trigger_may_name_other_experiments(wire, space, experiment, task_id):
    from experiments_ui.tasks.models import Batch

    other = make.experiment(experiment.dataset, name="second")
    named = [ids.encode("Experiment", other.pk)]
    wire.post(f"/tasks/{task_id}/trigger", {"experiment_ids": named})
    assert set(Batch.objects.values_list("experiment", flat=True)) == {other.pk}
    foreign = make.experiment(make.dataset(space, name="other"))
    named = [ids.encode("Experiment", foreign.pk)]
    answer = wire.post(f"/tasks/{task_id}/trigger", {"experiment_ids": named})
    assert answer.status_code == 422


def test_max_spans_bounds_what_is_evaluated(wire, task_id):
    from experiments_ui.tasks.models import Batch

    wire.post(f"/tasks/{task_id}/trigger", {"max_spans": 2})
    assert [batch.left for batch in Batch.objects.all()] == [[0, 1]]


def test_people_of_other_spaces_see_nothing(task_id, wire, body):
    run_id = wire.post(f"/tasks/{task_id}/trigger").json()["id"]
    stranger = make.wire(make.member(make.space("elsewhere")))
    assert stranger.get("/tasks").json()["tasks"] == []
    for method, path in [
        ("GET", f"/tasks/{task_id}"),
        ("PATCH", f"/tasks/{task_id}"),
        ("DELETE", f"/tasks/{task_id}"),
        ("POST", f"/tasks/{task_id}/trigger"),
        ("GET", f"/tasks/{task_id}/runs"),
        ("GET", f"/task-runs/{run_id}"),
        ("POST", f"/task-runs/{run_id}/cancel"),
    ]:
        assert stranger.send(method, path, {"name": "x"}).status_code == 404, path
    assert stranger.post("/tasks", body).status_code == 404


def test_readers_read_and_change_nothing(space, wire, task_id, body):
    run_id = wire.post(f"/tasks/{task_id}/trigger").json()["id"]
    reader = make.wire(make.member(space, role=Role.READ_ONLY))
    assert reader.get(f"/tasks/{task_id}").status_code == 200
    assert reader.get(f"/task-runs/{run_id}").status_code == 200
    for method, path in [
        ("PATCH", f"/tasks/{task_id}"),
        ("DELETE", f"/tasks/{task_id}"),
        ("POST", f"/tasks/{task_id}/trigger"),
        ("POST", f"/task-runs/{run_id}/cancel"),
        ("POST", "/tasks"),
    ]:
        sent = body if path == "/tasks" else {}
        assert reader.send(method, path, sent).status_code == 403, path


def test_a_used_evaluator_stays(wire, task_id, version):
    path = f"/evaluators/{ids.encode('Evaluator', version.evaluator_id)}"
    answer = wire.delete(path)
    assert answer.status_code == 409
    assert "nightly" in answer.json()["detail"]


def test_an_evaluator_goes_when_its_tasks_are_gone(wire, task_id, version):
    path = f"/evaluators/{ids.encode('Evaluator', version.evaluator_id)}"
    wire.delete(f"/tasks/{task_id}")
    assert wire.delete(path).status_code == 204


def test_the_last_version_of_a_used_evaluator_stays(wire, task_id, version):
    path = f"/evaluators/{ids.encode('Evaluator', version.evaluator_id)}/versions"
    sent = {"version_ids": [ids.encode("EvaluatorVersion", version.pk)]}
    assert wire.delete(path, sent).status_code == 409
    wire.delete(f"/tasks/{task_id}")
    assert wire.delete(path, sent).status_code == 200


def test_a_space_is_deleted_with_its_tasks(space, task_id):
    space.delete()
    assert not Task.objects.exists()
