"""The audit table. A trigger (migration 0002_triggers) refuses UPDATE, DELETE and TRUNCATE."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.audit import labels
from gcc_portal.core.people.actors import Channel
from gcc_portal.core.people.roles import Role


class AuditEntry(models.Model):
    """One action on one object: done, or refused by a gate."""

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
    # What changed, as {field: [before, after]}; for a refusal {"codes": [...]}, the blockers' codes.
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    partner_id = models.BigIntegerField(null=True)
    # Tenant ID of the customer concerned, if any.
    customer_id = models.UUIDField(null=True)
    # Client ID of the API application through which the action came in.
    application_id = models.CharField(max_length=100, blank=True)
    address = models.CharField(_("from address"), max_length=45, blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)

    # Set by `with_client_names` where a user acted through an application.
    application_name = ""

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_of_object"),
            # The audit list of one partner and of all partners, from any date on.
            models.Index(fields=["partner_id", "-at", "-id"], name="audit_of_partner"),
            # Refusals are few: without an index of their own, finding fifty would read most of the table.
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
        """Return the reason, or the sentence on what changed, in the reader's language."""
        if self.reason or self.refused:
            return self.reason
        return labels.change_sentence(self.action, self.object_type, self.data)

    @property
    def codes(self) -> list[str]:
        """Return the codes of the blockers of a refusal."""
        return list(self.data.get("codes", ()))

    @property
    def action_label(self) -> str:
        """Return the label of the action."""
        return labels.action_label(self.action, self.object_type)
