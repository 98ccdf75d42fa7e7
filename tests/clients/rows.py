"""Rows for tests, and the same rows as the clients hand them back."""

QUESTIONS = [
    {"input": f"question {i}", "expected": f"answer {i}", "topic": "ab"[i % 2]}
    for i in range(3)
]

# One row of everything that JSON can say, one that lacks most of it.
ALL_KINDS = [
    {
        "input": "Où est la gare ? 東京駅 🚉",
        "messages": [
            {"role": "user", "content": "héllo"},
            {"role": "assistant", "content": None},
        ],
        "metadata": {"language": "fr", "nested": {"deep": [1, 2.5, None]}},
        "passed": True,
        "price": 0.1 + 0.2,
        "count": 9_007_199_254_740_993,
        "asked_on": "2026-02-28",
        "comment": None,
        "id number": "007",
    },
    {
        "input": "",
        "count": -1,
        "passed": False,
        "price": -1e-300,
        "asked_on": "2026-03-01T09:30:00Z",
    },
]


def of_examples(response):
    """The user's columns of each example."""
    return [example.additional_properties for example in response.examples]


def of_runs(response):
    """Example, output, error if there is one, and the user's columns of each run."""
    return [
        {
            "example_id": run.example_id,
            "output": run.output,
            **({} if run.error is None else {"error": run.error}),
            **run.additional_properties,
        }
        for run in response.experiment_runs
    ]


def without_missing(rows):
    """The same rows where a missing value is an absent one."""
    return [
        {name: value for name, value in row.items() if value is not None}
        for row in rows
    ]


def all_examples(client, dataset_id, **options):
    """Every example, page by page over REST."""
    found, cursor = [], None
    while True:
        page = client.datasets.list_examples(
            dataset=dataset_id, limit=500, cursor=cursor, **options
        )
        found += page.examples
        cursor = page.pagination.next_cursor
        if not cursor:
            return found


def all_runs(client, experiment_id, **options):
    """Every run, page by page over REST."""
    found, cursor = [], None
    while True:
        page = client.experiments.list_runs(
            experiment=experiment_id, limit=500, cursor=cursor, **options
        )
        found += page.experiment_runs
        cursor = page.pagination.next_cursor
        if not cursor:
            return found
