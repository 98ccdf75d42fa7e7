"""Spaces, their members and organizations over REST."""

import pytest

from experiments_ui import ids
from experiments_ui.accounts.models import AccountRole
from experiments_ui.spaces.models import Role, Space
from tests import make
from tests.race import together

MEMBERS = {
    "id",
    "organization_id",
    "name",
    "description",
    "created_at",
    "is_private",
    "default_llm_integration",
    "default_agent_runtime",
    "ml_models_enabled",
    "gradient_start_color",
    "gradient_end_color",
}


@pytest.fixture
def admin(db):
    return make.wire(make.user(account_role=AccountRole.ADMIN))


@pytest.fixture
def organization_id(db):
    return ids.encode("Organization", make.organization().pk)


def predefined(role):
    return {"type": "PREDEFINED", "name": role}


def test_a_space_is_made_read_changed_and_deleted(admin, organization_id):
    body = {"name": "new", "organization_id": organization_id, "description": "d"}
    made = admin.post("/spaces", body)
    assert made.status_code == 201
    shown = made.json()
    assert set(shown) == MEMBERS
    assert shown["organization_id"] == organization_id
    assert shown["default_llm_integration"] is None
    assert shown["ml_models_enabled"] is False
    assert shown["created_at"].endswith("Z")
    path = f"/spaces/{shown['id']}"
    assert admin.get(path).json() == shown

    changes = {"name": "newer", "description": None, "is_private": False}
    changed = admin.patch(path, changes)
    assert changed.status_code == 200
    assert changed.json() == shown | {
        "name": "newer",
        "description": "",
        "is_private": False,
    }
    assert admin.delete(path).status_code == 204
    assert admin.get(path).status_code == 404
    assert admin.delete(path).status_code == 404


def test_whoever_makes_a_space_is_its_admin(admin, organization_id):
    body = {"name": "new", "organization_id": organization_id}
    space_id = admin.post("/spaces", body).json()["id"]
    space = Space.objects.get(pk=ids.decode("Space", space_id))
    assert space.membership_set.get().role == Role.ADMIN


def test_only_an_account_admin_makes_spaces(space, organization_id):
    wire = make.wire(make.member(space, role=Role.ADMIN))
    body = {"name": "new", "organization_id": organization_id}
    assert wire.post("/spaces", body).status_code == 403


def test_a_taken_name_is_a_conflict(admin, space, organization_id):
    body = {"name": "acme", "organization_id": organization_id}
    answer = admin.post("/spaces", body)
    assert answer.status_code == 409
    assert "acme" in answer.json()["detail"]
    other = admin.post("/spaces", body | {"name": "other"}).json()
    renamed = admin.patch(f"/spaces/{other['id']}", {"name": "acme"})
    assert renamed.status_code == 409
    assert admin.get(f"/spaces/{other['id']}").json()["name"] == "other"


def test_spaces_with_names_of_one_slug_are_told_apart(admin, organization_id):
    for name in ("a b", "a-b", "A B", "!!!", "???"):
        body = {"name": name, "organization_id": organization_id}
        assert admin.post("/spaces", body).status_code == 201
    slugs = list(Space.objects.values_list("slug", flat=True))
    assert len(set(slugs)) == 5


@pytest.mark.django_db(transaction=True)
def test_of_spaces_made_at_once_with_one_name_one_wins():
    admin = make.user(account_role=AccountRole.ADMIN)
    organization_id = ids.encode("Organization", make.organization().pk)
    body = {"name": "race", "organization_id": organization_id}
    statuses = together(6, lambda: make.wire(admin).post("/spaces", body).status_code)
    assert sorted(statuses) == [201] + [409] * 5


