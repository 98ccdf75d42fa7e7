"""A page request as signed-in views see it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from experiments_ui.accounts.models import User
from experiments_ui.spaces.principals import Principal


class PageRequest(HttpRequest):
    """What sign-in and the middleware add; only views behind sign-in get one."""

    user: User
    principal: Principal
    htmx: HtmxDetails
