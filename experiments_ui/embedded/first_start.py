"""What an empty installation gets: an organization, a space, a person and a sample."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.utils import timezone

from experiments_ui import ids
from experiments_ui.accounts import actions as accounts
from experiments_ui.accounts.models import AccountRole, User
from experiments_ui.datasets.models import Dataset
from experiments_ui.embedded.in_process import InProcessClient
from experiments_ui.experiments.models import Experiment
from experiments_ui.sample import load as sample
from experiments_ui.spaces import actions as spaces
from experiments_ui.spaces.models import Organization, Space


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the first start made; secrets are shown this once.

    `password` is None when the operator chose it.
    """

    username: str
    password: str | None
    api_key: str


@transaction.atomic
def prepare() -> Welcome | None:
    """Fill an empty installation, wholly or not at all.

    Returns:
        What to show this once; None where somebody can sign in already.
    """
    if User.objects.filter(is_bot=False).exists():
        return None
    given = settings.ADMIN_PASSWORD
    password = given or secrets.token_urlsafe(12)
    admin = accounts.create_user(
        username="admin",
        email="admin@localhost.localdomain",
        password=password,
        account_role=AccountRole.ADMIN,
    )
    organization = Organization.objects.create(name="My organization")
    space = spaces.create_space(organization, name="demo", creator=admin)
    key = accounts.create_key(
        admin, name="First key", by=admin, now=timezone.now()
    ).secret
    if settings.LOAD_SAMPLE:
        _load_sample(space, key)
    return Welcome("admin", None if given else password, key)


def _load_sample(space: Space, key: str) -> None:
    client = InProcessClient(get_wsgi_application(), key)
    sample.load(client.post, client.get, space_id=ids.encode("Space", space.pk))
    Dataset.objects.filter(space=space).update(is_sample=True)
    _spread(space)


def _spread(space: Space) -> None:
    """Date the sample's experiments back, days apart, as a team would have run them."""
    newest_first = Experiment.objects.filter(space=space).order_by("-created_at", "-pk")
    for age, experiment in enumerate(newest_first):
        experiment.created_at -= timedelta(days=1 + 3 * age, hours=5 * age)
        experiment.save(update_fields=["created_at"])
