"""Positions, columns for filters, and streams."""

import numpy as np
import pyarrow as pa
import pytest
from django.utils import timezone

from experiments_ui.analysis import filters
from experiments_ui.analysis.filters import Booleans, Codes, Numbers, Texts, Values
from experiments_ui.arrow.columns import Batch
from experiments_ui.arrow.schemas import to_arrow
from experiments_ui.datasets import actions, queries
from experiments_ui.datasets.models import Dataset
from experiments_ui.datasets.queries import columns as column_queries
from experiments_ui.datasets.queries import positions as position_queries
from experiments_ui.spaces.verdicts import Annotation

ROWS = [
    {"n": 1, "ok": True, "label": "a", "meta": {"lang": "de", "x": {"y": 1}}},
    {
        "n": 2.5,
        "ok": None,
        "label": "b",
        "meta": {"lang": "en"},
        "meta.lang": "literal",
    },
    {"label": None, "meta": [1], "mixed": "text"},
    {"n": None, "mixed": 7},
]


def found(version, text, **more):
    page = queries.examples_page(version, limit=100, where=filters.parse(text), **more)
    return [example.position for example in page]


@pytest.mark.parametrize("at_least", [0, 5000])
def test_many_ids_are_looked_up_at_once(create, monkeypatch, at_least):
    monkeypatch.setattr(position_queries, "_FEWEST_FOR_INDEX", at_least)
    version = create([{"n": n} for n in range(300)])
    ids = [e.external_id for e in queries.examples_page(version, limit=300)]
    actions.delete_examples(version, example_ids=ids[:1], now=timezone.now())

    asked = [ids[7], "nobody", ids[299], ids[7], ids[0], ""]

    positions = queries.positions_of(Dataset.objects.get(), asked)
    assert positions.dtype == np.int64
    assert positions.tolist() == [7, -1, 299, 7, 0, -1]
    assert queries.positions_of(version.dataset, []).tolist() == []


def test_ids_with_the_same_hash_are_told_apart():
    index = position_queries.Index(
        hashes=np.array(sorted([hash("a")] * 3), np.int64),
        positions=np.array([5, 6, 7]),
        ids=pa.array(["b", "a", "c"], pa.large_string()),
    )
    assert index.look_up(["a", "x"]).tolist() == [6, -1]


def test_filters_read_columns_paths_and_missing_values(create):
    version = create(ROWS)

    assert found(version, "n > 1") == [1]
    assert found(version, "ok = true") == [0]
    assert found(version, "n is null") == [2, 3]
    assert found(version, "label = 'a' or label = 'b'", after=0) == [1]
    assert found(version, "meta.lang = 'de'") == [0]
    assert found(version, "meta.lang = 'literal'") == [1]
    assert found(version, "meta.x.y = 1") == [0]
    assert found(version, "mixed = 7 or mixed = 'text'") == [2, 3]
    assert found(version, "unknown is null") == [0, 1, 2, 3]
    first = queries.examples_page(version, limit=1)[0].external_id
    assert found(version, f"id = '{first}'") == [0]


def test_columns_take_the_kind_of_their_values(create):
    version = create([*ROWS, *[{"long": f"text {n}"} for n in range(2000)]])
    columns = queries.example_columns(version.dataset)

    assert isinstance(columns.get("n"), Numbers)
    assert isinstance(columns.get("ok"), Booleans)
    assert isinstance(columns.get("label"), Codes)
    assert isinstance(columns.get("long"), Texts)
    assert isinstance(columns.get("meta"), Values)
    assert columns.get("unknown") is None
    assert columns.length == 2004


def test_a_change_is_seen_by_reading_only_what_changed(
    create, django_assert_num_queries
):
    version = create([{"n": n, "t": "x"} for n in range(50)])
    assert found(version, "n = 7 and t = 'x'") == [7]
    with django_assert_num_queries(1):  # the page itself
        assert found(version, "n = 7 and t = 'x'") == [7]

    example = queries.examples_page(version, limit=1)[0]
    rows = [{"id": example.external_id, "n": 7}]
    written = actions.update_examples(version, rows=rows, now=timezone.now())
    gone = [e.external_id for e in queries.examples_page(version, after=6, limit=1)]
    actions.delete_examples(written.version, example_ids=gone, now=timezone.now())
    new = actions.append_examples(
        version, examples=[{"n": 7, "t": "x"}], now=timezone.now()
    )

    with django_assert_num_queries(3):  # what changed, its rows, the page
        assert found(new.version, "n = 7 and t = 'x'") == [0, 50]
    # Somebody who read the dataset before is served as well.
    assert found(written.version, "n = 7") == [0]


def test_a_large_change_reads_everything_again(create, monkeypatch):
    monkeypatch.setattr(column_queries, "_MOST_MENDED", 3)
    version = create([{"n": n} for n in range(10)])
    assert found(version, "n >= 100") == []
    ids = [e.external_id for e in queries.examples_page(version, limit=10)]
    rows = [{"id": text, "n": 100} for text in ids]
    written = actions.update_examples(version, rows=rows, now=timezone.now())
    assert found(written.version, "n >= 100") == list(range(10))


def test_the_latest_annotation_counts_in_filters(create, member, principal):
    version = create([{"n": 1}, {"n": 2}])
    first = queries.examples_page(version, limit=1)[0].external_id
    dataset = version.dataset
    for label in ("bad", "good"):
        actions.annotate_examples(
            dataset,
            annotations=[Annotation(first, "my.tone", label=label)],
            by=member,
            now=timezone.now(),
        )
    actions.annotate_examples(
        dataset,
        annotations=[Annotation(first, "my.tone", score=1.0)],
        by=member,
        now=timezone.now(),
    )

    version = queries.get_version(Dataset.objects.get(), None)
    assert found(version, "annotation.my.tone.label = 'good'") == [0]
    assert found(version, "annotation.my.tone.score >= 1") == [0]
    assert found(version, "annotation.other.score is null") == [0, 1]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_stream_has_one_schema_and_every_value(create, size):
    version = create(
        [{"n": 1, "s": "x", "m": {"a": 1}, "z": None}],
        [{"n": 2.5, "s": None, "m": "text", "b": True}, {"late": 9007199254740993}],
        [{"late": 0.5}],
    )

    schema = queries.arrow_schema(version)
    kinds = queries.stream_kinds(version)
    batches = [
        to_arrow(batch.columns, kinds=kinds)
        for batch in queries.batches(version, size=size)
    ]

    assert all(batch.schema == schema for batch in batches)
    table = pa.Table.from_batches(batches, schema)
    assert table.column_names == [
        "id", "created_at", "updated_at", "n", "s", "m", "z", "b", "late",
    ]  # fmt: skip
    assert table["n"].to_pylist() == [1.0, 2.5, None, None]
    assert table["m"].to_pylist() == ['{"a":1}', '"text"', None, None]
    assert table["b"].to_pylist() == [None, True, None, None]
    assert table["created_at"].type == pa.int64()
    created = version.dataset.created_at.timestamp() * 1000
    assert abs(table["created_at"][0].as_py() - created) < 1
    assert table["id"].to_pylist() == [
        e.external_id for e in queries.examples_page(version, limit=9)
    ]


def test_a_stream_gives_back_a_batch_as_it_came(create):
    batch = Batch.from_rows([{"a": 1, "b": "x"}, {"a": None, "b": ""}])
    (streamed,) = queries.batches(create(batch))
    columns = {name: streamed.columns[name] for name in ("a", "b")}
    assert Batch(length=2, columns=columns).rows() == batch.rows()
