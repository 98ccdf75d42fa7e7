"""Pages: the traces of a space, and one trace."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experiments_ui.spaces import access
from experiments_ui.spaces.clients import Address
from experiments_ui.spaces.models import Role
from experiments_ui.spaces.requests import PageRequest
from experiments_ui.tracing.page import trace_page, traces_page
from experiments_ui.web.links import PageAddress


@login_required
@require_safe
def trace_list(request: PageRequest, slug: str) -> HttpResponse:
    """Show projects and the newest traces of one."""
    space = access.get_space_by_slug(request.principal, slug, role=Role.READ_ONLY)
    host = Address.of(request.get_host(), secure=request.is_secure()).host
    page = traces_page(space, PageAddress.of(request), host=host)
    return render(request, "tracing/traces.html", {"space": space, "page": page})


@login_required
@require_safe
def trace_detail(request: PageRequest, slug: str, trace_id: str) -> HttpResponse:
    """Show a trace as a tree, and one span of it."""
    space = access.get_space_by_slug(request.principal, slug, role=Role.READ_ONLY)
    page = trace_page(space, trace_id, span_id=PageAddress.of(request).text("span"))
    return render(request, "tracing/trace.html", {"space": space, "page": page})
