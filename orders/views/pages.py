"""What the orders pages share."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from customers.models import Customer
from customers.queries.customers import customer_or_404
from gcc_portal.core.gates import Blocker
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.request import actor_on
from orders.gates.parties import partner_transacts
from partners.models import Partner
from partners.queries.partners import own_partner


def page_of(request: HttpRequest, rows: QuerySet[Any], size: int) -> Page[Any]:
    """Return the page that `?page=` asks for; the nearest there is for a number that makes no sense."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def counted_page_of(request: HttpRequest, rows: QuerySet[Any], size: int) -> Page[Any]:
    """Return what `page_of` returns, of rows that carry how many there are as `total`: they are not counted apart."""
    typed = request.GET.get("page", "")
    number = max(1, int(typed[:7])) if typed.isascii() and typed.isdigit() else 1
    found = list(rows[(number - 1) * size : number * size])
    if not found and number > 1:
        return page_of(request, rows, size)
    paginator = Paginator(rows, size)
    paginator.count = found[0].total if found else 0  # type: ignore[misc]
    return Page(found, number, paginator)


def customer_of(request: HttpRequest, customer_id: UUID) -> Customer:
    """Return the customer, its qualifications prefetched. Raises `Http404` for what the actor may not see."""
    customer = customer_or_404(actor_on(request), customer_id)
    prefetch_related_objects([customer], "qualifications")
    return customer


def stops_for(actor: Actor) -> list[Blocker]:
    """Return what keeps the actor's partner from ordering at all (P2): checked by the role that the sign-in loaded."""
    if not partner_transacts(Partner(pk=actor.partner_id, role=actor.partner_role)):
        return []
    # Loaded only when it is refused: the sentence names the partner and its provider.
    return partner_transacts(own_partner(actor))


def without_link_here(request: HttpRequest, blockers: list[Blocker]) -> list[Blocker]:
    """Return the blockers without the links that lead to the page on which they stand."""
    return [replace(each, to=None) if each.url == request.path else each for each in blockers]


def answer(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return the page."""
    return render(request, template, context, status=status)
