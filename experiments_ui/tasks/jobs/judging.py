"""Working batches off by a judge: many calls in flight, one thread that records.

The job's thread alone speaks to the database: it takes places in the shared row of
requests, hands questions to the loop's thread, and writes what comes back.
"""

import heapq
import itertools
import random
import time
from collections import deque
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.utils import timezone

from experiments_ui.evaluators.checks.outcomes import text_of
from experiments_ui.integrations.addresses import policy
from experiments_ui.integrations.calling import endpoint_of
from experiments_ui.integrations.models import Integration
from experiments_ui.integrations.queries import budget_left
from experiments_ui.llm.client import Limits
from experiments_ui.llm.errors import CallError, Kind, Recovery
from experiments_ui.llm.judging import Judge
from experiments_ui.llm.judging import Verdict as Said
from experiments_ui.llm.retrying import Retry
from experiments_ui.tasks.jobs import limits, stopping
from experiments_ui.tasks.jobs.calling import Answer, Caller, Question
from experiments_ui.tasks.jobs.inputs import Row, rows_of, values_for
from experiments_ui.tasks.jobs.judges import judge_of, key_of, prices_for
from experiments_ui.tasks.jobs.leases import Lease, LostLease
from experiments_ui.tasks.jobs.recording import Payer, cost_of, record
from experiments_ui.tasks.jobs.results import Cost, Result, Verdict, problem
from experiments_ui.tasks.models import (
    MOST_IN_FLIGHT,
    Batch,
    BatchState,
    CachedVerdict,
)

# The first call, and five more.
_RETRY = Retry(tries=6)
_MOST_FAILURES_IN_ROW = 5
_RESULTS_AT_ONCE = 50
_MOST_BATCHES = 4
_SECONDS_BETWEEN_WRITES = 1.0
_LONGEST_WAIT_SECONDS = 0.25

# Nothing that follows could go better: someone must change something first.
_HOPELESS = frozenset(
    {Kind.AUTH, Kind.QUOTA_EXHAUSTED, Kind.BLOCKED_HOST, Kind.REDIRECT_REFUSED}
)
_OF_THE_PROVIDER = frozenset({Kind.RETRIES_EXHAUSTED, Kind.PROVIDER, Kind.DEADLINE})


class Stopped(Exception):
    """The run cannot go on; the text says why, for its failure reason."""


def judge_batch(lease: Lease, integration: Integration) -> None:
    """Judge all that is left of a batch, and of others of its run that wait.

    While the last answers of one batch are awaited, the next one is begun: a call that
    hangs would otherwise hold up all the others. All of them are finished here.

    Raises:
        LostLease: A batch is another's by now; the others are put back.
        Stopped: The credential, the budget or the provider gave out; what came until
            then is recorded.
        DomainError: The key cannot be read.
    """
    _check_budget(integration)
    version = lease.batch.version
    if version is None:
        raise Stopped("The version of the evaluator was deleted.")
    judge = judge_of(version, integration)
    payer = Payer(integration, judge.model, prices_for(integration))
    seconds = settings.JUDGE_TIMEOUT_SECONDS
    allowed = Limits(attempt_s=seconds, deadline_s=seconds + 30)
    with Caller(judge, endpoint_of(integration), policy(), limits=allowed) as caller:
        _Judging(lease, payer, caller, judge).run()


