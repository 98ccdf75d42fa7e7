"""The documents are complete, lead somewhere, and name nothing of one machine."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import URLResolver, get_resolver

from experiments_ui.api.docs import document

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
DEPLOYED = sorted(path for path in (ROOT / "deploy").rglob("*") if path.is_file())
LOCKED = sorted((ROOT / "requirements").iterdir())
SOURCES = sorted((ROOT / "experiments_ui").rglob("*.py"))
SCRIPTS = [ROOT / "Makefile", ROOT / ".ci/run", *(ROOT / "tools").glob("*")]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

VARIABLE = re.compile(r"\b(?:EXPERIMENTS_UI|DATABASE|CELERY)_[A-Z_]*[A-Z]\b")
SETTING_ROW = re.compile(r"^\| `([A-Z_]+)` \| ([^|]+) \|", re.MULTILINE)
ENDPOINT_ROW = re.compile(
    r"^\| (GET|POST|PUT|PATCH|DELETE) \| `(/[^`]+)` \| (\d{3}) \|", re.MULTILINE
)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
PARAMETER = re.compile(r"<[^>]+>|\{[^}]+\}")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OF_ONE_MACHINE = re.compile(r"(?<![\w.<>-])/(?:root|home|work|Users|tmp/w)(?![\w-])")
REGISTRY = re.compile(
    r"\b(?:[\w-]+\.)*(?:pypi|pythonhosted|npmjs|yarnpkg|docker|ghcr|quay|debian|alpinelinux)"
    r"\.(?:org|com|io)\b|--(?:extra-)?index-url|--registry"
)


def named(path):
    return str(path.relative_to(ROOT))


def text_of(name):
    return (ROOT / name).read_text()


# Settings


def variables_read():
    """Each variable the package reads, with its default where that is written out."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and is_lookup(node.func) and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant) and str(name.value).isupper():
                    yield name.value, default_of(node)


def is_lookup(function):
    words = ast.unparse(function)
    return words.startswith("env.") or words in ("os.environ.get", "os.getenv")


def default_of(call):
    given = [word.value for word in call.keywords if word.arg == "default"]
    try:
        return ast.literal_eval(given[0]) if given else None
    except ValueError:  # it is worked out
        return None


def test_every_setting_is_documented_and_no_other():
    documented = {name for name, _ in SETTING_ROW.findall(text_of("docs/settings.md"))}

    assert documented == {name for name, _ in variables_read()}


def test_the_documented_defaults_are_the_settings_own():
    documented = dict(SETTING_ROW.findall(text_of("docs/settings.md")))
    wrong = {
        name: (default, documented.get(name))
        for name, default in variables_read()
        if default is not None and written(default) != documented.get(name, "").strip()
    }
    assert not wrong


def written(default):
    if isinstance(default, list):
        default = ",".join(default)
    if isinstance(default, bool):
        default = str(default).lower()
    return f"`{default}`" if default != "" else "empty"


def test_every_variable_of_the_scripts_is_explained():
    explained = text_of("docs/settings.md") + text_of("docs/testing.md")
    used = {
        name
        for path in [*SCRIPTS, *DEPLOYED]
        for name in VARIABLE.findall(path.read_text())
    }
    assert used <= set(VARIABLE.findall(explained))


# Commands


def test_every_command_of_ours_is_documented():
    ours = {
        name
        for name, app in get_commands().items()
        if str(app).startswith("experiments_ui")
    }
    missing = {
        name for name in ours if f"`{name}`" not in text_of("docs/operations.md")
    }
    assert ours
    assert not missing


# The REST interface


def patterns(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route)
        else:
            yield route, pattern.callback


def endpoints_served():
    for route, view in patterns(get_resolver(settings.ROOT_URLCONF)):
        handlers = getattr(view, "cls", None)
        if not route.startswith("v2/") or handlers is None:
            continue
        for method in METHODS:
            if hasattr(handlers, method.lower()):
                yield method, anonymous(f"/{route}")


def endpoints_documented():
    return {
        (method, anonymous(path)): int(code)
        for method, path, code in ENDPOINT_ROW.findall(text_of("docs/api.md"))
    }


def anonymous(path):
    return PARAMETER.sub("{}", path.removeprefix("/v2"))


def test_every_endpoint_is_documented_and_no_other():
    assert set(endpoints_documented()) == set(endpoints_served())


def test_the_documented_success_codes_are_those_of_the_openapi_document():
    documented = endpoints_documented()
    wrong = {}
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            key = (method.upper(), anonymous(path))
            codes = {code for code in operation["responses"] if code.startswith("2")}
            if path.startswith("/v2/") and codes != {str(documented.get(key))}:
                wrong[key] = codes
    assert not wrong


# The tree


def test_the_architecture_names_every_package():
    tree = text_of("docs/architecture.md")
    packages = {path.parent.name for path in ROOT.glob("experiments_ui/*/__init__.py")}
    assert {name for name in packages if f"  {name}/" not in tree} == set()


# Links, and what no document may name


def links(path):
    for markdown, html in LINK.findall(without_code(path.read_text())):
        target = markdown or html
        if not re.match(r"[a-z]+:", target):
            yield target


def without_code(text):
    return FENCE.sub("", text)


def anchors(path):
    headings = re.findall(r"^#+ (.+)$", without_code(path.read_text()), re.MULTILINE)
    for heading in headings:
        plain = re.sub(r"[^\w\s-]", "", heading.lower())
        yield re.sub(r"\s", "-", plain.strip())


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_relative_link_leads_somewhere(path):
    dead = []
    for link in links(path):
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert not dead


@pytest.mark.parametrize("path", [*DOCUMENTS, *DEPLOYED, *LOCKED], ids=named)
def test_no_document_names_a_path_of_one_machine_or_a_registry(path):
    text = path.read_text()

    assert not OF_ONE_MACHINE.findall(text)
    assert not REGISTRY.findall(text.replace("--no-emit-index-url", ""))


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_python_example_can_be_read(path):
    for language, code in FENCE.findall(path.read_text()):
        if language == "python":
            ast.parse(code)
