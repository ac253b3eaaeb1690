"""The rows of the audit list: an admin agent sees its partner's entries, a reviewer all."""

from django import forms
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import IContains
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.local_dates import within_days
from gcc_portal.core.people.actors import Actor, Channel
from gcc_portal.core.people.roles import Right
from gcc_portal.web.fields import PlainTextField
from gcc_portal.web.keyset import OrderedRows

DONE, REFUSED = "done", "refused"


class AuditFilter(forms.Form):
    """The search and filters of the list."""

    q = PlainTextField(
        label=_("Search"), required=False, max_length=100, help_text=_("Person, object or reason")
    )
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("Any")), *Channel.choices]
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[("", _("Any")), (DONE, _("Done")), (REFUSED, _("Refused by a gate"))],
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


def visible_entries(actor: Actor) -> QuerySet[AuditEntry]:
    """Return the entries that the actor may read: its partner's, or all for a reviewer; newest first."""
    if actor.may(Right.REVIEW_FORMS):
        return AuditEntry.objects.order_by("-at", "-id")
    if actor.is_partner and actor.may(Right.SEE_AUDIT):
        return AuditEntry.objects.filter(partner_id=actor.partner_id).order_by("-at", "-id")
    return AuditEntry.objects.none()


def search_entries(actor: Actor, form: AuditFilter) -> OrderedRows:
    """Return the visible entries that match the filter, newest first. A field with an error filters nothing.

    An index answers days and refusals; the other conditions are scanned for (`OrderedRows.scan`).
    """
    form.is_valid()
    params, scan = form.cleaned_data, Q()
    rows = within_days(visible_entries(actor), "at", params.get("since"), params.get("until"))
    if params.get("outcome") == REFUSED:
        rows = rows.filter(refused=True)
    elif params.get("outcome") == DONE:
        scan &= Q(refused=False)
    if channel := params.get("channel"):
        scan &= Q(channel=channel)
    if text := params.get("q"):
        scan &= (
            Q(actor_label__icontains=text)
            | Q(object_label__icontains=text)
            | Q(reason__icontains=text)
            | Q(IContains(Cast("data", TextField()), text))
            | Q(action__icontains=text.replace(" ", "_"))
        )
    return OrderedRows(rows, ("-at", "-pk"), scan)
