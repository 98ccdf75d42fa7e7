"""Datasets through the Python client."""

import datetime as dt
import time

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from arize._generated.api_client.exceptions import (
    ConflictException,
    NotFoundException,
    UnprocessableEntityException,
)

from tests.clients.rows import (
    ALL_KINDS,
    QUESTIONS,
    all_examples,
    of_examples,
    without_missing,
)


def create(client, name, examples):
    return client.datasets.create(name=name, space="demo", examples=examples)


def of_milliseconds(response):
    """The times of examples, as fine as Flight has them."""
    return [
        (
            example.created_at.isoformat(timespec="milliseconds"),
            example.updated_at.date(),
        )
        for example in response.examples
    ]


def everything(client, dataset):
    return client.datasets.list_examples(dataset=dataset.id, all=True)


def test_three_rows_go_over_rest_and_come_back_over_both_transports(client, name):
    dataset = create(client, name, QUESTIONS)
    assert dataset.name == name
    page = client.datasets.list_examples(dataset=dataset.id)
    assert of_examples(page) == QUESTIONS
    assert not page.pagination.has_more
    whole = everything(client, dataset)
    assert of_examples(whole) == QUESTIONS
    assert [e.id for e in whole.examples] == [e.id for e in page.examples]
    assert of_milliseconds(whole) == of_milliseconds(page)


def test_1500_rows_go_over_flight_and_pages_agree_with_the_whole(client, name):
    rows = [
        {"input": f"question {i}", "number": i, "weight": i / 7, "flag": i % 3 == 0}
        for i in range(1500)
    ]
    dataset = create(client, name, rows)
    expected = [{**row, "flag": str(row["flag"])} for row in rows]  # the client's doing
    paged = all_examples(client, dataset.id)
    assert [e.additional_properties for e in paged] == expected
    whole = everything(client, dataset)
    assert of_examples(whole) == expected
    assert [e.id for e in whole.examples] == [e.id for e in paged]
    first = of_examples(whole)[0]
    assert [type(value) for value in first.values()] == [str, int, float, str]


def test_values_of_every_kind_come_back_as_they_were_written(client, name):
    dataset = create(client, name, ALL_KINDS)
    read = of_examples(client.datasets.list_examples(dataset=dataset.id))
    assert without_missing(read) == without_missing(ALL_KINDS)
    kept = {key: type(value) for key, value in read[0].items()}
    assert kept["passed"] is bool
    assert kept["price"] is float
    assert kept["count"] is int


def test_all_rows_over_flight_are_the_rows_over_rest_whatever_they_hold(client, name):
    dataset = create(client, name, ALL_KINDS)
    page = client.datasets.list_examples(dataset=dataset.id)
    whole = everything(client, dataset)
    assert without_missing(of_examples(whole)) == without_missing(of_examples(page))


def test_a_frame_keeps_its_columns_and_missing_values(client, name):
    frame = pd.DataFrame(
        {
            "input": ["ein", "zwölf", None],
            "score": [0.5, float("nan"), 1.0],
            "flag": [True, False, True],
            "at": pd.to_datetime(
                ["2026-01-01 00:00", "2026-06-30 12:00", "2026-12-31 23:59"]
            ),
            "tags": [["a", "b"], [], None],
        }
    )
    dataset = create(client, name, frame)
    read = of_examples(client.datasets.list_examples(dataset=dataset.id))
    assert [row["input"] for row in read] == ["ein", "zwölf", None]
    assert [row["score"] for row in read] == [0.5, None, 1.0]
    assert [row["flag"] for row in read] == [True, False, True]
    assert read[1]["at"] == "2026-06-30T12:00:00"
    assert [row["tags"] for row in read] == [["a", "b"], [], None]


