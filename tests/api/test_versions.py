"""Old Python clients get no members that their models refuse."""

import pytest

from experiments_ui import ids
from experiments_ui.api.versions import trimmed
from tests import make

OLD = {"sdk-language": "python", "sdk-version": "8.42.0"}
NEW = {"sdk-language": "python", "sdk-version": "8.61.0"}


def test_an_old_client_gets_spaces_of_four_members(space, wire):
    listed = wire.client.get("/v2/spaces", headers=OLD).json()["spaces"][0]
    one = wire.client.get(f"/v2/spaces/{ids.encode('Space', space.pk)}", headers=OLD)
    for shown in (listed, one.json()):
        assert set(shown) == {"id", "name", "description", "created_at"}


@pytest.mark.parametrize(
    "headers",
    [
        NEW,
        {},
        {"sdk-language": "javascript", "sdk-version": "1.28.0"},
        {"sdk-language": "python"},
        {"sdk-language": "python", "sdk-version": "unknown"},
        {"sdk-language": "python", "sdk-version": "8.50.0"},
        {"sdk-language": "python", "sdk-version": "9.0"},
    ],
)
def test_every_other_client_gets_them_whole(wire, space, headers):
    shown = wire.client.get("/v2/spaces", headers=headers).json()["spaces"][0]
    assert "organization_id" in shown


def test_experiments_lose_their_space_and_projects_their_type():
    experiment = {"id": "x", "name": "e", "space_id": "s", "run_ids": []}
    path = "/v2/experiments/abc/runs"
    assert trimmed(experiment, path=path, headers=OLD) == {
        "id": "x",
        "name": "e",
        "run_ids": [],
    }
    page = {"projects": [{"id": "p", "project_type": None}], "pagination": {}}
    assert trimmed(page, path="/v2/projects", headers=OLD) == {
        "projects": [{"id": "p"}],
        "pagination": {},
    }


def test_a_run_keeps_a_column_named_like_a_dropped_member():
    page = {"experiment_runs": [{"id": "r", "space_id": "mine"}], "pagination": {}}
    path = "/v2/experiments/abc/runs"
    assert trimmed(page, path=path, headers=OLD) == page


def test_other_resources_keep_their_space(space):
    wire = make.wire(make.member(space))
    body = {"name": "t", "space_id": ids.encode("Space", space.pk)}
    answer = wire.client.post(
        "/v2/tags", body, content_type="application/json", headers=OLD
    )
    assert "space_id" in answer.json()
