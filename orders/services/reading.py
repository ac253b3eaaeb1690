"""Reads what a program's lines are judged by: the parties, and the offers that are named, in a statement each.

Written by hand as `loading` is, and for the same reason. What comes of it are the usual instances with their relations
at hand.
"""

from collections.abc import Iterable

from django.db import connection

from customers.models import Customer
from gcc_portal.core.people.models import User
from orders.models import Offer
from orders.services.loading import (
    BASES_SQL,
    OFFER,
    PARTNER,
    PERSON,
    PROVIDER,
    QUALIFICATION,
    give_qualifications,
    offer_of,
)
from partners.models import Partner

# Table names are ours and values are parameters.
PARTIES_SQL = f"""
SELECT {PARTNER.sql}, {PROVIDER.sql}, {PERSON.sql},
       (SELECT json_agg(json_build_array({QUALIFICATION.sql}) ORDER BY q.id)
        FROM customers_specialqualification q WHERE q.customer_id = %s)
FROM partners_partner p LEFT JOIN partners_partner v ON v.id = p.provider_id
LEFT JOIN gcc_portal_user u ON u.id = %s
WHERE p.id = %s
"""  # noqa: S608
OFFERS_SQL = f"""
SELECT {OFFER.sql}, {BASES_SQL}
FROM orders_offer f WHERE f.product_id = ANY(%s)
"""  # noqa: S608


def read_parties(
    partner_id: int, customer: Customer, user_id: int | None = None
) -> tuple[Partner, User | None]:
    """Return the partner with its provider, and the person; the customer gets its qualifications, read now."""
    with connection.cursor() as cursor:
        cursor.execute(PARTIES_SQL, [str(customer.pk), user_id, partner_id])
        row = cursor.fetchone()
    first, second = len(PARTNER), len(PARTNER) + len(PROVIDER)
    partner: Partner = PARTNER.instance(row[:first])
    partner.provider = PROVIDER.instance(row[first:second])
    give_qualifications(customer, row[-1])
    return partner, PERSON.instance(row[second:-1])


def read_offers(products: Iterable[str]) -> list[Offer]:
    """Return the offers of these products, with their prerequisites."""
    with connection.cursor() as cursor:
        cursor.execute(OFFERS_SQL, [sorted(set(products))])
        return [offer_of(row) for row in cursor.fetchall()]
