"""The periodic tasks of the intake. They carry nothing and may run twice, or side by side."""

from celery import shared_task

from gcc_portal.intake import late_warnings
from gcc_portal.intake.auto_review import sweep as auto_review


@shared_task(ignore_result=True)
def sweep() -> dict[str, int]:
    """Answer what is due (T1); return how many forms were answered how."""
    return dict(auto_review.sweep())


@shared_task(ignore_result=True)
def warn_reviewers() -> int:
    """Mail the reviewers what is about to be late; return how many forms that were."""
    return late_warnings.warn_reviewers()
