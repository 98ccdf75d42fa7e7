"""Datasets through the command line."""

import json

import pandas as pd
import pytest

FRAME = pd.DataFrame(
    {
        "question": ["Wo?", "“Wann?”, sagte sie", "Wer, 誰?"],
        "score": [0.5, None, 1.0],
        "number": [1, 2, 3],
        "passed": [True, False, True],
    }
)
ROWS = [
    {"question": "Wo?", "score": 0.5, "number": 1, "passed": True},
    {"question": "“Wann?”, sagte sie", "score": None, "number": 2, "passed": False},
    {"question": "Wer, 誰?", "score": 1.0, "number": 3, "passed": True},
]


def write(frame, path):
    """Write a frame in the format of the path's ending."""
    match path.suffix:
        case ".csv":
            frame.to_csv(path, index=False)
        case ".json":
            frame.to_json(path, orient="records", force_ascii=False)
        case ".jsonl":
            frame.to_json(path, orient="records", lines=True)
        case ".parquet":
            frame.to_parquet(path)


@pytest.fixture
def in_demo(ax, name):
    """Run `ax datasets …` on the test's dataset, in the space demo."""

    def run(command, *arguments, **more):
        return ax("datasets", command, *arguments, "--space", "demo", **more)

    return run


def created(done):
    assert done.code == 0, done.stderr
    return done.json


def exported(done):
    """The rows that an export printed, without missing values."""
    assert done.code == 0, done.stderr
    return [
        {k: v for k, v in row["additional_properties"].items() if v is not None}
        for row in done.json
    ]


KNOWN = [{k: v for k, v in row.items() if v is not None} for row in ROWS]


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl", "parquet"])
def test_a_file_becomes_a_dataset_and_comes_back(in_demo, name, tmp_path, ending):
    path = tmp_path / f"rows.{ending}"
    write(FRAME, path)
    made = created(in_demo("create", "--name", name, "--file", path, "-o", "json"))
    assert made["name"] == name
    assert exported(in_demo("export", name, "--stdout")) == KNOWN
    assert exported(in_demo("export", name, "--stdout", "--all")) == KNOWN


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl"])
def test_standard_input_becomes_a_dataset(in_demo, name, tmp_path, ending):
    path = tmp_path / f"rows.{ending}"
    write(FRAME, path)
    created(
        in_demo(
            *("create", "--name", name, "--file", "-", "-o", "json"),
            stdin=path.read_text(),
        )
    )
    assert exported(in_demo("export", name, "--stdout")) == KNOWN


def test_rows_on_the_command_line_become_a_dataset(in_demo, name):
    created(in_demo("create", "--name", name, "--json", json.dumps(ROWS), "-o", "json"))
    assert exported(in_demo("export", name, "--stdout")) == KNOWN


def test_2000_rows_from_csv_go_over_flight_and_come_back(in_demo, name, tmp_path):
    frame = pd.DataFrame({"question": [f"Frage {i}, ü" for i in range(2000)]})
    write(frame, tmp_path / "rows.csv")
    created(
        in_demo("create", "--name", name, "--file", tmp_path / "rows.csv", "-o", "json")
    )
    whole = exported(in_demo("export", name, "--all", "--stdout"))
    assert [row["question"] for row in whole] == frame["question"].tolist()


def test_a_dataset_is_listed_got_renamed_and_deleted(in_demo, name):
    made = created(
        in_demo("create", "--name", name, "--json", json.dumps(ROWS), "-o", "json")
    )
    listed = in_demo("list", "--name", name, "-o", "json").json["datasets"]
    assert [dataset["id"] for dataset in listed] == [made["id"]]
    found = in_demo("get", name, "-o", "json").json
    assert len(found["versions"]) == 1
    assert in_demo("update", name, "--name", f"{name} 2", "-o", "json").code == 0
    assert in_demo("delete", f"{name} 2", "--force").code == 0
    assert in_demo("get", f"{name} 2").code == 4


def test_examples_are_appended_updated_filtered_and_deleted(in_demo, name):
    created(in_demo("create", "--name", name, "--json", json.dumps(ROWS), "-o", "json"))
    added = in_demo(
        *("append", name, "--json", '[{"question": "Wie?", "number": 4}]', "-o", "json")
    )
    assert added.code == 0, added.stderr
    (new_id,) = added.json["example_ids"]
    update = json.dumps([{"id": new_id, "score": 0.25}])
    changed = in_demo("update-examples", name, "--json", update, "-o", "json")
    assert changed.code == 0, changed.stderr
    found = exported(in_demo("export", name, "--stdout", "--filter", "score < 0.5"))
    assert found == [{"question": "Wie?", "number": 4, "score": 0.25}]
    version = in_demo("get", name, "-o", "json").json["versions"][0]["id"]
    gone = in_demo(
        *("delete-examples", name, "--version-id", version),
        *("--example-ids", json.dumps([new_id]), "--force", "-o", "json"),
    )
    assert gone.code == 0, gone.stderr
    assert exported(in_demo("export", name, "--stdout", "--all")) == KNOWN


def test_a_name_that_is_taken_exits_with_4_on_both_transports(in_demo, name, tmp_path):
    created(in_demo("create", "--name", name, "--json", json.dumps(ROWS), "-o", "json"))
    small = in_demo("create", "--name", name, "--json", json.dumps(ROWS))
    assert small.code == 4
    assert "409" in small.stderr
    write(pd.DataFrame({"n": range(1001)}), tmp_path / "rows.csv")
    large = in_demo("create", "--name", name, "--file", tmp_path / "rows.csv")
    assert large.code == 4
    assert "409" in large.stderr
    assert "already" in large.stderr


def test_pages_follow_the_cursor(in_demo, name):
    rows = json.dumps([{"n": number} for number in range(5)])
    created(in_demo("create", "--name", name, "--json", rows, "-o", "json"))
    first = exported(in_demo("export", name, "--stdout", "--limit", "2"))
    assert [row["n"] for row in first] == [0, 1]
