"""Uploads in two steps: the file, then what is in it and what becomes of it."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from experiments_ui.datasets.models import Dataset
from experiments_ui.datasets.queries import columns_of
from experiments_ui.datasets.queries.browsing import dataset_at, datasets_in
from experiments_ui.errors import DomainError
from experiments_ui.experiments.forms import (
    NEW_DATASET,
    ChooseFileForm,
    DatasetForm,
    ExperimentForm,
)
from experiments_ui.experiments.page import upload as page
from experiments_ui.experiments.page.upload import FilePreview
from experiments_ui.experiments.uploads import guess_columns
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.requests import PageRequest
from experiments_ui.web import pending as pending_files
from experiments_ui.web.links import PageAddress, whole_number
from experiments_ui.web.pending import PendingFile

# Room for what a form sends besides the file.
_FORM_BYTES = 2**20
_MOST_DATASETS = 200


@csrf_exempt
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PageRequest, slug: str) -> HttpResponse:
    """Take a file; one that is too large is refused before it is read."""
    if _declared_bytes(request) > settings.UPLOAD_BYTES + _FORM_BYTES:
        raise pending_files.too_large()
    return _upload(request, slug)


@csrf_protect
def _upload(request: PageRequest, slug: str) -> HttpResponse:
    space = access.get_space_by_slug(request.principal, slug, role=Role.MEMBER)
    datasets = list(datasets_in(space).order_by("-updated_at")[:_MOST_DATASETS])
    chosen = PageAddress.of(request).number("dataset")
    form = ChooseFileForm(datasets=datasets)
    form.initial["dataset"] = chosen or NEW_DATASET
    if request.method == "POST":
        form = ChooseFileForm(request.POST, request.FILES, datasets=datasets)
        if form.is_valid():
            return _keep(request, space, form)
    context = {"space": space, "form": form, "limit": settings.UPLOAD_BYTES}
    status = 400 if form.errors else 200
    return render(request, "experiments/upload.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: PageRequest, slug: str, token: str) -> HttpResponse:
    """Show what is in a waiting file, report on its import, and import it."""
    space = access.get_space_by_slug(request.principal, slug, role=Role.MEMBER)
    pending = pending_files.find(token, user_id=request.user.pk, space_id=space.pk)
    number = PageAddress.of(request).number("dataset")
    dataset = (
        None
        if number is None
        else dataset_at(request.principal, slug=slug, number=number, role=Role.MEMBER)
    )
    try:
        preview = page.file_preview(pending)
    except DomainError as error:
        pending_files.forget(pending)
        messages.error(request, f"{pending.name} cannot be read. {error.message}")
        return redirect(_upload_url(slug, number))
    if dataset is None:
        return _review_dataset(request, space, pending, preview)
    return _review_experiment(request, dataset, pending, preview)


def _review_dataset(
    request: PageRequest, space: Space, pending: PendingFile, preview: FilePreview
) -> HttpResponse:
    roles = preview.roles
    form = DatasetForm(
        _sent(request),
        columns=preview.names,
        initial={
            "name": pending.stem,
            "input": roles.input,
            "expected": roles.expected,
            "label": roles.label,
        },
    )
    context = _context(space, pending, preview, form) | {"show_roles": True}
    try:
        if request.method == "POST" and form.is_valid():
            dataset = page.import_dataset(
                pending, space, form, roles=roles, by=request.user
            )
            pending_files.forget(pending)
            messages.success(request, f"“{dataset.name}” is imported.")
            return redirect("dataset", slug=space.slug, number=dataset.pk)
        context["report"] = page.example_report(pending)
    except DomainError as error:
        form.is_valid()
        form.add_error(None, error.message)
    return _answer(request, "experiments/review_dataset.html", context)


def _review_experiment(
    request: PageRequest, dataset: Dataset, pending: PendingFile, preview: FilePreview
) -> HttpResponse:
    dataset_columns = columns_of(dataset)
    guessed = guess_columns(preview.names, dataset_columns=dataset_columns)
    form = ExperimentForm(
        _sent(request) or _complete({"name": pending.stem, **asdict(guessed)}),
        columns=preview.names,
        dataset_columns=dataset_columns,
        initial={"name": pending.stem, **asdict(guessed)},
    )
    context = _context(dataset.space, pending, preview, form) | {"dataset": dataset}
    try:
        if form.is_valid() and request.method == "POST":
            experiment = page.import_experiment(pending, dataset, form, by=request.user)
            pending_files.forget(pending)
            messages.success(request, f"“{experiment.name}” is imported.")
            return redirect("experiment", slug=dataset.space.slug, number=experiment.pk)
        if form.is_valid():
            context["report"] = page.run_report(pending, dataset, form)
    except DomainError as error:
        form.add_error(None, error.message)
    return _answer(request, "experiments/review_experiment.html", context)


def _sent(request: PageRequest) -> QueryDict | None:
    """Return what was chosen: sent to be imported, or in the address to be checked."""
    if request.method == "POST":
        return request.POST
    return request.GET if "name" in request.GET else None


def _complete(guessed: dict[str, str]) -> QueryDict | None:
    """Return a guess as if it were chosen, where nothing is left to choose."""
    if not (guessed["match"] and guessed["output"]):
        return None
    chosen = QueryDict(mutable=True)
    chosen.update(guessed)
    return chosen


def _context(
    space: Space, pending: PendingFile, preview: FilePreview, form: Any
) -> dict[str, object]:
    return {"space": space, "pending": pending, "preview": preview, "form": form}


def _answer(
    request: PageRequest, template: str, context: dict[str, Any]
) -> HttpResponse:
    status = 400 if context["form"].errors and request.method == "POST" else 200
    return render(request, template, context, status=status)


def _keep(request: PageRequest, space: Space, form: ChooseFileForm) -> HttpResponse:
    token = pending_files.keep(
        form.cleaned_data["file"], user_id=request.user.pk, space_id=space.pk
    )
    url = reverse("upload-review", kwargs={"slug": space.slug, "token": token})
    dataset = form.cleaned_data["dataset"]
    return redirect(url if dataset == NEW_DATASET else f"{url}?dataset={dataset}")


def _upload_url(slug: str, number: int | None) -> str:
    url = reverse("upload", kwargs={"slug": slug})
    return url if number is None else f"{url}?dataset={number}"


def _declared_bytes(request: HttpRequest) -> int:
    return whole_number(request.META.get("CONTENT_LENGTH") or "0") or 0
