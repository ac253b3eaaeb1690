"""The audit table. A trigger (see the migration) refuses UPDATE, DELETE and TRUNCATE."""

import re
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.people.actors import Channel
from gcc_portal.core.people.roles import Role

# How `use_case` begins the reason of a refusal: "A2.exhausted, A1.not_qualified: ".
CODES = re.compile(r"\A[a-z]\w*\.\w+(?:, [a-z]\w*\.\w+)*: ", re.ASCII | re.IGNORECASE)


class AuditEntry(models.Model):
    """One thing that happened to one object."""

    at = models.DateTimeField(_("when"), db_default=models.functions.Now())
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_label = models.CharField(_("who"), max_length=200)
    role = models.CharField(_("as"), max_length=20, choices=Role)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    action = models.CharField(_("what"), max_length=60)
    refused = models.BooleanField(_("refused"), default=False)
    object_type = models.CharField(_("kind of object"), max_length=40)
    object_id = models.CharField(max_length=64)
    object_label = models.CharField(_("object"), max_length=250)
    from_state = models.CharField(_("from"), max_length=40, blank=True)
    to_state = models.CharField(_("to"), max_length=40, blank=True)
    reason = models.TextField(_("why"), blank=True)
    # What changed, by field; shown in the reader's language by `changes.sentences`.
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    partner_id = models.BigIntegerField(null=True)
    # The tenant ID of the customer whom it is about, where it is about one.
    customer_id = models.UUIDField(null=True)
    # The client ID of the API application by which it came in.
    application_id = models.CharField(max_length=100, blank=True)
    address = models.CharField(_("from address"), max_length=45, blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)

    # The application's name where a person acted through one: `with_programs` fills it in.
    program = ""

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_of_object"),
            # The list, of one partner and of all, from any day on.
            models.Index(fields=["partner_id", "-at", "-id"], name="audit_of_partner"),
            # What was refused is little, and stands far between what was done.
            models.Index(
                fields=["partner_id", "-at", "-id"],
                condition=models.Q(refused=True),
                name="audit_refused_partner",
            ),
            models.Index(fields=["-at", "-id"], condition=models.Q(refused=True), name="audit_refused"),
            models.Index(fields=["-at", "-id"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label}: {self.action} {self.object_label}"

    @property
    def shown_reason(self) -> str:
        """Return the reason as people read it: a refusal's sentence without the codes that stand before it."""
        return CODES.sub("", self.reason, count=1) if self.refused else self.reason

    @property
    def action_label(self) -> str:
        """Return the action in words."""
        from gcc_portal.core.audit.labels import action_label

        return action_label(self.action, self.object_type)
