"""Tags on datasets, experiments, projects and annotation configs."""

import pytest
from django.utils import timezone

from experiments_ui import ids
from experiments_ui.annotations import actions as annotation_actions
from experiments_ui.annotations.models import ConfigType
from experiments_ui.datasets import actions as dataset_actions
from experiments_ui.experiments import actions as experiment_actions
from experiments_ui.spaces import actions
from experiments_ui.spaces.models import TagLink
from experiments_ui.tracing import actions as tracing_actions
from tests import make

KINDS = ["datasets", "experiments", "projects", "annotation-configs"]


def path_of(space, kind):
    """Make one resource of a kind and return its path."""
    now = timezone.now()
    if kind == "datasets":
        made = dataset_actions.create_dataset(
            space, name="d", batches=[[{"q": "1"}]], by=None, now=now
        )
        return f"/datasets/{ids.encode('Dataset', made.pk)}"
    if kind == "experiments":
        made = experiment_actions.create_experiment_with_runs(
            space, name="e", dataset=None, rows=[{"output": "o"}], by=None, now=now
        )
        return f"/experiments/{ids.encode('Experiment', made.pk)}"
    if kind == "projects":
        made = tracing_actions.create_project(space, name="p")
        return f"/projects/{ids.encode('Model', made.pk)}"
    made = annotation_actions.create_config(
        space, name="c", config_type=ConfigType.FREEFORM
    )
    return f"/annotation-configs/{ids.encode('AnnotationConfig', made.pk)}"


def tag_id(space, name):
    tag = actions.create_tag(space, name=name, description=None, color=None)
    return ids.encode("Tag", tag.pk)


def names(answer):
    assert answer.status_code == 200
    assert answer.json()["pagination"] == {"has_more": False}
    return sorted(tag["name"] for tag in answer.json()["tags"])


@pytest.mark.parametrize("kind", KINDS)
def test_tags_are_put_on_every_kind_again_and_again(wire, space, kind):
    path = f"{path_of(space, kind)}/tags"
    assert names(wire.get(path)) == []
    one, two = tag_id(space, "one"), tag_id(space, "two")
    assert names(wire.post(path, {"tag_ids": [one]})) == ["one"]
    assert names(wire.post(path, {"tag_ids": [one, two, two]})) == ["one", "two"]
    assert names(wire.get(path)) == ["one", "two"]


@pytest.mark.parametrize("kind", ["datasets", "projects"])
def test_tags_are_taken_off_and_the_answer_says_which(wire, space, kind):
    path = f"{path_of(space, kind)}/tags"
    one, two = tag_id(space, "one"), tag_id(space, "two")
    wire.post(path, {"tag_ids": [one]})
    answer = wire.delete(path, {"tag_ids": [one, two]})
    assert answer.status_code == 200
    assert answer.json() == {"completed": False, "deleted": [one], "not_deleted": [two]}
    wire.post(path, {"tag_ids": [two]})
    assert wire.delete(path, {"tag_ids": [two]}).json()["completed"] is True
    assert names(wire.get(path)) == []
    assert wire.delete(path, {"tag_ids": [two], "x": 1}).status_code == 400


@pytest.mark.parametrize("kind", ["experiments", "annotation-configs"])
def test_some_kinds_have_no_taking_off(wire, space, kind):
    path = f"{path_of(space, kind)}/tags"
    assert wire.delete(path, {"tag_ids": [tag_id(space, "one")]}).status_code == 405


def test_a_tag_of_another_space_is_422_where_both_are_readable(wire, member, space):
    other = make.space("other")
    actions.set_role(other, user=member, role="MEMBER")
    path = f"{path_of(space, 'projects')}/tags"
    stray = tag_id(other, "stray")
    answer = wire.post(path, {"tag_ids": [tag_id(space, "one"), stray]})
    assert answer.status_code == 422
    assert names(wire.get(path)) == []


def test_a_tag_nobody_may_see_is_404_like_one_there_is_not(wire, space):
    path = f"{path_of(space, 'projects')}/tags"
    foreign = tag_id(make.space("other"), "stray")
    absent = ids.encode("Tag", 999)
    for unknown in (foreign, absent):
        answer = wire.post(path, {"tag_ids": [unknown]})
        assert answer.status_code == 404
        assert answer.json()["detail"] == f"Tag {unknown} not found."


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"tag_ids": []}, 422),
        ({"tag_ids": None}, 422),
        ({"tag_ids": "x"}, 422),
        ({"tag_ids": [1]}, 422),
        ({"tag_ids": [ids.encode("Tag", 1)] * 101}, 422),
        ({"tag_ids": [ids.encode("Tag", 1)], "x": 1}, 422),
        ({"tag_ids": ["production"]}, 400),
        ({"tag_ids": [ids.encode("Space", 1)]}, 400),
    ],
)
def test_the_list_of_tags_is_checked(wire, space, body, status):
    path = f"{path_of(space, 'projects')}/tags"
    assert wire.post(path, body).status_code == status


def test_deleting_a_tag_takes_it_off_everything(wire, space):
    one = tag_id(space, "one")
    paths = [f"{path_of(space, kind)}/tags" for kind in KINDS]
    for path in paths:
        wire.post(path, {"tag_ids": [one]})
    assert wire.delete(f"/tags/{one}").status_code == 204
    assert [names(wire.get(path)) for path in paths] == [[]] * len(KINDS)
    assert not TagLink.objects.exists()
