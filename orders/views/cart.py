"""The cart, its review, and the submit."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers.models import Customer
from customers.queries.customers import agreements_of
from gcc_portal.core.gates import Blocker, Refusal, unreadable_form
from gcc_portal.core.machine import possible
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.web.forms import add_blockers
from orders.forms import CartForm, LineForm, SubmitForm
from orders.gates.context import order_context
from orders.gates.order import can_submit, cart_blockers
from orders.models import Order
from orders.queries.orders import cart_for
from orders.services import carts, placing
from orders.services.carts import Change
from orders.views.pages import answer, customer_of
from partners.access import right_required


@right_required(Right.PLACE_ORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def cart(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Show the actor's cart; a POST changes its lines, all of them or none."""
    customer = customer_of(request, customer_id)
    if request.method != "POST":
        return _cart_page(request, customer)
    which = CartForm(request.POST)
    if not which.is_valid():
        return _cart_page(request, customer, typed=request.POST, blockers=unreadable_form(), status=422)
    forms = [LineForm(line, request.POST) for line in _lines(cart_for(actor_on(request), customer))]
    sent = [form for form in forms if form.add_prefix("quantity") in request.POST]
    if not all([form.is_valid() for form in sent]):
        return _cart_page(request, customer, typed=request.POST, status=422)
    changes = {
        form.line.pk: Change(form.cleaned_data["quantity"], form.cleaned_data["plan"]) for form in sent
    }
    number, revision = which.cleaned_data["number"], which.cleaned_data["revision"]
    try:
        carts.change_lines(actor_on(request), customer.pk, number, revision, changes)
    except Refusal as problem:
        return _cart_page(
            request, customer, typed=request.POST, blockers=problem.as_blockers(), status=problem.status
        )
    if "review" in request.POST:
        return redirect("orders:review", customer.pk)
    messages.success(request, _("The cart is changed."))
    return redirect("orders:cart", customer.pk)


@right_required(Right.PLACE_ORDERS)
@require_POST
def remove(request: HttpRequest, customer_id: UUID, line_id: int) -> HttpResponse:
    """Take a line out of the cart."""
    customer = customer_of(request, customer_id)
    title = carts.remove_line(actor_on(request), customer.pk, line_id) if line_id < 2**63 else ""
    if title:
        messages.success(request, _("%(offer)s is out of the cart.") % {"offer": title})
    return redirect("orders:cart", customer.pk)


@right_required(Right.PLACE_ORDERS)
@require_POST
def clear(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Empty the cart."""
    customer = customer_of(request, customer_id)
    which = CartForm(request.POST)
    if not which.is_valid():
        return _cart_page(request, customer, blockers=unreadable_form(), status=422)
    try:
        carts.clear(
            actor_on(request), customer.pk, which.cleaned_data["number"], which.cleaned_data["revision"]
        )
    except Refusal as problem:
        return _cart_page(request, customer, blockers=problem.as_blockers(), status=problem.status)
    messages.success(request, _("The cart is empty."))
    return redirect("orders:cart", customer.pk)


@right_required(Right.PLACE_ORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Show the order as it would be placed, with everything that stands in its way; a POST places it."""
    if request.method != "POST":
        return _review_page(request, customer_of(request, customer_id))
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return _review_page(
            request, customer_of(request, customer_id), problems=unreadable_form(), status=422
        )
    sent = form.cleaned_data
    try:
        # Whether the customer may be seen the service asks under lock: it is the gate's relationship.
        order = placing.submit(
            actor_on(request),
            sent["number"],
            sent["revision"],
            due_cents=sent["due_cents"],
            customer_id=customer_id,
        )
    except Refusal as problem:
        customer = customer_of(request, customer_id)
        return _review_page(request, customer, problems=problem.as_blockers(), status=problem.status)
    return HttpResponseRedirect(_order_url(order))


def _order_url(order: Order) -> str:
    return redirect("orders:order", order.number).url


def _lines(cart: Order | None) -> list[Any]:
    return list(cart.lines.all()) if cart else []


def _cart_page(
    request: HttpRequest,
    customer: Customer,
    *,
    typed: Mapping[str, Any] | None = None,
    blockers: list[Blocker] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the cart. With `typed` every field holds what was typed, also where the cart changed meanwhile."""
    mine = cart_for(actor_on(request), customer)
    lines = _lines(mine)
    shown_blockers = list(blockers or [])
    if not typed and mine is not None and lines:
        shown_blockers += [
            each
            for each in cart_blockers(mine, order_context(mine.partner, customer))
            if each.line is not None
        ]
    rows = []
    for line in lines:
        form = LineForm(line, typed if typed and f"line-{line.pk}-quantity" in typed else None)
        own = [each for each in shown_blockers if each.line == line.pk]
        rows.append((line, form, add_blockers(form, own) if form.is_bound else own))
    context = {
        "customer": customer,
        "cart": mine,
        "cart_fields": {"number": mine.number, "revision": mine.revision} if mine else {},
        "rows": rows,
        "cart_size": len(lines),
        "blockers": [each for each in shown_blockers if each.line not in {line.pk for line in lines}],
        "has_errors": any(form.errors or own for _line, form, own in rows),
        "month_cents": sum(line.month_cents for line in lines),
        "due_cents": sum(line.due_cents for line in lines),
    }
    return answer(request, "orders/cart.html", context, status)


def _review_page(
    request: HttpRequest, customer: Customer, *, problems: list[Blocker] | None = None, status: int = 200
) -> HttpResponse:
    """Show the order with today's prices, the agreement, and every blocker of the gate that the submit asks."""
    actor = actor_on(request)
    mine = cart_for(actor, customer)
    lines = _lines(mine)
    for line in lines:
        line.take_from_offer()
    found = can_submit(mine) if mine is not None and lines else []
    spoken = {(each.code, each.line) for each in found}
    # What the submit just refused, where the gate does not say the same again.
    shown_blockers = [each for each in problems or [] if (each.code, each.line) not in spoken]
    agreements = list(agreements_of(actor, customer)[:1])
    context = {
        "customer": customer,
        "cart": mine,
        "rows": [(line, [each for each in found if each.line == line.pk]) for line in lines],
        "cart_size": len(lines),
        "blockers": [each for each in found if each.line is None],
        "problems": shown_blockers,
        "may_submit": mine is not None and bool(lines) and not found and "submit" in possible(mine, actor),
        "agreement": agreements[0] if agreements else None,
        "month_cents": sum(line.month_cents for line in lines),
        "due_cents": sum(line.due_cents for line in lines),
    }
    return answer(request, "orders/review.html", context, status)
