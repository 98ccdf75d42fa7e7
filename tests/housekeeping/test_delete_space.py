"""Deleting a space takes everything in it, and nothing else."""

from django.utils import timezone

from experiments_ui import ids
from experiments_ui.accounts.models import AccountRole
from experiments_ui.annotations import actions as annotation_actions
from experiments_ui.annotations.models import AnnotationConfig, ConfigType
from experiments_ui.columns.models import Frame
from experiments_ui.datasets import actions as dataset_actions
from experiments_ui.datasets.models import Dataset, Example
from experiments_ui.experiments import actions as experiment_actions
from experiments_ui.experiments.models import Experiment, Run
from experiments_ui.spaces import actions
from experiments_ui.spaces.models import Membership, Space, Tag
from experiments_ui.tracing import actions as tracing_actions
from experiments_ui.tracing.models import Project
from tests import make


def fill(space):
    now = timezone.now()
    dataset = dataset_actions.create_dataset(
        space, name="d", batches=[[{"q": "1"}, {"q": "2"}]], by=None, now=now
    )
    rows = [{"output": "o", "example_id": "x", "score": 1.5}]
    for name, of in (("in dataset", dataset), ("alone", None)):
        experiment_actions.create_experiment_with_runs(
            space, name=name, dataset=of, rows=rows, by=None, now=now
        )
    tracing_actions.create_project(space, name="p")
    actions.create_tag(space, name="t", description=None, color=None)
    annotation_actions.create_config(space, name="c", config_type=ConfigType.FREEFORM)
    make.member(space)


def counts():
    models = (Space, Membership, Tag, AnnotationConfig, Project, Dataset, Example)
    more = (Experiment, Run, Frame)
    return {model.__name__: model.objects.count() for model in (*models, *more)}


def test_a_space_goes_with_all_that_is_in_it(space):
    fill(space)
    one_space = counts()
    other = make.space("other")
    fill(other)
    admin = make.wire(make.user(account_role=AccountRole.ADMIN))
    path = f"/spaces/{ids.encode('Space', other.pk)}"
    answer = admin.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert counts() == one_space
    assert admin.get(path).status_code == 404


def test_its_name_is_free_at_once(space):
    admin = make.wire(make.user(account_role=AccountRole.ADMIN))
    admin.delete(f"/spaces/{ids.encode('Space', space.pk)}")
    organization = ids.encode("Organization", space.organization_id)
    body = {"name": "acme", "organization_id": organization}
    assert admin.post("/spaces", body).status_code == 201
