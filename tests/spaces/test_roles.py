"""Every endpoint of identity and small resources × every role, and other spaces (BI-22)."""

from dataclasses import dataclass

import pytest
from django.test import Client

from experiments_ui import ids
from experiments_ui.accounts.models import AccountRole
from experiments_ui.annotations import actions as annotation_actions
from experiments_ui.annotations.models import ConfigType
from experiments_ui.experiments import actions as experiment_actions
from experiments_ui.spaces import actions
from experiments_ui.spaces.models import Role
from experiments_ui.tracing import actions as tracing_actions
from tests import make

ROLES = [Role.ANNOTATOR, Role.READ_ONLY, Role.MEMBER, Role.ADMIN]
READERS = set(ROLES)
WRITERS = {Role.MEMBER, Role.ADMIN}
ADMINS = {Role.ADMIN}
ANNOTATORS = {Role.ANNOTATOR, Role.MEMBER, Role.ADMIN}


@dataclass(frozen=True)
class Endpoint:
    """`{name}` in path and body stand for the ids of things in the space."""

    method: str
    path: str
    body: dict | None
    allowed: set
    status: int = 200


ENDPOINTS = [
    Endpoint("GET", "/spaces/{space}", None, READERS),
    Endpoint("PATCH", "/spaces/{space}", {"name": "renamed"}, ADMINS),
    Endpoint("DELETE", "/spaces/{space}", None, ADMINS, 204),
    Endpoint(
        "POST",
        "/spaces/{space}/users",
        {"user_id": "{someone}", "role": {"type": "PREDEFINED", "name": "MEMBER"}},
        ADMINS,
    ),
    Endpoint("DELETE", "/spaces/{space}/users/{someone}", None, ADMINS, 204),
    Endpoint("POST", "/tags", {"name": "new", "space_id": "{space}"}, WRITERS, 201),
    Endpoint("PATCH", "/tags/{tag}", {"color": "RED"}, WRITERS),
    Endpoint("DELETE", "/tags/{tag}", None, WRITERS, 204),
    Endpoint(
        "POST",
        "/annotation-configs",
        {"name": "new", "space_id": "{space}", "annotation_config_type": "FREEFORM"},
        WRITERS,
        201,
    ),
    Endpoint("GET", "/annotation-configs/{config}", None, READERS),
    Endpoint(
        "PATCH",
        "/annotation-configs/{config}",
        {"annotation_config_type": "FREEFORM", "name": "renamed"},
        WRITERS,
    ),
    Endpoint("DELETE", "/annotation-configs/{config}", None, WRITERS, 204),
    *(
        endpoint
        for resource in (
            "/annotation-configs/{config}",
            "/experiments/{experiment}",
            "/projects/{project}",
        )
        for endpoint in (
            Endpoint("GET", f"{resource}/tags", None, READERS),
            Endpoint("POST", f"{resource}/tags", {"tag_ids": ["{tag}"]}, WRITERS),
        )
    ),
    Endpoint("DELETE", "/projects/{project}/tags", {"tag_ids": ["{tag}"]}, WRITERS),
    Endpoint(
        "POST",
        "/experiments/{experiment}/runs/annotate",
        {
            "annotations": [
                {"record_id": "x", "values": [{"name": "note", "text": "t"}]}
            ]
        },
        ANNOTATORS,
        202,
    ),
    Endpoint("GET", "/api-keys?space_id={space}", None, READERS),
    Endpoint(
        "POST",
        "/api-keys",
        {
            "key_type": "SERVICE",
            "name": "ci",
            "organizations": [
                {"org_id": "{organization}", "spaces": [{"space_id": "{space}"}]}
            ],
        },
        WRITERS,
        201,
    ),
]


@pytest.fixture
def things(space):
    """Ids of one of each thing in the space."""
    from django.utils import timezone

    now = timezone.now()
    someone = make.member(space)
    tag = actions.create_tag(space, name="t", description=None, color=None)
    config = annotation_actions.create_config(
        space, name="note", config_type=ConfigType.FREEFORM
    )
    experiment = experiment_actions.create_experiment_with_runs(
        space, name="e", dataset=None, rows=[{"output": "o"}], by=None, now=now
    )
    project = tracing_actions.create_project(space, name="p")
    return {
        "space": ids.encode("Space", space.pk),
        "organization": ids.encode("Organization", space.organization_id),
        "someone": ids.encode("User", someone.pk),
        "tag": ids.encode("Tag", tag.pk),
        "config": ids.encode("AnnotationConfig", config.pk),
        "experiment": ids.encode("Experiment", experiment.pk),
        "project": ids.encode("Model", project.pk),
    }


def filled(value, things):
    if isinstance(value, dict):
        return {name: filled(inner, things) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, things) for inner in value]
    return value.format(**things) if isinstance(value, str) else value


def call(wire, endpoint, things):
    path = endpoint.path.format(**things)
    if endpoint.method == "GET":
        return wire.client.get(f"/v2{path}")
    return wire.send(endpoint.method, path, filled(endpoint.body, things))


def named(endpoint):
    return f"{endpoint.method} {endpoint.path}"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=named)
def test_a_role_may_do_what_it_may_and_no_more(space, things, endpoint, role):
    answer = call(make.wire(make.member(space, role=role)), endpoint, things)
    assert answer.status_code == (endpoint.status if role in endpoint.allowed else 403)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=named)
def test_an_account_admin_may_do_everything(things, endpoint):
    admin = make.wire(make.user(account_role=AccountRole.ADMIN))
    assert call(admin, endpoint, things).status_code == endpoint.status


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=named)
def test_without_a_key_nothing_is_said(things, endpoint):
    client = Client()
    answer = client.generic(
        endpoint.method, f"/v2{endpoint.path.format(**things)}", b"{}"
    )
    assert answer.status_code == 401


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=named)
def test_another_space_answers_as_if_there_were_nothing(things, endpoint):
    stranger = make.wire(make.member(make.space("elsewhere"), role=Role.ADMIN))
    absent = things | {
        name: ids.encode(kind, 999_999)
        for name, kind in [
            ("space", "Space"),
            ("tag", "Tag"),
            ("config", "AnnotationConfig"),
            ("experiment", "Experiment"),
            ("project", "Model"),
        ]
    }
    foreign = call(stranger, endpoint, things)
    missing = call(stranger, endpoint, absent)
    assert foreign.status_code == missing.status_code == 404
    for answer in (foreign, missing):
        assert answer.json()["detail"].endswith("not found.")
    assert foreign.json()["detail"] == missing.json()["detail"]


def test_lists_show_only_readable_spaces(things):
    stranger = make.wire(make.member(make.space("elsewhere"), role=Role.ADMIN))
    assert [one["name"] for one in stranger.get("/spaces").json()["spaces"]] == [
        "elsewhere"
    ]
    filtered = stranger.get("/annotation-configs", space_id=things["space"])
    assert filtered.json()["annotation_configs"] == []


def test_a_lowered_role_counts_at_the_next_request(space, things):
    person = make.member(space, role=Role.ADMIN)
    wire = make.wire(person)
    path = f"/spaces/{things['space']}"
    assert wire.patch(path, {"name": "one"}).status_code == 200
    actions.set_role(space, user=person, role=Role.READ_ONLY)
    assert wire.patch(path, {"name": "two"}).status_code == 403
    actions.remove_member(space, user=person)
    assert wire.patch(path, {"name": "three"}).status_code == 404
