"""Secrets at rest: what opens them, and what does not (BI-7)."""

import stat

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from experiments_ui.environment import encryption_keys
from experiments_ui.integrations import sealing
from experiments_ui.integrations.models import Integration
from experiments_ui.integrations.sealing import Unreadable, seal
from tests import make
from tests.race import together

KEY = "sk-very-secret-0123456789"


@pytest.fixture
def keys(settings):
    """Two keys, of which the first encrypts."""
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode() for _ in range(2)]
    return settings.ENCRYPTION_KEYS


@pytest.fixture
def integration(db, keys):
    return make.integration(name="one", api_key=KEY, headers={"X-Team": "blue"})


def stored(integration, column="api_key"):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM integrations_integration WHERE id = %s",
            [integration.pk],
        )
        return cursor.fetchone()[0]


def read(integration):
    return Integration.objects.get(pk=integration.pk).api_key.reveal()


def test_a_secret_is_kept_as_a_token_and_read_back(integration):
    assert KEY not in stored(integration)
    assert "blue" not in stored(integration, "headers")
    assert read(integration) == KEY


def test_a_secret_shows_itself_to_nobody(integration):
    secret = Integration.objects.get(pk=integration.pk).api_key
    for shown in (repr(secret), str(secret), f"{secret}", repr(vars(integration))):
        assert KEY not in shown
    assert secret.token not in repr(secret)


def test_a_token_does_not_open_in_another_row(integration):
    other = make.integration(name="two", api_key="another")
    Integration.objects.filter(pk=other.pk).update(
        api_key=Integration.objects.get(pk=integration.pk).api_key
    )
    assert stored(other) == stored(integration)
    with pytest.raises(Unreadable):
        read(other)


def test_a_token_does_not_open_in_another_field(integration):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE integrations_integration SET api_key = headers")
    with pytest.raises(Unreadable):
        read(integration)


def test_a_bare_text_is_neither_stored_nor_searched(integration):
    with pytest.raises(TypeError):
        Integration.objects.filter(pk=integration.pk).update(api_key=KEY)
    with pytest.raises(TypeError):
        list(Integration.objects.filter(api_key=KEY))


def test_keys_are_rotated_and_the_old_one_can_go(integration, settings, keys, capsys):
    newer = Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [newer, *keys]
    assert read(integration) == KEY
    before = Integration.objects.get(pk=integration.pk).updated_at
    call_command("rotate_encryption_keys")
    assert "2 secrets" in capsys.readouterr().out
    settings.ENCRYPTION_KEYS = [newer]
    assert read(integration) == KEY
    assert Integration.objects.get(pk=integration.pk).updated_at == before


def test_without_its_key_a_secret_is_unreadable_and_told_so(integration, settings):
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(Unreadable, match="Enter it again"):
        read(integration)
    assert not Integration.objects.get(pk=integration.pk).api_key.is_readable()
    with pytest.raises(CommandError, match=f"integration {integration.pk}"):
        call_command("rotate_encryption_keys")


def test_the_data_folder_gets_a_key_once_for_nobody_elses_eyes(settings, tmp_path):
    settings.ENCRYPTION_KEYS = []
    settings.DATA_DIR = tmp_path / "data"
    secrets = together(4, lambda: seal(KEY, context="x"))
    path = tmp_path / "data" / "encryption_keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    sealing._keys_of.cache_clear()
    assert {secret.reveal() for secret in secrets} == {KEY}


def test_many_processes_do_not_start_without_keys(monkeypatch):
    monkeypatch.delenv("EXPERIMENTS_UI_ENCRYPTION_KEYS", raising=False)
    assert encryption_keys(embedded=True) == []
    with pytest.raises(ImproperlyConfigured, match="EXPERIMENTS_UI_ENCRYPTION_KEYS"):
        encryption_keys(embedded=False)


@pytest.mark.parametrize("wrong", ["secret", "c2hvcnQ=", "é" * 44])
def test_a_key_that_is_none_stops_the_start_without_being_shown(monkeypatch, wrong):
    good = Fernet.generate_key().decode()
    monkeypatch.setenv("EXPERIMENTS_UI_ENCRYPTION_KEYS", f"{good}, {wrong}")
    with pytest.raises(ImproperlyConfigured, match="Key 2") as refused:
        encryption_keys(embedded=False)
    assert wrong not in str(refused.value)
    monkeypatch.setenv("EXPERIMENTS_UI_ENCRYPTION_KEYS", f"{good}, {good}")
    assert encryption_keys(embedded=False) == [good, good]