def test_a_frame_of_1200_rows_keeps_its_columns_and_missing_values(client, name):
    count = 1200
    frame = pd.DataFrame(
        {
            "input": [f"Frage {i} ß" for i in range(count)],
            "score": [None if i % 10 == 0 else i / count for i in range(count)],
            "at": pd.date_range("2026-01-01", periods=count, freq="h", unit="ns"),
            "tags": [["a"] * (i % 3) for i in range(count)],
            "nothing": [None] * count,
            "meta": [{"index": i, "even": i % 2 == 0} for i in range(count)],
        }
    )
    dataset = create(client, name, frame.copy())
    read = of_examples(everything(client, dataset))
    assert [row["input"] for row in read] == frame["input"].tolist()
    assert [row["score"] for row in read] == [
        None if i % 10 == 0 else i / count for i in range(count)
    ]
    # The client turns times into milliseconds.
    assert read[1]["at"] == frame["at"][1].value // 10**6
    assert [row["tags"] for row in read] == frame["tags"].tolist()
    assert {row["nothing"] for row in read} == {None}
    assert [row["meta"] for row in read] == frame["meta"].tolist()


@pytest.fixture
def table():
    return pa.table(
        {
            "question": ["a", "b", "c"],
            "number": pa.array([1, None, 3], pa.int64()),
            "ratio": pa.array([0.5, 1.5, None], pa.float32()),
            "topic": pa.array(["x", "y", "x"]).dictionary_encode(),
            "day": pa.array([dt.date(2026, 1, 1), None, dt.date(2026, 1, 3)]),
        }
    )


def expect_rows_of(table, read):
    assert [row["question"] for row in read] == table["question"].to_pylist()
    assert [row["number"] for row in read] == [1, None, 3]
    assert [row["ratio"] for row in read] == [0.5, 1.5, None]
    assert [row["topic"] for row in read] == ["x", "y", "x"]
    assert [row["day"] for row in read] == ["2026-01-01", None, "2026-01-03"]


def test_a_parquet_file_becomes_a_dataset(client, name, table, tmp_path):
    pq.write_table(table, tmp_path / "rows.parquet")
    dataset = create(client, name, str(tmp_path / "rows.parquet"))
    expect_rows_of(table, of_examples(everything(client, dataset)))
    expect_rows_of(
        table, of_examples(client.datasets.list_examples(dataset=dataset.id))
    )


def test_a_folder_of_arrow_files_becomes_a_dataset(client, name, table, tmp_path):
    (tmp_path / "files").mkdir()
    for number in range(3):
        part = table.slice(number, 1)
        pa.feather.write_feather(part, str(tmp_path / f"files/{number}.arrow"))
    dataset = create(client, name, tmp_path / "files")
    expect_rows_of(table, of_examples(everything(client, dataset)))


def test_the_ids_in_a_file_become_the_ids_of_the_examples(client, name, tmp_path):
    pq.write_table(
        pa.table({"id": ["ticket-1", "ticket-2"], "input": ["a", "b"]}),
        tmp_path / "rows.parquet",
    )
    dataset = create(client, name, str(tmp_path / "rows.parquet"))
    listed = client.datasets.list_examples(dataset=dataset.id).examples
    assert [example.id for example in listed] == ["ticket-1", "ticket-2"]


def test_an_export_to_parquet_holds_what_went_in(client, name, tmp_path):
    rows = [{"input": f"q{i}", "number": i, "weight": i / 3} for i in range(1100)]
    dataset = create(client, name, rows)
    client.datasets.export_to_parquet(
        dataset=dataset.id, path=str(tmp_path / "out.parquet")
    )
    exported = pq.read_table(tmp_path / "out.parquet")
    assert exported.select(["input", "number", "weight"]).to_pylist() == rows
    assert exported.schema.field("number").type == pa.int64()
    assert exported.schema.field("weight").type == pa.float64()


def test_an_appended_row_is_seen_at_once_despite_the_clients_cache(client, name):
    dataset = create(client, name, QUESTIONS)
    assert len(everything(client, dataset).examples) == 3
    for number in range(3):
        added = client.datasets.append_examples(
            dataset=dataset.id, examples=[{"input": f"later {number}"}]
        )
        assert len(added.example_ids) == 1
        whole = everything(client, dataset).examples
        assert len(whole) == 4 + number
        assert whole[-1].id == added.example_ids[0]
        assert whole[-1].additional_properties["input"] == f"later {number}"


