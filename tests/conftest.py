"""Fixtures that every kind of test uses."""

import pytest
from django.test import Client

from experiments_ui.columns.cache import cache
from tests import make


@pytest.fixture(autouse=True)
def _empty_cache():
    """Forget what is kept by number: a rolled back row's number is given again."""
    cache.clear()


@pytest.fixture
def space(db):
    return make.space("acme")


@pytest.fixture
def member(space):
    """A person who may write in `space`."""
    return make.member(space)


@pytest.fixture
def principal(member):
    return make.principal(member)


@pytest.fixture
def wire(member):
    """A REST client with the member's key."""
    return make.wire(member)


@pytest.fixture
def browser_client(member):
    client = Client()
    client.force_login(member)
    return client
