"""The audit list: what an admin agent may read of its partner, and a reviewer of all."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gcc_portal.audit.models import AuditEntry
from gcc_portal.fields import PlainTextField
from gcc_portal.people.actors import Actor, Door
from gcc_portal.people.roles import Right


class AuditFilter(forms.Form):
    """What the list is narrowed to."""

    q = PlainTextField(
        label=_("Search"), required=False, max_length=100, help_text=_("Person, object or reason")
    )
    door = forms.ChoiceField(label=_("Door"), required=False, choices=[("", _("Any")), *Door.choices])
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[("", _("Any")), ("done", _("Done")), ("refused", _("Refused by a gate"))],
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


def visible_entries(actor: Actor) -> models.QuerySet[AuditEntry]:
    """Return the entries that the actor may read: its partner's, or all for a reviewer; newest first."""
    if actor.may(Right.REVIEW_FORMS):
        return AuditEntry.objects.order_by("-id")
    if actor.is_partner and actor.may(Right.SEE_AUDIT):
        return AuditEntry.objects.filter(partner_id=actor.partner_id).order_by("-id")
    return AuditEntry.objects.none()


def narrowed(entries: models.QuerySet[AuditEntry], form: AuditFilter) -> models.QuerySet[AuditEntry]:
    """Return the entries that a filter lets through; a field that was refused does not narrow."""
    form.is_valid()
    wanted = form.cleaned_data
    if words := wanted.get("q"):
        entries = entries.filter(
            models.Q(actor_label__icontains=words)
            | models.Q(object_label__icontains=words)
            | models.Q(reason__icontains=words)
            | models.Q(action__icontains=words.replace(" ", "_"))
        )
    if door := wanted.get("door"):
        entries = entries.filter(door=door)
    if outcome := wanted.get("outcome"):
        entries = entries.filter(refused=outcome == "refused")
    if since := wanted.get("since"):
        entries = entries.filter(at__gte=midnight(since))
    # After the last day that there is comes no other: it narrows nothing.
    if (until := wanted.get("until")) and until < date.max:
        entries = entries.filter(at__lt=midnight(until + timedelta(days=1)))
    return entries


def midnight(day: datetime | object) -> datetime:
    """Return the beginning of a day on the desk's clock."""
    return timezone.make_aware(datetime.combine(day, time.min))  # type: ignore[arg-type]
