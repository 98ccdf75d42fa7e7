"""Loading the sample through nothing but a client's two verbs."""

import pytest

from experiments_ui.sample.load import DATASET_NAME, load
from experiments_ui.sample.tickets import tickets


class FakeServer:
    """A server that keeps what it is sent and pages its examples by 100."""

    def __init__(self):
        self.datasets = []
        self.examples = []
        self.experiments = []

    def post(self, path, body):
        if path == "/v2/datasets":
            return self.create_dataset(body)
        if path == "/v2/experiments":
            self.experiments.append(body)
            return {"id": f"experiment-{len(self.experiments)}"}
        assert path == "/v2/datasets/dataset-1/examples/search"
        return self.page_of_examples(body)

    def create_dataset(self, body):
        self.datasets.append({"id": "dataset-1", **body})
        self.examples = [
            {"id": f"example-{position}", **example}
            for position, example in enumerate(body["examples"])
        ]
        return {"id": "dataset-1", "name": body["name"]}

    def page_of_examples(self, body):
        assert body["limit"] <= 500
        start = int(body.get("cursor", 0))
        stop = start + 100
        more = stop < len(self.examples)
        pagination = {"has_more": more}
        if more:
            pagination["next_cursor"] = str(stop)
        return {"examples": self.examples[start:stop], "pagination": pagination}

    def get(self, path):
        if path.startswith("/v2/datasets?"):
            return {"datasets": self.datasets, "pagination": {"has_more": False}}
        assert path == "/v2/experiments?dataset_id=dataset-1"
        return {"experiments": self.experiments, "pagination": {"has_more": False}}


@pytest.fixture
def server():
    return FakeServer()


def test_the_sample_is_one_dataset_and_four_experiments(server):
    load(server.post, server.get, space_id="space-1")

    (dataset,) = server.datasets
    assert (dataset["name"], dataset["space_id"]) == (DATASET_NAME, "space-1")
    assert len(dataset["examples"]) == len(tickets())
    assert len(server.experiments) == 4


def test_every_run_answers_the_example_it_names(server):
    load(server.post, server.get, space_id="space-1")
    label_of = {example["id"]: example["label"] for example in server.examples}

    for experiment in server.experiments:
        runs = experiment["experiment_runs"]
        assert len({run["example_id"] for run in runs}) == len(server.examples)
        for run in runs:
            if run["execution_status"] == "COMPLETED":
                explanation = run["eval.label_match.explanation"]
                assert label_of[run["example_id"]] in explanation


def test_runs_carry_the_model_and_the_prompt_version_as_columns(server):
    load(server.post, server.get, space_id="space-1")

    for experiment in server.experiments:
        for run in experiment["experiment_runs"]:
            assert run["model"]
            assert "@" in run["prompt_version"]


def test_loading_again_adds_only_what_is_missing(server):
    load(server.post, server.get, space_id="space-1")
    removed = server.experiments.pop(1)

    load(server.post, server.get, space_id="space-1")

    assert len(server.datasets) == 1
    assert len(server.experiments) == 4
    assert server.experiments[-1] == removed
