"""Recreate static/vendor and the icon sprite from the packages that vendor.json names.

Run `python tools/vendor.py` after changing a version or the list of icons. Each package
is fetched by `npm pack name@version`, so npm's own settings say where from, and refused
when its integrity differs. An empty integrity is filled in: check it before committing.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parent.parent / "static"
MANIFEST = STATIC / "vendor" / "vendor.json"
SPRITE_HEAD = '<svg xmlns="http://www.w3.org/2000/svg">\n<!-- {credit} -->\n'

Package = dict[str, Any]  # one member of vendor.json's list


def main() -> int:
    packages: list[Package] = json.loads(MANIFEST.read_text())["packages"]
    try:
        for package in packages:
            vendor(package)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    MANIFEST.write_text(json.dumps({"packages": packages}, indent=2) + "\n")
    return 0


def vendor(package: Package) -> None:
    """Fetch one package, copy its files and note their hashes in place."""
    with tempfile.TemporaryDirectory() as folder:
        archive = fetch(package, into=Path(folder))
        check_integrity(package, archive=archive)
        with tarfile.open(archive) as opened:
            opened.extractall(folder, filter="data")
        source = Path(folder) / "package"
        for file in package["files"]:
            copy_file(file, source=source)
        if "sprite" in package:
            write_sprite(package, source=source)


def fetch(package: Package, *, into: Path) -> Path:
    name = f"{package['name']}@{package['version']}"
    npm = shutil.which("npm")
    if npm is None:
        raise ValueError("npm is not installed: it is needed to fetch packages.")
    command = [npm, "pack", name, "--silent", "--pack-destination", str(into)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(into.glob("*.tgz"))


def check_integrity(package: Package, *, archive: Path) -> None:
    digest = hashlib.sha512(archive.read_bytes()).digest()
    found = "sha512-" + base64.b64encode(digest).decode()
    expected = package.setdefault("integrity", "") or found
    if found != expected:
        raise ValueError(f"{package['name']} is {found}, expected {expected}.")
    package["integrity"] = found


def copy_file(file: dict[str, str], *, source: Path) -> None:
    content = (source / file["source"]).read_bytes()
    if file["source"].endswith((".js", ".css")):
        # Manifest storage fails on maps that are not shipped.
        content = re.sub(rb"\n?/[/*]# sourceMappingURL=[^\n]*", b"", content)
    write(file, content=content)


def write_sprite(package: Package, *, source: Path) -> None:
    credit = f"lucide {package['version']}, ISC: see static/vendor"
    symbols = [symbol(name, source=source) for name in sorted(package["icons"])]
    content = SPRITE_HEAD.format(credit=credit) + "\n".join(symbols) + "\n</svg>\n"
    write(package["sprite"], content=content.encode())


def symbol(name: str, *, source: Path) -> str:
    """Turn one icon file into a symbol, leaving strokes to the page's CSS."""
    text = (source / "icons" / f"{name}.svg").read_text()
    body = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
    if body is None:
        raise ValueError(f"The icon {name} is not an SVG picture.")
    shapes = re.sub(r"\s*\n\s*", "", body[1]).replace(" />", "/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def write(file: dict[str, str], *, content: bytes) -> None:
    target = STATIC / file["target"]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    file["sha256"] = hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    raise SystemExit(main())
