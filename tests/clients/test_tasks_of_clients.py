"""Judging an experiment with the real clients, against a provider on loopback."""

import json
import uuid

import pytest
from arize import ArizeClient
from arize.ai_integrations.types import AiIntegrationProvider
from arize.evaluators.types import TemplateConfigInput
from arize.experiments.types import ExperimentTaskFieldNames
from arize.tasks.types import TaskEvaluatorInput, TaskType

from tests.fakes.provider import FakeProvider, right_label

LABELS = ["good", "bad"]
OUTPUTS = ["Paris", "in Rome", "of course Berlin"]
EXPECTED = [right_label(text, LABELS) for text in OUTPUTS]


@pytest.fixture(scope="module")
def fake():
    with FakeProvider() as provider:
        yield provider


@pytest.fixture(scope="module")
def admin_key(server):
    return server.new_key("tasks", role="admin")


@pytest.fixture
def name():
    return f"tasks {uuid.uuid4().hex[:8]}"


@pytest.fixture
def experiment(client, name):
    rows = [{"question": f"question {i}"} for i in range(3)]
    dataset = client.datasets.create(name=name, space="demo", examples=rows)
    examples = client.datasets.list_examples(dataset=dataset.id).examples
    return client.experiments.create(
        name="first",
        dataset=dataset.id,
        experiment_runs=[
            {"example_id": example.id, "output": output}
            for example, output in zip(examples, OUTPUTS, strict=True)
        ],
        task_fields=ExperimentTaskFieldNames(example_id="example_id", output="output"),
    )


@pytest.fixture
def evaluator(client, admin_key, fake, name):
    admin = ArizeClient(api_key=admin_key)
    integration = admin.ai_integrations.create(
        name=name,
        provider=AiIntegrationProvider.CUSTOM,
        api_key="sk-fake-0123456789",
        base_url=fake.openai,
    )
    return client.evaluators.create_template_evaluator(
        name=name,
        space="demo",
        commit_message="first",
        template_config=TemplateConfigInput(
            name="quality",
            template="Is this a good answer?\n{answer}",
            include_explanations=True,
            use_function_calling=True,
            classification_choices={"good": 1.0, "bad": 0.0},
            llm_config={
                "ai_integration_id": integration.id,
                "model_name": "judge",
                "invocation_parameters": {},
                "provider_parameters": {},
            },
        ),
    )


@pytest.fixture
def verdicts(client, experiment):
    def read(name="quality"):
        listed = client.experiments.list_runs(experiment=experiment.id)
        columns = [run.additional_properties for run in listed.experiment_runs]
        return [
            (one.get(f"eval.{name}.label"), one.get(f"eval.{name}.score"))
            for one in columns
        ]

    return read


def test_python_judges_an_experiment_again_only_when_told(
    client, name, experiment, evaluator, verdicts
):
    task = client.tasks.create_evaluation_task(
        name=name,
        task_type=TaskType.TEMPLATE_EVALUATION,
        dataset=experiment.dataset_id,
        experiment_ids=[experiment.id],
        evaluators=[
            TaskEvaluatorInput.from_dict(
                {"evaluator_id": evaluator.id, "column_mappings": {"answer": "output"}}
            )
        ],
    )
    assert client.tasks.get(task=name, space="demo").id == task.id

    def triggered(**options):
        run = client.tasks.trigger_run(task=task.id, **options)
        return client.tasks.wait_for_run(run_id=run.id, poll_interval=0.2, timeout=60)

    done = triggered()
    assert (done.status, done.num_successes, done.num_errors, done.num_skipped) == (
        *("COMPLETED", 3),
        *(0, 0),
    )
    scores = {"good": 1.0, "bad": 0.0}
    assert verdicts() == [(label, scores[label]) for label in EXPECTED]
    exported = client.experiments.list_runs(experiment=experiment.id, all=True)
    frame = exported.to_df()
    assert list(frame["eval.quality.label"]) == EXPECTED
    again = triggered()
    assert (again.status, again.num_successes) == ("CANCELLED", 0)
    assert "override_evaluations" in again.failure_reason
    assert triggered(override_evaluations=True).status == "COMPLETED"
    listed = client.tasks.list_runs(task=task.id).task_runs
    assert [run.status for run in listed] == ["COMPLETED", "CANCELLED", "COMPLETED"]
    client.tasks.delete(task=task.id)


def test_ax_makes_a_task_and_waits_for_its_run(
    ax, name, experiment, evaluator, verdicts
):
    attached = [{"evaluator_id": evaluator.id, "column_mappings": {"answer": "output"}}]
    made = ax(
        *("tasks", "create-evaluation", "--name", name),
        *("--task-type", "TEMPLATE_EVALUATION", "--dataset", experiment.dataset_id),
        *("--experiment-ids", experiment.id, "--evaluators", json.dumps(attached)),
        *("-o", "json"),
    )
    assert made.code == 0, made.stderr
    wait = ("--wait", "--poll-interval", "0.2", "-o", "json")
    trigger = ("tasks", "trigger-run", made.json["id"])
    done = ax(*trigger, *wait)
    assert done.code == 0, done.stderr
    assert done.json["status"] == "COMPLETED"
    assert [label for label, _ in verdicts()] == EXPECTED
    assert ax(*trigger, *wait).json["status"] == "CANCELLED"
    again = ax(*trigger, "--override-evaluations", *wait)
    assert again.json["status"] == "COMPLETED"
    listed = ax("tasks", "list-runs", made.json["id"], "-o", "json").json["task_runs"]
    assert len(listed) == 3
    assert ax("tasks", "delete", made.json["id"], "--force").code == 0


def test_a_task_of_code_checks_runs_as_well(client, name, experiment, verdicts):
    evaluator = client.evaluators.create_code_evaluator(
        name=name,
        space="demo",
        commit_message="first",
        code_config={
            "type": "MANAGED",
            "name": "of-course",
            "managed_evaluator": "MATCHES_REGEX",
            "variables": ["output"],
            "static_params": [
                {"name": "pattern", "type": "REGEX", "default_value": "^of course"}
            ],
        },
    )
    task = client.tasks.create_evaluation_task(
        name=name,
        task_type=TaskType.CODE_EVALUATION,
        dataset=experiment.dataset_id,
        experiment_ids=[experiment.id],
        evaluators=[TaskEvaluatorInput.from_dict({"evaluator_id": evaluator.id})],
    )
    run = client.tasks.trigger_run(task=task.id)
    done = client.tasks.wait_for_run(run_id=run.id, poll_interval=0.2, timeout=60)
    assert done.status == "COMPLETED"
    assert verdicts("of-course") == [("fail", 0.0), ("fail", 0.0), ("pass", 1.0)]


def test_typescript_makes_a_task_and_waits_for_its_run(
    typescript, name, experiment, evaluator
):
    seen = typescript(
        "tasks.mjs", name, experiment.dataset_id, experiment.id, evaluator.id
    )
    statuses = [seen[one]["status"] for one in ("first", "again", "overridden")]
    assert statuses == ["COMPLETED", "CANCELLED", "COMPLETED"]
    assert (seen["first"]["numSuccesses"], seen["first"]["numErrors"]) == (3, 0)
    assert [run["eval.quality.label"] for run in seen["runs"]] == EXPECTED
    assert seen["found"]["id"] == seen["task"]["id"]
    assert seen["task"]["experimentIds"] == [experiment.id]
    assert [run["id"] for run in seen["listed"]] == [
        seen[one]["id"] for one in ("overridden", "again", "first")
    ]
