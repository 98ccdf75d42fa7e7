"""AI integrations over REST: their members, and what is refused."""

import pytest

from experiments_ui import ids
from experiments_ui.accounts.models import AccountRole
from experiments_ui.integrations.checks import MASK
from experiments_ui.integrations.models import Integration
from experiments_ui.spaces.models import Role
from tests import make
from tests.race import together

MEMBERS = {
    "id",
    "name",
    "provider",
    "has_api_key",
    "base_url",
    "model_names",
    "headers",
    "enable_default_models",
    "function_calling_enabled",
    "auth_type",
    "provider_metadata",
    "scopings",
    "created_at",
    "updated_at",
    "created_by_user_id",
}
AWS = {"kind": "AWS", "role_arn": "arn:aws:iam::123456789012:role/judges"}
GCP = {
    "kind": "GCP",
    "project_id": "judges-1",
    "location": "us-central1",
    "project_access_label": "Judges",
}


@pytest.fixture
def admin(db):
    return make.user(account_role=AccountRole.ADMIN)


@pytest.fixture
def account(admin):
    """A REST client of an account admin."""
    return make.wire(admin)


def create(wire, **members):
    answer = wire.post(
        "/ai-integrations", {"name": "models", "provider": "OPEN_AI"} | members
    )
    assert answer.status_code == 201, answer.content
    return answer.json()


def refusal(answer):
    problem = answer.json()
    return problem["status"], problem["detail"]


def test_an_integration_has_exactly_its_members(account, admin):
    made = create(account)
    assert set(made) == MEMBERS
    assert ids.decode("LlmIntegration", made["id"]) == Integration.objects.get().pk
    assert made["created_by_user_id"] == ids.encode("User", admin.pk)
    assert made["created_at"] == made["updated_at"]
    assert made["created_at"].endswith("Z")
    assert {name: made[name] for name in MEMBERS if "_at" not in name} == {
        "id": made["id"],
        "name": "models",
        "provider": "OPEN_AI",
        "has_api_key": False,
        "base_url": None,
        "model_names": None,
        "headers": None,
        "enable_default_models": False,
        "function_calling_enabled": True,
        "auth_type": "DEFAULT",
        "provider_metadata": None,
        "scopings": [],
        "created_by_user_id": made["created_by_user_id"],
    }
    assert account.get(f"/ai-integrations/{made['id']}").json() == made


def test_everything_that_is_sent_comes_back_but_secrets(account, space):
    organization = ids.encode("Organization", space.organization_id)
    sent = {
        "base_url": "https://203.0.114.7/v1",
        "model_names": ["a", "b"],
        "enable_default_models": True,
        "function_calling_enabled": False,
        "auth_type": "PROXY_WITH_HEADERS",
        "provider": "CUSTOM",
        "scopings": [
            {"organization_id": organization, "space_id": None},
            {"organization_id": None, "space_id": ids.encode("Space", space.pk)},
        ],
    }
    made = create(account, **sent, api_key="sk-1", headers={"X-Team": "blue"})
    assert {name: made[name] for name in sent} == sent
    assert made["has_api_key"] is True
    assert made["headers"] == {"X-Team": MASK}


