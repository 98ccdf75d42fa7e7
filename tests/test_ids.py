"""Public ids: what the clients take for an id, and nothing that is not ours."""

import base64
import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments_ui import ids
from experiments_ui.errors import BadRequest

KINDS = ["Dataset", "Space", "Model", "AnnotationConfig"]


@given(st.sampled_from(KINDS), st.integers(0, 2**63 - 1))
def test_an_id_is_standard_base64_with_a_colon_and_comes_back(kind, number):
    text = ids.encode(kind, number)
    assert ":" in base64.b64decode(text, validate=True).decode()
    assert not set(text) & set("+/")
    assert ids.decode(kind, text) == number


@given(st.text())
def test_other_text_is_a_bad_request(text):
    with pytest.raises(BadRequest):
        ids.decode("Dataset", text)


@given(st.binary())
def test_other_base64_is_a_bad_request(raw):
    with pytest.raises(BadRequest):
        ids.decode("Dataset", binascii.b2a_base64(raw, newline=False).decode())


@pytest.mark.parametrize("number", ["01", "+1", " 1", "1_0", "-1", "١"])
def test_a_number_has_one_spelling(number):
    check = base64.b64decode(ids.encode("Space", 1)).decode().split(":")[2]
    spelled = base64.b64encode(f"Space:{number}:{check}".encode()).decode()
    with pytest.raises(BadRequest):
        ids.decode("Space", spelled)