class _Judging:
    """Batches of one version in one run while they are judged."""

    def __init__(
        self, first: Lease, payer: Payer, caller: Caller, judge: Judge
    ) -> None:
        self._batch = first.batch
        self._payer = payer
        self._caller = caller
        self._judge = judge
        # What came of each batch's runs and is not written yet.
        self._results: dict[Lease, list[Result]] = {}
        self._fresh: deque[Question] = deque()
        # Questions to ask again: when, a number to break ties, which.
        self._again: list[tuple[float, int, Question]] = []
        self._ties = itertools.count()
        self._in_flight = 0
        self._most = MOST_IN_FLIGHT
        self._ask_at = 0.0
        self._written_at = time.monotonic()
        self._successes = 0
        self._failures: list[str] = []
        self._begin(first)

    def run(self) -> None:
        try:
            self._run()
        except LostLease:
            for lease in self._results:
                lease.put_back()
            raise

    def _run(self) -> None:
        while self._fresh or self._again or self._in_flight:
            if stopping.is_asked():
                self._leave()
                return
            self._submit()
            if not self._fresh and self._in_flight < self._most:
                self._begin_next()
            for answer in self._caller.answers(wait_s=self._pause()):
                self._in_flight -= 1
                self._take(answer)
            if self._is_due():
                self._write()
        self._write()

    def _leave(self) -> None:
        """Record what has come, and leave the rest to another process."""
        self._write()
        for lease in self._results:
            lease.put_back()

    def _begin(self, lease: Lease) -> None:
        questions, self._results[lease] = _prepared(lease, self._judge)
        self._fresh.extend(questions)

    def _begin_next(self) -> None:
        """Claim one more batch for as long as there is room for its calls."""
        if len(self._results) >= _MOST_BATCHES:
            return
        waiting = Batch.objects.filter(
            task_run=self._batch.task_run_id,
            version=self._batch.version_id,
            state=BatchState.QUEUED,
        )
        number = waiting.order_by("pk").values_list("pk", flat=True).first()
        if number is not None and (lease := Lease.take(number)):
            self._begin(lease)

    def _submit(self) -> None:
        """Send as many questions as there are places for."""
        moment = time.monotonic()
        while self._again and self._again[0][0] <= moment:
            self._fresh.appendleft(heapq.heappop(self._again)[2])
        wanted = min(len(self._fresh), self._most - self._in_flight)
        if wanted <= 0 or moment < self._ask_at:
            return
        places = limits.reserve(self._payer.integration, wanted)
        if not places.delays:
            self._ask_at = moment + places.again_s
        self._most = places.most
        for delay in places.delays:
            self._in_flight += 1
            self._caller.ask(self._fresh.popleft(), delay_s=delay)

    def _pause(self) -> float:
        if self._fresh and self._in_flight < self._most:
            until = max(self._ask_at - time.monotonic(), 0.005)
            return min(until, _LONGEST_WAIT_SECONDS)
        return _LONGEST_WAIT_SECONDS

    def _take(self, answer: Answer) -> None:
        question, outcome = answer.question, answer.outcome
        if isinstance(outcome, CallError):
            _bill(question, outcome.tries, outcome.tokens_in, outcome.tokens_out)
            self._take_error(question, outcome)
            return
        reply = outcome.reply
        _bill(question, reply.tries, reply.tokens_in, reply.tokens_out)
        self._successes += 1
        self._failures.clear()
        self._results[question.lease].append(_judged(question, outcome))

    def _take_error(self, question: Question, error: CallError) -> None:
        if error.status == 429:
            limits.told_to_wait(self._payer.integration, error.retry_after_s)
        question.tries += 1
        wait_s = None
        if error.recovery is Recovery.RETRY:
            wait_s = _RETRY.wait_s(question.tries, error.retry_after_s, random.random)
        if wait_s is not None:
            at = time.monotonic() + wait_s
            heapq.heappush(self._again, (at, next(self._ties), question))
            return
        if error.kind in _HOPELESS:
            self._write()
            raise Stopped(error.message)
        if error.kind in _OF_THE_PROVIDER:
            self._failures.append(error.message)
        self._results[question.lease].append(_failed(question, error))

    def _is_due(self) -> bool:
        waited = time.monotonic() - self._written_at
        unwritten = sum(map(len, self._results.values()))
        return waited >= _SECONDS_BETWEEN_WRITES or unwritten >= _RESULTS_AT_ONCE

    def _write(self) -> None:
        """Record what has come, and look whether to go on."""
        for lease in list(self._results):
            self._write_batch(lease)
        self._written_at = time.monotonic()
        self._look_around()

    def _write_batch(self, lease: Lease) -> None:
        results, self._results[lease] = self._results[lease], []
        try:
            record(lease, results, payer=self._payer)
        except LostLease:
            # Paid for all the same.
            self._payer.record(cost_of(results))
            raise
        if not lease.left:
            del self._results[lease]
            lease.finish()

    def _look_around(self) -> None:
        """Tell the other workers how it goes; stop where it cannot go on."""
        integration = self._payer.integration
        failures = tuple(self._failures)
        in_row = limits.note(integration, successes=self._successes, failures=failures)
        self._successes = 0
        self._failures.clear()
        if failures and in_row >= _MOST_FAILURES_IN_ROW:
            raise Stopped(
                f"The provider failed {in_row} times in a row, so the run was ended. "
                f"The last time: {failures[-1]}"
            )
        if self._fresh or self._again:
            _check_budget(integration)


