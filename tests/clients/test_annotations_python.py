"""People's verdicts through the Python client: configs, runs and examples."""

import pytest
from arize._generated.api_client.exceptions import (
    ApiException,
    ConflictException,
    NotFoundException,
)
from arize.annotation_configs.types import CategoricalAnnotationValueRequest
from arize.experiments.types import (
    AnnotateRecordInput,
    AnnotationInput,
    ExperimentTaskFieldNames,
)

from tests.clients.rows import QUESTIONS


@pytest.fixture
def configs(client, name):
    """A config of each type, and the names they have."""
    make = client.annotation_configs
    return [
        make.create_continuous(
            name=f"{name} quality",
            space="demo",
            minimum_score=0,
            maximum_score=1,
            optimization_direction="MAXIMIZE",
        ),
        make.create_categorical(
            name=f"{name} verdict",
            space="demo",
            values=[
                CategoricalAnnotationValueRequest(label="right", score=1),
                CategoricalAnnotationValueRequest(label="wrong", score=0),
            ],
        ),
        make.create_freeform(name=f"{name} notes", space="demo"),
    ]


@pytest.fixture
def experiment(client, name):
    dataset = client.datasets.create(name=name, space="demo", examples=QUESTIONS)
    examples = client.datasets.list_examples(dataset=dataset.id).examples
    return client.experiments.create(
        name="first",
        dataset=dataset.id,
        experiment_runs=[{"example_id": e.id, "output": e.id[:4]} for e in examples],
        task_fields=ExperimentTaskFieldNames(example_id="example_id", output="output"),
    )


def annotate(client, experiment, run, *values):
    client.experiments.annotate_runs(
        experiment=experiment.id,
        annotations=[AnnotateRecordInput(record_id=run.id, values=list(values))],
    )


def listed(client, experiment, **options):
    return client.experiments.list_runs(
        experiment=experiment.id, **options
    ).experiment_runs


def given(run, name):
    return {a.name.removeprefix(f"{name} "): a for a in run.annotations or []}


def test_configs_come_back_as_they_were_made(client, name, configs):
    read = [client.annotation_configs.get(annotation_config=c.id) for c in configs]
    assert [config.type for config in read] == ["CONTINUOUS", "CATEGORICAL", "FREEFORM"]
    assert (read[0].minimum_score, read[0].maximum_score) == (0, 1)
    assert [value.label for value in read[1].values] == ["right", "wrong"]
    by_name = client.annotation_configs.get(
        annotation_config=f"{name} notes", space="demo"
    )
    assert by_name.id == configs[2].id
    found = client.annotation_configs.list(space="demo", name=name)
    assert len(found.annotation_configs) == 3
    with pytest.raises(ConflictException):
        client.annotation_configs.create_freeform(name=f"{name} notes", space="demo")
    client.annotation_configs.delete(annotation_config=configs[2].id)
    with pytest.raises(NotFoundException):
        client.annotation_configs.get(annotation_config=configs[2].id)


def test_runs_are_annotated_changed_and_filtered(client, name, configs, experiment):
    first, second, _ = listed(client, experiment)
    annotate(
        client,
        experiment,
        first,
        AnnotationInput(name=f"{name} quality", score=0.25),
        AnnotationInput(name=f"{name} verdict", label="wrong"),
        AnnotationInput(name=f"{name} notes", text="naïve ✎"),
    )
    annotate(
        client, experiment, second, AnnotationInput(name=f"{name} quality", score=1)
    )
    annotations = given(listed(client, experiment)[0], name)
    assert annotations["quality"].score == 0.25
    assert annotations["verdict"].label == "wrong"
    assert annotations["notes"].text == "naïve ✎"
    low = listed(client, experiment, filter=f'"annotation.{name} quality.score" < 0.5')
    assert [run.id for run in low] == [first.id]
    annotate(
        client, experiment, first, AnnotationInput(name=f"{name} quality", score=0.75)
    )
    annotations = given(listed(client, experiment)[0], name)
    assert annotations["quality"].score == 0.75
    assert annotations["verdict"].label == "wrong"


def test_an_annotation_changes_what_the_cache_goes_by(
    client, name, configs, experiment
):
    before = client.experiments.get(experiment=experiment.id).updated_at
    run = listed(client, experiment)[0]
    annotate(client, experiment, run, AnnotationInput(name=f"{name} notes", text="x"))
    after = client.experiments.get(experiment=experiment.id).updated_at
    assert (after - before).total_seconds() >= 1


def test_what_no_config_allows_is_refused(client, name, configs, experiment):
    run = listed(client, experiment)[0]
    for value in [
        AnnotationInput(name="no such config", label="x"),
        AnnotationInput(name=f"{name} quality", score=7),
        AnnotationInput(name=f"{name} verdict", label="maybe"),
    ]:
        with pytest.raises(ApiException) as raised:
            annotate(client, experiment, run, value)
        assert 400 <= raised.value.status < 500
    assert listed(client, experiment)[0].annotations == []


def test_a_run_that_is_not_there_is_passed_over(client, name, configs, experiment):
    run = listed(client, experiment)[0]
    value = AnnotationInput(name=f"{name} notes", text="x")
    client.experiments.annotate_runs(
        experiment=experiment.id,
        annotations=[
            AnnotateRecordInput(record_id="no such run", values=[value]),
            AnnotateRecordInput(record_id=run.id, values=[value]),
        ],
    )
    assert len(listed(client, experiment)[0].annotations) == 1


def test_examples_are_annotated_and_filtered(client, name, configs, experiment):
    dataset = experiment.dataset_id
    example = client.datasets.list_examples(dataset=dataset).examples[1]
    client.datasets.annotate_examples(
        dataset=dataset,
        annotations=[
            AnnotateRecordInput(
                record_id=example.id,
                values=[AnnotationInput(name=f"{name} verdict", label="right")],
            )
        ],
    )
    found = client.datasets.list_examples(
        dataset=dataset, filter=f"\"annotation.{name} verdict.label\" = 'right'"
    ).examples
    assert [e.id for e in found] == [example.id]
    assert found[0].annotations[0].label == "right"
