"""Receive spans over OTLP/gRPC until told to stop."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from experiments_ui.otlp.service import build_server

_GRACE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Receive OpenTelemetry spans over gRPC."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.OTLP_PORT)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        try:
            server = build_server(f"{host}:{port}")
        except RuntimeError as error:
            raise CommandError(f"Cannot listen on {host}:{port}: {error}") from None
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        server.start()
        self.stdout.write(f"OTLP listens on {host}:{server.port}")
        self.stdout.flush()
        stop.wait()
        server.stop(_GRACE_SECONDS)
