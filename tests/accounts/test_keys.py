"""API keys over REST: shown once, never stronger than who made them, dead when ended."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from experiments_ui import ids
from experiments_ui.accounts import actions as account_actions
from experiments_ui.accounts.models import AccountRole, ApiKey, User
from experiments_ui.spaces import actions as space_actions
from experiments_ui.spaces.models import Role
from tests import make
from tests.race import together

MEMBERS = {
    "id",
    "name",
    "description",
    "key_type",
    "status",
    "redacted_key",
    "created_at",
    "created_by_user_id",
}


def space_id(space):
    return ids.encode("Space", space.pk)


def service(space, role=None, **more):
    """Return the body of a service key for one space."""
    grant = {"space_id": space_id(space)}
    if role:
        grant["role"] = {"type": "PREDEFINED", "name": role}
    organization = ids.encode("Organization", space.organization_id)
    return {
        "key_type": "SERVICE",
        "name": "ci",
        "organizations": [{"org_id": organization, "spaces": [grant]}],
    } | more


def create(wire, body):
    answer = wire.post("/api-keys", body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def works(secret):
    return make.Wire(secret).get("/spaces").status_code == 200


def keys(wire, **query):
    answer = wire.get("/api-keys", **query)
    assert answer.status_code == 200
    return answer.json()["api_keys"]


def later(**by):
    return (timezone.now() + timedelta(**by)).isoformat()


def test_a_personal_key_is_shown_once(wire, member):
    made = create(wire, {"key_type": "USER", "name": "laptop"})
    assert set(made) == MEMBERS | {"key"}
    assert made["created_by_user_id"] == ids.encode("User", member.pk)
    assert (made["status"], made["description"]) == ("ACTIVE", "")
    assert works(made["key"])
    listed = next(one for one in keys(wire) if one["id"] == made["id"])
    assert set(listed) - {"last_used_at"} == MEMBERS
    assert made["key"] not in made["redacted_key"]
    assert made["key"] not in str(keys(wire))
    assert not ApiKey.objects.filter(digest=made["key"]).exists()


def test_the_secret_is_long_and_never_the_same(wire):
    body = {"key_type": "USER", "name": "x"}
    secrets = {create(wire, body)["key"] for _ in range(5)}
    assert len(secrets) == 5
    assert min(map(len, secrets)) >= 40


def test_times_are_absent_when_there_are_none(wire):
    expires = "2099-01-01T00:00:00.000000Z"
    made = create(wire, {"key_type": "USER", "name": "x", "expires_at": expires})
    assert made["expires_at"] == expires
    assert "last_used_at" not in made
    works(made["key"])
    listed = next(one for one in keys(wire) if one["id"] == made["id"])
    assert listed["last_used_at"].endswith("Z")


@pytest.mark.parametrize(
    "members",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 257},
        {"name": None},
        {"key_type": "ROOT"},
        {"key_type": None},
        {"key_type": ["USER"]},
        {"description": "x" * 1001},
        {"expires_at": "2001-01-01T00:00:00Z"},
        {"expires_at": 1893456000},
        {"expires_at": "tomorrow"},
        {"user_id": "x"},
        {"id": "x"},
        {"created_by_user_id": "x"},
        {"account_role": {"type": "PREDEFINED", "name": "ADMIN"}},
        {"is_admin": True},
        {"status": "ACTIVE"},
        {"key": "eui_mine"},
    ],
)
def test_a_personal_key_refuses_everything_else(wire, members):
    before = ApiKey.objects.count()
    body = {"key_type": "USER", "name": "x"} | members
    assert wire.post("/api-keys", body).status_code == 422
    assert ApiKey.objects.count() == before


def test_a_service_key_has_a_bot_user_with_its_role(space):
    admin = make.wire(make.member(space, role=Role.ADMIN))
    made = create(admin, service(space, "READ_ONLY"))
    assert set(made) == MEMBERS | {"key", "bot_user"}
    bot = made["bot_user"]
    assert set(bot) == {"id", "name", "account_role", "organizations"}
    assert bot["account_role"] == {"type": "PREDEFINED", "name": "MEMBER"}
    assert bot["organizations"] == [
        {
            "org_id": ids.encode("Organization", space.organization_id),
            "role": {"type": "PREDEFINED", "name": "READ_ONLY"},
            "spaces": [
                {
                    "space_id": space_id(space),
                    "role": {"type": "PREDEFINED", "name": "READ_ONLY"},
                }
            ],
        }
    ]
    bot_wire = make.Wire(made["key"])
    assert [one["name"] for one in bot_wire.get("/spaces").json()["spaces"]] == ["acme"]
    tag = {"name": "t", "space_id": space_id(space)}
    assert bot_wire.post("/tags", tag).status_code == 403


def test_a_service_key_is_a_member_unless_said_otherwise(wire, space):
    made = create(wire, service(space))
    role = made["bot_user"]["organizations"][0]["spaces"][0]["role"]
    assert role == {"type": "PREDEFINED", "name": "MEMBER"}


def test_nobody_makes_a_key_stronger_than_himself(wire, space):
    other = make.space("other")
    before = User.objects.count()
    admin_everywhere = {"account_role": {"type": "PREDEFINED", "name": "ADMIN"}}
    assert wire.post("/api-keys", service(space, "ADMIN")).status_code == 422
    assert wire.post("/api-keys", service(space, **admin_everywhere)).status_code == 422
    assert wire.post("/api-keys", service(other)).status_code == 404
    assert User.objects.count() == before


def test_a_space_admin_gives_any_role_in_the_space(space):
    admin = make.wire(make.member(space, role=Role.ADMIN))
    for role in ("ADMIN", "MEMBER", "READ_ONLY"):
        create(admin, service(space, role))
    assert admin.post("/api-keys", service(space, "ANNOTATOR")).status_code == 422


def test_an_account_admin_makes_keys_for_everything(space):
    admin = make.wire(make.user(account_role=AccountRole.ADMIN))
    role = {"type": "PREDEFINED", "name": "ADMIN"}
    made = create(admin, service(space, account_role=role))
    make.space("made later")
    assert len(make.Wire(made["key"]).get("/spaces").json()["spaces"]) == 2


@pytest.mark.parametrize("role", ["ANNOTATOR", "MEMBER_UI_ONLY"])
def test_account_roles_that_no_service_key_has_are_400(wire, space, role):
    body = service(space, account_role={"type": "PREDEFINED", "name": role})
    assert wire.post("/api-keys", body).status_code == 400


def test_a_service_key_of_nowhere_or_twice_somewhere_is_422(wire, space):
    assert wire.post("/api-keys", service(space, organizations=[])).status_code == 422
    twice = service(space)
    twice["organizations"] *= 2
    assert wire.post("/api-keys", twice).status_code == 422
    stray = service(space)
    stray["organizations"][0]["org_id"] = ids.encode("Organization", 999)
    assert wire.post("/api-keys", stray).status_code == 422


def test_a_service_key_makes_no_personal_keys(wire, space):
    bot = make.Wire(create(wire, service(space))["key"])
    answer = bot.post("/api-keys", {"key_type": "USER", "name": "x"})
    assert answer.status_code == 403


def test_a_revoked_key_is_dead_at_once_and_revoking_again_is_fine(wire):
    made = create(wire, {"key_type": "USER", "name": "x"})
    for _ in range(2):
        answer = wire.put(f"/api-keys/{made['id']}/revoke")
        assert (answer.status_code, answer.content) == (204, b"")
    assert not works(made["key"])
    assert made["id"] not in [one["id"] for one in keys(wire)]
    revoked = keys(wire, status="REVOKED")
    assert [one["id"] for one in revoked] == [made["id"]]
    assert revoked[0]["status"] == "REVOKED"


def test_an_expired_key_is_dead_and_listed_as_revoked(wire, member):
    now = timezone.now()
    made = account_actions.create_key(
        member, name="old", by=member, now=now, expires_at=now + timedelta(hours=1)
    )
    assert works(made.secret)
    ApiKey.objects.filter(pk=made.key.pk).update(expires_at=now)
    assert not works(made.secret)
    assert [one["name"] for one in keys(wire, status="REVOKED")] == ["old"]


def test_the_keys_of_someone_who_left_are_dead(member):
    secret = make.key(member)
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert not works(secret)


def test_a_refresh_gives_a_new_key_and_ends_the_old_one(wire):
    old = create(wire, {"key_type": "USER", "name": "x", "description": "d"})
    answer = wire.post(f"/api-keys/{old['id']}/refresh", {})
    assert answer.status_code == 200
    new = answer.json()
    assert new["key"] != old["key"]
    assert new["id"] != old["id"]
    for member in ("name", "description", "key_type", "created_by_user_id"):
        assert new[member] == old[member]
    assert works(new["key"])
    assert not works(old["key"])


def test_a_grace_period_keeps_the_old_key_alive_for_a_while(wire):
    old = create(wire, {"key_type": "USER", "name": "x"})
    path = f"/api-keys/{old['id']}/refresh"
    new = wire.post(path, {"grace_period_seconds": 3600}).json()
    assert works(old["key"])
    assert works(new["key"])
    assert wire.post(path, {"grace_period_seconds": 86400}).status_code == 422
    key = ApiKey.objects.get(pk=ids.decode("ApiKey", old["id"]))
    assert key.revoked_at < timezone.now() + timedelta(seconds=3601)
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=timezone.now())
    assert not works(old["key"])
    assert works(new["key"])


def test_a_key_in_its_grace_period_can_be_revoked_at_once(wire):
    old = create(wire, {"key_type": "USER", "name": "x"})
    wire.post(f"/api-keys/{old['id']}/refresh", {"grace_period_seconds": 3600})
    wire.put(f"/api-keys/{old['id']}/revoke")
    assert not works(old["key"])


def test_a_refresh_never_lengthens_a_life(wire):
    expires = later(days=1)
    body = {"key_type": "USER", "name": "x", "expires_at": expires}
    key_id = create(wire, body)["id"]
    path = f"/api-keys/{key_id}/refresh"
    assert wire.post(path, {"expires_at": later(days=2)}).status_code == 422
    assert wire.post(path, {"expires_at": "2001-01-01T00:00:00Z"}).status_code == 422
    new = wire.post(path, {}).json()
    stands = datetime.fromisoformat(new["expires_at"]).astimezone(UTC)
    assert stands == datetime.fromisoformat(expires)
    sooner = wire.post(f"/api-keys/{new['id']}/refresh", {"expires_at": later(hours=1)})
    assert sooner.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"grace_period_seconds": -1},
        {"grace_period_seconds": 86401},
        {"grace_period_seconds": 1.5},
        {"grace_period_seconds": "10"},
        {"grace_period_seconds": True},
        {"name": "x"},
        {"role": "ADMIN"},
    ],
)
def test_a_refresh_refuses_everything_else(wire, body):
    made = create(wire, {"key_type": "USER", "name": "x"})
    assert wire.post(f"/api-keys/{made['id']}/refresh", body).status_code == 422
    assert works(made["key"])


def test_an_ended_key_cannot_be_refreshed(wire):
    made = create(wire, {"key_type": "USER", "name": "x"})
    wire.put(f"/api-keys/{made['id']}/revoke")
    assert wire.post(f"/api-keys/{made['id']}/refresh", {}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_of_refreshes_at_once_one_wins():
    secret = make.key(make.user())
    made = create(make.Wire(secret), {"key_type": "USER", "name": "x"})
    path = f"/api-keys/{made['id']}/refresh"
    statuses = together(5, lambda: make.Wire(secret).post(path, {}).status_code)
    assert sorted(statuses) == [200] + [422] * 4


def test_others_keys_are_nobodys_business(wire, space):
    made = create(wire, {"key_type": "USER", "name": "mine"})
    for stranger in (make.user(), make.member(space, role=Role.ADMIN)):
        other = make.wire(stranger)
        assert made["id"] not in str(keys(other))
        for answer in (
            other.put(f"/api-keys/{made['id']}/revoke"),
            other.post(f"/api-keys/{made['id']}/refresh", {}),
        ):
            assert answer.status_code == 404
            assert answer.json()["detail"] == "API key not found."
        user_id = made["created_by_user_id"]
        assert other.get("/api-keys", user_id=user_id).status_code == 403
    assert works(made["key"])


def test_an_account_admin_sees_and_ends_anyones_key_but_never_becomes_them(wire):
    made = create(wire, {"key_type": "USER", "name": "mine"})
    admin = make.wire(make.user(account_role=AccountRole.ADMIN))
    listed = keys(admin, user_id=made["created_by_user_id"])
    assert made["id"] in [one["id"] for one in listed]
    assert admin.post(f"/api-keys/{made['id']}/refresh", {}).status_code == 403
    assert admin.put(f"/api-keys/{made['id']}/revoke").status_code == 204
    assert not works(made["key"])


def test_service_keys_of_a_space_are_its_admins_to_see_and_end(wire, space):
    made = create(wire, service(space))
    assert [one["id"] for one in keys(wire, space_id=space_id(space))] == [made["id"]]
    assert keys(wire, key_type="USER") == keys(wire)
    bystander = make.wire(make.member(space))
    assert keys(bystander, space_id=space_id(space)) == []
    assert bystander.put(f"/api-keys/{made['id']}/revoke").status_code == 404

    admin = make.wire(make.member(space, role=Role.ADMIN))
    listed = keys(admin, space_id=space_id(space))
    assert [one["id"] for one in listed] == [made["id"]]
    assert listed[0]["bot_user"]["name"] == "ci"
    by = made["created_by_user_id"]
    assert len(keys(admin, space_id=space_id(space), user_id=by)) == 1
    nobody = ids.encode("User", 999)
    assert keys(admin, space_id=space_id(space), user_id=nobody) == []
    assert admin.put(f"/api-keys/{made['id']}/revoke").status_code == 204
    assert not works(made["key"])


def test_a_key_of_two_spaces_takes_the_admin_of_both(space):
    other = make.space("other")
    maker = make.member(space, role=Role.ADMIN)
    space_actions.set_role(other, user=maker, role=Role.ADMIN)
    body = service(space)
    body["organizations"] += service(other)["organizations"]
    made = create(make.wire(maker), body)
    one_of_two = make.wire(make.member(space, role=Role.ADMIN))
    (listed,) = keys(one_of_two, space_id=space_id(space))
    assert space_id(space) in str(listed)
    assert space_id(other) not in str(listed)
    assert one_of_two.put(f"/api-keys/{made['id']}/revoke").status_code == 403
    assert one_of_two.post(f"/api-keys/{made['id']}/refresh", {}).status_code == 403
    assert works(made["key"])


def test_a_demoted_maker_cannot_refresh_a_key_stronger_than_himself(space):
    maker = make.member(space, role=Role.ADMIN)
    wire = make.wire(maker)
    made = create(wire, service(space, "ADMIN"))
    space_actions.set_role(space, user=maker, role=Role.MEMBER)
    assert wire.post(f"/api-keys/{made['id']}/refresh", {}).status_code == 403
    assert wire.put(f"/api-keys/{made['id']}/revoke").status_code == 204


def test_a_key_of_space_a_opens_nothing_of_space_b(wire, space):
    other = make.space("other")
    bot = make.Wire(create(wire, service(space))["key"])
    assert bot.get(f"/spaces/{space_id(other)}").status_code == 404
    assert (
        bot.post("/tags", {"name": "t", "space_id": space_id(other)}).status_code == 404
    )


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"key_type": "ROOT"}, 422),
        ({"status": "EXPIRED"}, 422),
        ({"space_id": "acme"}, 400),
        ({"user_id": "me"}, 400),
        ({"space_id": ids.encode("Space", 999)}, 404),
        ({"key_type": "", "status": "", "space_id": "", "user_id": ""}, 200),
    ],
)
def test_filters_are_checked(wire, query, status):
    assert wire.get("/api-keys", **query).status_code == status


def test_space_and_personal_do_not_go_together(wire, space):
    query = {"key_type": "USER", "space_id": space_id(space)}
    assert wire.get("/api-keys", **query).status_code == 400


def test_a_page_of_keys_takes_the_same_queries_for_any_number(
    space, django_assert_max_num_queries
):
    admin = make.wire(make.member(space, role=Role.ADMIN))
    for _ in range(4):
        create(admin, service(space))
    with django_assert_max_num_queries(6):
        assert len(keys(admin, space_id=space_id(space))) == 4
