"""Creating datasets: all of it or nothing, and who holds the name meanwhile."""

from datetime import timedelta

import orjson
import pytest
from django.utils import timezone

from experiments_ui.arrow.columns import Batch
from experiments_ui.datasets import actions, queries
from experiments_ui.datasets.actions import loading
from experiments_ui.datasets.models import Dataset, DatasetVersion, Example, State
from experiments_ui.errors import Conflict, Invalid, LimitExceeded, NotFound
from experiments_ui.spaces.models import Role


def batch_of(*rows):
    return Batch.from_rows(rows)


def test_batches_make_one_dataset_in_order(create, monkeypatch):
    monkeypatch.setattr(loading, "_EXAMPLES_AT_ONCE", 2)
    version = create(
        batch_of({"n": 1}, {"n": 2}, {"n": 3}), [{"n": 4}], batch_of({"n": 5.5})
    )

    found = queries.examples_page(version, limit=10)

    assert [orjson.loads(e.fields)["n"] for e in found] == [1, 2, 3, 4, 5.5]
    assert [e.position for e in found] == [0, 1, 2, 3, 4]
    assert [e.external_id for e in found] == sorted(e.external_id for e in found)
    assert version.count == 5
    assert queries.columns_of(version.dataset) == {"n": "float"}


def test_ids_that_came_along_are_kept_and_times_are_not(create):
    version = create(
        batch_of({"id": "b", "q": 1, "created_at": 5}, {"id": "a", "q": 2}),
        keep_ids=True,
    )

    found = queries.examples_page(version, limit=10)

    assert [e.external_id for e in found] == ["b", "a"]
    assert [e.fields for e in found] == ['{"q":1}', '{"q":2}']
    assert queries.positions_of(version.dataset, ["a", "x", "b"]).tolist() == [1, -1, 0]


@pytest.mark.parametrize(
    ("batches", "named"),
    [
        ([batch_of({"id": "a", "q": 1}, {"id": "a", "q": 1})], "examples[1].id"),
        ([batch_of({"id": "a", "q": 1}), batch_of({"id": "a", "q": 1})], "'a'"),
        ([batch_of({"id": "a", "q": 1}), batch_of({"id": None, "q": 1})], "id"),
        ([batch_of({"id": "a", "q": 1}, {"q": 1})], "examples[1].id"),
        ([batch_of({"id": 5, "q": 1})], "id"),
        ([batch_of({"id": "", "q": 1})], "examples[0].id"),
        ([batch_of({"id": "x" * 256, "q": 1})], "examples[0].id"),
        ([batch_of({"id": "x\n", "q": 1})], "examples[0].id"),
        ([batch_of({"id": "a"})], "at least one property"),
        ([batch_of({"id": "a", "annotations": 1})], "annotations"),
        ([], "at least one"),
    ],
)
def test_ids_that_cannot_be_kept_leave_nothing_behind(create, batches, named):
    with pytest.raises(Invalid) as refusal:
        create(*batches, keep_ids=True)

    assert named in refusal.value.message
    assert not Dataset.objects.exists()
    assert not Example.objects.exists()


def test_a_batch_may_not_set_what_the_server_sets(create):
    with pytest.raises(Invalid, match="id"):
        create(batch_of({"id": "a", "q": 1}))


def test_too_many_columns_are_refused(create):
    rows = [{f"c{i}": 1 for i in range(1500)}, {f"d{i}": 1 for i in range(1500)}]
    with pytest.raises(LimitExceeded):
        create(*[[row] for row in rows])
    assert not Dataset.objects.exists()


def test_a_broken_upload_leaves_nothing_behind(create):
    def batches():
        yield batch_of({"q": 1})
        raise RuntimeError("the stream broke")

    with pytest.raises(RuntimeError):
        loading.create_dataset(
            create([{"q": 1}], name="other").dataset.space,
            name="a",
            batches=batches(),
            by=None,
            now=timezone.now(),
        )

    assert [d.name for d in Dataset.objects.all()] == ["other"]
    assert Example.objects.count() == 1


def test_a_loading_dataset_is_seen_by_nobody_but_holds_its_name(space, principal):
    seen = []

    def batches():
        yield batch_of({"q": 1})
        loading_one = Dataset.objects.get()
        seen.append(list(queries.list_datasets(principal)))
        with pytest.raises(NotFound):
            queries.get_dataset_by_number(
                principal, loading_one.pk, role=Role.READ_ONLY
            )
        with pytest.raises(Conflict):
            actions.create_dataset(
                space, name="a", batches=[[{"q": 2}]], by=None, now=timezone.now()
            )
        yield batch_of({"q": 3})

    actions.create_dataset(
        space, name="a", batches=batches(), by=None, now=timezone.now()
    )

    assert seen == [[]]
    assert queries.list_datasets(principal).count() == 1
    assert Example.objects.count() == 2


def test_a_silent_upload_loses_its_name_and_notices(space):
    def batches():
        yield batch_of({"q": "old"})
        long_ago = timezone.now() - timedelta(hours=1)
        Dataset.objects.update(load_seen_at=long_ago)
        actions.create_dataset(
            space, name="a", batches=[[{"q": "new"}]], by=None, now=timezone.now()
        )
        yield batch_of({"q": "old"})

    with pytest.raises(Conflict, match="silent"):
        actions.create_dataset(
            space, name="a", batches=batches(), by=None, now=timezone.now()
        )

    assert Dataset.objects.get().state == State.READY
    assert [e.fields for e in Example.objects.all()] == ['{"q":"new"}']


def test_silent_uploads_are_discarded_and_living_ones_are_not(create, space):
    now = timezone.now()
    create([{"q": 1}], name="ready")
    for name, silence in (("dead", 3600), ("alive", 1)):
        Dataset.objects.create(
            space=space,
            name=name,
            state=State.LOADING,
            load_seen_at=now - timedelta(seconds=silence),
            created_at=now,
            updated_at=now,
        )

    assert actions.discard_silent_loads(now) == 1

    names = Dataset.objects.order_by("name").values_list("name", flat=True)
    assert list(names) == ["alive", "ready"]


def test_a_deleted_dataset_takes_everything_along(create):
    version = create([{"q": n} for n in range(2500)])
    actions.delete_dataset(version.dataset)
    for model in (Dataset, DatasetVersion, Example):
        assert not model.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 256, "a\x00b", "\ud800"])
def test_a_name_must_be_text_that_can_be_shown(create, name):
    with pytest.raises(Invalid):
        create([{"q": 1}], name=name)
