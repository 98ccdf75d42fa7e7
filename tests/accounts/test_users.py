"""Users over REST, to be read."""

from experiments_ui import ids
from experiments_ui.accounts.actions import create_bot
from experiments_ui.accounts.models import AccountRole, User
from experiments_ui.spaces.models import Role
from tests import make


def emails(wire, **query):
    answer = wire.get("/users", **query)
    assert answer.status_code == 200
    return [one["email"] for one in answer.json()["users"]]


def test_a_user_has_exactly_the_members_of_the_wire(wire, member):
    shown = wire.get(f"/users/{ids.encode('User', member.pk)}").json()
    assert set(shown) == {
        "id",
        "name",
        "email",
        "created_at",
        "status",
        "role",
        "is_developer",
    }
    assert shown["email"] == member.email
    assert shown["status"] == "ACTIVE"
    assert shown["role"] == {"type": "PREDEFINED", "name": "MEMBER"}
    assert shown["is_developer"] is True
    assert "password" not in str(shown)


def test_members_see_the_people_of_their_spaces(space, wire, member):
    colleague = make.member(space)
    stranger = make.member(make.space("other"))
    assert emails(wire) == [member.email, colleague.email]
    absent = wire.get(f"/users/{ids.encode('User', 999)}")
    foreign = wire.get(f"/users/{ids.encode('User', stranger.pk)}")
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json()["detail"] == absent.json()["detail"]


def test_whoever_administers_something_sees_everyone_oldest_first(space):
    first = make.member(make.space("other"))
    for person in (
        make.member(space, role=Role.ADMIN),
        make.user(account_role=AccountRole.ADMIN),
    ):
        assert emails(make.wire(person))[0] == first.email


def test_bots_and_people_who_left_are_not_listed(space, member):
    admin = make.wire(make.user(account_role=AccountRole.ADMIN))
    bot = create_bot(name="ci")
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert member.email not in emails(admin)
    for gone in (bot, member):
        assert admin.get(f"/users/{ids.encode('User', gone.pk)}").status_code == 404


def test_users_are_filtered_by_email_and_status(wire, member):
    assert emails(wire, email=member.email.upper()) == [member.email]
    assert emails(wire, email="nobody") == []
    assert emails(wire, status="ACTIVE") == [member.email]
    assert emails(wire, status="INVITED") == []
    assert emails(wire, status=["INVITED", "ACTIVE"]) == [member.email]
    assert wire.get("/users", status="active").status_code == 422


def test_users_are_only_read(wire, member):
    path = f"/users/{ids.encode('User', member.pk)}"
    for method in ("PATCH", "DELETE", "PUT"):
        assert wire.send(method, path, {"role": "ADMIN"}).status_code == 405
    assert wire.post("/users", {}).status_code == 405
