"""The REST endpoints of datasets and examples."""

import json

import pytest
from django.utils import timezone

from experiments_ui import ids
from experiments_ui.datasets import actions
from experiments_ui.datasets.models import Dataset
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.verdicts import Annotation
from tests import make

NASTY = (
    b'{"zz": 1, "a": 1.0, "big": 9007199254740993, "tiny": 1e-300, "none": null,'
    b' "name": "x", "type": [], "metadata": {"b": {"deep": [1, 2.50]}, "a": null},'
    b' "text": "  \\u00e4\\ud83d\\ude00\\r\\n ", "1 st. column": false}'
)


@pytest.fixture
def space_id(space):
    return ids.encode("Space", space.pk)


@pytest.fixture
def dataset(wire, space_id):
    rows = [
        {"q": f"question {i}", "n": i, "lang": ["de", "en"][i % 2]} for i in range(5)
    ]
    body = {"name": "questions", "space_id": space_id, "examples": rows}
    return wire.post("/datasets", body).json()


def examples_of(wire, dataset, **query):
    return wire.get(f"/datasets/{dataset['id']}/examples", **query).json()["examples"]


def version_of(wire, dataset):
    return wire.get(f"/datasets/{dataset['id']}").json()["versions"][0]["id"]


def test_a_created_dataset_is_answered_with_its_version(wire, space_id):
    answer = wire.post(
        "/datasets", {"name": "a", "space_id": space_id, "examples": [{"q": 1}]}
    )

    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {
        "id", "name", "space_id", "created_at", "updated_at", "versions"
    }  # fmt: skip
    assert body["space_id"] == space_id
    assert body["versions"][0]["dataset_id"] == body["id"]
    assert body["created_at"].endswith("Z")


def test_examples_come_back_exactly(wire, space_id):
    head = json.dumps({"name": "a", "space_id": space_id})[:-1].encode()
    body = head + b', "examples": [' + NASTY + b', {"other": 1}]}'
    dataset = wire.post("/datasets", body).json()

    raw = wire.get(f"/datasets/{dataset['id']}/examples").content
    first, second = json.loads(raw)["examples"]

    own = {"id", "created_at", "updated_at", "annotations"}
    columns = {name: value for name, value in first.items() if name not in own}
    assert json.dumps(columns) == json.dumps(json.loads(NASTY))
    assert set(second) == own | {"other"}
    assert b'"a":1.0' in raw
    assert b"9007199254740993" in raw


def test_a_list_of_datasets_is_newest_first_and_leaves_versions_out(wire, space_id):
    for name in ("first", "second", "third"):
        wire.post(
            "/datasets", {"name": name, "space_id": space_id, "examples": [{"q": 1}]}
        )

    page = wire.get("/datasets", limit=2, space_id=space_id, name="").json()
    rest = wire.get(
        "/datasets",
        limit=2,
        space_id=space_id,
        cursor=page["pagination"]["next_cursor"],
    ).json()

    assert [one["name"] for one in page["datasets"]] == ["third", "second"]
    assert [one["name"] for one in rest["datasets"]] == ["first"]
    assert rest["pagination"] == {"has_more": False}
    assert "versions" not in page["datasets"][0]
    found = wire.get("/datasets", name="SEC", space_name="ACM").json()["datasets"]
    assert [one["name"] for one in found] == ["second"]


@pytest.mark.parametrize(
    ("examples", "named"),
    [
        ([{"q": 1}, {"q": 1}, {"q": 1}, {"id": "x"}], "examples[3].id"),
        ([{"q": 1, "created_at": 5}], "examples[0].created_at"),
        ([{"q": 1, "updated_at": 5}], "examples[0].updated_at"),
        ([{"q": 1, "annotations": []}], "examples[0].annotations"),
        ([{"q": 1}, {}], "examples[1]"),
        ([{"": 1}], "no name"),
        ([{"x" * 256: 1}], "longer than 255"),
        ([{"a\nb": 1}], "control character"),
        ([], "examples"),
        ([[]], "examples"),
        ([{"q": 1}] * 1001, "1,001"),
    ],
)
def test_examples_that_break_a_rule_are_refused_by_name(
    wire, space_id, examples, named
):
    body = {"name": "a", "space_id": space_id, "examples": examples}
    answer = wire.post("/datasets", body)

    assert answer.status_code == 422, answer.content
    assert named in answer.content.decode()
    assert not Dataset.objects.exists()


def test_a_name_is_free_once_per_space(wire, member, space_id, dataset):
    body = {"name": "questions", "space_id": space_id, "examples": [{"q": 1}]}
    assert wire.post("/datasets", body).status_code == 409

    other = wire.post("/datasets", body | {"name": "other"}).json()
    renamed = wire.patch(f"/datasets/{other['id']}", {"name": "questions"})
    assert renamed.status_code == 409


