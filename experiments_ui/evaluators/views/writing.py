"""Writing evaluators: new ones, new versions, names, and trying a check."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from experiments_ui.errors import DomainError, NotFound
from experiments_ui.evaluators import actions, queries
from experiments_ui.evaluators.catalogue import FAMILIES
from experiments_ui.evaluators.checks import CHECKS
from experiments_ui.evaluators.forms import CheckForm, DetailsForm, JudgeForm
from experiments_ui.evaluators.forms.writing import new_form, next_form
from experiments_ui.evaluators.models import Evaluator, EvaluatorVersion
from experiments_ui.evaluators.page.lists import beginnings
from experiments_ui.evaluators.page.writing import attempt, models_on_offer
from experiments_ui.spaces import access
from experiments_ui.spaces.models import Role, Space
from experiments_ui.spaces.requests import PageRequest
from experiments_ui.web.links import PageAddress


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest, slug: str) -> HttpResponse:
    """Show what there is to begin with; with `from` or `check`, the form of one."""
    space = access.get_space_by_slug(request.principal, slug, role=Role.MEMBER)
    address = PageAddress.of(request)
    family, check = address.text("from"), address.text("check")
    if not family and not check:
        context = {"space": space, "beginnings": beginnings()}
        return render(request, "evaluators/choose.html", context)
    if family not in {*FAMILIES, "blank", ""} or check not in {*CHECKS, ""}:
        raise NotFound("There is no such judge or check to begin with.")
    usable = queries.usable_integrations(space)
    form = new_form(request.POST or None, family=family, check=check, usable=usable)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_evaluator(
                space,
                form.new_evaluator(),
                version=form.new_version(),
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return _saved(request, space, made)
    return _form(request, space, form, evaluator=None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PageRequest, slug: str, number: int) -> HttpResponse:
    """Show the form of a next version, filled in from the latest or `version`."""
    evaluator = queries.evaluator_at(
        request.principal, slug=slug, number=number, role=Role.MEMBER
    )
    before = queries.version_numbered(
        evaluator, PageAddress.of(request).number("version")
    )
    usable = queries.usable_integrations(evaluator.space)
    form = next_form(request.POST or None, before=before, usable=usable)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_version(
                evaluator, form.new_version(), by=request.user, now=timezone.now()
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return _saved(request, evaluator.space, made)
    return _form(request, evaluator.space, form, evaluator=evaluator)


@login_required
@require_POST
def rename(request: PageRequest, slug: str, number: int) -> HttpResponse:
    evaluator = queries.evaluator_at(
        request.principal, slug=slug, number=number, role=Role.MEMBER
    )
    form = DetailsForm(request.POST)
    if form.is_valid():
        try:
            actions.update_evaluator(evaluator, form.cleaned_data, now=timezone.now())
            messages.success(request, "Name and description are changed.")
        except DomainError as error:
            form.refuse(error)
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
    return redirect("evaluator", slug=slug, number=number)


@login_required
@require_POST
def delete(request: PageRequest, slug: str, number: int) -> HttpResponse:
    evaluator = queries.evaluator_at(
        request.principal, slug=slug, number=number, role=Role.MEMBER
    )
    actions.delete_evaluator(evaluator)
    messages.success(request, f"“{evaluator.name}” is deleted.")
    return redirect("evaluator-list", slug=slug)


@login_required
@require_POST
def try_check(request: PageRequest, slug: str, key: str) -> HttpResponse:
    """Run a check on the sample in its form; nothing is stored."""
    access.get_space_by_slug(request.principal, slug, role=Role.MEMBER)
    if key not in CHECKS:
        raise NotFound("There is no such check.")
    form = CheckForm(request.POST, check=CHECKS[key], is_new=False, initial={})
    name = "attempt" if request.htmx else "try"
    return render(request, f"evaluators/{name}.html", {"attempt": attempt(form)})


def _saved(
    request: PageRequest, space: Space, version: EvaluatorVersion
) -> HttpResponse:
    text = f"Version {version.number} of “{version.evaluator.name}” is saved."
    messages.success(request, text)
    return redirect("evaluator", slug=space.slug, number=version.evaluator_id)


def _form(
    request: PageRequest,
    space: Space,
    form: JudgeForm | CheckForm,
    *,
    evaluator: Evaluator | None,
) -> HttpResponse:
    is_judge = isinstance(form, JudgeForm)
    context: dict[str, Any] = {"space": space, "form": form, "evaluator": evaluator}
    if isinstance(form, JudgeForm):
        context |= models_on_offer(form)
    name = "judge_form" if is_judge else "check_form"
    status = 400 if form.errors else 200
    return render(request, f"evaluators/{name}.html", context, status=status)
