"""What Flight takes in: datasets, new experiments and their runs."""

from collections.abc import Callable, Iterator

from django.utils import timezone
from pyarrow import RecordBatch, flight

from experiments_ui import ids
from experiments_ui.arrow.columns import Batch
from experiments_ui.datasets import actions as dataset_actions
from experiments_ui.datasets import queries as datasets
from experiments_ui.errors import BadRequest, Invalid
from experiments_ui.experiments import actions, queries
from experiments_ui.flight.messages import Request, encode
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.principals import Principal

# Rows handled at once, however large the batches a client sends.
_ROWS = 10_000


class Upload:
    """The record batches of a DoPut, one part at a time.

    When a client dies, pyarrow's reader ends as if the stream were complete; so
    whoever reads to the end learns here whether it truly was.
    """

    def __init__(
        self,
        reader: flight.MetadataRecordBatchReader,
        *,
        is_cancelled: Callable[[], bool],
    ) -> None:
        self._reader = reader
        self._is_cancelled = is_cancelled

    def batches(self) -> Iterator[Batch]:
        """Yield the rows; the first batch comes even when it has none.

        Raises:
            Invalid: A column or value cannot be stored; the message names it.
            BadRequest: The client went away before the end.
        """
        row = 1
        for record_batch in self._record_batches():
            for start in range(0, max(record_batch.num_rows, 1), _ROWS):
                part = record_batch.slice(start, _ROWS)
                yield Batch.from_arrow(part, first_row=row)
                row += part.num_rows
        if self._is_cancelled():
            raise BadRequest("The upload was cut off; nothing of it was stored.")

    def _record_batches(self) -> Iterator[RecordBatch]:
        while True:
            try:
                chunk = self._reader.read_chunk()
            except StopIteration:
                return
            if chunk.data is not None:
                yield chunk.data


def create_experiment(principal: Principal, request: Request) -> bytes:
    """Make an experiment without runs and answer its id."""
    dataset = datasets.get_dataset(
        principal, request.needed("datasetId"), role=Role.MEMBER
    )
    experiment = actions.create_experiment(
        dataset.space,
        name=request.needed("experimentName"),
        dataset=dataset,
        by=principal.user,
        now=timezone.now(),
    )
    project = experiment.traces_project
    return encode(
        [
            ids.encode("Experiment", experiment.pk),
            ids.encode("Dataset", dataset.pk),
            project.name if project else "",
        ]
    )


def create_dataset(principal: Principal, request: Request, upload: Upload) -> bytes:
    """Store a dataset; the column `id` holds the ids of the examples."""
    space = access.get_space_by_id_or_name(
        principal, request.needed("spaceId"), role=Role.MEMBER
    )
    dataset = dataset_actions.create_dataset(
        space,
        name=request.needed("datasetName"),
        batches=upload.batches(),
        by=principal.user,
        now=timezone.now(),
        keep_ids=True,
    )
    return encode([ids.encode("Dataset", dataset.pk)])


def post_experiment_data(
    principal: Principal, request: Request, upload: Upload
) -> bytes:
    """Store the runs of an experiment that was created before."""
    dataset = datasets.get_dataset(
        principal, request.needed("datasetId"), role=Role.MEMBER
    )
    name = request.needed("experimentName")
    experiment = queries.experiment_named(dataset, name)
    if experiment is None:
        raise Invalid(f"The dataset has no experiment '{name}'; create it first.")
    actions.import_runs(experiment, batches=upload.batches(), clock=timezone.now)
    return encode(
        [ids.encode("Experiment", experiment.pk), ids.encode("Dataset", dataset.pk)]
    )