def test_examples_change_in_place_or_in_a_new_version(client, name):
    dataset = create(client, name, QUESTIONS)
    first = client.datasets.list_examples(dataset=dataset.id).examples
    client.datasets.update_examples(
        dataset=dataset.id, examples=[{"id": first[0].id, "expected": "better"}]
    )
    changed = of_examples(everything(client, dataset))
    assert changed[0] == {**QUESTIONS[0], "expected": "better"}

    client.datasets.update_examples(
        dataset=dataset.id,
        examples=[{"id": first[1].id, "reviewed": True}],
        new_version="reviewed",
    )
    versions = client.datasets.get(dataset=dataset.id).versions
    assert versions[0].name == "reviewed"
    newest = of_examples(client.datasets.list_examples(dataset=dataset.id))
    assert newest[1]["reviewed"] is True
    older = client.datasets.list_examples(
        dataset=dataset.id, dataset_version_id=versions[1].id
    )
    assert "reviewed" not in without_missing(of_examples(older))[1]


def test_deleted_examples_are_gone_and_deleting_again_is_no_error(client, name):
    dataset = create(client, name, QUESTIONS)
    version = client.datasets.get(dataset=dataset.id).versions[0]
    first = client.datasets.list_examples(dataset=dataset.id).examples[0].id
    assert len(everything(client, dataset).examples) == 3
    for _ in range(2):
        answer = client.datasets.delete_examples(
            dataset=dataset.id, dataset_version_id=version.id, examples=[first]
        )
        assert answer.completed
    assert of_examples(everything(client, dataset)) == QUESTIONS[1:]


def test_examples_are_found_by_a_filter(client, name):
    dataset = create(client, name, QUESTIONS)
    found = client.datasets.list_examples(
        dataset=dataset.id, filter="topic = 'a' AND input != 'question 0'"
    )
    assert of_examples(found) == [QUESTIONS[2]]
    with pytest.raises(UnprocessableEntityException):
        client.datasets.list_examples(dataset=dataset.id, filter="topic = = 'a'")


def test_a_dataset_is_found_by_name_renamed_and_deleted(client, name):
    odd = f"{name} / 100 % “ü” + & ?"
    dataset = create(client, odd, QUESTIONS)
    assert client.datasets.get(dataset=odd, space="demo").id == dataset.id
    listed = client.datasets.list(space="demo", name=name.upper()).datasets
    assert [found.id for found in listed] == [dataset.id]
    renamed = client.datasets.update(dataset=odd, space="demo", name=f"{name} new")
    assert renamed.name == f"{name} new"
    client.datasets.delete(dataset=f"{name} new", space="demo")
    with pytest.raises(NotFoundException):
        client.datasets.get(dataset=dataset.id)


def test_a_second_dataset_of_the_same_name_is_a_conflict_on_both_transports(
    client, name
):
    create(client, name, QUESTIONS)
    with pytest.raises(ConflictException):
        create(client, name, QUESTIONS)
    with pytest.raises(RuntimeError, match="exists") as raised:
        create(client, name, [{"input": str(i)} for i in range(1001)])
    assert "Traceback" not in str(raised.value)
    assert len(client.datasets.list(space="demo", name=name).datasets) == 1


@pytest.mark.parametrize("reserved", ["id", "created_at", "updated_at"])
def test_a_reserved_member_is_refused_by_name(client, name, reserved):
    with pytest.raises(UnprocessableEntityException, match=reserved):
        create(client, name, [{"input": "x", reserved: "y"}])
    assert client.datasets.list(space="demo", name=name).datasets == []


def test_pages_of_datasets_follow_their_cursors(client, name):
    made = [create(client, f"{name} {i}", QUESTIONS).id for i in range(5)]
    seen, cursor = [], None
    for _ in range(3):
        page = client.datasets.list(space="demo", name=name, limit=2, cursor=cursor)
        seen += [dataset.id for dataset in page.datasets]
        cursor = page.pagination.next_cursor
    assert seen == made[::-1]
    assert cursor is None


def test_a_cached_dataset_is_read_again_after_a_second_change_within_a_second(
    client, name
):
    dataset = create(client, name, QUESTIONS)
    started = time.monotonic()
    counts = []
    while time.monotonic() - started < 0.8:
        client.datasets.append_examples(dataset=dataset.id, examples=[{"input": "x"}])
        counts.append(len(everything(client, dataset).examples))
    assert counts == list(range(4, 4 + len(counts)))
