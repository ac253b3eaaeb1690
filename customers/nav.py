"""The links of the customers app in the primary navigation."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.gates.contact import is_no_reseller
from gcc_portal.core.people.roles import Right
from gcc_portal.web.nav import NavItem
from partners.models import Partner


def links(request: HttpRequest) -> Iterator[NavItem]:
    """Yield the links that an agent of a partner sees; nothing for anybody else."""
    actor = getattr(request, "actor", None)
    if actor is None or not actor.is_partner:
        return
    if actor.may(Right.SEE_CUSTOMERS):
        yield NavItem(_("Customers"), reverse("customers:list"), order=20)
    # An indirect reseller's provider adds customers and requests relationships (P2).
    transacts = not is_no_reseller(Partner(role=actor.partner_role))
    if transacts and actor.may(Right.ADD_CUSTOMERS):
        yield NavItem(_("Add customer"), reverse("customers:create"), order=25)
    if actor.may(Right.USE_VALIDATION_IDS):
        yield NavItem(_("Validation IDs"), reverse("customers:validation-ids"), order=30)
    if transacts and actor.may(Right.REQUEST_RELATIONSHIPS):
        yield NavItem(_("Relationship requests"), reverse("relationships:list"), order=40)
