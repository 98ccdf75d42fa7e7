"""The house keeps its own rules: sizes, first sentences, and who asks the database."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path
    for path in (ROOT / "experiments_ui").rglob("*.py")
    if "migrations" not in path.parts
)
STATIC = [
    path
    for pattern in ("css/*.css", "js/*.js")
    for path in sorted((ROOT / "static").glob(pattern))
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
EDGES = re.compile(r"/(flight|otlp)/|/(views|api)(\.py|/)")


def named(path):
    return str(path.relative_to(ROOT))


def test_no_file_is_longer_than_400_lines():
    long = {
        named(path): count
        for path in [*SOURCES, *STATIC, *TEMPLATES]
        if (count := len(path.read_text().splitlines())) > 400
    }
    assert not long


def functions():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node, node.end_lineno - node.lineno + 1


def test_no_function_is_longer_than_50_lines_and_half_have_eight_or_fewer():
    sizes = sorted(size for _, _, size in functions())
    long = {
        f"{named(path)}:{node.lineno} {node.name}": size
        for path, node, size in functions()
        if size > 50
    }
    assert not long
    assert sizes[len(sizes) // 2] <= 10


def test_every_module_says_in_one_sentence_what_lives_in_it():
    silent = [
        named(path)
        for path in SOURCES
        if not (ast.get_docstring(ast.parse(path.read_text())) or "").strip()
    ]
    assert not silent


def test_edges_ask_queries_and_actions_and_never_the_database():
    asking = [
        named(path)
        for path in SOURCES
        if EDGES.search(named(path)) and ".objects" in path.read_text()
    ]
    assert not asking


def test_nothing_a_user_wrote_is_marked_safe_in_a_template():
    marked = [
        named(path)
        for path in TEMPLATES
        if re.search(r"\|\s*safe\b|autoescape off", path.read_text())
    ]
    assert not marked


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_opens_with_what_it_needs(path):
    assert path.read_text().startswith("{# Needs:")


def test_templates_hold_no_inline_style_or_script():
    inline = [
        named(path)
        for path in TEMPLATES
        if re.search(
            r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*(src=|application/json))",
            path.read_text(),
        )
    ]
    assert not inline
