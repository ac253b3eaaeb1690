"""What the pages of this room share."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from customers.models import Customer
from customers.queries.customers import customer_or_404
from gcc_portal.core.gates import Blocked, Blocker, Refusal
from gcc_portal.core.people.actors import Actor
from orders.gates.parties import partner_transacts
from partners.access import actor_on
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
    """Return the customer with its qualifications at hand. Raises `Http404` for what the actor may not see."""
    customer = customer_or_404(actor_on(request), customer_id)
    prefetch_related_objects([customer], "qualifications")
    return customer


def stops_for(actor: Actor) -> list[Blocker]:
    """Return what keeps the actor's partner from ordering at all (P2): asked of what is known of it by the sign-in."""
    if not partner_transacts(Partner(pk=actor.partner_id, role=actor.partner_role)):
        return []
    # In words, with its name and its provider's.
    return partner_transacts(own_partner(actor))


def blockers_of(problem: Refusal) -> list[Blocker]:
    """Return a refusal as blockers, so that every page shows refusals in one way."""
    if isinstance(problem, Blocked):
        return problem.blockers
    return [Blocker("", str(problem))]


def without_link_here(request: HttpRequest, blockers: list[Blocker]) -> list[Blocker]:
    """Return the blockers without the links that lead to the page on which they stand."""
    return [replace(each, to=None) if each.url == request.path else each for each in blockers]


def show_errors(form: Form, blockers: list[Blocker]) -> list[Blocker]:
    """Write blockers to the fields of the form that they name; return those that name none."""
    rest = []
    for blocker in blockers:
        if blocker.field and blocker.field in form.fields:
            form.add_error(blocker.field, str(blocker))
        else:
            rest.append(blocker)
    return rest


def misread() -> list[Blocker]:
    """Return the blocker for hidden fields that the page did not write so."""
    return [Blocker("", _("What was sent does not fit this page."), _("Load the page anew and try again."))]


def answer(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return the page."""
    return render(request, template, context, status=status)
