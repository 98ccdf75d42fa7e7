"""`manage.py create_api_key` prints a key that works, and nothing else."""

import pytest
from django.core.management import CommandError, call_command

from experiments_ui import ids
from experiments_ui.accounts.models import ApiKey
from tests import make


def made(capsys, *options):
    call_command("create_api_key", "--name", "ci", *options)
    printed = capsys.readouterr()
    assert printed.err == ""
    (line,) = printed.out.splitlines()
    return make.Wire(line)


def spaces(wire):
    return [one["name"] for one in wire.get("/spaces").json()["spaces"]]


def tag_status(wire, space):
    body = {"name": "t", "space_id": ids.encode("Space", space.pk)}
    return wire.post("/tags", body).status_code


def test_a_key_works_in_every_space_there_is(space, capsys):
    other = make.space("other")
    wire = made(capsys)
    assert sorted(spaces(wire)) == ["acme", "other"]
    assert tag_status(wire, space) == tag_status(wire, other) == 201
    assert (
        wire.patch(
            f"/spaces/{ids.encode('Space', space.pk)}", {"name": "x"}
        ).status_code
        == 403
    )
    assert ApiKey.objects.get().key_type == "SERVICE"


def test_an_admin_key_works_in_spaces_made_later_as_well(space, capsys):
    wire = made(capsys, "--role", "admin")
    later = make.space("later")
    assert tag_status(wire, later) == 201


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 201), ("member", 201), ("read-only", 403), ("annotator", 403)],
)
def test_a_key_of_one_space_knows_no_other(space, capsys, role, status):
    other = make.space("other")
    wire = made(capsys, "--space", "acme", "--role", role)
    assert spaces(wire) == ["acme"]
    assert tag_status(wire, space) == status
    assert tag_status(wire, other) == 404


def test_an_unknown_space_is_an_error_that_names_those_there_are(space, capsys):
    make.space("other")
    with pytest.raises(CommandError, match="'acme', 'other'") as raised:
        call_command("create_api_key", "--name", "ci", "--space", "acne")
    assert raised.value.returncode == 1
    assert "acne" in str(raised.value)
    assert not ApiKey.objects.exists()


def test_without_any_space_there_is_nothing_to_be_a_member_of(db):
    with pytest.raises(CommandError, match="no space yet"):
        call_command("create_api_key", "--name", "ci")


def test_a_key_needs_a_name(space):
    with pytest.raises(CommandError, match="name"):
        call_command("create_api_key", "--name", "  ")
