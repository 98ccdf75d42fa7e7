"""Evaluators, tasks and runs for tests, and a way to work runs off at once."""

from django.utils import timezone

from experiments_ui.evaluators import actions as evaluators
from experiments_ui.tasks import actions, jobs, queries
from experiments_ui.tasks.models import Batch
from tests import make

CHOICES = {"good": 1.0, "bad": 0.0}


def integration(fake=None, **members):
    given = {"provider": "CUSTOM", "api_key": "sk-test-0123456789"}
    if fake is not None:
        given["base_url"] = fake.openai
    return make.integration(**{**given, **members})


def judge(space, integration, *, name="quality", model="judge", **config):
    """Return the first version of a judge of `{output}`."""
    full = {
        "name": name,
        "template": "Is this good?\n{output}",
        "include_explanations": True,
        "use_function_calling": True,
        "classification_choices": CHOICES,
        "llm_config": {
            "ai_integration_id": "unused",
            "model_name": model,
            "invocation_parameters": {},
            "provider_parameters": {},
        },
        **config,
    }
    return _version(space, "TEMPLATE", name, full, integration)


def check(space, *, name="said", kind="EXACT_MATCH", variables=("output", "expected")):
    """Return the first version of a code check."""
    config = {
        "type": "MANAGED",
        "name": name,
        "managed_evaluator": kind,
        "variables": list(variables),
    }
    return _version(space, "CODE", name, config, None)


def custom(space, *, name="custom"):
    config = {"type": "CUSTOM", "name": name, "code": "pass", "variables": ["output"]}
    return _version(space, "CODE", name, config, None)


def newer(version, integration, **changes):
    """Append a version that differs in some members."""
    from experiments_ui.evaluators.queries import config_of

    return evaluators.add_version(
        version.evaluator,
        evaluators.NewVersion({**config_of(version), **changes}, "more", integration),
        by=make.user(),
        now=timezone.now(),
    )


def task(experiment, *versions, name="nightly", mappings=None, query_filter=None):
    """Return a task over one experiment with unpinned evaluators."""
    kind = versions[0].evaluator.evaluator_type
    return actions.create_task(
        experiment.dataset,
        actions.NewTask(
            name=name,
            task_type=f"{kind}_EVALUATION",
            query_filter=query_filter,
            experiments=[experiment],
            evaluators=[
                actions.Attached(version.evaluator, column_mappings=mappings)
                for version in versions
            ],
        ),
        by=make.user(),
        now=timezone.now(),
    )


def trigger(task, **wish):
    return actions.trigger(
        task, actions.Wish(**wish), by=make.user(), now=timezone.now()
    )


def work_off(run):
    """Work all batches of a run off, and return it as it is then."""
    for number in Batch.objects.filter(task_run=run).values_list("pk", flat=True):
        jobs.work_off(number)
    return reread(run)


def reread(run):
    run.refresh_from_db()
    return queries.current(run)


def finished(task, **wish):
    return work_off(trigger(task, **wish))


def counts(run):
    return run.num_successes, run.num_errors, run.num_skipped


def column(experiment, name):
    """Return a column of all runs in order."""
    from experiments_ui.experiments import queries as experiments

    rows = experiments.runs_page(experiment, after=None, limit=10_000)
    return [row.values.get(name) for row in rows]


def _version(space, kind, name, config, integration):
    return evaluators.create_evaluator(
        space,
        evaluators.NewEvaluator(name, None, kind),
        version=evaluators.NewVersion(config, "first", integration),
        by=make.user(),
        now=timezone.now(),
    )
