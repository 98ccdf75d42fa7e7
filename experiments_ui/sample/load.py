"""Loading the sample into a space through the public API, as any client would."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from experiments_ui.sample.runs import SampleExperiment, experiments
from experiments_ui.sample.tickets import tickets

DATASET_NAME = "support-tickets (sample)"
SEED = 20_250_612
PAGE_SIZE = 500

Post = Callable[[str, object], dict[str, Any]]
Get = Callable[[str], dict[str, Any]]


def load(post: Post, get: Get, *, space_id: str) -> None:
    """Create the sample dataset with its experiments, or what is missing of them.

    Args:
        post: Sends a JSON body to a path and returns the answer's body, or raises.
        get: Returns the body of a path, or raises.
        space_id: The space that gets the sample.
    """
    written = tickets()
    dataset_id = _dataset_id(post, get, space_id=space_id)
    example_ids = _example_ids(post, dataset_id=dataset_id)
    loaded = _experiment_names(get, dataset_id=dataset_id)
    for experiment in experiments(written, seed=SEED):
        if experiment.name not in loaded:
            inputs = [ticket.input for ticket in written]
            ids = [example_ids[text] for text in inputs]
            post("/v2/experiments", _experiment_body(experiment, dataset_id, ids))


def _dataset_id(post: Post, get: Get, *, space_id: str) -> str:
    query = urlencode({"space_id": space_id, "name": DATASET_NAME})
    for dataset in get(f"/v2/datasets?{query}")["datasets"]:
        if dataset["name"] == DATASET_NAME:
            return str(dataset["id"])
    body = {
        "name": DATASET_NAME,
        "space_id": space_id,
        "examples": [ticket.example() for ticket in tickets()],
    }
    return str(post("/v2/datasets", body)["id"])


def _example_ids(post: Post, *, dataset_id: str) -> dict[str, str]:
    """Return the id of every example by its input, which is unique in the sample."""
    found: dict[str, str] = {}
    body: dict[str, object] = {"limit": PAGE_SIZE}
    while True:
        page = post(f"/v2/datasets/{dataset_id}/examples/search", body)
        found |= {example["input"]: example["id"] for example in page["examples"]}
        if not page["pagination"]["has_more"]:
            return found
        body = {"limit": PAGE_SIZE, "cursor": page["pagination"]["next_cursor"]}


def _experiment_names(get: Get, *, dataset_id: str) -> set[str]:
    query = urlencode({"dataset_id": dataset_id})
    found = get(f"/v2/experiments?{query}")["experiments"]
    return {experiment["name"] for experiment in found}


def _experiment_body(
    experiment: SampleExperiment, dataset_id: str, example_ids: list[str]
) -> dict[str, object]:
    return {
        "name": experiment.name,
        "dataset_id": dataset_id,
        "experiment_runs": [
            {"example_id": example_id, **run}
            for example_id, run in zip(example_ids, experiment.runs, strict=True)
        ],
    }
