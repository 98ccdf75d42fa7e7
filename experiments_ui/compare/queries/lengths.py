"""How long the outputs of an experiment are, without reading them."""

import numpy as np
import numpy.typing as npt
from django.db.models.functions import Length

from experiments_ui.experiments.models import Run
from experiments_ui.experiments.queries.sides import Side


def output_lengths(side: Side) -> npt.NDArray[np.float64]:
    """Return the characters of each run's output in order of arrival; one query.

    NaN is a run without an output.
    """
    rows = Run.objects.filter(
        experiment=side.experiment, sequence__lt=side.shape.length
    ).order_by("sequence")
    lengths = rows.values_list(Length("output"), flat=True)
    return np.array(list(lengths), np.float64)
