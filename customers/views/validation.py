"""The pages of validation IDs: the partner's list, and one ID with its uses."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from customers.forms.validation import RevokeForm, ValidationFilter
from customers.gates.adding import can_add_customer, can_add_gcc_customer, usable_validation
from customers.models import ValidationId
from customers.queries import validation as queries
from customers.services import validation as services
from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocker
from gcc_portal.core.machine import possible, require
from gcc_portal.core.mail.states import mail_states
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.web.keyset import page_of
from partners.access import right_required
from partners.queries.partners import own_partner

PAGE = 25


@right_required(Right.USE_VALIDATION_IDS)
def validation_ids(request: HttpRequest) -> HttpResponse:
    """The list: number, organisation, creates left, state, last day."""
    actor = actor_on(request)
    form = ValidationFilter(request.GET)
    params = form.cleaned_data if form.is_valid() else {}
    page = page_of(request.GET, PAGE, queries.search_validation_ids(actor, **params))
    context = {
        "form": form,
        "page_obj": page,
        "blockers": can_add_customer(own_partner(actor)) or can_add_gcc_customer(own_partner(actor)),
    }
    return render(request, "customers/validation/list.html", context)


def validation_id(request: HttpRequest, number: str) -> HttpResponse:
    """One validation ID: its uses with who and when, its mails, its history. A reviewer may revoke it."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor = actor_on(request)
    found = queries.validation_or_404(actor, number)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        require(actor, Right.REVIEW_FORMS)
        if form.is_valid():
            services.revoke(actor, found, form.cleaned_data["reason"])
            messages.success(request, _("The validation ID was revoked. Its partner is told."))
            return redirect("customers:validation-id", found.number)
        status = 422
    blockers = _use_blockers(found) if actor.is_partner else []
    context = {
        "validation": found,
        "uses": queries.uses_of(found)[:100],
        "is_partner": actor.is_partner,
        "blockers": blockers,
        "can_revoke": "revoke" in possible(found, actor),
        "form": form,
        "mails": mail_states(found),
        "history": history_of(found)[:100],
    }
    return render(request, "customers/validation/detail.html", context, status=status)


def _use_blockers(found: ValidationId) -> list[Blocker]:
    """Return why the partner can't add the customer with this ID now (A1, A2)."""
    partner = found.partner
    return (
        can_add_customer(partner)
        + can_add_gcc_customer(partner)
        + usable_validation(found, partner, found.organization_name)
    )
