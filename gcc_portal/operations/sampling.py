"""Taking the samples: once a minute, however many ask."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.locks import advisory_lock
from gcc_portal.operations.models import QueueSample
from gcc_portal.operations.queues import Queue, acts_of, all_queues

KEPT = timedelta(days=1)
# Work is counted when it is this old: a transaction that began before has ended by then.
SETTLED = timedelta(minutes=1)
COUNT_MAX = 2**31 - 1


def work_done(queues: list[Queue], since: datetime, until: datetime) -> dict[str, int]:
    """Return how many pieces of each queue were done from a moment up to another."""
    kinds = {kind for kind, _action in acts_of(queues)}
    rows = (
        AuditEntry.objects.filter(at__gte=since, at__lt=until, refused=False, object_type__in=kinds)
        .order_by()
        .values_list("object_type", "action")
        .annotate(n=Count("pk"))
    )
    found = {(kind, action): n for kind, action, n in rows}
    return {
        queue.key: queue.done(since, until) if queue.done else sum(found.get(act, 0) for act in queue.acts)
        for queue in queues
    }


@transaction.atomic
def take(at: datetime | None = None) -> int:
    """Write the samples of this minute, unless they are there; return how many were written.

    Those who ask at the same time wait for each other, so that what was done is counted once.
    """
    advisory_lock("samples of the queues")
    now = at or timezone.now()
    minute = now.replace(second=0, microsecond=0)
    newest = QueueSample.objects.order_by("-minute").values_list("minute", flat=True).first()
    if newest is not None and newest >= minute:
        return 0
    # The next row goes on where the last one ended, also after hours in which nobody asked.
    totals = dict(QueueSample.objects.filter(minute=newest).values_list("queue", "done_total"))
    queues = all_queues()
    since = (newest or minute - SETTLED) - SETTLED
    done = work_done(queues, since, minute - SETTLED)
    made = QueueSample.objects.bulk_create(
        [_sample(queue, now, minute, done[queue.key], totals.get(queue.key, 0)) for queue in queues]
    )
    QueueSample.objects.filter(minute__lt=minute - KEPT).delete()
    return len(made)


def _sample(queue: Queue, now: datetime, minute: datetime, done: int, total: int) -> QueueSample:
    standing = queue.look(now)
    return QueueSample(
        minute=minute,
        queue=queue.key,
        depth=standing.depth,
        lag=min(int(standing.lag(now)), COUNT_MAX),
        failed=sum(each.count() for each in queue.failures),
        done=done,
        done_total=total + done,
    )