@pytest.mark.parametrize(
    ("provider", "metadata"), [("AWS_BEDROCK", AWS), ("VERTEX_AI", GCP)]
)
def test_bedrock_and_vertex_have_metadata(account, provider, metadata):
    missing = account.post("/ai-integrations", {"name": "x", "provider": provider})
    assert missing.status_code == 422
    assert "provider_metadata" in missing.json()["detail"]
    made = create(account, provider=provider, provider_metadata=metadata)
    assert made["provider_metadata"] == metadata
    other = GCP if metadata is AWS else AWS
    if metadata is AWS:
        create(account, name="with a key", provider=provider, api_key="id:secret-key")
    answer = account.patch(
        f"/ai-integrations/{made['id']}", {"provider_metadata": other}
    )
    assert answer.status_code == 422
    if metadata is AWS:
        more = metadata | {"external_id": "outside-1"}
        assert create(
            account, name="2", provider=provider, provider_metadata=more
        )["provider_metadata"] == more  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"name": ""},
        {"name": "x" * 256},
        {"name": None},
        {"provider": "openai"},
        {"provider": None},
        {"api_key": ""},
        {"api_key": 7},
        {"api_key": "two\nlines"},
        {"api_key": " sk"},
        {"api_key": "ключ"},
        {"base_url": "ftp://example.org"},
        {"base_url": "example.org"},
        {"base_url": "https://user@example.org"},
        {"base_url": "https://example.org/?x=1"},
        {"base_url": "http://169.254.169.254/latest"},
        {"base_url": "http://10.0.0.1"},
        {"model_names": "a"},
        {"model_names": [""]},
        {"model_names": [1]},
        {"headers": []},
        {"headers": {"X": 1}},
        {"headers": {"X": None}},
        {"headers": {"X": "a\r\nY: b"}},
        {"headers": {"X Y": "a"}},
        {"headers": {"Host": "evil"}},
        {"headers": {"X": "a", "x": "b"}},
        {"headers": {"X": "a" * 8176}},
        {"headers": {"X": MASK}},
        {"enable_default_models": 1},
        {"function_calling_enabled": "yes"},
        {"auth_type": "OAUTH2_CLIENT_CREDENTIALS"},
        {"auth_type": "NONE"},
        {"provider_metadata": AWS},
        {"provider": "AWS_BEDROCK", "provider_metadata": GCP},
        {"provider": "AWS_BEDROCK", "provider_metadata": {"kind": "AWS"}},
        {"provider": "AWS_BEDROCK", "provider_metadata": AWS | {"role_arn": "x"}},
        {"provider": "AWS_BEDROCK", "provider_metadata": AWS | {"more": "x"}},
        {
            "provider": "VERTEX_AI",
            "provider_metadata": GCP | {"location": "x.evil.org/"},
        },
        {"provider": "VERTEX_AI", "provider_metadata": {"kind": "AZURE"}},
        {"scopings": None},
        {"scopings": {}},
        {"scopings": [{"more": 1}]},
        {"id": "x"},
        {"created_by_user_id": "x"},
        {"space_id": "x"},
        {"has_api_key": True},
        {"is_account_wide": True},
        {"monthly_budget": 1},
        {"api_key_env": "LLM_KEY_1"},
        {"is_admin": True},
    ],
)
def test_what_is_wrong_is_refused_and_named(account, more):
    body = {"name": "x", "provider": "OPEN_AI"} | more
    answer = account.post("/ai-integrations", body)
    assert answer.status_code == 422, answer.content
    name = list(more)[-1]
    assert answer.json()["detail"].startswith(name)
    assert answer.json()["errors"][0]["field"].startswith(name)
    assert not Integration.objects.exists()


@pytest.mark.parametrize("missing", ["name", "provider"])
def test_name_and_provider_are_needed(account, missing):
    body = {"name": "x", "provider": "OPEN_AI"}
    del body[missing]
    assert account.post("/ai-integrations", body).status_code == 422


def test_a_patch_changes_what_it_names_and_nothing_else(account):
    made = create(account, api_key="sk-1", model_names=["a"])
    path = f"/ai-integrations/{made['id']}"
    changed = account.patch(path, {"name": "other", "model_names": ["b"]}).json()
    assert (changed["name"], changed["model_names"]) == ("other", ["b"])
    assert changed["has_api_key"] is True
    assert changed["updated_at"] > made["updated_at"]
    for same in MEMBERS - {"name", "model_names", "updated_at"}:
        assert changed[same] == made[same]
    assert account.patch(path, {}).status_code == 422
    assert account.patch(path, {"model_names": None}).json()["model_names"] is None


@pytest.mark.parametrize("member", ["base_url", "headers"])
def test_null_takes_a_member_away(account, member):
    made = create(
        account,
        base_url="https://203.0.114.7",
        headers={"X": "1"},
        provider="CUSTOM",
    )
    changed = account.patch(f"/ai-integrations/{made['id']}", {member: None}).json()
    assert changed[member] is None


def test_null_takes_the_key_away_and_absent_keeps_it(account):
    made = create(account, api_key="sk-1")
    path = f"/ai-integrations/{made['id']}"
    assert account.patch(path, {"name": "same key"}).json()["has_api_key"] is True
    assert account.patch(path, {"api_key": None}).json()["has_api_key"] is False


