"""Annotation configs over REST: what people may be asked to say."""

import pytest

from experiments_ui import ids
from experiments_ui.annotations.models import AnnotationConfig
from tests import make
from tests.race import together

COMMON = {"id", "name", "created_at", "space_id", "type", "optimization_direction"}


@pytest.fixture
def space_id(space):
    return ids.encode("Space", space.pk)


def continuous(space_id, **more):
    return {
        "name": "quality",
        "space_id": space_id,
        "annotation_config_type": "CONTINUOUS",
        "minimum_score": 0,
        "maximum_score": 1,
    } | more


def categorical(space_id, **more):
    return {
        "name": "verdict",
        "space_id": space_id,
        "annotation_config_type": "CATEGORICAL",
        "values": [{"label": "good", "score": 1}, {"label": "bad"}],
    } | more


def freeform(space_id, **more):
    return {
        "name": "note",
        "space_id": space_id,
        "annotation_config_type": "FREEFORM",
    } | more


def create(wire, body):
    answer = wire.post("/annotation-configs", body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_each_type_has_exactly_its_members(wire, space_id):
    ranged = create(wire, continuous(space_id, optimization_direction="MAXIMIZE"))
    assert set(ranged) == COMMON | {"minimum_score", "maximum_score"}
    assert (ranged["type"], ranged["optimization_direction"]) == (
        "CONTINUOUS",
        "MAXIMIZE",
    )
    labelled = create(wire, categorical(space_id))
    assert set(labelled) == COMMON | {"values"}
    assert labelled["values"] == [{"label": "good", "score": 1.0}, {"label": "bad"}]
    assert (labelled["type"], labelled["optimization_direction"]) == (
        "CATEGORICAL",
        "NONE",
    )
    text = create(wire, freeform(space_id))
    assert set(text) == COMMON - {"optimization_direction"}
    assert text["type"] == "FREEFORM"
    for config in (ranged, labelled, text):
        assert wire.get(f"/annotation-configs/{config['id']}").json() == config
        assert config["created_at"].endswith("Z")
        assert config["space_id"] == space_id


def test_configs_are_listed_newest_first_and_filtered(wire, space_id):
    for body in (continuous(space_id), categorical(space_id), freeform(space_id)):
        create(wire, body)

    def names(**query):
        listed = wire.get("/annotation-configs", **query).json()["annotation_configs"]
        return [config["name"] for config in listed]

    assert names() == ["note", "verdict", "quality"]
    assert names(space_id=space_id, name="QUAL") == ["quality"]
    assert names(space_name="acme") == names()


@pytest.mark.parametrize(
    "more",
    [
        {"minimum_score": 1, "maximum_score": 1},
        {"minimum_score": 2, "maximum_score": 1},
        {"minimum_score": "0"},
        {"minimum_score": None},
        {"maximum_score": True},
        {"values": []},
        {"optimization_direction": "UP"},
        {"optimization_direction": None},
        {"name": ""},
        {"name": " "},
        {"name": "x" * 256},
        {"annotation_config_type": "continuous"},
        {"annotation_config_type": None},
        {"annotation_config_type": ["CONTINUOUS"]},
        {"type": "CONTINUOUS"},
        {"id": "x"},
        {"created_at": "x"},
        {"created_by_user_id": "x"},
        {"is_admin": True},
        {"space_id": 1},
    ],
)
def test_a_range_is_checked(wire, space_id, more):
    answer = wire.post("/annotation-configs", continuous(space_id) | more)
    assert answer.status_code == 422
    assert not AnnotationConfig.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        [{"label": "only"}],
        [{"label": str(number)} for number in range(501)],
        [{"label": "same"}, {"label": "same"}],
        [{"label": ""}, {"label": "b"}],
        [{"label": 1}, {"label": "b"}],
        [{"score": 1}, {"label": "b"}],
        [{"label": "a", "score": "1"}, {"label": "b"}],
        [{"label": "a", "color": "RED"}, {"label": "b"}],
        ["a", "b"],
        {"a": 1, "b": 2},
        [{"label": "x" * 256}, {"label": "b"}],
    ],
)
def test_values_are_checked(wire, space_id, values):
    answer = wire.post("/annotation-configs", categorical(space_id, values=values))
    assert answer.status_code == 422
    assert "values" in answer.json()["detail"]


