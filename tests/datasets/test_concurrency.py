"""Several writers at once."""

import orjson
import pytest
from django.utils import timezone

from experiments_ui import ids
from experiments_ui.datasets import actions, queries
from experiments_ui.datasets.models import Dataset
from tests.race import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_several_uploads_of_one_name_one_wins(space, wire, member):
    space_id = ids.encode("Space", space.pk)
    body = {"name": "a", "space_id": space_id, "examples": [{"q": 1}, {"q": 2}]}

    statuses = together(4, lambda: wire.post("/datasets", body).status_code)

    assert sorted(statuses) == [201, 409, 409, 409]
    version = queries.get_version(Dataset.objects.get(), None)
    assert len(queries.examples_page(version, limit=10)) == 2


def test_appending_at_once_gives_each_example_its_own_position(create):
    version = create([{"n": 0}])

    def append():
        rows = [{"n": n} for n in range(50)]
        return actions.append_examples(version, examples=rows, now=timezone.now())

    written = together(4, append)

    dataset = Dataset.objects.get()
    found = queries.examples_page(queries.get_version(dataset, None), limit=1000)
    assert [e.position for e in found] == list(range(201))
    assert dataset.next_position == 201
    assert queries.get_version(dataset, None).count == 201
    by_id = {e.external_id: orjson.loads(e.fields)["n"] for e in found}
    for one in written:
        assert [by_id[i] for i in one.example_ids] == list(range(50))
    assert sorted(one.dataset.revision for one in written) == [2, 3, 4, 5]