@pytest.mark.parametrize(
    "move",
    [
        {"base_url": "https://203.0.114.9"},
        {"base_url": None},
        {"provider": "LITELLM"},
        {"headers": {"X-Other": "1"}},
        {"headers": {"X": "2"}},
        {"headers": None},
    ],
    ids=str,
)
def test_a_new_place_takes_the_key_away_unless_it_comes_along(account, move):
    """BI-5: whoever re-points an integration must not receive its stored key."""
    made = create(
        account,
        provider="CUSTOM",
        base_url="https://203.0.114.7",
        headers={"X": "1"},
        api_key="sk-1",
    )
    path = f"/ai-integrations/{made['id']}"
    changed = account.patch(path, move).json()
    assert changed["has_api_key"] is False
    if "headers" not in move:
        assert changed["headers"] is None
    stored = Integration.objects.get()
    assert stored.api_key is None
    again = account.patch(path, {"base_url": "https://203.0.114.10", "api_key": "sk-2"})
    assert again.json()["has_api_key"] is True
    assert Integration.objects.get().api_key.reveal() == "sk-2"


def test_a_mask_keeps_a_headers_value_but_not_for_a_new_place(account):
    made = create(
        account,
        provider="CUSTOM",
        base_url="https://203.0.114.7",
        headers={"X": "one"},
        api_key="sk-1",
    )
    path = f"/ai-integrations/{made['id']}"
    same = account.patch(path, {"headers": made["headers"], "name": "same"}).json()
    assert (same["has_api_key"], same["headers"]) == (True, {"X": MASK})
    more = account.patch(path, {"headers": {"X": MASK, "Y": "two"}, "api_key": "k"})
    assert more.status_code == 200
    from experiments_ui.integrations.actions import headers_of

    assert headers_of(Integration.objects.get()) == {"X": "one", "Y": "two"}
    moved = account.patch(
        path, {"headers": {"X": MASK}, "base_url": "https://203.0.114.9"}
    )
    assert moved.status_code == 422
    assert headers_of(Integration.objects.get()) == {"X": "one", "Y": "two"}


def test_names_are_unique_in_the_account(account, space):
    create(account)
    body = {"name": "models", "provider": "ANTHROPIC"}
    assert account.post("/ai-integrations", body).status_code == 409
    other = create(account, name="other")
    answer = account.patch(f"/ai-integrations/{other['id']}", {"name": "models"})
    assert answer.status_code == 409
    assert "models" in answer.json()["detail"]


@pytest.mark.django_db(transaction=True)
def test_of_several_who_want_a_name_at_once_one_gets_it():
    account = make.wire(make.user(account_role=AccountRole.ADMIN))
    body = {"name": "models", "provider": "OPEN_AI"}
    codes = together(6, lambda: account.post("/ai-integrations", body).status_code)
    assert sorted(codes) == [201, 409, 409, 409, 409, 409]
    assert Integration.objects.count() == 1


def test_lists_are_paged_and_filtered(account, space):
    other = make.space("other")
    number = ids.encode("Space", space.pk)
    for index in range(3):
        create(account, name=f"Wide {index}")
    create(account, name="narrow", scopings=[{"space_id": number}])

    def names(**query):
        found = account.get("/ai-integrations", **query).json()
        return [one["name"] for one in found["ai_integrations"]]

    wide = ["Wide 2", "Wide 1", "Wide 0"]
    assert names() == ["narrow", *wide]
    assert names(name="NARR") == ["narrow"]
    assert names(space_id=number) == ["narrow", *wide]
    assert names(space_id=ids.encode("Space", other.pk)) == wide
    assert names(space_name="acm") == ["narrow", *wide]
    assert names(space_name="nowhere") == []
    first = account.get("/ai-integrations", limit=3).json()
    assert first["pagination"]["has_more"] is True
    rest = account.get(
        "/ai-integrations", limit=3, cursor=first["pagination"]["next_cursor"]
    ).json()
    assert [one["name"] for one in rest["ai_integrations"]] == ["Wide 0"]
    assert rest["pagination"] == {"has_more": False}
    assert account.get("/ai-integrations", limit=101).status_code == 422
    assert account.get("/ai-integrations", space_id="x").status_code == 400


def test_a_list_takes_as_many_queries_for_thirty_as_for_one(
    account, django_assert_max_num_queries
):
    for index in range(30):
        create(account, name=str(index), api_key="sk")
    with django_assert_max_num_queries(6):
        assert len(account.get("/ai-integrations").json()["ai_integrations"]) == 30


def test_a_deleted_integration_is_gone(account):
    made = create(account, api_key="sk")
    path = f"/ai-integrations/{made['id']}"
    answer = account.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert account.get(path).status_code == 404
    assert account.delete(path).status_code == 404


def test_ids_are_held_to_their_kind(account, space):
    assert account.get("/ai-integrations/nothing").status_code == 400
    wrong = ids.encode("Space", space.pk)
    assert account.get(f"/ai-integrations/{wrong}").status_code == 400
    absent = ids.encode("LlmIntegration", 99)
    assert account.get(f"/ai-integrations/{absent}").status_code == 404


