"""Which addresses integrations may lead to: checked when saved, and at every call."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from experiments_ui.errors import Invalid
from experiments_ui.llm.errors import CallError, Kind
from experiments_ui.llm.guard import Policy, check_reachable, check_url

# A name that takes longer to resolve is looked at again when it is called.
_RESOLVING_SECONDS = 3
_resolving = ThreadPoolExecutor(4, thread_name_prefix="resolving")


def policy() -> Policy:
    """Return which addresses the operator allows beyond public ones."""
    return _policy(tuple(settings.ALLOWED_PRIVATE_HOSTS), loopback=settings.EMBEDDED)


def check_base_url(url: str) -> None:
    """Refuse an address that must not be called; may take three seconds.

    A name that does not resolve now is let through: it may in another network, and
    each call looks at what it resolves to.

    Raises:
        Invalid: It is malformed, or leads where the operator does not allow it.
    """
    try:
        check_url(url, policy())
        _resolving.submit(_resolve, url, policy()).result(_RESOLVING_SECONDS)
    except TimeoutError:
        return
    except CallError as error:
        if error.kind == Kind.BLOCKED_HOST:
            message = f"base_url: {error.message}"
            raise Invalid(message, {"base_url": error.message}) from None


def _resolve(url: str, allowed: Policy) -> None:
    asyncio.run(check_reachable(url, allowed))


@cache
def _policy(entries: tuple[str, ...], *, loopback: bool) -> Policy:
    try:
        return Policy.allowing(entries, loopback=loopback)
    except ValueError as error:
        message = f"EXPERIMENTS_UI_ALLOWED_PRIVATE_HOSTS: {error}"
        raise ImproperlyConfigured(message) from None
