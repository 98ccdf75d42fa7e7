"""What `experiments.run` logged is on the pages: runs, verdicts, errors and traces."""

import re

import pytest
from arize.experiments import EvaluationResult

from experiments_ui import ids
from tests.clients.rows import QUESTIONS
from tests.clients.waiting import until

OUTPUTS = {"question 0": "the first answer ✓", "question 1": "<b>the second</b> & last"}


def task(row):
    return OUTPUTS[row["input"]]  # and a KeyError for the third


def judge(output):
    if output is None:
        return EvaluationResult(score=0.0, label="silent", explanation="said nothing")
    return EvaluationResult(score=0.75, label="spoke", explanation=f"said {output}")


@pytest.fixture
def logged(client, name):
    dataset = client.datasets.create(name=name, space="demo", examples=QUESTIONS)
    experiment, frame = client.experiments.run(
        name=f"{name} run", dataset=dataset.id, task=task, evaluators=[judge]
    )
    return experiment, frame


def path_of(experiment):
    number = ids.decode("Experiment", experiment.id)
    return f"/spaces/demo/experiments/{number}/"


def test_outputs_scores_labels_and_errors_are_on_the_experiments_page(visitor, logged):
    experiment, _ = logged
    page = visitor.page(path_of(experiment))
    for text in [experiment.name, *OUTPUTS.values(), "KeyError('question 2')"]:
        assert text in page
    assert "judge" in page
    assert "0.75" in page


def test_explanations_and_the_trace_are_in_the_runs_drawer(visitor, logged):
    experiment, frame = logged
    run = path_of(experiment)
    for sequence, output in enumerate([*OUTPUTS.values(), None]):
        drawer = visitor.page(f"{run}runs/{sequence}")
        assert (f"said {output}" if output else "said nothing") in drawer
        assert ("spoke" if output else "silent") in drawer
        trace_id = frame["result.trace.id"][sequence]
        assert trace_id in drawer
        (link, *_) = until(lambda i=sequence, t=trace_id: links(visitor, run, i, t))
        assert "Task: task" in visitor.page(link)


def links(visitor, path, sequence, trace_id):
    """The links to a trace from a run's drawer, which come once its spans did."""
    drawer = visitor.page(f"{path}runs/{sequence}")
    return re.findall(rf'href="([^"]*traces/{trace_id}[^"]*)"', drawer)