# Who may


def scoped(space):
    return [{"space_id": ids.encode("Space", space.pk)}]


@pytest.mark.parametrize("role", list(Role))
def test_members_see_what_their_space_uses_and_admins_change_it(account, space, role):
    made = create(account, scopings=scoped(space))
    path = f"/ai-integrations/{made['id']}"
    wire = make.wire(make.member(space, role=role))
    sees = role in {Role.MEMBER, Role.ADMIN}
    assert wire.get(path).status_code == (200 if sees else 404)
    listed = wire.get("/ai-integrations").json()["ai_integrations"]
    assert len(listed) == int(sees)
    expected = 200 if role == Role.ADMIN else 403 if sees else 404
    assert wire.patch(path, {"name": "n"}).status_code == expected
    expected = 204 if role == Role.ADMIN else 403 if sees else 404
    assert wire.delete(path).status_code == expected


@pytest.mark.parametrize("role", list(Role))
def test_only_account_admins_change_what_the_whole_account_uses(account, space, role):
    path = f"/ai-integrations/{create(account)['id']}"
    wire = make.wire(make.member(space, role=role))
    sees = role in {Role.MEMBER, Role.ADMIN}
    assert wire.get(path).status_code == (200 if sees else 404)
    assert wire.patch(path, {"name": "n"}).status_code == (403 if sees else 404)
    assert wire.delete(path).status_code == (403 if sees else 404)


def test_other_spaces_cannot_tell_an_integration_from_an_absent_one(account, space):
    made = create(account, scopings=scoped(space))
    stranger = make.wire(make.member(make.space("other"), role=Role.ADMIN))
    absent = ids.encode("LlmIntegration", 999)
    for method in ("GET", "PATCH", "DELETE"):
        answers = [
            stranger.send(method, f"/ai-integrations/{one}", {"name": "n"})
            for one in (made["id"], absent)
        ]
        assert [one.status_code for one in answers] == [404, 404]
        details = {one.json()["detail"] for one in answers}
        assert len(details) == 1
    assert stranger.get("/ai-integrations").json()["ai_integrations"] == []
    filtered = stranger.get("/ai-integrations", space_id=scoped(space)[0]["space_id"])
    assert filtered.json()["ai_integrations"] == []


def test_an_admin_of_a_space_makes_integrations_for_it_only(space):
    other = make.space("other")
    wire = make.wire(make.member(space, role=Role.ADMIN))
    organization = ids.encode("Organization", space.organization_id)
    assert create(wire, scopings=scoped(space))["scopings"][0]["space_id"]

    def code(**more):
        body = {"name": "x", "provider": "OPEN_AI"} | more
        return wire.post("/ai-integrations", body).status_code

    assert code() == 403
    assert code(scopings=[]) == 403
    assert code(scopings=[{}]) == 403
    assert code(scopings=[{"organization_id": organization}]) == 403
    assert code(scopings=scoped(other)) == 404
    assert code(scopings=[*scoped(space), *scoped(other)]) == 404
    made = wire.get("/ai-integrations").json()["ai_integrations"][0]
    widened = wire.patch(f"/ai-integrations/{made['id']}", {"scopings": []})
    assert widened.status_code == 403


def test_a_member_makes_none(space):
    wire = make.wire(make.member(space))
    body = {"name": "x", "provider": "OPEN_AI", "scopings": scoped(space)}
    assert wire.post("/ai-integrations", body).status_code == 403


def test_what_only_a_deleted_space_used_is_nobodys_but_the_account_admins(
    account, space
):
    made = create(account, scopings=scoped(space))
    space.delete()
    other = make.wire(make.member(make.space("other"), role=Role.ADMIN))
    assert other.get(f"/ai-integrations/{made['id']}").status_code == 404
    assert account.get(f"/ai-integrations/{made['id']}").json()["scopings"] == []


def test_a_space_outside_the_organization_beside_it_is_refused(account, space):
    from experiments_ui.spaces.models import Organization

    elsewhere = Organization.objects.create(name="Elsewhere")
    scoping = {
        "organization_id": ids.encode("Organization", elsewhere.pk),
        "space_id": ids.encode("Space", space.pk),
    }
    body = {"name": "x", "provider": "OPEN_AI", "scopings": [scoping]}
    assert account.post("/ai-integrations", body).status_code == 422
