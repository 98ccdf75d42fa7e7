"""What comes in and goes out of every REST endpoint, seen at /tags and /spaces."""

import gzip

import pytest
from django.test import Client

from experiments_ui import ids
from tests import make


@pytest.fixture
def space_id(space):
    return ids.encode("Space", space.pk)


def post_raw(wire, body, **headers):
    return wire.client.post(
        "/v2/tags", body, content_type="application/json", headers=headers
    )


@pytest.mark.parametrize(
    "body", [b"{", b"not json", b'{"a":}', b'{"a": "\xff"}', b"{'a': 1}"]
)
def test_unparsable_json_is_400(wire, body):
    answer = wire.post("/tags", body)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("#invalid-request")


@pytest.mark.parametrize("body", [b'"text"', b"[1]", b"null", b"3", b"true"])
def test_a_body_that_is_no_object_is_422(wire, body):
    assert wire.post("/tags", body).status_code == 422


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "Infinity",
        "1e999",
        '"a\\u0000b"',
        '"\\ud800"',
        "9" * 30,
        "[" * 200 + "]" * 200,
    ],
)
def test_values_that_cannot_be_kept_are_422(wire, space_id, value):
    body = b'{"name": %s, "space_id": "%s"}' % (value.encode(), space_id.encode())
    assert wire.post("/tags", body).status_code == 422


def test_an_absent_body_counts_as_an_empty_object(wire):
    answer = wire.client.post("/v2/tags", b"", content_type="application/json")
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {"name", "space_id"}


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded"]
)
def test_a_json_body_is_read_whatever_its_declared_type(wire, space_id, content_type):
    body = b'{"name": "ok", "space_id": "%s"}' % space_id.encode()
    answer = wire.client.generic("POST", "/v2/tags", body, content_type=content_type)
    assert answer.status_code == 201


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_compressed_bodies_are_refused_with_415(wire, encoding):
    answer = post_raw(wire, gzip.compress(b"{}"), **{"content-encoding": encoding})
    assert answer.status_code == 415
    assert answer["Content-Type"] == "application/problem+json"


def test_a_body_over_the_limit_is_413_by_its_declared_length(wire, settings):
    settings.REST_BODY_BYTES = 100
    answer = post_raw(wire, b'{"name": "' + b"x" * 100 + b'"}')
    assert answer.status_code == 413
    assert "Flight" in answer.json()["detail"]


def test_numbers_keep_to_their_json_type(wire, space_id):
    def create(**members):
        body = {
            "name": "c",
            "space_id": space_id,
            "annotation_config_type": "CONTINUOUS",
        }
        return wire.post("/annotation-configs", body | members).status_code

    assert create(minimum_score=True, maximum_score=2) == 422
    assert create(minimum_score="1", maximum_score=2) == 422
    assert create(minimum_score=None, maximum_score=2) == 422
    assert create(minimum_score=0, maximum_score=0.5) == 201


def test_204_has_neither_body_nor_content(wire, space_id):
    tag = wire.post("/tags", {"name": "t", "space_id": space_id}).json()
    answer = wire.delete(f"/tags/{tag['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Content-Length"] == "0"


def test_ids_arrive_percent_encoded(wire, space_id):
    tag_id = wire.post("/tags", {"name": "t", "space_id": space_id}).json()["id"]
    assert "=" in tag_id
    encoded = tag_id.replace("=", "%3D")
    assert wire.patch(f"/tags/{encoded}", {"color": "RED"}).json()["id"] == tag_id


def test_a_query_member_named_format_changes_nothing(wire):
    assert wire.get("/spaces", format="xml").status_code == 200


def test_answers_are_json_for_a_browser_too(wire):
    html = "text/html,application/xhtml+xml,*/*;q=0.8"
    answer = wire.client.get("/v2/spaces", headers={"accept": html})
    assert answer["Content-Type"] == "application/json"


def test_the_key_may_come_without_bearer(db):
    secret = make.key(make.user())
    for header in (secret, f"Bearer {secret}", f"bearer {secret}"):
        answer = Client().get("/v2/spaces", headers={"authorization": header})
        assert answer.status_code == 200
