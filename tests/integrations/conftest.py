"""A server that answers like a provider, on loopback."""

import pytest

from tests.fakes.openai_server import FakeOpenAI


@pytest.fixture
def provider():
    with FakeOpenAI() as fake:
        yield fake
