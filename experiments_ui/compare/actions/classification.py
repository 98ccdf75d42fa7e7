"""Setting how a dataset's experiments are read as classifications."""

from datetime import datetime

from experiments_ui.accounts.models import User
from experiments_ui.analysis.classification import extractor
from experiments_ui.compare.classes.reading import Reading
from experiments_ui.compare.models import ClassificationSettings, PredictionSource
from experiments_ui.datasets.models import Dataset
from experiments_ui.errors import Invalid


def set_classification(
    dataset: Dataset, reading: Reading, *, by: User | None, now: datetime
) -> None:
    """Read all experiments of a dataset so from now on.

    Raises:
        Invalid: There is no true column, or predictions cannot be found so; `fields`
            names ``truth``, ``source``, ``column``, ``path`` or ``pattern``.
    """
    if not reading.truth:
        message = "Choose the column that holds the true class."
        raise Invalid(message, {"truth": message})
    if reading.source not in PredictionSource.values:
        message = "Choose where the prediction is found."
        raise Invalid(message, {"source": message})
    extractor(reading.rule)
    ClassificationSettings.objects.update_or_create(
        dataset=dataset,
        defaults={
            "truth": reading.truth,
            "source": reading.source,
            "expression": reading.expression,
            "positive": reading.positive,
            "score": reading.score,
            "aliases": [list(pair) for pair in reading.aliases],
            "folds_case": reading.folds_case,
            "folds_blanks": reading.folds_blanks,
            "updated_by": by,
            "updated_at": now,
        },
    )


def clear_classification(dataset: Dataset) -> None:
    """Read the dataset's experiments as classifications no more."""
    ClassificationSettings.objects.filter(dataset=dataset).delete()
