"""Serve Arrow Flight from a process of its own."""

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from experiments_ui.flight.server import build_server


class Command(BaseCommand):
    help = "Serve Arrow Flight on EXPERIMENTS_UI_HOST and EXPERIMENTS_UI_FLIGHT_PORT."

    def handle(self, *args: Any, **options: Any) -> None:
        location = f"grpc://{settings.HOST}:{settings.FLIGHT_PORT}"
        server = build_server(location)
        signal.signal(signal.SIGTERM, lambda *_: server.shutdown())
        self.stdout.write(f"Flight on {location}")
        server.serve()
