"""Lines to paste that fill an empty list: a first dataset, a first experiment."""

import shlex

from experiments_ui.datasets.models import Dataset
from experiments_ui.datasets.roles import Roles
from experiments_ui.spaces.clients import Address, Snippet
from experiments_ui.spaces.models import Space

_DATASET = """from arize import ArizeClient

client = ArizeClient()
client.datasets.create(
    name="my-dataset",
    space={space!r},
    examples=[
        {{"input": "How do I reset my password?", "expected": "account_access"}},
        {{"input": "I was charged twice in May.", "expected": "billing"}},
    ],
)"""

_EXPERIMENT = """from arize import ArizeClient

def task(dataset_row):
    return answer(dataset_row[{asked!r}])  # your model or agent

def correct(output, dataset_row):
    return output == dataset_row[{expected!r}]

client = ArizeClient()
client.experiments.run(
    name="first",
    dataset={dataset!r},
    space={space!r},
    task=task,
    evaluators=[correct],
)"""

_CURL = """curl -X POST {url}/v2/datasets \\
  -H "Authorization: Bearer $ARIZE_API_KEY" -H "Content-Type: application/json" \\
  -d '{{"name": "my-dataset", "space_id": "{space_id}",
       "examples": [{{"input": "How do I reset my password?"}}]}}'"""


def first_dataset(space: Space, address: Address, *, space_id: str) -> list[Snippet]:
    """Return how to upload a dataset into a space."""
    name = shlex.quote(space.name)
    return [
        Snippet("python", "Python", _DATASET.format(space=space.name)),
        Snippet(
            "ax",
            "ax",
            f"ax datasets create --name my-dataset --space {name} --file examples.csv",
        ),
        Snippet("curl", "curl", _CURL.format(url=address.url, space_id=space_id)),
    ]


def first_experiment(dataset: Dataset, roles: Roles) -> list[Snippet]:
    """Return how to run, or upload, an experiment on a dataset."""
    python = _EXPERIMENT.format(
        asked=roles.input or "input",
        expected=roles.label or roles.expected or "expected",
        dataset=dataset.name,
        space=dataset.space.name,
    )
    quoted = shlex.quote(dataset.name), shlex.quote(dataset.space.name)
    line = (
        "# runs.csv has the columns example_id and output\n"
        "ax experiments create --name first --file runs.csv "
        "--dataset {} --space {}".format(*quoted)
    )
    return [Snippet("python", "Python", python), Snippet("ax", "ax", line)]
