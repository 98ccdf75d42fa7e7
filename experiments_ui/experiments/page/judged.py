"""How each experiment of a dataset changed against the baseline, with verdicts."""

from collections.abc import Mapping, Sequence

from experiments_ui.experiments.metrics import Metric
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.queries.sides import sides
from experiments_ui.experiments.verdicts import Verdict, verdicts_among

# By an experiment's number and a metric's key.
JudgedBy = Mapping[tuple[int, str], Verdict]


def judged_against(
    base: Experiment, others: Sequence[Experiment], metrics: Sequence[Metric]
) -> JudgedBy:
    """Judge experiments against the baseline, by their number and a metric's key.

    Warm, this is two queries and no computing.
    """
    if not metrics:
        return {}
    columns = list(dict.fromkeys(metric.column for metric in metrics))
    lined_up = sides([base, *others], columns)
    found = verdicts_among(lined_up, metrics)
    return {
        (others[index - 1].pk, key): verdict for (index, key), verdict in found.items()
    }
