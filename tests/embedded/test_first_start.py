"""What an empty installation gets, and that it gets all of it or nothing."""

import pytest

from experiments_ui.accounts import actions as accounts
from experiments_ui.accounts.models import User
from experiments_ui.datasets.models import Dataset
from experiments_ui.embedded import first_start
from experiments_ui.spaces.models import Space

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_sample(settings):
    settings.LOAD_SAMPLE = False


def test_the_first_start_makes_a_person_a_space_and_a_key(no_sample):
    welcome = first_start.prepare()
    assert User.objects.get(username=welcome.username).check_password(welcome.password)
    assert Space.objects.get().name == "demo"
    assert welcome.api_key.startswith("eui_")


def test_the_second_start_makes_nothing(no_sample):
    first_start.prepare()
    assert first_start.prepare() is None
    assert User.objects.count() == 1


def test_a_password_of_ones_own_is_not_shown(no_sample, settings):
    settings.ADMIN_PASSWORD = "a password of my own"
    assert first_start.prepare().password is None
    assert User.objects.get().check_password("a password of my own")


def test_a_key_for_programs_is_nobody_who_could_sign_in(no_sample):
    accounts.create_bot(name="ci")
    assert first_start.prepare() is not None


def test_a_first_start_that_fails_halfway_leaves_nothing(settings, monkeypatch):
    def fails(*_, **__):
        assert Space.objects.exists()
        raise OSError("the disk is full")

    settings.LOAD_SAMPLE = True
    monkeypatch.setattr(first_start.sample, "load", fails)
    with pytest.raises(OSError, match="the disk is full"):
        first_start.prepare()
    assert not User.objects.exists()
    assert not Space.objects.exists()


def test_the_sample_is_marked_as_one(settings):
    settings.LOAD_SAMPLE = True
    first_start.prepare()
    assert Dataset.objects.get().is_sample
