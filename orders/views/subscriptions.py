"""A customer's subscriptions, and one of them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocker, Refusal, unreadable_form
from gcc_portal.core.machine import possible
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.web.audit.histories import newest
from gcc_portal.web.forms import add_blockers
from orders.forms import RevisionForm, SeatsForm, SubscriptionFilter
from orders.gates.parties import customer_is_gcc
from orders.gates.seats import can_cancel, can_resume, can_schedule_seats, can_set_auto_renew, end_day
from orders.models import Subscription
from orders.queries import subscriptions as queries
from orders.queries.orders import cart_size, orders_for
from orders.services import subscriptions as services
from orders.states import OPEN_ORDERS
from orders.views.pages import answer, customer_of, page_of
from partners.access import right_required

PAGE = 25
HISTORY = 100
Act = tuple[Callable[..., Subscription], dict[str, Any], str | Promise]

ACTS: dict[str, Act] = {
    "suspend": (services.suspend, {}, gettext_lazy("The subscription is suspended.")),
    "resume": (services.resume, {}, gettext_lazy("The subscription is active again.")),
    "cancel": (services.cancel, {}, gettext_lazy("The subscription is cancelled.")),
    "unschedule": (services.unschedule_seats, {}, gettext_lazy("The seats stay as they are at the renewal.")),
    "auto-renew-on": (services.set_auto_renew, {"on": True}, gettext_lazy("Auto-renew is on.")),
    "auto-renew-off": (services.set_auto_renew, {"on": False}, gettext_lazy("Auto-renew is off.")),
}


@right_required(Right.SEE_CUSTOMERS)
@require_safe
def of_customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Show what the customer holds: the page that a customer opens on."""
    actor = actor_on(request)
    customer = customer_of(request, customer_id)
    narrow = SubscriptionFilter(request.GET, auto_id="filter-%s")
    narrow.is_valid()
    wanted = narrow.cleaned_data
    shown = queries.shown(queries.held_by(actor, customer), wanted.get("show") or "", wanted.get("q") or "")
    page = page_of(request, queries.roots(shown), PAGE)
    context = {
        "customer": customer,
        "page_obj": page,
        "branches": queries.with_addons(page.object_list, shown),
        "filter_form": narrow,
        "is_narrowed": bool(wanted.get("q") or wanted.get("show")),
        "under_way": list(orders_for(actor).filter(customer=customer, state__in=OPEN_ORDERS)[:5]),
        "cart_size": cart_size(actor, customer),
        "not_gcc": customer_is_gcc(customer),
    }
    return answer(request, "orders/subscriptions.html", context)


@right_required(Right.SEE_CUSTOMERS)
@require_safe
def subscription(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Show a subscription and what may be done with it."""
    return _page(request, subscription_id)


@right_required(Right.SEE_CUSTOMERS)
@require_POST
def seats(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Change the seats at once, or, with `at_renewal` pressed, from the renewal on."""
    actor = actor_on(request)
    queries.subscription_or_404(actor, subscription_id)
    form = SeatsForm(request.POST)
    if not form.is_valid():
        problems = unreadable_form() if "revision" in form.errors else []
        return _page(request, subscription_id, form=form, problems=problems, status=422)
    revision, quantity = form.cleaned_data["revision"], form.cleaned_data["quantity"]
    later = "at_renewal" in request.POST
    service = services.schedule_seats if later else services.change_seats
    try:
        changed = service(actor, subscription_id, revision, quantity)
    except Refusal as problem:
        return _page(
            request, subscription_id, form=form, problems=problem.as_blockers(), status=problem.status
        )
    if later:
        day = end_day(changed)
        text = _("%(n)s seats are scheduled for the renewal on %(day)s.") % {"n": f"{quantity:,}", "day": day}
    else:
        text = _("The subscription has %(n)s seats now.") % {"n": f"{quantity:,}"}
    messages.success(request, text)
    return redirect("orders:subscription", subscription_id)


@right_required(Right.SEE_CUSTOMERS)
@require_POST
def act(request: HttpRequest, subscription_id: UUID, name: str) -> HttpResponse:
    """Do what a button says."""
    actor = actor_on(request)
    queries.subscription_or_404(actor, subscription_id)
    if name not in ACTS:
        raise Http404
    service, arguments, text = ACTS[name]
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return _page(request, subscription_id, problems=unreadable_form(), status=422)
    try:
        service(actor, subscription_id, form.cleaned_data["revision"], **arguments)
    except Refusal as problem:
        return _page(request, subscription_id, problems=problem.as_blockers(), status=problem.status)
    messages.success(request, str(text))
    return redirect("orders:subscription", subscription_id)


def _page(
    request: HttpRequest,
    subscription_id: UUID,
    *,
    form: SeatsForm | None = None,
    problems: list[Blocker] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = actor_on(request)
    found = queries.subscription_or_404(actor, subscription_id)
    typed = form.cleaned_data.get("quantity") if form else None
    can_wait = any(each.code == "O4.window" for each in problems or []) and "schedule_seats" in possible(
        found, actor
    )
    rest = add_blockers(form, problems or []) if form else problems or []
    initial = {"revision": found.revision, "quantity": found.quantity}
    steps = possible(found, actor)
    context: dict[str, Any] = {
        "subscription": found,
        "customer": found.customer,
        "steps": steps,
        "seats_form": form or SeatsForm(initial=initial),
        "problems": rest,
        # The next press of a button speaks of what this page shows.
        "fields": {"revision": found.revision},
        "schedule": typed if can_wait and typed and not can_schedule_seats(found, typed) else None,
        "in_window": found.is_in_window(),
        "end_day": end_day(found),
        "cancel_blockers": can_cancel(found) if "cancel" in steps else [],
        "resume_blockers": can_resume(found) if "resume" in steps else [],
        "renew_blockers": can_set_auto_renew(found, on=True) if not found.auto_renew else [],
        "addons": list(queries.subscriptions_for(actor).filter(base=found)),
        "entries": newest(history_of(found), HISTORY),
    }
    return answer(request, "orders/subscription.html", context, status)
