"""`/metrics`: the figures in Prometheus' format, asked of the database and Redis at the scrape.

They are those of the whole portal, so whichever process of whichever machine is asked says the same; nothing is
counted in the memory of one. What concerns requests (how many, how long) the proxy in front knows better.
"""

import platform
import time
from collections.abc import Iterator

import django
from django.conf import settings
from django.db import Error
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily as Counter
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from gcc_portal.operations import replica
from gcc_portal.operations.models import QueueSample
from gcc_portal.operations.notes import Heard, heard
from gcc_portal.operations.queues import all_queues
from gcc_portal.operations.state import Pace, QueueState, state_of

VERSION = "0.1.0"


class Figures(Collector):
    """Collects everything when it is asked, and keeps nothing."""

    def collect(self) -> Iterator[Metric]:
        """Yield the figures. A database or a Redis that is away is a figure as well, never an error."""
        began = time.perf_counter()
        yield _build()
        notes, redis_up = _heard()
        yield Gauge("portal_redis_up", "Whether Redis answers.", value=float(redis_up))
        if redis_up:
            yield from _of_tasks(notes, time.time())
        try:
            # Made up before the first is given out: half of them would look like a portal at rest.
            found = [*_of_queues(notes)]
        except Error:
            found = []
        yield Gauge("portal_database_up", "Whether the database answers.", value=float(bool(found)))
        yield from found
        yield from _of_replica()
        yield Gauge("portal_scrape_seconds", "What this answer took.", value=time.perf_counter() - began)


def text() -> bytes:
    """Return the figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(Figures())
    return generate_latest(registry)


def _build() -> Metric:
    built = Gauge(
        "portal_build_info",
        "The portal that answers; always 1.",
        labels=["version", "release", "python", "django"],
    )
    built.add_metric([VERSION, settings.RELEASE, platform.python_version(), django.get_version()], 1)
    return built


def _heard() -> tuple[Heard, bool]:
    try:
        return heard(), True
    except RedisError:
        return Heard(), False


def _of_tasks(notes: Heard, now: float) -> Iterator[Metric]:
    """Yield what workers and beat left, and the broker's queue."""
    ran = Gauge(
        "portal_task_seconds_since_run", "Since a periodic task last ran to its end.", labels=["task"]
    )
    sent = Gauge("portal_task_seconds_since_sent", "Since beat last sent a periodic task.", labels=["task"])
    for task, _seconds in settings.EVERY.values():
        for family, moments in ((ran, notes.ran), (sent, notes.sent)):
            if task in moments:
                family.add_metric([task], max(0.0, now - moments[task]))
    failures = Counter("portal_task_failures", "Tasks that ended with an error.", labels=["task"])
    for task, count in sorted(notes.failures.items()):
        failures.add_metric([task], count)
    broker = Gauge(
        "portal_broker_tasks", "Tasks in the broker: waiting for a worker, or taken by one.", labels=["state"]
    )
    broker.add_metric(["waiting"], notes.waiting)
    broker.add_metric(["taken"], notes.taken)
    workers = Gauge(
        "portal_workers", "Workers that gave a sign of life in the last 45 seconds.", value=len(notes.workers)
    )
    yield from (ran, sent, failures, broker, workers)


def _of_queues(notes: Heard) -> Iterator[Metric]:
    """Yield how each queue stands. Raises `django.db.Error`."""
    now = timezone.now()
    totals = _totals()
    depth = Gauge("portal_queue_depth", "What is due and not done.", labels=["queue"])
    lag = Gauge("portal_queue_lag_seconds", "For how long the oldest of it has been due.", labels=["queue"])
    failed = Gauge("portal_queue_failed", "What a person should look at.", labels=["queue", "kind"])
    pace = Gauge("portal_queue_pace", "1 for how the queue does.", labels=["queue", "pace"])
    done = Counter("portal_queue_done", "What was done, up to a minute or two ago.", labels=["queue"])
    for queue in all_queues():
        state: QueueState = state_of(queue, notes, now)
        depth.add_metric([queue.key], state.depth)
        lag.add_metric([queue.key], state.lag)
        done.add_metric([queue.key], totals.get(queue.key, 0))
        for kind, count in state.failures.items():
            failed.add_metric([queue.key, kind], count)
        for each in Pace:
            pace.add_metric([queue.key, each.value], float(each == state.pace))
    yield from (depth, lag, failed, pace, done)


def _totals() -> dict[str, int]:
    """Return how much of each queue was ever counted as done: the newest samples say."""
    newest = QueueSample.objects.order_by("-minute").values("minute")[:1]
    return dict(QueueSample.objects.filter(minute=newest).values_list("queue", "done_total"))


def _of_replica() -> Iterator[Metric]:
    if not replica.is_set():
        return
    delay = replica.delay()
    yield Gauge("portal_replica_up", "Whether the replica answers.", value=float(delay is not None))
    if delay is not None:
        yield Gauge("portal_replica_delay_seconds", "How far the replica is behind.", value=delay)
