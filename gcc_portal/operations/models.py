"""The figures of each queue, a row a minute, for the charts of the operators' page."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class QueueSample(models.Model):
    """How one queue stood in one minute. There is one row a minute however many schedulers ask for it."""

    minute = models.DateTimeField(_("minute"))
    queue = models.CharField(_("queue"), max_length=30)
    depth = models.PositiveIntegerField(_("waiting"))
    lag = models.PositiveIntegerField(_("lag in seconds"))
    failed = models.PositiveIntegerField(_("failed"))
    # What was done since the row before, up to a minute ago; and all that was ever counted so.
    done = models.PositiveIntegerField(_("done"))
    done_total = models.PositiveBigIntegerField(_("done in all"))

    class Meta:
        verbose_name = _("sample of a queue")
        verbose_name_plural = _("samples of queues")
        ordering: ClassVar[list[str]] = ["minute", "queue"]
        constraints = [models.UniqueConstraint(fields=["minute", "queue"], name="one_sample_a_minute")]

    def __str__(self) -> str:
        return f"{self.queue} {self.minute:%H:%M}: {self.depth}"
