"""Serve everything from one process."""

import signal
import sys
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.db import connection
from waitress import create_server

from experiments_ui.compare.jobs import take_over_all
from experiments_ui.embedded.first_start import prepare
from experiments_ui.embedded.lock import data_folder_lock
from experiments_ui.embedded.services import Services
from experiments_ui.embedded.words import ready
from experiments_ui.errors import Conflict
from experiments_ui.experiments.jobs import give_up_uploads


class Command(BaseCommand):
    help = "Serve pages, REST, Flight, OTLP and jobs from this one process."

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _leave)
        try:
            with data_folder_lock(settings.DATA_DIR):
                self._serve()
        except Conflict as error:
            raise CommandError(error.message) from error

    def _serve(self) -> None:
        call_command("migrate", verbosity=0)
        if connection.vendor == "sqlite":
            # The database is this process's alone: what was loading is cut off.
            give_up_uploads()
            take_over_all()
        server = create_server(
            get_wsgi_application(),
            host=settings.HOST,
            port=settings.HTTP_PORT,
            threads=8,
            # One byte more is refused before it is read.
            max_request_body_size=settings.UPLOAD_BYTES + 2**20,
            ident=None,
            # Django reads a proxy's X-Forwarded-Proto where it is told to.
            clear_untrusted_proxy_headers=not settings.BEHIND_HTTPS,
        )
        welcome = prepare()
        services = Services()
        services.start()
        self.stdout.write(ready(welcome))
        self.stdout.flush()
        try:
            server.run()
        finally:
            server.close()
            services.stop()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
