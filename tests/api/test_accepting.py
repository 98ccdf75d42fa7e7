"""Answers come as JSON, whatever the caller says it accepts."""

import pytest


@pytest.mark.parametrize("accepted", ["application/problem+json", "text/html", "x"])
def test_a_deletion_is_answered_whatever_the_client_accepts(wire, space, accepted):
    from tests import make

    dataset = make.dataset(space)
    listed = wire.get("/datasets").json()["datasets"]

    answer = wire.client.delete(
        f"/v2/datasets/{listed[0]['id']}", headers={"accept": accepted}
    )

    assert listed[0]["name"] == dataset.name
    assert answer.status_code == 204
    assert answer.content == b""
