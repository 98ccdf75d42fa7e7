"""The place of classes: its page, its settings, its charts and its threshold."""

import time

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from experiments_ui.compare.actions.classification import (
    clear_classification,
    set_classification,
)
from experiments_ui.compare.classes.coding import reading_of
from experiments_ui.compare.classes.look import ClassLook
from experiments_ui.compare.classes.place import ClassesPlace, place_of
from experiments_ui.compare.classes.preview import preview
from experiments_ui.compare.classes.reading import Reading
from experiments_ui.compare.classes.scores import Scores
from experiments_ui.compare.classes.setting_up import (
    first_guess,
    run_columns,
    true_columns,
)
from experiments_ui.compare.classes.working import Progress, work
from experiments_ui.compare.forms import ClassificationForm
from experiments_ui.compare.views.frame import Frame, frame
from experiments_ui.errors import Invalid, NotFound
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.requests import PageRequest
from experiments_ui.web.links import whole_number

_HERE = "compare-classes"
# How long a request works before it says how far it is.
_SECONDS = 1.5
_MOST_TRIES = 30


@login_required
@require_safe
def page(request: PageRequest, slug: str) -> HttpResponse:
    """Show the classes; without settings, how to set them."""
    shared = frame(request, slug, current=_HERE)
    look = ClassLook.parse(request.GET, shared.comparison.selection)
    reading = reading_of(shared.comparison.dataset)
    if reading is None:
        return _settings(request, shared)
    try:
        progress = _worked(request, shared, reading, look)
    except Invalid as refused:
        context = shared.context | {"problem": refused.message}
        return render(request, "compare/classes.html", context)
    if progress.is_complete and request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if not progress.is_complete:
        tries = _tries(request) + 1
        context = shared.context | {"progress": progress, "tries": tries}
        part = "_progress" if request.htmx else "_working"
        return render(request, f"compare/classes{part}.html", context)
    place = place_of(shared.comparison, reading, look, slug=slug)
    context = shared.context | {"place": place}
    return render(request, "compare/classes.html", context)


def _worked(
    request: PageRequest, shared: Frame, reading: Reading, look: ClassLook
) -> Progress:
    """Work for a while; who has asked very often waits for all of it at once.

    That is where what one request works out is gone before the next one comes.
    """
    end = time.monotonic() + _SECONDS
    patient = _tries(request) >= _MOST_TRIES
    return work(
        shared.comparison,
        reading,
        look,
        is_over=lambda: not patient and time.monotonic() > end,
    )


def _tries(request: PageRequest) -> int:
    return whole_number(request.GET.get("tries", "")) or 0


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: PageRequest, slug: str) -> HttpResponse:
    """Show the settings, and save them."""
    shared = frame(request, slug, current=_HERE)
    if request.method != "POST":
        return _settings(request, shared)
    dataset = shared.comparison.dataset
    access.require(request.principal, dataset.space_id, role=Role.MEMBER)
    form = _form(request, shared)
    if not form.is_valid():
        return _settings(request, shared, form=form)
    set_classification(dataset, form.reading(), by=request.user, now=timezone.now())
    messages.success(request, "All experiments of this dataset are read so now.")
    return redirect(
        f"/spaces/{slug}/compare/classes?{shared.comparison.selection.query}"
    )


@login_required
@require_POST
def clear(request: PageRequest, slug: str) -> HttpResponse:
    """Forget the settings."""
    shared = frame(request, slug, current=_HERE)
    dataset = shared.comparison.dataset
    access.require(request.principal, dataset.space_id, role=Role.MEMBER)
    clear_classification(dataset)
    return redirect(
        f"/spaces/{slug}/compare/classes?{shared.comparison.selection.query}"
    )


@login_required
@require_POST
def tried(request: PageRequest, slug: str) -> HttpResponse:
    """Answer what the settings in the form would make of real rows; saves nothing."""
    shared = frame(request, slug, current=_HERE)
    form = _form(request, shared)
    context = _tried(shared, form)
    return render(request, "compare/classes_preview.html", context)


@login_required
@require_safe
def threshold(request: PageRequest, slug: str) -> HttpResponse:
    """Answer the figures at one threshold."""
    place = _place(request, frame(request, slug, current=_HERE))
    return render(request, "compare/classes_threshold.html", {"place": place})


@login_required
@require_safe
def figure(request: PageRequest, slug: str, name: str) -> HttpResponseBase:
    """Answer one chart; unchanged ones answer 304 to who has them already."""
    place = _place(request, frame(request, slug, current=_HERE))
    if not place.has_scores:
        raise NotFound("These classes have no scores.")
    drawn = Scores(place.measures).draw(name)
    answer = HttpResponse(
        drawn.body,
        content_type="application/json",
        headers={"ETag": drawn.tag, "Cache-Control": "private, no-cache"},
    )
    return get_conditional_response(request, etag=drawn.tag, response=answer) or answer


def _place(request: PageRequest, shared: Frame) -> ClassesPlace:
    comparison = shared.comparison
    reading = reading_of(comparison.dataset)
    if reading is None:
        raise NotFound("Say first how this dataset's classes are read.")
    look = ClassLook.parse(request.GET, comparison.selection)
    return place_of(comparison, reading, look, slug=shared.space.slug)


def _form(request: PageRequest, shared: Frame) -> ClassificationForm:
    comparison = shared.comparison
    saved = reading_of(comparison.dataset)
    return ClassificationForm(
        request.POST if request.method == "POST" else None,
        reading=saved or first_guess(comparison),
        truths=true_columns(comparison),
        columns=run_columns(comparison),
        scores=run_columns(comparison, only_numbers=True),
    )


def _settings(
    request: PageRequest, shared: Frame, *, form: ClassificationForm | None = None
) -> HttpResponse:
    comparison = shared.comparison
    saved = reading_of(comparison.dataset)
    found = form or _form(request, shared)
    context = shared.context | {"is_set": saved is not None}
    if form is None:
        reading = saved or first_guess(comparison)
        context |= {"form": found, "found": preview(comparison, reading)}
    else:
        context |= _tried(shared, found)
    return render(request, "compare/classes_settings.html", context)


def _tried(shared: Frame, form: ClassificationForm) -> dict[str, object]:
    is_good = form.is_valid()
    found = preview(shared.comparison, form.reading()) if is_good else None
    return {"form": form, "found": found}
