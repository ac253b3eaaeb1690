"""The periodic tasks of the intake. They carry nothing and may run twice, or side by side."""

from celery import shared_task

from gcc_portal.intake import lateness
from gcc_portal.intake import sweep as sweeping


@shared_task(ignore_result=True)
def sweep() -> dict[str, int]:
    """Answer what is due (T1); return how many forms were answered how."""
    return dict(sweeping.sweep())


@shared_task(ignore_result=True)
def warn_reviewers() -> int:
    """Mail the reviewers what is about to be late; return how many forms that were."""
    return lateness.warn_reviewers()
