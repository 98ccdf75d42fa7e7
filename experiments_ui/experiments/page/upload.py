"""A waiting file: its first rows, what an import would do, and the import itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from experiments_ui.accounts.models import User
from experiments_ui.arrow.files import Limits, TableReader, open_table, preview
from experiments_ui.datasets.actions import create_dataset
from experiments_ui.datasets.models import Dataset
from experiments_ui.datasets.queries import get_version
from experiments_ui.datasets.roles import Roles, guess
from experiments_ui.datasets.uploads import ExampleReport, examples_from, survey
from experiments_ui.experiments import actions
from experiments_ui.experiments.forms import DatasetForm, ExperimentForm
from experiments_ui.experiments.models import Experiment
from experiments_ui.experiments.uploads import RunReader, RunReport, examples_by
from experiments_ui.spaces.models import Space
from experiments_ui.web.pending import PendingFile
from experiments_ui.web.texts import in_a_cell

_ROWS = 20


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    name: str
    kind: str
    role: str


@dataclass(frozen=True, slots=True)
class FilePreview:
    """The first rows of a file as text, under its columns."""

    columns: list[PreviewColumn]
    rows: list[list[str]]
    roles: Roles

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def file_preview(pending: PendingFile) -> FilePreview:
    """Read the beginning of a file.

    Raises:
        Invalid: It cannot be read; the message says where.
        LimitExceeded: It is more than the server takes.
    """
    with _opened(pending) as reader:
        found = preview(reader, rows=_ROWS)
    roles = guess({column.name: column.kind for column in found.columns})
    shown_as = {roles.input: "input", roles.expected: "expected", roles.label: "label"}
    return FilePreview(
        columns=[
            PreviewColumn(c.name, _KINDS[c.kind], shown_as.get(c.name, ""))
            for c in found.columns
        ],
        rows=[
            [in_a_cell(row.get(column.name)) for column in found.columns]
            for row in found.rows
        ],
        roles=roles,
    )


def example_report(pending: PendingFile) -> ExampleReport:
    """Return what an import as a dataset would do; reads the whole file."""
    with _opened(pending) as reader:
        return survey(reader.batches())


def run_report(
    pending: PendingFile, dataset: Dataset, form: ExperimentForm
) -> RunReport:
    """Return what an import as an experiment would do; reads the whole file."""
    with _opened(pending) as reader:
        return _reader(dataset, form).report(reader.batches())


def import_dataset(
    pending: PendingFile, space: Space, form: DatasetForm, *, roles: Roles, by: User
) -> Dataset:
    """Make the dataset, all of it or nothing; errors as create_dataset."""
    report = example_report(pending)
    with _opened(pending) as reader:
        return create_dataset(
            space,
            name=form.cleaned_data["name"],
            batches=examples_from(
                reader.batches(),
                keep_ids=report.keeps_ids,
                renamed=form.renamed(roles),
            ),
            by=by,
            now=timezone.now(),
            keep_ids=report.keeps_ids,
        )


def import_experiment(
    pending: PendingFile, dataset: Dataset, form: ExperimentForm, *, by: User
) -> Experiment:
    """Make the experiment with its runs, all of them or nothing.

    Raises:
        Conflict: The dataset has an experiment of this name.
        Invalid: A row breaks a rule; the message names it.
    """
    experiment = actions.create_experiment(
        dataset.space,
        name=form.cleaned_data["name"],
        dataset=dataset,
        by=by,
        now=timezone.now(),
    )
    try:
        with _opened(pending) as reader:
            runs = _reader(dataset, form).batches(reader.batches())
            actions.import_runs(experiment, batches=runs, clock=timezone.now)
    except BaseException:
        actions.delete_experiment(experiment)
        raise
    return experiment


def _reader(dataset: Dataset, form: ExperimentForm) -> RunReader:
    columns = form.columns()
    return RunReader(columns, examples_by(get_version(dataset, None), columns.key))


@contextmanager
def _opened(pending: PendingFile) -> Iterator[TableReader]:
    with pending.path.open("rb") as file:
        limits = Limits(max_bytes=settings.UPLOAD_BYTES)
        yield open_table(file, name=pending.name, limits=limits)


_KINDS = {
    "float": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "string": "text",
    "mixed": "list or object",
    "null": "empty",
}
