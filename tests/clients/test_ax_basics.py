"""The command line's profiles and exit codes."""


def test_spaces_are_listed_as_json(ax):
    listed = ax("spaces", "list", "-o", "json")
    assert listed.code == 0, listed.stderr
    assert [space["name"] for space in listed.json["spaces"]] == ["demo"]
