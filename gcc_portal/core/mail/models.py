"""What an outgoing e-mail is about. The e-mail itself is django-post-office's `Email`."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from post_office.models import Email


class OutboxMail(models.Model):
    """Ties an e-mail to the object it is about. The unique key keeps a repeated action from writing a second e-mail."""

    email = models.OneToOneField(Email, models.CASCADE, related_name="outbox")
    kind = models.CharField(_("kind of e-mail"), max_length=60)
    key = models.CharField(max_length=120, unique=True)
    about_type = models.CharField(max_length=40)
    about_id = models.CharField(max_length=64)
    partner_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        indexes = [models.Index(fields=["about_type", "about_id", "-id"], name="mail_about_object")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.email})"
