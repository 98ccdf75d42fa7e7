"""Versions against a model of plain dictionaries."""

import copy
from contextlib import contextmanager
from itertools import pairwise

import orjson
import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments_ui.analysis.filters import parse
from experiments_ui.arrow.columns import Batch
from experiments_ui.columns.cache import cache
from experiments_ui.datasets import actions, queries
from experiments_ui.datasets.models import Dataset
from experiments_ui.errors import Conflict, Invalid

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 3), st.integers(1, 3)),
        st.tuples(
            st.just("update"),
            st.integers(0, 3),
            st.lists(st.integers(0, 9), min_size=1, max_size=4),
        ),
        st.tuples(
            st.just("version"),
            st.integers(0, 3),
            st.lists(st.integers(0, 9), min_size=1, max_size=4),
        ),
        st.tuples(
            st.just("delete"),
            st.integers(0, 3),
            st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True),
        ),
        st.tuples(
            st.just("return"),
            st.integers(0, 3),
            st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True),
        ),
    ),
    max_size=12,
)


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Model:
    """Each version is a dictionary of its examples' columns, by id."""

    def __init__(self, version):
        self.versions = [{e.external_id: columns_of(e) for e in page_of(version)}]
        self.rows = [version]
        self.order = list(self.versions[0])

    def pick(self, number):
        number %= len(self.versions)
        return self.versions[number], self.rows[number]

    def names(self, numbers):
        return [
            self.order[n] if n < len(self.order) else f"stranger{n}" for n in numbers
        ]


def page_of(version):
    return queries.examples_page(version, limit=1000)


def columns_of(example):
    return orjson.loads(example.fields)


def append(model, number, count, tag):
    contents, version = model.pick(number)
    rows = [{"made": tag, "n": n} for n in range(count)]
    written = actions.append_examples(version, examples=rows, now=timezone.now())
    contents |= dict(zip(written.example_ids, copy.deepcopy(rows), strict=True))
    model.order += written.example_ids


def update(model, number, numbers, tag, *, new_version=None):
    contents, version = model.pick(number)
    ids = model.names(numbers)
    rows = [{"id": i, "changed": f"{tag}-{n}"} for n, i in enumerate(ids)]
    written = actions.update_examples(
        version, rows=rows, now=timezone.now(), new_version=new_version
    )
    if new_version is not None:
        contents = copy.deepcopy(contents)
        model.versions.append(contents)
        model.rows.append(written.version)
    assert written.example_ids == list(dict.fromkeys(i for i in ids if i in contents))
    for row in rows:
        if row["id"] in contents:
            contents[row["id"]]["changed"] = row["changed"]


def delete(model, number, numbers):
    contents, version = model.pick(number)
    ids = list(dict.fromkeys(model.names(numbers)))
    done = actions.delete_examples(version, example_ids=ids, now=timezone.now())
    assert done.deleted == [i for i in ids if i in contents]
    assert done.not_deleted == [i for i in ids if i not in contents]
    for example_id in done.deleted:
        del contents[example_id]


def bring_back(model, number, numbers, tag):
    contents, version = model.pick(number)
    ids = list(dict.fromkeys(model.names(numbers)))
    rows = Batch.from_rows([{"id": i, "back": tag} for i in ids])
    if any(i in contents for i in ids):
        with pytest.raises(Invalid), transaction.atomic():
            actions.append_examples(
                version, examples=rows, now=timezone.now(), keep_ids=True
            )
        return
    actions.append_examples(version, examples=rows, now=timezone.now(), keep_ids=True)
    contents |= {i: {"back": tag} for i in ids}
    model.order += [i for i in ids if i not in model.order]


def check(model):
    dataset = Dataset.objects.get(pk=model.rows[0].dataset_id)
    places = {name: place for place, name in enumerate(model.order)}
    positions = queries.positions_of(dataset, model.order)
    assert positions.tolist() == list(range(len(model.order)))
    for contents, row in zip(model.versions, model.rows, strict=True):
        version = dataset.versions.get(pk=row.pk)
        found = page_of(version)
        in_order = sorted(contents, key=places.get)
        assert [e.external_id for e in found] == in_order
        assert [columns_of(e) for e in found] == [contents[i] for i in in_order]
        assert version.count == len(contents)
        check_columns(dataset, version, contents, places)


def check_columns(dataset, version, contents, places):
    columns = queries.example_columns(dataset, version=version)
    present = {places[i] for i in contents}
    assert set(columns.present.nonzero()[0].tolist()) == present
    changed = [i for i, row in contents.items() if row.get("changed") is not None]
    found = queries.examples_page(version, limit=1000, where=parse("changed != ''"))
    assert sorted(e.external_id for e in found) == sorted(changed)


@given(steps=STEPS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_version_holds_what_was_done_to_it_and_no_more(create, steps):
    cache.clear()  # SQLite gives a number again whose row was rolled back
    with undone():
        play(Model(create([{"n": n} for n in range(4)])), steps)


def play(model, steps):
    check(model)
    for tag, (step, number, what) in enumerate(steps):
        match step:
            case "append":
                append(model, number, what, tag)
            case "update":
                update(model, number, what, tag)
            case "version":
                update(model, number, what, tag, new_version=f"v{tag}")
            case "delete":
                delete(model, number, what)
            case "return":
                bring_back(model, number, what, tag)
        check(model)


def test_every_change_moves_the_time_of_change_by_a_second(create, member):
    version = create([{"n": 1}, {"n": 2}])
    now = version.dataset.updated_at
    seen = [now]

    def note():
        seen.append(Dataset.objects.get().updated_at)

    written = actions.append_examples(version, examples=[{"n": 3}], now=now)
    note()
    rows = [{"id": written.example_ids[0], "n": 4}]
    actions.update_examples(version, rows=rows, now=now)
    note()
    actions.delete_examples(version, example_ids=written.example_ids, now=now)
    note()
    actions.annotate_examples(version.dataset, annotations=[], by=member, now=now)
    note()

    steps = [(b - a).total_seconds() for a, b in pairwise(seen)]
    assert all(step >= 1 for step in steps)
    assert Dataset.objects.get().revision == 5


def test_a_version_name_is_given_once(create):
    version = create([{"n": 1}])
    with pytest.raises(Conflict):
        actions.update_examples(
            version, rows=[{"id": "x"}], now=timezone.now(), new_version="Version 1"
        )
    assert version.dataset.versions.count() == 1


def test_a_column_of_two_kinds_becomes_mixed_and_columns_keep_their_order(create):
    version = create([{"z": 1, "a": "x"}, {"m": None}])
    actions.append_examples(
        version, examples=[{"z": 0.5, "a": True, "b": [1]}], now=timezone.now()
    )

    kinds = queries.columns_of(Dataset.objects.get())

    assert list(kinds.items()) == [
        ("z", "float"),
        ("a", "mixed"),
        ("m", "null"),
        ("b", "mixed"),
    ]
