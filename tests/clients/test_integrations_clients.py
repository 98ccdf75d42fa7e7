"""AI integrations through the Python client, `ax` and TypeScript."""

import contextlib
import json

import pytest
from arize import ArizeClient
from arize._generated.api_client.exceptions import (
    ApiException,
    ConflictException,
    ForbiddenException,
    NotFoundException,
    UnprocessableEntityException,
)
from arize.ai_integrations.types import (
    AiIntegrationAuthType,
    AiIntegrationProvider,
    AiIntegrationScopingRequest,
    AwsProviderMetadataRequest,
    GcpProviderMetadataRequest,
)

KEY = "sk-of-the-clients-123456"


@pytest.fixture
def admin_key(server):
    return server.exported["ARIZE_API_KEY"]


@pytest.fixture
def admin(environment, admin_key):
    """The Python client with the first user's key."""
    return ArizeClient(api_key=admin_key).ai_integrations


@pytest.fixture
def made(admin, name):
    """An integration of the whole account; deleted afterwards."""
    integration = admin.create(
        name=name,
        provider=AiIntegrationProvider.CUSTOM,
        api_key=KEY,
        base_url="http://127.0.0.1:11434/v1",
        model_names=["one", "two"],
        headers={"X-Team": "blue"},
        enable_default_models=True,
        function_calling_enabled=False,
    )
    yield integration
    with contextlib.suppress(NotFoundException):
        admin.delete(integration=integration.id)


def test_what_is_made_comes_back_without_its_secrets(admin, made, name, server):
    found = admin.get(integration=made.id)
    assert found == made
    assert (found.name, found.provider) == (name, AiIntegrationProvider.CUSTOM)
    assert found.has_api_key is True
    assert found.base_url == "http://127.0.0.1:11434/v1"
    assert found.model_names == ["one", "two"]
    assert list(found.headers) == ["X-Team"]
    assert (found.enable_default_models, found.function_calling_enabled) == (
        True,
        False,
    )
    assert found.auth_type == AiIntegrationAuthType.DEFAULT
    assert found.scopings == []
    assert found.created_at == found.updated_at
    assert found.created_by_user_id
    for secret in (KEY, "blue"):
        assert secret not in str(found.to_dict()) + server.log


def test_it_is_found_by_name_and_listed(admin, client, made, name):
    assert admin.get(integration=name, space="demo").id == made.id
    listed = client.ai_integrations.list(space="demo", name=name[-8:].upper())
    assert [one.id for one in listed.ai_integrations] == [made.id]
    assert listed.pagination.has_more is False
    pages, cursor = [], None
    while True:
        page = admin.list(limit=1, cursor=cursor)
        pages.append(page.ai_integrations[0].id)
        cursor = page.pagination.next_cursor
        if not cursor:
            break
    assert made.id in pages
    assert len(pages) == len(set(pages))


def test_an_update_keeps_replaces_and_deletes_the_key(admin, made, name):
    renamed = admin.update(integration=name, space="demo", name=f"{name} 2")
    assert (renamed.name, renamed.has_api_key) == (f"{name} 2", True)
    same = admin.update(integration=made.id, headers=renamed.headers)
    assert same.has_api_key is True
    moved = admin.update(integration=made.id, base_url="http://127.0.0.1:2/v1")
    assert (moved.has_api_key, moved.headers) == (False, None)
    keyed = admin.update(integration=made.id, api_key="another")
    assert keyed.has_api_key is True
    assert admin.update(integration=made.id, api_key=None).has_api_key is False
    assert admin.update(integration=made.id, base_url=None).base_url is None
    assert keyed.updated_at > made.updated_at


def test_bedrock_and_vertex_carry_their_metadata(admin, name):
    arn = "arn:aws:iam::123456789012:role/judges"
    aws = admin.create(
        name=f"{name} aws",
        provider=AiIntegrationProvider.AWS_BEDROCK,
        provider_metadata=AwsProviderMetadataRequest(kind="AWS", role_arn=arn),
    )
    gcp = admin.create(
        name=f"{name} gcp",
        provider=AiIntegrationProvider.VERTEX_AI,
        provider_metadata=GcpProviderMetadataRequest(
            kind="GCP",
            project_id="p-1",
            location="us-central1",
            project_access_label="P",
        ),
    )
    assert aws.provider_metadata.actual_instance.role_arn == arn
    assert gcp.provider_metadata.actual_instance.location == "us-central1"
    for one in (aws, gcp):
        admin.delete(integration=one.id)


