"""What can go wrong in the domain; every edge translates these kinds once."""

from collections.abc import Mapping


class DomainError(Exception):
    """Something the caller can understand and act on.

    `message` is shown to people as it stands. `fields` names what was wrong
    where, keyed by a path such as ``experiment_runs[3].output``.
    """

    status = 400
    code = "invalid-request"
    title = "Invalid request"

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})


class BadRequest(DomainError):
    """The request itself cannot be read: broken JSON, a malformed id."""


class Unauthenticated(DomainError):
    """No key, or one that is unknown, revoked or expired."""

    status = 401
    code = "authentication-required"
    title = "Authentication required"


class Forbidden(DomainError):
    """The caller may see the thing, but not do this to it."""

    status = 403
    code = "access-forbidden"
    title = "Access forbidden"


class NotFound(DomainError):
    """Absent, or not the caller's to see: the answer is the same."""

    status = 404
    code = "resource-not-found"
    title = "Resource not found"


class Conflict(DomainError):
    """The name is taken, or the thing is in use."""

    status = 409
    code = "resource-conflict"
    title = "Resource conflict"


class LimitExceeded(DomainError):
    """More than is accepted at once."""

    status = 413
    code = "limit-exceeded"
    title = "Limit exceeded"


class Invalid(DomainError):
    """Well-formed, but the content breaks a rule."""

    status = 422
    code = "validation-error"
    title = "Validation error"
