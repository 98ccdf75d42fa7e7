"""What all places of a comparison have in common."""

import pytest

from experiments_ui.spaces.actions import set_role
from experiments_ui.spaces.models import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "place",
    [
        "",
        "verdict",
        "charts",
        "charts/distribution",
        "classes",
        "classes/settings",
        "slices",
        "slices/answer",
        "paths",
        "names",
        "rows",
        "rows/0",
        "export.csv",
        "export.jsonl",
        "export.parquet",
        "report.html",
        "summary.md",
    ],
)
def test_every_place_answers_a_head_like_a_get_without_its_body(
    browser_client, space, base, candidate, place
):
    url = f"/spaces/{space.slug}/compare/{place}?base={base.pk}&with={candidate.pk}"
    head, get = browser_client.head(url), browser_client.get(url)
    assert head.status_code == get.status_code == 200
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


def test_a_space_shows_no_comparison_of_another_space_one_is_in(
    browser_client, member, base, candidate
):
    set_role(make.space("own"), user=member, role=Role.MEMBER)
    query = f"base={base.pk}&with={candidate.pk}"
    for place in ("", "rows", "verdict", "export.csv"):
        answer = browser_client.get(f"/spaces/own/compare/{place}?{query}")
        assert answer.status_code == 404
