"""The kept answers of writing calls, for repetitions (see `replay.py`)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class RepeatableCall(models.Model):
    """A writing call with a request id, and its answer: the same call again gets it again."""

    partner_id = models.BigIntegerField()
    verb = models.CharField(max_length=6)
    # SHA-256 of the normalised path and query: an index entry is bounded, an address is not.
    path = models.CharField(max_length=64)
    request_id = models.UUIDField()
    body = models.CharField(max_length=64)  # SHA-256 of what was sent
    status = models.PositiveSmallIntegerField()
    answer = models.TextField()  # sealed: a creation's answer holds a one-time password
    at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        verbose_name = _("repeatable call")
        verbose_name_plural = _("repeatable calls")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["partner_id", "verb", "path", "request_id"], name="one_answer_a_request_id"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"], name="repeatable_by_age")]

    def __str__(self) -> str:
        return f"{self.verb} {self.request_id}"
