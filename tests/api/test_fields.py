"""Fields take a JSON type as it is, and never coerce another."""

from datetime import UTC, datetime

import pytest
from rest_framework.exceptions import ValidationError

from experiments_ui import ids
from experiments_ui.api import fields
from experiments_ui.errors import BadRequest


@pytest.mark.parametrize("value", [1, 1.5, True, None, [], {}])
def test_text_takes_only_strings(value):
    with pytest.raises(ValidationError):
        fields.Text().run_validation(value)


@pytest.mark.parametrize("value", ["1", True, None, [], {}])
def test_a_number_takes_only_numbers(value):
    with pytest.raises(ValidationError):
        fields.Number().run_validation(value)


@pytest.mark.parametrize("value", ["1", 1.0, True, None])
def test_a_whole_number_takes_only_integers(value):
    with pytest.raises(ValidationError):
        fields.Whole().run_validation(value)


@pytest.mark.parametrize("value", ["true", 1, 0, "", None])
def test_a_flag_takes_only_booleans(value):
    with pytest.raises(ValidationError):
        fields.Flag().run_validation(value)


def test_text_is_kept_as_it_came():
    assert fields.Text().run_validation("  spaced \n") == "  spaced \n"


@pytest.mark.parametrize("value", ["", "   ", "x" * 256])
def test_a_name_is_neither_blank_nor_long(value):
    with pytest.raises(ValidationError):
        fields.Name().run_validation(value)


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-10T12:00:00.123456Z",
        "2026-08-10T12:00:00.123456+00:00",
        "2026-08-10T12:00:00.123456+0000",
        "2026-08-10T14:00:00.123456+02:00",
        "2026-08-10T12:00:00.123456",
    ],
)
def test_times_are_read_in_every_form_the_clients_send(text):
    moment = fields.Moment().run_validation(text)
    assert moment == datetime(2026, 8, 10, 12, 0, 0, 123456, tzinfo=UTC)
    assert fields.timestamp(moment) == "2026-08-10T12:00:00.123456Z"


@pytest.mark.parametrize(
    "value", [1786363200, "soon", "", True, "2026-13-01T00:00:00Z"]
)
def test_anything_else_is_no_time(value):
    with pytest.raises(ValidationError):
        fields.Moment().run_validation(value)


def test_an_id_of_another_kind_is_a_bad_request():
    with pytest.raises(BadRequest, match="Dataset"):
        fields.ResourceId("Space").run_validation(ids.encode("Dataset", 3))


@pytest.mark.parametrize("value", [[], ["x"], [[]], [{}] * 4, {}, "x", None])
def test_rows_are_a_bounded_list_of_objects(value):
    with pytest.raises(ValidationError):
        fields.Rows(most=3).run_validation(value)