def test_a_dataset_can_be_renamed(wire, dataset):
    answer = wire.patch(f"/datasets/{dataset['id']}", {"name": "new"})

    assert answer.status_code == 200
    assert answer.json()["name"] == "new"
    for name in ("", "  ", None, 5, "x" * 256):
        refused = wire.patch(f"/datasets/{dataset['id']}", {"name": name})
        assert refused.status_code == 422


def test_roles_decide_who_reads_and_who_writes(space, dataset):
    reader = make.wire(make.member(space, role=Role.READ_ONLY))
    stranger = make.wire(make.user())
    annotator = make.wire(make.member(space, role=Role.ANNOTATOR))
    path = f"/datasets/{dataset['id']}"

    assert reader.get(path).status_code == 200
    assert reader.post(f"{path}/examples/search", {}).status_code == 200
    assert reader.patch(path, {"name": "b"}).status_code == 403
    assert reader.post(f"{path}/examples", {"examples": [{}]}).status_code == 403
    assert stranger.get(path).status_code == 404
    assert stranger.get("/datasets").json()["datasets"] == []
    assert annotator.get(path).status_code == 403
    assert annotator.get("/datasets").json()["datasets"] == []


def test_pages_of_examples_follow_each_other(wire, dataset):
    path = f"/datasets/{dataset['id']}/examples"
    seen, cursor = [], ""
    while cursor is not None:
        page = wire.get(path, limit=2, cursor=cursor, dataset_version_id="").json()
        seen += page["examples"]
        cursor = page["pagination"].get("next_cursor")

    assert [one["n"] for one in seen] == [0, 1, 2, 3, 4]
    assert [one["id"] for one in seen] == sorted(one["id"] for one in seen)
    assert wire.get(path, limit=501).status_code == 422
    assert wire.get(path, limit=500).status_code == 200


def test_a_search_pages_through_what_the_filter_selects(wire, dataset):
    path = f"/datasets/{dataset['id']}/examples/search"
    body = {"filter": "lang = 'de' AND n < 10", "limit": 2}

    first = wire.post(path, body).json()
    cursor = first["pagination"]["next_cursor"]
    second = wire.post(path, body | {"cursor": cursor}).json()

    assert [one["n"] for one in first["examples"] + second["examples"]] == [0, 2, 4]
    assert second["pagination"] == {"has_more": False}
    other = wire.post(path, {"filter": "n > 0", "cursor": cursor})
    assert other.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"filter": ""},
        {"filter": "  "},
        {"filter": "n ="},
        {"filter": 5},
        {"limit": 0},
        {"limit": 501},
        {"limit": "5"},
        {"unknown": 1},
    ],
)
def test_a_search_that_makes_no_sense_is_refused(wire, dataset, body):
    path = f"/datasets/{dataset['id']}/examples/search"
    assert wire.post(path, body).status_code == 422
    assert wire.post(path, {}).status_code == 200


def test_appended_examples_join_the_version_in_place(wire, dataset):
    path = f"/datasets/{dataset['id']}/examples"
    answer = wire.post(
        path, {"examples": [{"q": "six"}, {"new": 7}]}, dataset_version_id=""
    )

    assert answer.status_code == 201
    body = answer.json()
    assert body["dataset_version_id"] == version_of(wire, dataset)
    assert body["id"] == dataset["id"]
    assert body["updated_at"][:19] > dataset["updated_at"][:19]
    shown = examples_of(wire, dataset)
    assert [one["id"] for one in shown[5:]] == body["example_ids"]
    assert len(wire.get(f"/datasets/{dataset['id']}").json()["versions"]) == 1


def test_an_update_keeps_what_it_does_not_name(wire, dataset):
    first, second, *_ = examples_of(wire, dataset)
    rows = [{"id": first["id"], "n": None, "more": [1]}, {"id": "nobody", "n": 1}]

    answer = wire.patch(f"/datasets/{dataset['id']}/examples", {"examples": rows})

    assert answer.status_code == 200
    assert answer.json()["example_ids"] == [first["id"]]
    changed, same, *_ = examples_of(wire, dataset)
    assert (changed["q"], changed["n"], changed["more"]) == ("question 0", None, [1])
    assert changed["created_at"] == first["created_at"]
    assert changed["updated_at"] > first["updated_at"]
    assert same == second


