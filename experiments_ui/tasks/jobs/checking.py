"""Working a batch off by code: pure functions of the mapped values."""

from collections.abc import Mapping, Sequence
from typing import Any

from experiments_ui.evaluators.checks import Checker, Skipped
from experiments_ui.tasks.jobs import stopping
from experiments_ui.tasks.jobs.inputs import rows_of, values_for
from experiments_ui.tasks.jobs.leases import Lease
from experiments_ui.tasks.jobs.recording import record
from experiments_ui.tasks.jobs.results import Result, Verdict

_ROWS_AT_ONCE = 50


def check_batch(lease: Lease, check: Checker, config: Mapping[str, Any]) -> None:
    """Run a check over all that is left of a batch.

    Raises:
        LostLease: The batch is another's by now.
    """
    batch = lease.batch
    while lease.left:
        if stopping.is_asked():
            lease.put_back()
            return
        some = lease.left[:_ROWS_AT_ONCE]
        rows = {row.sequence: row for row in rows_of(batch.experiment, some)}
        record(
            lease,
            [
                _checked(check, config["variables"], batch.column_mappings, rows[one])
                if one in rows
                else Result(one)
                for one in some
            ],
        )


def _checked(
    check: Checker, variables: Sequence[str], mappings: Mapping[str, str], row: Any
) -> Result:
    values = values_for(variables, mappings, row)
    outcome = check([values[name] for name in variables])
    if isinstance(outcome, Skipped):
        return Result(row.sequence)
    return Result(
        row.sequence,
        verdict=Verdict(outcome.label, outcome.score, outcome.explanation),
    )
