"""Spaces, users, API keys and annotation configs through the command line."""

import json

import pytest


@pytest.fixture
def as_admin(ax, server):
    """Run `ax` with the first user's key."""
    key = server.exported["ARIZE_API_KEY"]

    def run(*arguments):
        done = ax(*arguments, ARIZE_API_KEY=key)
        assert done.code == 0, done.stderr
        return done

    return run


@pytest.fixture
def organization(as_admin):
    listed = as_admin("organizations", "list", "-o", "json").json
    return listed["organizations"][0]["id"]


@pytest.fixture
def space(as_admin, organization, name):
    made = as_admin(
        *("spaces", "create", "--name", name, "--organization-id", organization),
        *("--description", "for a test", "-o", "json"),
    )
    return made.json


def test_a_space_is_made_changed_and_deleted(ax, as_admin, space, name):
    assert as_admin("spaces", "get", name, "-o", "json").json["id"] == space["id"]
    # Without a description this command sends null, which clears it.
    changed = as_admin(
        *("spaces", "update", name, "--name", f"{name} 2"),
        *("--description", "still there", "-o", "json"),
    ).json
    assert (changed["name"], changed["description"]) == (f"{name} 2", "still there")
    as_admin("spaces", "delete", space["id"], "--force")
    assert ax("spaces", "get", f"{name} 2").code == 4


def test_a_user_is_let_into_a_space_and_out_again(as_admin, space):
    users = as_admin("users", "list", "-o", "json").json["users"]
    person = next(user for user in users if user["email"].startswith("admin@"))
    assert as_admin("users", "get", person["id"], "-o", "json").json == person
    joined = as_admin(
        *("spaces", "add-user", space["id"], "--user-id", person["id"]),
        *("--role", "READ_ONLY", "-o", "json"),
    ).json
    assert (joined["user_id"], joined["space_id"]) == (person["id"], space["id"])
    as_admin(
        *("spaces", "remove-user", space["id"], "--user-id", person["id"], "--force")
    )


def test_a_member_may_not_make_spaces(ax, organization, name):
    refused = ax(
        *("spaces", "create", "--name", name, "--organization-id", organization),
    )
    assert refused.code == 4
    assert "403" in refused.stderr


def test_a_key_works_until_it_is_refreshed_or_revoked(ax, as_admin, name):
    first = as_admin("api-keys", "create", "--name", name, "-o", "json").json
    lists = ("spaces", "list", "-o", "json")
    assert ax(*lists, ARIZE_API_KEY=first["key"]).code == 0
    second = as_admin("api-keys", "refresh", first["id"], "-o", "json").json
    assert ax(*lists, ARIZE_API_KEY=first["key"]).code == 4
    assert ax(*lists, ARIZE_API_KEY=second["key"]).code == 0
    as_admin("api-keys", "revoke", second["id"], "--force")
    assert ax(*lists, ARIZE_API_KEY=second["key"]).code == 4
    listed = as_admin("api-keys", "list", "--limit", "100", "-o", "json").stdout
    assert "First key" in listed
    assert second["id"] not in listed
    assert first["key"] not in listed


def test_a_service_key_enters_the_spaces_it_was_given(
    ax, as_admin, organization, space, name
):
    assignments = [
        {
            "org_id": organization,
            "spaces": [{"space": space["id"], "role": "READ_ONLY"}],
        }
    ]
    made = as_admin(
        *("api-keys", "create-service-key", "--name", name, "-o", "json"),
        *("--assignments", json.dumps(assignments)),
    ).json
    listed = ax("spaces", "list", "-o", "json", ARIZE_API_KEY=made["key"]).json
    assert [found["id"] for found in listed["spaces"]] == [space["id"]]
    refused = ax(
        *("datasets", "create", "--name", "x", "--space", space["id"]),
        *("--json", '[{"a": 1}]'),
        ARIZE_API_KEY=made["key"],
    )
    assert refused.code == 4
    assert "403" in refused.stderr


def test_annotation_configs_of_each_type(ax, name):
    in_demo = ("--space", "demo", "-o", "json")
    continuous = ax(
        *("annotation-configs", "create", "continuous", "--name", f"{name} a"),
        *("--min-score", "0", "--max-score", "5", *in_demo),
    )
    assert continuous.code == 0, continuous.stderr
    assert continuous.json["maximum_score"] == 5
    freeform = ax(
        *("annotation-configs", "create", "freeform", "--name", f"{name} b", *in_demo)
    )
    assert freeform.json["type"] == "FREEFORM"
    updated = ax(
        *("annotation-configs", "update", "continuous", continuous.json["id"]),
        *("--max-score", "10", "-o", "json"),
    )
    assert updated.code == 0, updated.stderr
    found = ax("annotation-configs", "get", f"{name} a", *in_demo).json
    assert (found["minimum_score"], found["maximum_score"]) == (0, 10)
    listed = ax("annotation-configs", "list", "--name", name, *in_demo).json
    assert len(listed["annotation_configs"]) == 2
    gone = ax(
        *("annotation-configs", "delete", f"{name} b", "--space", "demo", "--force")
    )
    assert gone.code == 0, gone.stderr
