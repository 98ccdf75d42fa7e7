"""Taking away, in slices, what somebody deleted."""

from experiments_ui.columns.models import Frame
from experiments_ui.experiments.models import Evaluation, Experiment, Run

# Rows per transaction: short enough that other writers hardly wait.
_SLICE = 5_000


def finish_removals() -> int:
    """Delete what a killed process left half deleted, and return how many."""
    left = list(Experiment.objects.filter(is_removed=True).values_list("pk", flat=True))
    for number in left:
        take_away(number)
    return len(left)


def take_away(number: int) -> None:
    """Delete an experiment that nobody sees any more; any process may go on."""
    frames = list(
        Experiment.objects.filter(pk=number).values_list("frame_id", flat=True)
    )
    runs = Run.objects.filter(experiment_id=number)
    last = runs.order_by("-sequence").values_list("sequence", flat=True).first()
    for start in range(0, (last or 0) + 1, _SLICE):
        within = {"sequence__gte": start, "sequence__lt": start + _SLICE}
        Evaluation.objects.filter(experiment_id=number, **within).delete()
        runs.filter(**within).delete()
    Experiment.objects.filter(pk=number).delete()
    Frame.objects.filter(pk__in=frames).delete()
