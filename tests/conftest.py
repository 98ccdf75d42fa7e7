"""Fixtures that every kind of test uses."""

import pytest
from django.db import connection
from django.test import Client, override_settings

from experiments_ui.columns.cache import cache
from tests import make


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords():
    """Hash passwords once over: people are made in nearly every test."""
    hasher = "django.contrib.auth.hashers.MD5PasswordHasher"
    with override_settings(PASSWORD_HASHERS=[hasher]):
        yield


@pytest.fixture(autouse=True)
def _empty_cache():
    """Forget what is kept by number: a rolled back row's number is given again."""
    cache.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory, django_db_modify_db_settings_parallel_suffix
):
    """Keep SQLite's test database in a file: in memory, threads block differently."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        folder = tmp_path_factory.mktemp("database")
        database["TEST"]["NAME"] = str(folder / "test.sqlite3")


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


def pytest_configure():
    """Serve static files under their own names: nothing was collected for tests."""
    from django.conf import settings

    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Not the checkout's own: tests leave nothing in its data folder.
    settings.ENCRYPTION_KEYS = ["dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="]
