"""The catalogue of one customer, from which its cart is filled."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.models import Customer
from gcc_portal.core.gates import Blocker, Refusal
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.web.forms import add_blockers
from orders.forms import AddForm, CatalogFilter
from orders.gates.parties import customer_is_gcc
from orders.models import Offer
from orders.queries import catalog as queries
from orders.queries.orders import cart_size
from orders.services import carts
from orders.states import Segment
from orders.views.pages import (
    answer,
    counted_page_of,
    customer_of,
    stops_for,
    without_link_here,
)
from partners.access import right_required

PAGE = 15


@right_required(Right.PLACE_ORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def catalog(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Show what the customer can be sold (O2), with a form beside each offer that puts it into the cart."""
    customer = customer_of(request, customer_id)
    if request.method == "POST":
        return _add(request, customer)
    return _page(request, customer)


def _add(request: HttpRequest, customer: Customer) -> HttpResponse:
    """Put an offer into the cart, and go back to the list where the person was."""
    typed = request.POST.get("offer", "")
    offer = queries.offer_or_404(int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0)
    form = AddForm(offer, request.POST)
    if not form.is_valid():
        return _page(request, customer, wrong=form, status=422)
    seats, plan = form.cleaned_data["quantity"], form.cleaned_data["plan"]
    try:
        line, before = carts.add_line(actor_on(request), customer.pk, offer.pk, seats, plan)
    except Refusal as problem:
        rest = add_blockers(form, problem.as_blockers())
        return _page(request, customer, wrong=form, blockers=rest, status=problem.status)
    if before and before != seats:
        text = _("%(offer)s is in the cart with %(seats)s seats now (before: %(before)s).")
    else:
        text = _("%(offer)s is in the cart with %(seats)s seats.")
    messages.success(request, text % {"offer": line, "seats": f"{seats:,}", "before": f"{before:,}"})
    return HttpResponseRedirect(request.get_full_path())


def _page(
    request: HttpRequest,
    customer: Customer,
    *,
    wrong: AddForm | None = None,
    blockers: list[Blocker] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = actor_on(request)
    sellable = queries.offers_for(customer)
    narrow = CatalogFilter(request.GET, queries.categories_of(sellable))
    page = counted_page_of(request, queries.for_page(_narrowed(sellable, narrow)), PAGE)
    shown = [
        (offer, wrong if wrong and _is_of(wrong, offer) else AddForm(offer)) for offer in page.object_list
    ]
    stops = stops_for(actor)
    segments = [str(Segment(each).label) for each in queries.segments_of(customer)]
    context: dict[str, Any] = {
        "customer": customer,
        "page_obj": page,
        "offers": shown,
        "orderable": not stops,
        "filter_form": narrow,
        "segments": segments,
        "segment_names": ", ".join(segments).lower(),
        "cart_size": cart_size(actor, customer),
        "stops": stops,
        # What the submit would say in the end (O1); commercial offers can still be looked at.
        "not_gcc": customer_is_gcc(customer),
        "is_narrowed": any(narrow.cleaned_data.values()),
        "blockers": without_link_here(request, blockers or []),
        # An offer that is not on this page (or not in this catalogue) has no place of its own for its errors.
        "wrong": wrong if wrong and not any(form is wrong for _offer, form in shown) else None,
    }
    return answer(request, "orders/catalog.html", context, status)


def _narrowed(offers: Any, narrow: CatalogFilter) -> Any:
    narrow.is_valid()
    wanted = narrow.cleaned_data
    if wanted.get("q"):
        offers = queries.searched(offers, wanted["q"])
    if wanted.get("category"):
        offers = offers.filter(category=wanted["category"])
    if wanted.get("kind"):
        offers = offers.filter(kind=wanted["kind"])
    if wanted.get("term"):
        offers = queries.with_term(offers, wanted["term"])
    return offers


def _is_of(form: AddForm, offer: Offer) -> bool:
    return form.initial["offer"] == offer.pk
