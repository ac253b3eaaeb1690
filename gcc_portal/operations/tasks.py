"""The room's periodic task. It may run twice, or side by side."""

from celery import shared_task

from gcc_portal.operations import sampling


@shared_task(ignore_result=True)
def sample() -> int:
    """Write how the queues stand, once a minute; return how many rows were written."""
    return sampling.take()
