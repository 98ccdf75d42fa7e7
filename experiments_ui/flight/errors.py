"""Domain errors as Flight errors: a plain message, never a stack trace."""

import logging
from collections.abc import Callable, Iterator
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import close_old_connections
from pyarrow import ArrowException, flight

from experiments_ui.errors import DomainError, Forbidden, Invalid, Unauthenticated

logger = logging.getLogger(__name__)

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")

# gRPC's status by ours. Flight's Python server cannot set these, but the clients
# look for them in the message.
_GRPC = {400: 3, 404: 5, 409: 6, 413: 8, 422: 3}


def translated(
    method: Callable[_Arguments, _Answer],
) -> Callable[_Arguments, _Answer]:
    """Make a server method raise nothing but Flight errors.

    pyarrow would send the trace of any other exception to the client.
    """

    @wraps(method)
    def call(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Answer:
        close_old_connections()
        try:
            return method(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 -- every kind is translated
            raise flight_error(error) from None
        finally:
            close_old_connections()

    return call


def translated_stream(batches: Iterator[_Answer]) -> Iterator[_Answer]:
    """Yield what a generator yields; what it raises becomes a Flight error."""
    close_old_connections()
    try:
        yield from batches
    except Exception as error:  # noqa: BLE001 -- every kind is translated
        raise flight_error(error) from None
    finally:
        close_old_connections()


def flight_error(error: Exception) -> flight.FlightError:
    """Return the Flight error that says what a domain error says."""
    match error:
        case flight.FlightError():
            return error
        case Unauthenticated(message=message):
            return flight.FlightUnauthenticatedError(_marked(message, 16))
        case Forbidden(message=message):
            return flight.FlightUnauthorizedError(_marked(message, 7))
        case DomainError(message=message, status=status):
            return flight.FlightServerError(_marked(message, _GRPC.get(status, 2)))
        case ArrowException():
            return flight_error(Invalid(f"The Arrow stream cannot be read: {error}"))
    logger.error("flight call failed", exc_info=error)
    return flight.FlightInternalError(
        _marked("Something went wrong on the server; it is logged.", 13)
    )


def _marked(message: str, status: int) -> str:
    quoted = message.replace('"', "'")
    return f'{message} {{grpc_status:{status}, grpc_message:"{quoted}"}}'
