"""The orders that were placed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Refusal
from gcc_portal.core.machine import possible
from gcc_portal.core.mail.states import mail_states
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.web.audit.histories import newest
from gcc_portal.web.keyset import page_of
from orders.forms import OrderFilter
from orders.gates.order import can_retry
from orders.models import Order
from orders.queries import orders as queries
from orders.services import placing
from orders.states import OPEN_ORDERS, OrderState, Outcome
from orders.views.pages import answer
from partners.access import right_required

PAGE = 25
HISTORY = 100


@right_required(Right.SEE_CUSTOMERS)
@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    """Show the orders of the actor's partner, newest first."""
    narrow = OrderFilter(request.GET, auto_id="filter-%s")
    narrow.is_valid()
    found = queries.search_orders(actor_on(request), narrow.cleaned_data)
    context = {
        "page_obj": page_of(request.GET, PAGE, found),
        "counted": None if found.scan else found.count(),
        "filter_form": narrow,
        "is_narrowed": bool(request.GET),
    }
    return answer(request, "orders/list.html", context)


@right_required(Right.SEE_CUSTOMERS)
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Show an order: its state, its lines with their outcome, and what may be done next."""
    return _page(request, queries.order_or_404(actor_on(request), number))


@right_required(Right.SEE_CUSTOMERS)
@require_safe
def progress(request: HttpRequest, number: str) -> HttpResponse:
    """Show how far the fulfilment is; when it has ended, the whole page is loaded anew."""
    found = queries.order_or_404(actor_on(request), number)
    if found.state not in OPEN_ORDERS:
        return (
            HttpResponseClientRefresh()
            if request.headers.get("HX-Request")
            else redirect("orders:order", number)
        )
    return answer(request, "orders/_progress.html", _progress(found))


@right_required(Right.SEE_CUSTOMERS)
@require_POST
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Call the order off."""
    return _done(request, number, placing.cancel, _("The order is cancelled."))


@right_required(Right.SEE_CUSTOMERS)
@require_POST
def retry(request: HttpRequest, number: str) -> HttpResponse:
    """Take up again the lines that failed."""
    return _done(request, number, placing.retry_failed_lines, _("The failed lines are tried again."))


def _done(request: HttpRequest, number: str, service: Any, text: str) -> HttpResponse:
    try:
        service(actor_on(request), number)
    except Refusal as problem:
        found = queries.order_or_404(actor_on(request), number)
        return _page(request, found, problem=problem, status=problem.status)
    messages.success(request, text)
    return redirect("orders:order", number)


def _page(
    request: HttpRequest, found: Order, *, problem: Refusal | None = None, status: int = 200
) -> HttpResponse:
    steps = possible(found, actor_on(request))
    retry_blockers = can_retry(found) if "retry" in steps else []
    lines = list(found.lines.select_related("subscription"))
    context: dict[str, Any] = {
        "order": found,
        "customer": found.customer,
        "lines": lines,
        "failed": sum(line.outcome == Outcome.FAILED for line in lines),
        "problems": problem.as_blockers() if problem else [],
        "retry_blockers": retry_blockers if not problem else [],
        "can_retry": "retry" in steps and not retry_blockers,
        "can_cancel": "cancel" in steps,
        "under_way": found.state in OPEN_ORDERS,
        "is_completed": found.state == OrderState.COMPLETED,
        "entries": newest(history_of(found), HISTORY),
        "mails": mail_states(found),
    }
    return answer(request, "orders/order.html", context | _progress(found), status)


def _progress(found: Order) -> dict[str, Any]:
    if found.state == OrderState.SUBMITTED:
        label = _("Submitted. Fulfilment begins in a moment.")
    else:
        label = _("Fulfilment is under way.")
    return {
        "progress_label": label,
        "progress_url": reverse("orders:progress", args=[found.number]),
        "order_url": reverse("orders:order", args=[found.number]),
    }
