"""Tags: making, changing and deleting them over REST."""

import pytest

from experiments_ui import ids
from tests import make
from tests.race import together


@pytest.fixture
def space_id(space):
    return ids.encode("Space", space.pk)


def test_a_tag_has_exactly_the_members_of_the_wire(wire, space_id):
    answer = wire.post("/tags", {"name": "  Production ", "space_id": space_id})
    assert answer.status_code == 201
    tag = answer.json()
    assert set(tag) == {
        "id",
        "name",
        "description",
        "color",
        "space_id",
        "created_at",
        "updated_at",
    }
    assert tag["name"] == "Production"
    assert (tag["description"], tag["color"]) == (None, None)
    assert tag["space_id"] == space_id


def test_a_patch_leaves_what_is_absent_and_clears_what_is_null(wire, space_id):
    body = {"name": "t", "space_id": space_id, "color": "RED", "description": "d"}
    tag = wire.post("/tags", body).json()
    path = f"/tags/{tag['id']}"
    renamed = wire.patch(path, {"name": "u"}).json()
    assert (renamed["name"], renamed["color"], renamed["description"]) == (
        "u",
        "RED",
        "d",
    )
    assert renamed["updated_at"] > tag["updated_at"]
    cleared = wire.patch(path, {"color": None, "description": None}).json()
    assert (cleared["name"], cleared["color"], cleared["description"]) == (
        "u",
        None,
        None,
    )


@pytest.mark.parametrize("name", ["Production", "PRODUCTION", " production "])
def test_a_name_is_taken_whatever_its_case(wire, space_id, name):
    wire.post("/tags", {"name": "production", "space_id": space_id})
    body = {"name": name, "space_id": space_id}
    assert wire.post("/tags", body).status_code == 409
    other = wire.post("/tags", {"name": "other", "space_id": space_id}).json()
    assert wire.patch(f"/tags/{other['id']}", {"name": name}).status_code == 409


def test_a_tag_may_change_the_case_of_its_own_name(wire, space_id):
    tag = wire.post("/tags", {"name": "prod", "space_id": space_id}).json()
    answer = wire.patch(f"/tags/{tag['id']}", {"name": "PROD"})
    assert answer.status_code == 200


def test_another_space_may_have_the_same_name(wire, space_id):
    wire.post("/tags", {"name": "t", "space_id": space_id})
    other = make.space("other")
    body = {"name": "t", "space_id": ids.encode("Space", other.pk)}
    assert make.wire(make.member(other)).post("/tags", body).status_code == 201


@pytest.mark.parametrize(
    "extra", ["id", "created_at", "updated_at", "is_admin", "colour"]
)
def test_unknown_members_are_400(wire, space_id, extra):
    body = {"name": "t", "space_id": space_id, extra: "x"}
    assert wire.post("/tags", body).status_code == 400
    tag = wire.post("/tags", {"name": "t", "space_id": space_id}).json()
    assert wire.patch(f"/tags/{tag['id']}", {extra: "x"}).status_code == 400


def test_a_tag_stays_in_its_space(wire, space_id):
    tag = wire.post("/tags", {"name": "t", "space_id": space_id}).json()
    answer = wire.patch(f"/tags/{tag['id']}", {"space_id": space_id})
    assert answer.status_code == 400


def test_an_empty_patch_is_400(wire, space_id):
    tag = wire.post("/tags", {"name": "t", "space_id": space_id}).json()
    assert wire.patch(f"/tags/{tag['id']}", {}).status_code == 400


@pytest.mark.parametrize(
    "members",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 101},
        {"name": 1},
        {"name": None},
        {"color": "red"},
        {"color": "MAGENTA"},
        {"color": 1},
        {"description": 1},
    ],
)
def test_values_out_of_range_are_422(wire, space_id, members):
    body = {"name": "t", "space_id": space_id} | members
    assert wire.post("/tags", body).status_code == 422


def test_a_name_has_a_hundred_characters_after_trimming(wire, space_id):
    body = {"name": f"  {'x' * 100}  ", "space_id": space_id}
    assert wire.post("/tags", body).status_code == 201


def test_there_is_no_list_and_no_single_tag_to_read(wire, space_id):
    tag = wire.post("/tags", {"name": "t", "space_id": space_id}).json()
    assert wire.get("/tags").status_code == 405
    assert wire.get(f"/tags/{tag['id']}").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_of_tags_made_at_once_with_one_name_one_wins():
    space = make.space("race")
    secret = make.key(make.member(space))
    body = {"name": "t", "space_id": ids.encode("Space", space.pk)}
    statuses = together(6, lambda: make.Wire(secret).post("/tags", body).status_code)
    assert sorted(statuses) == [201] + [409] * 5
