"""Objects for tests, made through the same actions as everything else."""

import itertools
import json

from django.test import Client
from django.utils import timezone

from experiments_ui.accounts import actions as account_actions
from experiments_ui.accounts.models import AccountRole
from experiments_ui.spaces import actions as space_actions
from experiments_ui.spaces import principals
from experiments_ui.spaces.models import Organization, Role

_numbers = itertools.count(1)


def organization():
    return Organization.objects.get_or_create(name="Example organization")[0]


def space(name="acme"):
    return space_actions.create_space(organization(), name=name, creator=None)


def user(*, account_role=AccountRole.MEMBER):
    number = next(_numbers)
    return account_actions.create_user(
        username=f"person{number}",
        email=f"person{number}@example.org",
        password="a-long-password",
        account_role=account_role,
    )


def member(space, *, role=Role.MEMBER):
    person = user()
    space_actions.set_role(space, user=person, role=role)
    return person


def principal(user):
    return principals.of_user(user)


def key(user):
    return account_actions.create_key(
        user, name="test", by=user, now=timezone.now()
    ).secret


class Wire:
    """A REST client as the real ones are: a bearer key and JSON bodies."""

    def __init__(self, secret):
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    def get(self, path, **query):
        return self.client.get(f"/v2{path}", query_params=query)

    def send(self, method, path, body=None, **query):
        return self.client.generic(
            method,
            f"/v2{path}",
            body if isinstance(body, bytes) else json.dumps(body or {}),
            content_type="application/json",
            query_params=query,
        )

    def post(self, path, body=None, **query):
        return self.send("POST", path, body, **query)

    def patch(self, path, body=None, **query):
        return self.send("PATCH", path, body, **query)

    def put(self, path, body=None, **query):
        return self.send("PUT", path, body, **query)

    def delete(self, path, body=None, **query):
        return self.send("DELETE", path, body, **query)


def wire(user):
    return Wire(key(user))


def dataset(space, *, name="questions", rows=None, count=3):
    """A dataset of `rows`, or of `count` numbered questions."""
    from experiments_ui.arrow.columns import Batch
    from experiments_ui.datasets.actions import create_dataset

    rows = rows or [
        {"input": f"question {i}", "expected": f"answer {i}", "label": "ab"[i % 2]}
        for i in range(count)
    ]
    return create_dataset(
        space,
        name=name,
        batches=[Batch.from_rows(rows)],
        by=None,
        now=timezone.now(),
    )


def example_ids(dataset):
    from experiments_ui.datasets import queries

    version = queries.get_version(dataset, None)
    page = queries.examples_page(version, after=None, limit=10_000, where=None)
    return [example.external_id for example in page]


def experiment(dataset, *, name="first", rows=None, **columns):
    """An experiment with a run per example, or with `rows` of your own.

    `columns` are lists with a value per example, such as score=[1.0, 0.5]; `score`
    and `label` are of the evaluator "correct".
    """
    from experiments_ui.experiments.actions import create_experiment_with_runs

    if rows is None:
        rows = [
            {"example_id": example_id, "output": f"output {i}"}
            for i, example_id in enumerate(example_ids(dataset))
        ]
    names = {"score": "eval.correct.score", "label": "eval.correct.label"}
    for column, values in columns.items():
        for row, value in zip(rows, values, strict=False):
            row[names.get(column, column)] = value
    return create_experiment_with_runs(
        dataset.space,
        name=name,
        dataset=dataset,
        rows=rows,
        by=None,
        now=timezone.now(),
    )


def integration(*, name="models", scopings=(), by=None, **members):
    """An AI integration of the whole account, or of `scopings` (Scope objects)."""
    from experiments_ui.integrations.actions import create_integration

    return create_integration(
        {"name": name, "provider": "OPEN_AI", "scopings": list(scopings), **members},
        by=by or user(account_role=AccountRole.ADMIN),
        now=timezone.now(),
    )