@pytest.mark.parametrize(
    "member",
    [
        {"id": "x"},
        {"created_at": "2026-01-01T00:00:00Z"},
        {"organization_id": "x"},
        {"slug": "x"},
        {"role": "ADMIN"},
        {"is_admin": True},
        {"name": ""},
        {"name": "  "},
        {"name": None},
        {"name": 3},
        {"name": "x" * 256},
        {"description": "x" * 1001},
        {"is_private": "yes"},
        {"is_private": None},
        {"ml_models_enabled": True},
        {"default_llm_integration": {"integration_id": "x", "model_name": "y"}},
        {"gradient_start_color": "red"},
        {"gradient_start_color": "#12345g"},
        {"gradient_start_color": "url(x)"},
        {},
    ],
)
def test_a_patch_refuses_what_cannot_be_changed(admin, space, member):
    space_id = ids.encode("Space", space.pk)
    before = admin.get(f"/spaces/{space_id}").json()
    assert admin.patch(f"/spaces/{space_id}", member).status_code == 422
    assert admin.get(f"/spaces/{space_id}").json() == before


def test_settings_that_are_not_kept_may_be_cleared(admin, space):
    path = f"/spaces/{ids.encode('Space', space.pk)}"
    answer = admin.patch(path, {"default_llm_integration": None})
    assert answer.status_code == 200
    assert admin.patch(path, {"ml_models_enabled": False}).status_code == 200


@pytest.mark.parametrize("extra", ["id", "created_by_user_id", "slug", "role"])
def test_a_new_space_refuses_unknown_members(admin, organization_id, extra):
    body = {"name": "new", "organization_id": organization_id, extra: "x"}
    answer = admin.post("/spaces", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == extra
    assert not Space.objects.exists()


def test_a_space_of_an_unknown_organization_is_404(admin):
    body = {"name": "new", "organization_id": ids.encode("Organization", 999)}
    assert admin.post("/spaces", body).status_code == 404


def test_spaces_are_filtered_by_organization_and_name(admin, space, organization_id):
    make.space("Acme two")
    make.space("other")

    def names(**query):
        return [one["name"] for one in admin.get("/spaces", **query).json()["spaces"]]

    assert names() == ["other", "Acme two", "acme"]
    assert names(name="ACME") == ["Acme two", "acme"]
    assert len(names(org_id=organization_id)) == 3
    assert names(org_id=ids.encode("Organization", 999)) == []


def test_a_member_is_added_changed_and_removed(admin, space):
    person = make.user()
    user_id = ids.encode("User", person.pk)
    path = f"/spaces/{ids.encode('Space', space.pk)}/users"
    for role in ("MEMBER", "ADMIN", "READ_ONLY", "ANNOTATOR"):
        answer = admin.post(path, {"user_id": user_id, "role": predefined(role)})
        assert answer.status_code == 200
        shown = answer.json()
        assert set(shown) == {"id", "user_id", "space_id", "role"}
        assert shown["role"] == predefined(role)
        assert shown["user_id"] == user_id
    assert space.membership_set.count() == 1
    assert admin.delete(f"{path}/{user_id}").status_code == 204
    assert admin.delete(f"{path}/{user_id}").status_code == 404


@pytest.mark.parametrize(
    "role",
    [
        "ADMIN",
        None,
        {},
        {"type": "PREDEFINED"},
        {"type": "PREDEFINED", "name": "OWNER"},
        {"type": "PREDEFINED", "name": "admin"},
        {"type": "CUSTOM", "id": "x"},
        {"type": "PREDEFINED", "name": "ADMIN", "id": "x"},
    ],
)
def test_a_role_is_one_of_four_predefined_ones(admin, space, role):
    path = f"/spaces/{ids.encode('Space', space.pk)}/users"
    body = {"user_id": ids.encode("User", make.user().pk), "role": role}
    assert admin.post(path, body).status_code == 422


def test_unknown_users_cannot_be_added(admin, space):
    path = f"/spaces/{ids.encode('Space', space.pk)}/users"
    body = {"user_id": ids.encode("User", 999), "role": predefined("MEMBER")}
    assert admin.post(path, body).status_code == 404
    assert admin.post(path, body | {"user_id": "jane"}).status_code == 400


def test_the_organization_is_listed_and_read(wire, organization_id):
    listed = wire.get("/organizations").json()["organizations"]
    assert [one["id"] for one in listed] == [organization_id]
    one = wire.get(f"/organizations/{organization_id}").json()
    assert one == listed[0]
    assert set(one) == {"id", "name", "description", "created_at"}
    assert wire.get("/organizations", name="no such").json()["organizations"] == []
    absent = ids.encode("Organization", 999)
    assert wire.get(f"/organizations/{absent}").status_code == 404
