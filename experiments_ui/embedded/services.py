"""The servers and workers that share the embedded process."""

import logging
import threading
from collections.abc import Callable

from celery.worker import WorkController
from django.conf import settings
from django.db import close_old_connections, connection

from experiments_ui.celery import app
from experiments_ui.compare import jobs as compare_jobs
from experiments_ui.experiments import jobs
from experiments_ui.flight.server import build_server as build_flight
from experiments_ui.otlp.service import build_server as build_otlp
from experiments_ui.tasks import jobs as task_jobs

logger = logging.getLogger(__name__)

_RECONCILE_SECONDS = 30.0


class Services:
    """Flight, OTLP, jobs and the reconciler: started together, stopped together."""

    def __init__(self) -> None:
        self._stops: list[Callable[[], object]] = []
        self._stopping = threading.Event()

    def start(self) -> None:
        if connection.vendor == "sqlite":
            # The database is this process's alone: what was at work is cut off.
            task_jobs.take_over_all()
        flight = build_flight(f"grpc://{settings.HOST}:{settings.FLIGHT_PORT}")
        self._run("flight", flight.serve, stop=flight.shutdown)
        otlp = build_otlp(f"{settings.HOST}:{settings.OTLP_PORT}")
        otlp.start()
        self._stops.append(lambda: otlp.stop(grace=5).wait())
        self._run("reconciler", self._reconcile, stop=self._stopping.set)
        self._start_jobs()

    def stop(self) -> None:
        """End everything, the last started first."""
        for stop in reversed(self._stops):
            try:
                stop()
            except Exception:
                logger.exception("service did not stop cleanly")

    def _start_jobs(self) -> None:
        worker = WorkController(app=app, pool_cls="threads", concurrency=2)
        self._run("jobs", worker.start, stop=worker.stop)
        # Stopped before the worker, which waits for what it is at.
        self._stops.append(task_jobs.stop)

    def _run(
        self, name: str, target: Callable[[], object], *, stop: Callable[[], object]
    ) -> None:
        threading.Thread(target=target, name=name, daemon=True).start()
        self._stops.append(stop)

    def _reconcile(self) -> None:
        while not self._stopping.is_set():
            close_old_connections()
            try:
                jobs.reconcile()
                compare_jobs.reconcile()
                task_jobs.reconcile()
            except Exception:
                logger.exception("reconciler failed")
            self._stopping.wait(_RECONCILE_SECONDS)
