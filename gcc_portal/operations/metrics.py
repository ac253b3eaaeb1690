"""`/metrics`: figures in Prometheus' format, read from the database and Redis at the scrape.

They are the whole portal's, so any process of any machine answers the same; no process counts in its own memory.
Requests and their times are the proxy's to measure.
"""

import platform
import time
from collections.abc import Iterator

import django
from django.conf import settings
from django.db import Error
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from gcc_portal.operations import replica, workers
from gcc_portal.operations.queues import Pace, queue_states

VERSION = "0.1.0"


class PortalCollector(Collector):
    """Collects everything at the scrape and keeps nothing."""

    def collect(self) -> Iterator[Metric]:
        """Yield the figures. A database or Redis that is away is a figure too, never an error."""
        began = time.perf_counter()
        yield _build()
        found = workers.look()
        yield Gauge("portal_redis_up", "Whether Redis answers.", value=float(found.broker_is_up))
        if found.broker_is_up:
            yield from _of_workers(found)
        try:
            # All are read before the first is given out: half of them would look like a portal at rest.
            queues = list(_of_queues(with_workers=bool(found.names)))
        except Error:
            queues = []
        yield Gauge("portal_database_up", "Whether the database answers.", value=float(bool(queues)))
        yield from queues
        yield from _of_replica()
        yield Gauge("portal_scrape_seconds", "What this answer took.", value=time.perf_counter() - began)


def text() -> bytes:
    """Return the figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(PortalCollector())
    return generate_latest(registry)


def _build() -> Metric:
    labels = {
        "version": VERSION,
        "release": settings.RELEASE,
        "python": platform.python_version(),
        "django": django.get_version(),
    }
    built = Gauge("portal_build_info", "The portal that answers; always 1.", labels=list(labels))
    built.add_metric(list(labels.values()), 1)
    return built


def _of_workers(found: workers.Workers) -> Iterator[Metric]:
    yield Gauge("portal_workers", "Celery workers that answer a ping.", value=len(found.names))
    broker = Gauge(
        "portal_broker_tasks", "Tasks in the broker: waiting for a worker, or taken by one.", labels=["state"]
    )
    broker.add_metric(["waiting"], found.waiting)
    broker.add_metric(["taken"], found.taken)
    yield broker


def _of_queues(*, with_workers: bool) -> Iterator[Metric]:
    """Yield how each queue stands. Raises `django.db.Error`."""
    depth = Gauge("portal_queue_depth", "What is due and not done.", labels=["queue"])
    lag = Gauge("portal_queue_lag_seconds", "For how long the oldest of it has been due.", labels=["queue"])
    failed = Gauge("portal_queue_failed", "What a person should look at.", labels=["queue", "kind"])
    pace = Gauge("portal_queue_pace", "1 for whether the queue keeps up.", labels=["queue", "pace"])
    for state in queue_states(timezone.now(), with_workers=with_workers):
        key = state.queue.key
        depth.add_metric([key], state.backlog.depth)
        lag.add_metric([key], state.lag)
        for kind, count in state.failures.items():
            failed.add_metric([key, kind.key], count)
        for each in Pace:
            pace.add_metric([key, each.value], float(each == state.pace))
    yield from (depth, lag, failed, pace)


def _of_replica() -> Iterator[Metric]:
    if not replica.is_configured():
        return
    delay = replica.delay()
    yield Gauge("portal_replica_up", "Whether the replica answers.", value=float(delay is not None))
    if delay is not None:
        yield Gauge("portal_replica_delay_seconds", "How far the replica is behind.", value=delay)
