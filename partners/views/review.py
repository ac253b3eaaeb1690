"""The reviewers' pages on partners: the list, one partner, and the revocation of its qualification."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Refusal
from gcc_portal.core.machine import possible
from gcc_portal.core.mail.states import mail_states
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.web.forms import add_refusal
from partners.access import right_required
from partners.forms.organization import PartnerFilterForm, RevokeForm
from partners.queries import partners as queries
from partners.services import organization as organization_services
from partners.views.organization import contact_rows, enrolment_rows

PAGE_SIZE = 25


@right_required(Right.REVIEW_FORMS)
def partner_list(request: HttpRequest) -> HttpResponse:
    """Show all partners with their qualification, narrowed by search and state."""
    form = PartnerFilterForm(request.GET)
    narrowed = form.cleaned_data if form.is_valid() else {}
    found = queries.search_partners(
        actor_on(request), narrowed.get("q", ""), narrowed.get("qualification", "")
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "partners/partner_list.html", {"form": form, "page_obj": page})


@right_required(Right.REVIEW_FORMS)
def partner(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Show one partner to a reviewer."""
    actor = actor_on(request)
    found = queries.partner_or_404(actor, partner_id)
    context: dict[str, Any] = {
        "partner": found,
        "rows": [*enrolment_rows(found), *contact_rows(found)],
        "forms": queries.forms_for(actor).filter(partner=found),
        "may_revoke": "revoke" in possible(found, actor),
        "history": history_of(found)[:50],
        "mails": mail_states(found),
    }
    return render(request, "partners/partner.html", context)


@right_required(Right.REVIEW_FORMS)
def revoke(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Revoke the qualification, with a reason that the partner is e-mailed."""
    actor = actor_on(request)
    found = queries.partner_or_404(actor, partner_id)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                organization_services.revoke_qualification(
                    actor, found.pk, reason=form.cleaned_data["reason"]
                )
            except Refusal as refusal:
                status = refusal.status
                add_refusal(form, refusal)
            else:
                messages.success(
                    request, _("The qualification of %(name)s is revoked.") % {"name": found.name}
                )
                return redirect("partners:partner", partner_id=found.pk)
    context = {"partner": found, "form": form, "may_revoke": "revoke" in possible(found, actor)}
    return render(request, "partners/revoke.html", context, status=status)
