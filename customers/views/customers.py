"""The customers list, its export, and a customer's account page."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.export import as_csv
from customers.forms.lists import CustomerFilterForm
from customers.gates.relationship import can_end
from customers.gates.segments import has_agreement
from customers.models import Customer
from customers.queries import account as account_queries
from customers.queries import listing
from customers.queries.creations import in_progress
from customers.queries.customers import agreements_of, customer_or_404
from customers.queries.search_params import SearchParams
from customers.services import relationships
from customers.states import QualificationKind
from gcc_portal.core.mail.states import mail_states
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.web.keyset import KeysetPage
from partners.access import right_required

see_customers = right_required(Right.SEE_CUSTOMERS)


@require_GET
@see_customers
def customer_list(request: HttpRequest) -> HttpResponse:
    """Return the partner's customers, and the creations that are not finished."""
    actor = actor_on(request)
    form = CustomerFilterForm(request.GET)
    params, sort = _params(request, form), _sort(request)
    found = listing.find(actor, params, sort, request.GET)
    context = {
        "form": form,
        "page_obj": found.page,
        "rows": _lines(found.page),
        "sort": sort,
        "found": found,
        "inside": "yes" if found.params.inside else "",
        "filtered": bool(params),
        "creations": [] if params or found.page.has_previous else in_progress(actor),
        "may_add": actor.may(Right.ADD_CUSTOMERS),
    }
    return render(request, "customers/list.html", context)


def _lines(page: KeysetPage) -> list[tuple[Any, str, list[str]]]:
    """Return the rows, each with its link and the labels of its qualifications: the link is reversed once a page."""
    nobody = str(uuid.UUID(int=0))
    before, after = reverse("orders:subscriptions", args=[nobody]).split(nobody)
    labels = {kind.value: str(kind.label) for kind in QualificationKind}
    return [
        (row, f"{before}{row.customer_id}{after}", [labels.get(kind, kind) for kind in row.kinds])
        for row in page
    ]


@require_GET
@see_customers
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Return all that the filter leaves as a CSV file."""
    params = _params(request, CustomerFilterForm(request.GET))
    return as_csv(listing.search_customers(actor_on(request), params, _sort(request)).all())


def _params(request: HttpRequest, form: CustomerFilterForm) -> SearchParams:
    given = {name: form.value(name) for name in ("q", "qualification", "agreement")}
    # No field of the form: the next search looks at beginnings again.
    return SearchParams.read(**given, inside=request.GET.get("inside") == "yes")


def _sort(request: HttpRequest) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort in listing.SORTS else listing.DEFAULT_SORT


@require_GET
@see_customers
def account(request: HttpRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Return who the customer is, what it is qualified for, and how the relationship stands."""
    actor = actor_on(request)
    customer = customer_or_404(actor, customer_id)
    relationship = account_queries.relationship_of(actor, customer)
    creation = account_queries.creation_of(actor, customer)
    about = [each for each in (relationship, creation) if each is not None]
    context = {
        "customer": customer,
        "details": _details(customer),
        "qualifications": account_queries.qualifications_of(customer),
        "own_partner_id": actor.partner_id,
        "agreement": agreements_of(actor, customer).first(),
        "agreement_blockers": has_agreement(customer),
        "relationship": relationship,
        "end_blockers": can_end(relationship) if relationship else [],
        "may_end": actor.may(Right.REQUEST_RELATIONSHIPS),
        "may_attest": actor.may(Right.ADD_CUSTOMERS),
        "creation": creation,
        "history": account_queries.history_for(actor, customer),
        "mails": mail_states(*about),
    }
    return render(request, "customers/account.html", context)


def _details(customer: Customer) -> list[tuple[str, object]]:
    town = f"{customer.city}, {customer.state} {customer.postal_code}".strip(" ,")
    address = [line for line in (customer.address_line1, customer.address_line2, town) if line]
    return [
        (_("Legal name"), customer.name),
        (_("Tenant ID"), str(customer.pk)),
        (_("Domain"), customer.domain),
        (_("Address"), "\n".join(address)),
        (_("Phone"), customer.phone),
        (_("Contact"), f"{customer.first_name} {customer.last_name}".strip()),
        (_("E-mail"), customer.email),
    ]


@require_POST
@see_customers
def end_relationship(request: HttpRequest, customer_id: uuid.UUID) -> HttpResponse:
    """End the relationship with the customer, then return to the list: the customer is not the partner's any more."""
    actor = actor_on(request)
    customer = customer_or_404(actor, customer_id)
    relationships.end_with(actor, customer.pk)
    sentence = _("The relationship with %(customer)s has ended. You can't order for it any more.")
    messages.success(request, sentence % {"customer": customer.name})
    return redirect("customers:list")
