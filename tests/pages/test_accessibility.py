"""axe finds nothing on any page, light or dark, on a desk or a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

RULES = {
    "runOnly": [
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
    ]
}
PLACES = [
    "home",
    "datasets",
    "examples",
    "experiments of a dataset",
    "versions",
    "experiments",
    "experiment",
    "run",
    "upload",
    "compare",
    "compare drawer",
    "compare verdict",
    "compare slices",
    "compare json",
    "compare nothing",
    "compare charts",
    "compare bad filter",
    "evaluators",
    "judge form",
    "check form",
    "traces",
    "settings",
    "style guide",
]


def violations(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing(open_context, places, place):
    for scheme, width, height in (("light", 1440, 900), ("dark", 390, 844)):
        page = open_context(scheme=scheme, width=width, height=height).new_page()
        page.goto(places[place])
        assert violations(page) == []


def test_axe_finds_nothing_before_sign_in(open_context):
    page = open_context(signed_in=False).new_page()
    page.goto("/sign-in")
    assert violations(page) == []