def test_scopings_say_who_sees_it(admin, client, made, space_id):
    elsewhere = admin.update(
        integration=made.id,
        scopings=[AiIntegrationScopingRequest(space_id=space_id)],
    )
    assert [one.space_id for one in elsewhere.scopings] == [space_id]
    assert client.ai_integrations.get(integration=made.id).id == made.id


def test_a_member_reads_and_changes_nothing(client, made, name):
    mine = client.ai_integrations
    assert mine.get(integration=made.id).has_api_key is True
    with pytest.raises(ForbiddenException):
        mine.update(integration=made.id, base_url="http://127.0.0.1:2/v1")
    with pytest.raises(ForbiddenException):
        mine.delete(integration=made.id)
    with pytest.raises(ForbiddenException):
        mine.create(name=f"{name} 2", provider=AiIntegrationProvider.OPEN_AI)


def test_refusals_are_the_clients_own_errors(admin, made, name):
    with pytest.raises(ConflictException):
        admin.create(name=name, provider=AiIntegrationProvider.OPEN_AI)
    with pytest.raises(UnprocessableEntityException) as refused:
        admin.update(integration=made.id, base_url="http://169.254.169.254/")
    assert "base_url" in str(refused.value)
    admin.delete(integration=made.id)
    with pytest.raises(ApiException) as gone:
        admin.get(integration=made.id)
    assert gone.value.status == 404


def test_ax_makes_changes_and_deletes_one(ax, admin_key, name):
    def run(*arguments):
        done = ax("ai-integrations", *arguments, ARIZE_API_KEY=admin_key)
        assert done.code == 0, done.stderr
        assert KEY not in done.stdout + done.stderr
        return done

    made = run(
        *("create", "--name", name, "--provider", "LITELLM", "--api-key", KEY),
        *("--base-url", "http://127.0.0.1:4000", "--model-name", "a"),
        *("--model-name", "b", "--headers", '{"X-Team": "blue"}', "-o", "json"),
    ).json
    assert (made["has_api_key"], made["model_names"]) == (True, ["a", "b"])
    found = run("get", name, "--space", "demo", "-o", "json").json
    assert found["id"] == made["id"]
    changed = run(
        *("update", made["id"], "--name", f"{name} 2", "--function-calling-enabled"),
        *("-o", "json"),
    ).json
    assert (changed["name"], changed["has_api_key"]) == (f"{name} 2", True)
    assert changed["function_calling_enabled"] is True
    listed = run("list", "--space", "demo", "--name", name, "-o", "json").json
    assert [one["id"] for one in listed["ai_integrations"]] == [made["id"]]
    run("delete", f"{name} 2", "--space", "demo", "--force")
    gone = ax("ai-integrations", "get", made["id"], ARIZE_API_KEY=admin_key)
    assert gone.code == 4


def test_ax_keeps_metadata_of_bedrock(ax, admin_key, name):
    metadata = {"role_arn": "arn:aws:iam::123456789012:role/judges"}
    made = ax(
        *("ai-integrations", "create", "--name", name, "--provider", "AWS_BEDROCK"),
        *("--provider-metadata", json.dumps(metadata), "-o", "json"),
        ARIZE_API_KEY=admin_key,
    )
    assert made.code == 0, made.stderr
    shown = made.json["provider_metadata"]["actual_instance"]
    assert shown == {"kind": "AWS", **metadata}


def test_typescript_makes_changes_and_deletes_one(typescript, server, name):
    seen = typescript("integrations.mjs", name, server.exported["ARIZE_API_KEY"])
    assert seen["made"]["hasApiKey"] is True
    assert seen["found"]["id"] == seen["made"]["id"]
    assert [one["id"] for one in seen["listed"]] == [seen["made"]["id"]]
    assert seen["changed"]["name"] == f"{name} 2"
    assert seen["changed"]["hasApiKey"] is False
    assert seen["moved"]["hasApiKey"] is False
    assert seen["refused"] == 404
    assert "sk-of-typescript" not in json.dumps(seen)
