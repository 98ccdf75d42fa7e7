"""Cursor pages, seen at /spaces and /annotation-configs."""

import base64

import orjson
import pytest

from experiments_ui import ids
from tests import make


@pytest.fixture
def tester(space):
    wire = make.wire(make.member(space))
    for number in range(7):
        body = {
            "name": f"config {number}",
            "space_id": ids.encode("Space", space.pk),
            "annotation_config_type": "FREEFORM",
        }
        assert wire.post("/annotation-configs", body).status_code == 201
    return wire


def names(answer):
    return [config["name"] for config in answer.json()["annotation_configs"]]


def test_pages_give_every_row_once_and_newest_first(tester):
    seen, cursor = [], ""
    for _ in range(3):
        answer = tester.get("/annotation-configs", limit=3, cursor=cursor)
        seen += names(answer)
        pagination = answer.json()["pagination"]
        cursor = pagination.get("next_cursor", "")
    assert seen == [f"config {number}" for number in range(6, -1, -1)]
    assert pagination == {"has_more": False}


def test_a_full_last_page_has_no_cursor(tester):
    answer = tester.get("/annotation-configs", limit=7)
    assert answer.json()["pagination"] == {"has_more": False}


def test_a_row_made_between_pages_shifts_nothing(tester, space):
    first = tester.get("/annotation-configs", limit=3)
    body = {
        "name": "late",
        "space_id": ids.encode("Space", space.pk),
        "annotation_config_type": "FREEFORM",
    }
    tester.post("/annotation-configs", body)
    cursor = first.json()["pagination"]["next_cursor"]
    second = tester.get("/annotation-configs", limit=3, cursor=cursor)
    assert names(second) == ["config 3", "config 2", "config 1"]


def test_a_cursor_fits_only_its_own_filters(tester):
    cursor = tester.get("/annotation-configs", limit=3).json()["pagination"][
        "next_cursor"
    ]
    answer = tester.get("/annotation-configs", limit=3, cursor=cursor, name="config")
    assert answer.status_code == 400


def test_a_cursor_fits_only_its_own_list(tester):
    cursor = tester.get("/annotation-configs", limit=3).json()["pagination"][
        "next_cursor"
    ]
    assert tester.get("/spaces", cursor=cursor).status_code == 400


@pytest.mark.parametrize(
    "limit", ["0", "101", "-1", "1.5", "abc", "1_0", "9" * 30, "١", "true"]
)
def test_a_limit_out_of_range_is_422(tester, limit):
    answer = tester.get("/annotation-configs", limit=limit)
    assert answer.status_code == 422
    assert "limit" in answer.json()["detail"]


@pytest.mark.parametrize("cursor", ["x", "####", "bnVsbA", "W10", "\x00", "é" * 100])
def test_a_cursor_that_cannot_be_read_is_400(tester, cursor):
    assert tester.get("/annotation-configs", cursor=cursor).status_code == 400


@pytest.mark.parametrize(
    "key",
    [
        [],
        ["x"],
        [1],
        ["yesterday", 1],
        ["2026-01-01T00:00:00", 2**63],
        [None, None],
        [{}, []],
    ],
)
@pytest.mark.parametrize("path", ["/annotation-configs", "/users"])
def test_a_forged_cursor_is_400_and_nothing_worse(tester, path, key):
    real = tester.get("/annotation-configs", limit=1).json()["pagination"][
        "next_cursor"
    ]
    scope = orjson.loads(base64.urlsafe_b64decode(real + "=="))[0]
    forged = base64.urlsafe_b64encode(orjson.dumps([scope, *key])).decode()
    assert tester.get(path, cursor=forged).status_code == 400


def test_empty_query_members_count_as_absent(tester):
    answer = tester.get(
        "/annotation-configs", limit="", cursor="", name="", space_id="", space_name=""
    )
    assert len(names(answer)) == 7


def test_names_are_found_by_part_whatever_their_case(tester):
    assert names(tester.get("/annotation-configs", name="CONFIG 3")) == ["config 3"]
    assert names(tester.get("/annotation-configs", name="%")) == []
    assert len(names(tester.get("/annotation-configs", space_name="ACM"))) == 7
    assert names(tester.get("/annotation-configs", space_name="other")) == []


@pytest.mark.parametrize("name", ["x" * 256, "a\x00b"])
def test_a_name_filter_that_is_no_name_is_422(tester, name):
    assert tester.get("/annotation-configs", name=name).status_code == 422


def test_a_page_takes_the_same_queries_for_any_number_of_rows(
    tester, django_assert_num_queries
):
    for limit in (1, 7):
        with django_assert_num_queries(3):
            tester.get("/annotation-configs", limit=limit)
