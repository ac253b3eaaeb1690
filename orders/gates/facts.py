"""What the tables say of a partner and a customer together: read with one statement, judged by the gates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

if TYPE_CHECKING:
    from customers.models import Customer
    from partners.models import Partner

# Written by hand: it is asked at every order, and Django takes longer to write it than PostgreSQL to answer it.
COLUMNS = """
EXISTS (SELECT FROM customers_relationship r
        WHERE r.partner_id = {partner} AND r.customer_id = {customer} AND state = %(active)s),
EXISTS (SELECT FROM customers_customeragreement a WHERE a.customer_id = {customer}),
ARRAY(SELECT s.offer_id FROM orders_subscription s
      WHERE s.partner_id = {partner} AND s.customer_id = {customer} AND state = %(active)s
        AND (s.auto_renew OR s.commitment_ends_at > %(now)s))
"""
"""What makes the facts, as columns of a statement that has the two at hand; `now` and `active` are among its values."""
ASKED = "SELECT " + COLUMNS.format(partner="%(partner)s", customer="%(customer)s")

ACTIVE = "active"  # a relationship in force, a subscription in use


@dataclass(frozen=True)
class Facts:
    """What is so between a partner and a customer now. Read them under lock where something is written for them."""

    is_related: bool  # a reseller relationship is in force
    has_agreed: bool  # the Microsoft Customer Agreement is in force
    held: frozenset[int]  # the offers of which the customer holds an active subscription through the partner


def facts_of(partner: "Partner", customer: "Customer") -> Facts:
    """Return what is so between the two now."""
    return facts_between(partner.pk, customer.pk)


def facts_between(partner_id: int, customer_id: UUID) -> Facts:
    """Return what is so between the two, named by their keys."""
    asked: dict[str, int | str | datetime] = {
        "partner": partner_id,
        "customer": str(customer_id),
        "now": timezone.now(),
        "active": ACTIVE,
    }
    with connection.cursor() as cursor:
        cursor.execute(ASKED, asked)
        return facts_in(cursor.fetchone())


def facts_in(row: Sequence[Any]) -> Facts:
    """Return the facts that a row of `COLUMNS` tells."""
    related, agreed, held = row
    return Facts(related, agreed, frozenset(held))