def test_five_hundred_values_are_not_too_many(wire, space_id):
    values = [{"label": str(number), "score": number} for number in range(500)]
    assert len(create(wire, categorical(space_id, values=values))["values"]) == 500


def test_text_takes_no_range_and_no_labels(wire, space_id):
    for more in (
        {"values": []},
        {"minimum_score": 0},
        {"optimization_direction": "NONE"},
    ):
        answer = wire.post("/annotation-configs", freeform(space_id, **more))
        assert answer.status_code == 422


def test_a_taken_name_is_a_conflict_in_its_space_only(wire, space_id):
    create(wire, freeform(space_id))
    assert wire.post("/annotation-configs", freeform(space_id)).status_code == 409
    ranged = continuous(space_id, name="note")
    assert wire.post("/annotation-configs", ranged).status_code == 409
    create(wire, freeform(space_id, name="Note"))
    other = make.space("other")
    create(make.wire(make.member(other)), freeform(ids.encode("Space", other.pk)))


def test_a_patch_changes_what_it_names(wire, space_id):
    config = create(wire, continuous(space_id, optimization_direction="MAXIMIZE"))
    path = f"/annotation-configs/{config['id']}"
    kind = {"annotation_config_type": "CONTINUOUS"}
    answer = wire.patch(path, kind | {"maximum_score": 5})
    assert answer.status_code == 200
    assert answer.json() == config | {"maximum_score": 5.0}
    assert wire.patch(path, kind | {"minimum_score": 5}).status_code == 422
    assert wire.patch(path, kind | {"minimum_score": 4}).status_code == 200
    assert wire.patch(path, kind).json()["minimum_score"] == 4.0


def test_a_patch_of_labels_replaces_them_all(wire, space_id):
    config = create(wire, categorical(space_id))
    path = f"/annotation-configs/{config['id']}"
    values = [{"label": "yes", "score": 0.5}, {"label": "no", "score": 0.0}]
    body = {"annotation_config_type": "CATEGORICAL", "values": values}
    assert wire.patch(path, body).json()["values"] == values
    assert wire.get(path).json()["values"] == values


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x"},
        {"annotation_config_type": "CATEGORICAL", "name": "x"},
        {"annotation_config_type": "FREEFORM", "name": "x"},
        {"annotation_config_type": "CONTINUOUS", "space_id": "x"},
        {"annotation_config_type": "CONTINUOUS", "values": []},
        {"annotation_config_type": "CONTINUOUS", "id": "x"},
        {"annotation_config_type": "CONTINUOUS", "name": None},
    ],
)
def test_a_patch_names_the_type_and_only_what_it_has(wire, space_id, body):
    config = create(wire, continuous(space_id))
    path = f"/annotation-configs/{config['id']}"
    assert wire.patch(path, body).status_code == 422
    assert wire.get(path).json() == config


def test_a_rename_to_a_taken_name_is_a_conflict(wire, space_id):
    create(wire, freeform(space_id))
    other = create(wire, freeform(space_id, name="other"))
    body = {"annotation_config_type": "FREEFORM", "name": "note"}
    assert wire.patch(f"/annotation-configs/{other['id']}", body).status_code == 409


def test_a_deleted_config_is_gone_and_its_name_free(wire, space_id):
    config = create(wire, freeform(space_id))
    path = f"/annotation-configs/{config['id']}"
    assert wire.delete(path).status_code == 204
    assert wire.get(path).status_code == 404
    assert wire.delete(path).status_code == 404
    create(wire, freeform(space_id))


@pytest.mark.django_db(transaction=True)
def test_of_configs_made_at_once_with_one_name_one_wins():
    space = make.space("race")
    secret = make.key(make.member(space))
    body = freeform(ids.encode("Space", space.pk))
    statuses = together(
        6, lambda: make.Wire(secret).post("/annotation-configs", body).status_code
    )
    assert sorted(statuses) == [201] + [409] * 5
