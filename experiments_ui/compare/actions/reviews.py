"""Saying what became of a row, and taking it back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from experiments_ui.accounts.models import User
from experiments_ui.compare.models import Opinion, Review
from experiments_ui.compare.queries.reviews import Pair
from experiments_ui.datasets.models import Dataset
from experiments_ui.errors import Invalid


def set_review(
    dataset: Dataset,
    pairs: Sequence[Pair],
    *,
    opinion: str,
    by: User | None,
    now: datetime,
) -> None:
    """Give pairs of outputs an opinion, in place of the one they had; one statement.

    Raises:
        Invalid: The opinion is none of the four, or there is nothing to review.
    """
    if opinion not in Opinion.values:
        allowed = ", ".join(Opinion.values)
        raise Invalid(f"The opinion is one of {allowed}.", {"opinion": "choice"})
    if not pairs:
        raise Invalid("Nothing changed in this row, so there is nothing to review.")
    # Two people who review the same pair at once leave one review: the later.
    Review.objects.bulk_create(
        [
            Review(
                dataset=dataset,
                position=pair.position,
                base_output=pair.base,
                candidate_output=pair.candidate,
                opinion=opinion,
                reviewed_by=by,
                reviewed_at=now,
            )
            for pair in dict.fromkeys(pairs)
        ],
        update_conflicts=True,
        unique_fields=["dataset", "position", "base_output", "candidate_output"],
        update_fields=["opinion", "reviewed_by", "reviewed_at"],
    )


@transaction.atomic
def clear_review(dataset: Dataset, pairs: Sequence[Pair]) -> None:
    """Forget what was said about pairs of outputs, if anything was."""
    if not pairs:
        return
    asked = Q()
    for pair in pairs:
        asked |= Q(
            position=pair.position,
            base_output=pair.base,
            candidate_output=pair.candidate,
        )
    Review.objects.filter(asked, dataset=dataset).delete()