def test_an_update_with_a_new_version_leaves_the_old_one_alone(wire, dataset):
    old = version_of(wire, dataset)
    before = examples_of(wire, dataset)
    body = {"examples": [{"id": before[1]["id"], "q": "?"}], "new_version": "second"}

    answer = wire.patch(f"/datasets/{dataset['id']}/examples", body)

    assert answer.status_code == 200
    assert answer.json()["dataset_version_id"] == version_of(wire, dataset) != old
    assert examples_of(wire, dataset, dataset_version_id=old) == before
    assert examples_of(wire, dataset)[1]["q"] == "?"
    again = wire.patch(f"/datasets/{dataset['id']}/examples", body)
    assert again.status_code == 409
    names = [
        v["name"] for v in wire.get(f"/datasets/{dataset['id']}").json()["versions"]
    ]
    assert names == ["second", "Version 1"]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"q": 1}, "examples[0].id"),
        ({"id": 5}, "examples[0].id"),
        ({"id": ""}, "examples[0].id"),
        ({"id": "x", "created_at": 1}, "examples[0].created_at"),
    ],
)
def test_an_update_must_name_its_examples(wire, dataset, row, named):
    answer = wire.patch(f"/datasets/{dataset['id']}/examples", {"examples": [row]})
    assert answer.status_code == 422
    assert named in answer.content.decode()


def test_deleting_examples_says_which_were_there(wire, dataset):
    version_id = version_of(wire, dataset)
    first, second, *_ = (one["id"] for one in examples_of(wire, dataset))
    path = f"/datasets/{dataset['id']}/examples"
    body = {"dataset_version_id": version_id, "example_ids": [first, "nobody", second]}

    answer = wire.delete(path, body)

    assert answer.status_code == 200
    assert answer.json() == {
        "completed": True,
        "deleted_example_ids": [first, second],
        "not_deleted_example_ids": ["nobody"],
    }
    assert len(examples_of(wire, dataset)) == 3
    again = wire.delete(path, body).json()
    assert again["deleted_example_ids"] == []


@pytest.mark.parametrize("example_ids", [[], ["a", "a"], [""], "a", None, [1]])
def test_a_deletion_names_each_example_once(wire, dataset, example_ids):
    body = {"dataset_version_id": version_of(wire, dataset), "example_ids": example_ids}
    answer = wire.delete(f"/datasets/{dataset['id']}/examples", body)
    assert answer.status_code == 422


def test_a_version_of_another_dataset_is_not_found(wire, space_id, dataset):
    body = {"name": "other", "space_id": space_id, "examples": [{"q": 1}]}
    foreign = version_of(wire, wire.post("/datasets", body).json())
    path = f"/datasets/{dataset['id']}/examples"

    assert wire.get(path, dataset_version_id=foreign).status_code == 404
    assert wire.get(path, dataset_version_id="nonsense").status_code == 400
    assert wire.get(path, dataset_version_id=dataset["id"]).status_code == 400
    search = wire.post(f"{path}/search", {"dataset_version_id": foreign})
    assert search.status_code == 404


def test_annotations_are_part_of_the_example(
    wire, member, dataset, django_assert_num_queries
):
    stored = Dataset.objects.get()
    first, second, *_ = examples_of(wire, dataset)
    actions.annotate_examples(
        stored,
        annotations=[
            Annotation(first["id"], "tone", score=0.5, label="good"),
            Annotation(second["id"], "tone", text="hm"),
            Annotation("nobody", "tone", score=1.0),
        ],
        by=member,
        now=timezone.now(),
    )

    shown = examples_of(wire, dataset)

    note = shown[0]["annotations"][0]
    assert note["annotator"] == {
        "id": ids.encode("User", member.pk),
        "email": member.email,
    }
    assert (note["name"], note["score"], note["label"], note["text"]) == (
        "tone", 0.5, "good", None,
    )  # fmt: skip
    assert shown[2]["annotations"] == []
    found = wire.post(
        f"/datasets/{dataset['id']}/examples/search",
        {"filter": "annotation.tone.label = 'good' OR annotation.tone.text = 'hm'"},
    ).json()["examples"]
    assert [one["id"] for one in found] == [first["id"], second["id"]]


def test_a_page_of_examples_costs_the_same_queries_however_long(
    wire, dataset, django_assert_max_num_queries
):
    path = f"/datasets/{dataset['id']}/examples"
    wire.post(path, {"examples": [{"n": i} for i in range(400)]})
    with django_assert_max_num_queries(8):
        assert len(wire.get(path, limit=500).json()["examples"]) == 405


def test_a_deleted_dataset_is_gone_with_its_experiments(wire, dataset):
    body = {
        "name": "e",
        "dataset_id": dataset["id"],
        "experiment_runs": [{"example_id": "x", "output": "y"}],
    }
    assert wire.post("/experiments", body).status_code == 201

    assert wire.delete(f"/datasets/{dataset['id']}").status_code == 204
    assert wire.get(f"/datasets/{dataset['id']}").status_code == 404
    assert wire.get("/experiments").json()["experiments"] == []
