"""The audit list: what an admin agent may read of its partner, and a reviewer of all."""

from django import forms
from django.db import models
from django.db.models.functions import Cast
from django.db.models.lookups import IContains
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.local_dates import within_days
from gcc_portal.core.people.actors import Actor, Channel
from gcc_portal.core.people.roles import Right
from gcc_portal.web.fields import PlainTextField


class AuditFilter(forms.Form):
    """What the list is narrowed to."""

    q = PlainTextField(
        label=_("Search"), required=False, max_length=100, help_text=_("Person, object or reason")
    )
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("Any")), *Channel.choices]
    )
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
        return AuditEntry.objects.order_by("-at", "-id")
    if actor.is_partner and actor.may(Right.SEE_AUDIT):
        return AuditEntry.objects.filter(partner_id=actor.partner_id).order_by("-at", "-id")
    return AuditEntry.objects.none()


def narrowed(entries: models.QuerySet[AuditEntry], form: AuditFilter) -> models.QuerySet[AuditEntry]:
    """Return the entries that a filter lets through; a field that was refused does not narrow."""
    return found_by_index(entries, form).filter(sought(form))


def found_by_index(entries: models.QuerySet[AuditEntry], form: AuditFilter) -> models.QuerySet[AuditEntry]:
    """Return the entries that those parts of a filter let through that an index answers: days and refusals."""
    form.is_valid()
    wanted = form.cleaned_data
    if wanted.get("outcome") == "refused":
        entries = entries.filter(refused=True)
    return within_days(entries, "at", wanted.get("since"), wanted.get("until"))


def sought(form: AuditFilter) -> models.Q:
    """Return the condition of the other parts of a filter: entries have to be looked through for it."""
    form.is_valid()
    wanted, found = form.cleaned_data, models.Q()
    if words := wanted.get("q"):
        found &= (
            models.Q(actor_label__icontains=words)
            | models.Q(object_label__icontains=words)
            | models.Q(reason__icontains=words)
            | models.Q(IContains(Cast("data", models.TextField()), words))
            | models.Q(action__icontains=words.replace(" ", "_"))
        )
    if channel := wanted.get("channel"):
        found &= models.Q(channel=channel)
    if wanted.get("outcome") == "done":
        found &= models.Q(refused=False)
    return found
