"""Batches: one worker each, taken over when it falls silent, nothing twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from experiments_ui.tasks import actions, jobs
from experiments_ui.tasks.jobs import leases, recording, stopping
from experiments_ui.tasks.jobs.leases import Lease, LostLease
from experiments_ui.tasks.jobs.results import Result, Verdict
from experiments_ui.tasks.models import Batch, BatchState, Failure, RunStatus
from tests import make
from tests.tasks import building

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(space, experiment):
    return building.trigger(building.task(experiment, building.check(space)))


@pytest.fixture
def batch(run):
    return Batch.objects.get(task_run=run)


def said(sequence, label="mine"):
    return Result(sequence, verdict=Verdict(label, 1.0, "because"))


def fall_silent(batch):
    long_ago = timezone.now() - timedelta(hours=1)
    Batch.objects.filter(pk=batch.pk).update(lease_until=long_ago)


def test_the_first_claim_sets_the_run_running(run, batch):
    assert (run.status, run.started_at) == (RunStatus.PENDING, None)
    assert Lease.take(batch.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.RUNNING
    assert run.started_at


def test_a_batch_is_claimed_once(batch):
    assert Lease.take(batch.pk)
    assert Lease.take(batch.pk) is None


def test_a_message_that_comes_twice_does_nothing_the_second_time(run, batch):
    assert jobs.work_off(batch.pk)
    assert not jobs.work_off(batch.pk)
    assert building.counts(building.reread(run)) == (3, 0, 0)


def test_a_silent_worker_s_batch_is_taken_over_in_the_middle(run, batch, experiment):
    silent = Lease.take(batch.pk)
    recording.record(silent, [said(0)])
    fall_silent(batch)
    assert jobs.work_off(batch.pk)
    run = building.reread(run)
    assert (run.status, building.counts(run)) == (RunStatus.COMPLETED, (3, 0, 0))
    assert building.column(experiment, "eval.said.label") == ["mine", "pass", "fail"]


def test_a_worker_that_comes_back_writes_nothing(run, batch, experiment):
    silent = Lease.take(batch.pk)
    fall_silent(batch)
    jobs.work_off(batch.pk)
    with pytest.raises(LostLease):
        recording.record(silent, [said(0)])
    assert building.counts(building.reread(run)) == (3, 0, 0)
    assert building.column(experiment, "eval.said.label") == ["pass", "pass", "fail"]


def test_counts_grow_while_it_runs(run, batch):
    recording.record(Lease.take(batch.pk), [said(0), Result(2)])
    run = building.reread(run)
    assert (run.status, building.counts(run)) == (RunStatus.RUNNING, (1, 0, 1))
    assert Batch.objects.get(pk=batch.pk).left == [1]


def test_a_lease_without_results_is_extended(batch):
    lease = Lease.take(batch.pk)
    fall_silent(batch)
    lease.extend()
    assert Lease.take(batch.pk) is None


def test_a_batch_that_ends_its_worker_each_time_is_given_up(run, batch):
    for _ in range(jobs.MOST_ATTEMPTS):
        assert Lease.take(batch.pk)
        fall_silent(batch)
    jobs.work_off(batch.pk)
    run = building.reread(run)
    assert (run.status, building.counts(run)) == (RunStatus.COMPLETED, (0, 3, 0))
    assert Failure.objects.filter(task_run=run, kind="server").count() == 3


def test_cancelling_keeps_what_is_recorded_and_stops_the_worker(run, batch):
    lease = Lease.take(batch.pk)
    recording.record(lease, [said(0)])
    actions.cancel(run)
    with pytest.raises(LostLease):
        recording.record(lease, [said(1)])
    assert (run.status, building.counts(run)) == (RunStatus.CANCELLED, (1, 0, 0))
    assert not jobs.work_off(batch.pk)


def test_deleting_a_task_stops_its_worker(run, batch):
    lease = Lease.take(batch.pk)
    actions.delete_task(run.task)
    with pytest.raises(LostLease):
        lease.extend()


def test_the_reconciler_announces_what_nobody_heard_of(batch, monkeypatch):
    announced = []
    monkeypatch.setattr(jobs, "enqueue", announced.append)
    long_ago = timezone.now() - timedelta(hours=1)
    Batch.objects.filter(pk=batch.pk).update(announced_at=long_ago)
    jobs.reconcile()
    assert announced == [batch.pk]


def test_the_reconciler_announces_what_fell_silent(batch, monkeypatch):
    announced = []
    monkeypatch.setattr(jobs, "enqueue", announced.append)
    Lease.take(batch.pk)
    jobs.reconcile()
    assert announced == []
    fall_silent(batch)
    jobs.reconcile()
    assert announced == [batch.pk]


def test_the_reconciler_closes_what_has_nothing_left(run, batch):
    lease = Lease.take(batch.pk)
    recording.record(lease, [said(one) for one in range(3)])
    lease.finish()
    jobs.reconcile()
    assert building.reread(run).status == RunStatus.COMPLETED


def test_a_new_process_takes_over_at_once(run, batch):
    recording.record(Lease.take(batch.pk), [said(0)])
    jobs.take_over_all()
    assert Batch.objects.get(pk=batch.pk).state == BatchState.QUEUED
    jobs.work_off(batch.pk)
    assert building.counts(building.reread(run)) == (3, 0, 0)


def test_a_process_that_is_to_end_puts_its_batch_back(run, batch):
    stopping.ask()
    try:
        jobs.work_off(batch.pk)
        jobs.work(batch.pk)
    finally:
        stopping.take_back()
    assert Batch.objects.get(pk=batch.pk).state == BatchState.QUEUED
    assert building.reread(run).status == RunStatus.RUNNING
    jobs.work_off(batch.pk)
    assert building.counts(building.reread(run)) == (3, 0, 0)


def test_work_announces_the_next_batch(space, monkeypatch):
    dataset = make.dataset(space, name="many", count=450)
    experiment = make.experiment(dataset)
    run = building.trigger(building.task(experiment, building.check(space)))
    batches = list(Batch.objects.filter(task_run=run).order_by("pk"))
    assert [one.size for one in batches] == [200, 200, 50]
    announced = []
    monkeypatch.setattr(jobs, "enqueue", announced.append)
    jobs.work(batches[0].pk)
    assert announced == [batches[1].pk]


def test_a_fault_ends_the_run_with_a_reason(run, batch, monkeypatch):
    def fault(*_):
        raise RuntimeError("no such thing")

    monkeypatch.setattr(jobs, "check_batch", fault)
    jobs.work_off(batch.pk)
    run = building.reread(run)
    assert run.status == RunStatus.FAILED
    assert "log" in run.failure_reason
    assert leases.Lease.take(batch.pk) is None
