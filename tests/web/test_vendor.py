"""The vendored files are exactly those that vendor.json vouches for."""

import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
PACKAGES = json.loads((STATIC / "vendor" / "vendor.json").read_text())["packages"]
ICON_IN_TEMPLATE = r'(?:icon\.html" with name|icon)="([a-z0-9-]+)"'
FILES = [
    file
    for package in PACKAGES
    for file in [*package["files"], *filter(None, [package.get("sprite")])]
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["target"])
def test_a_vendored_file_has_the_hash_that_was_written_down(file):
    content = (STATIC / file["target"]).read_bytes()

    assert hashlib.sha256(content).hexdigest() == file["sha256"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_a_vendored_package_names_its_integrity_and_keeps_its_licence(package):
    assert package["integrity"].startswith("sha512-")
    assert package["licence"]
    assert any(file["source"] == "LICENSE" for file in package["files"])


def test_nothing_lies_in_the_vendor_folder_that_is_not_written_down():
    found = {path for path in (STATIC / "vendor").rglob("*") if path.is_file()}
    named = {STATIC / file["target"] for file in FILES}

    assert found - named == {STATIC / "vendor" / "vendor.json"}


def test_the_sprite_holds_every_icon_that_a_template_names():
    sprite = (STATIC / "img" / "sprite.svg").read_text()
    templates = (STATIC.parent / "templates").rglob("*.html")
    asked = {
        name
        for template in templates
        for name in re.findall(ICON_IN_TEMPLATE, template.read_text())
    }

    assert asked
    assert {name for name in asked if f'id="{name}"' not in sprite} == set()
