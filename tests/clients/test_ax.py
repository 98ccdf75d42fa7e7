"""The command line: profiles, exit codes and what it lists."""

import os
import subprocess

import pytest

from tests.clients.conftest import PROFILE
from tests.clients.running import ROOT

AX = ROOT / ".venv/bin/ax"


def test_the_printed_lines_make_a_profile_that_works(server, environment, tmp_path):
    """In a fresh home, by a shell and an `ax` of its own."""
    lines = f"{server.printed_profile}\n'{AX}' spaces list -o json"
    done = subprocess.run(
        ["bash", "-ec", lines],
        check=False,
        cwd=tmp_path,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert '"demo"' in done.stdout


def test_a_profile_that_was_made_from_a_file_is_not_made_again(ax, tmp_path):
    (tmp_path / "prof.toml").write_text(PROFILE)
    again = ax("profiles", "create", "local", "--from-file", "prof.toml")
    assert again.code == 1
    assert "already exists" in again.stderr


def test_a_profile_made_by_flags_takes_the_key_it_is_given(ax, key, tmp_path):
    """Flags know no scheme, so a plaintext server's hosts come from the file."""
    (tmp_path / "prof.toml").write_text(PROFILE)
    made = ax(
        *("profiles", "create", "flags", "--from-file", "prof.toml"),
        *("--api-key", key, "--output-format", "json"),
    )
    try:
        assert made.code == 0, made.stderr
        listed = ax("spaces", "list", ARIZE_API_KEY="not the key")
        assert listed.code == 0, listed.stderr
        assert "demo" in [space["name"] for space in listed.json["spaces"]]
    finally:
        back = ax("profiles", "use", "local")
    assert back.code == 0, back.stderr


def test_spaces_are_listed_as_json(ax):
    listed = ax("spaces", "list", "-o", "json")
    assert listed.code == 0, listed.stderr
    assert "demo" in [space["name"] for space in listed.json["spaces"]]


def test_a_wrong_key_exits_with_4_and_says_401(ax):
    done = ax("spaces", "list", "-o", "json", ARIZE_API_KEY="eui_wrong")
    assert done.code == 4
    assert "401" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "command",
    [
        ("spaces", "get", "no such space"),
        ("datasets", "get", "no such dataset", "--space", "demo"),
        ("datasets", "export", "no such dataset", "--space", "demo", "--stdout"),
        ("datasets", "delete", "no such dataset", "--space", "demo", "--force"),
        ("experiments", "get", "no such experiment", "--space", "demo"),
        ("projects", "get", "no such project", "--space", "demo"),
        ("annotation-configs", "get", "no such config", "--space", "demo"),
    ],
    ids=" ".join,
)
def test_a_missing_name_exits_with_4_and_names_it(ax, command):
    done = ax(*command)
    assert done.code == 4
    assert "no such" in done.stderr


def test_the_id_of_what_is_gone_exits_with_4_and_says_404(ax, client, name):
    gone = client.datasets.create(name=name, space="demo", examples=[{"a": 1}]).id
    client.datasets.delete(dataset=gone)
    done = ax("datasets", "get", gone, "-o", "json")
    assert done.code == 4
    assert "404" in done.stderr


def test_wrong_usage_exits_with_2_and_a_missing_file_with_5(ax):
    assert ax("datasets", "create", "--name", "x", "--space", "demo").code == 2
    missing = ax(
        *("datasets", "create", "--name", "x", "--space", "demo"),
        *("--file", "no-such-file.csv"),
    )
    assert missing.code == 5


def test_projects_are_made_renamed_listed_and_deleted(ax, name):
    made = ax("projects", "create", "--name", name, "--space", "demo", "-o", "json")
    assert made.code == 0, made.stderr
    renamed = ax(
        *("projects", "update", name, "--space", "demo"),
        *("--name", f"{name} 2", "-o", "json"),
    )
    assert renamed.json["name"] == f"{name} 2"
    listed = ax(
        *("projects", "list", "--space", "demo", "--name", name, "-o", "json"),
    )
    assert [project["name"] for project in listed.json["projects"]] == [f"{name} 2"]
    gone = ax("projects", "delete", f"{name} 2", "--space", "demo", "--force")
    assert gone.code == 0, gone.stderr
    assert ax("projects", "get", f"{name} 2", "--space", "demo").code == 4


def test_users_organizations_and_keys_are_listed(ax):
    for command, array in [
        ("users", "users"),
        ("organizations", "organizations"),
        ("api-keys", "api_keys"),
    ]:
        listed = ax(command, "list", "-o", "json")
        assert listed.code == 0, listed.stderr
        assert isinstance(listed.json[array], list)