def _prepared(lease: Lease, judge: Judge) -> tuple[list[Question], list[Result]]:
    """Return what must be asked, and the results that need no asking.

    Runs without a value for a variable are skipped; verdicts that are known from
    before are taken, unless the run is to override them.
    """
    batch = lease.batch
    questions, results = [], []
    rows = {row.sequence: row for row in rows_of(batch.experiment, lease.left)}
    for sequence in lease.left:
        texts = _texts(judge, batch.column_mappings, rows.get(sequence))
        if texts is None:
            results.append(Result(sequence))
            continue
        key = key_of(batch.version, judge, texts) if batch.version else ""
        questions.append(Question(lease, sequence, texts, key))
    known = {} if batch.task_run.overrides else _known(questions)
    results += [known[q.key](q.sequence) for q in questions if q.key in known]
    return [q for q in questions if q.key not in known], results


def _texts(
    judge: Judge, mappings: Mapping[str, str], row: Row | None
) -> dict[str, str] | None:
    """Return the variables' values, or None where one is missing."""
    if row is None:
        return None
    values = values_for(judge.variables, mappings, row)
    if None in values.values():
        return None
    return {name: text_of(value) for name, value in values.items()}


class _Known:
    """A verdict from before, for whichever run it fits."""

    def __init__(self, row: CachedVerdict) -> None:
        self._verdict = Verdict(row.label, row.score, row.explanation, row.model)

    def __call__(self, sequence: int) -> Result:
        return Result(sequence, verdict=self._verdict, is_cached=True)


def _known(questions: Sequence[Question]) -> dict[str, _Known]:
    keys = {question.key for question in questions}
    return {row.key: _Known(row) for row in CachedVerdict.objects.filter(key__in=keys)}


def _bill(
    question: Question, requests: int, tokens_in: int | None, tokens_out: int | None
) -> None:
    question.requests += requests
    question.tokens_in += tokens_in or 0
    question.tokens_out += tokens_out or 0


def _cost(question: Question) -> Cost:
    return Cost(question.requests, question.tokens_in, question.tokens_out)


def _judged(question: Question, said: Said) -> Result:
    verdict = Verdict(said.label, said.score, said.explanation, said.reply.model)
    return Result(
        question.sequence, verdict=verdict, cost=_cost(question), key=question.key
    )


def _failed(question: Question, error: CallError) -> Result:
    return Result(
        question.sequence,
        problem=problem(error.kind.value, error.message, error.raw),
        cost=_cost(question),
    )


def _check_budget(integration: Integration) -> None:
    left = budget_left(integration, now=timezone.now())
    if left is not None and left <= 0:
        raise Stopped(
            f"The monthly budget of {integration.monthly_budget} USD for "
            f"“{integration.name}” is spent. Raise it, then run the task again: what "
            "is judged already stays."
        )
