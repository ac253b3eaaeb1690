"""The customer agreement: the partner's attestation, and what was recorded before (O3)."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.forms.agreement import AgreementForm
from customers.gates.segments import has_agreement
from customers.models import Customer
from customers.queries.customers import agreements_of, customer_or_404
from customers.services import agreement as agreements
from gcc_portal.core.gates import Blocked, Blocker
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from partners.access import right_required


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.SEE_CUSTOMERS)
def agreement(request: HttpRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Return the attestation's page; record an attestation that is sent."""
    actor = actor_on(request)
    customer = customer_or_404(actor, customer_id)
    if request.method != "POST":
        return _page(request, customer, AgreementForm())
    form = AgreementForm(request.POST)
    if not form.is_valid():
        return _page(request, customer, form, status=422)
    try:
        agreements.attest(actor, customer.pk, form.acceptance())
    except Blocked as blocked:
        return _page(request, customer, form, blocked.blockers, status=409)
    messages.success(request, _("The customer agreement is recorded. Orders can go ahead."))
    return redirect("customers:account", customer.pk)


def _page(
    request: HttpRequest,
    customer: Customer,
    form: AgreementForm,
    blockers: list[Blocker] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    actor = actor_on(request)
    context = {
        "customer": customer,
        "form": form,
        "blockers": blockers or [],
        "in_force": not has_agreement(customer),
        "agreements": list(agreements_of(actor, customer)[:50]),
        "may_attest": actor.may(Right.ADD_CUSTOMERS),
    }
    return render(request, "customers/agreement.html", context, status=status)
