"""Whether the server is ready, for people's scripts and load balancers."""

import shutil

import orjson
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from experiments_ui import __version__

# Below this much free space an upload may fail half-way.
_LITTLE_SPACE = 500 * 2**20


def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- a view
    """Answer 200 when the database answers, 503 when not; one query."""
    free = shutil.disk_usage(
        settings.DATA_DIR if settings.DATA_DIR.exists() else "/"
    ).free
    answers = _database_answers()
    content = {
        "status": "ok" if answers else "unavailable",
        "version": __version__,
        "database": connection.vendor,
        "free_bytes": free,
        "low_disk_space": free < _LITTLE_SPACE,
    }
    return HttpResponse(
        orjson.dumps(content),
        status=200 if answers else 503,
        content_type="application/json",
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
