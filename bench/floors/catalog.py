"""A customer's catalogue as raw SQL and one string: the same checks, the same offers, a form beside each."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.html import escape

PAGE = 15
CUSTOMER = """
SELECT c.name, p.id,
       ARRAY(SELECT q.kind FROM customers_specialqualification q WHERE q.customer_id = c.id AND q.state = 'granted')
FROM partners_agent a
JOIN partners_partner p ON p.id = a.partner_id AND p.role <> 'indirect_reseller'
JOIN customers_customer c ON c.id = %s
WHERE a.user_id = %s AND a.is_active
  AND EXISTS (SELECT 1 FROM customers_relationship r
              WHERE r.customer_id = c.id AND r.partner_id = p.id AND r.state = 'active')
"""
CART = """
SELECT count(*) FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
WHERE o.partner_id = %s AND o.customer_id = %s AND o.created_by_id = %s AND o.application_id IS NULL
  AND o.state = 'cart' AND o.expires_at > now()
"""
OFFERS = """
WITH o AS MATERIALIZED (
SELECT o.*, count(*) OVER () AS total
FROM orders_offer o
WHERE o.segment = ANY(%s) AND o.is_active
"""
ORDER = """
ORDER BY o.category <> 'Productivity suites' OR o.kind <> 'base', o.category, o.sku_title, o.id LIMIT 15
)
SELECT o.id, o.sku_title, o.description, o.category, o.product_id || ':' || o.sku_id || ':' || o.availability_id,
       o.string_id, o.price_cents, o.min_quantity, o.max_quantity, o.terms, o.billing_cycles,
       ARRAY(SELECT b.sku_title FROM orders_offer_prerequisites x JOIN orders_offer b ON b.id = x.to_offer_id
             WHERE x.from_offer_id = o.id),
       o.total
FROM o
"""
WORD = """ AND (o.title ILIKE %s OR o.sku_title ILIKE %s OR o.description ILIKE %s OR o.category ILIKE %s
                OR o.string_id ILIKE %s)"""
OPENED = {"education": "education", "nonprofit": "nonprofit"}


def catalog(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Return the same offers and forms, with nothing around them."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    with connection.cursor() as cursor:
        cursor.execute(CUSTOMER, [customer_id, request.user.pk])
        found = cursor.fetchone()
        if found is None:
            return HttpResponse(status=404)
        name, partner, kinds = found
        gcc = "government_community_cloud" in kinds
        segments = ["government"] if gcc else ["commercial", *(OPENED[k] for k in kinds if k in OPENED)]
        cursor.execute(CART, [partner, customer_id, request.user.pk])
        cart = cursor.fetchone()[0]
        sql = OFFERS
        values: list[Any] = [segments]
        for word in request.GET.get("q", "").split():
            sql += WORD
            values += [f"%{word}%"] * 5
        cursor.execute(sql + ORDER, values)
        rows = cursor.fetchall()
    total = rows[0][-1] if rows else 0
    body = "".join(map(_offer, rows))
    return HttpResponse(
        f"<!DOCTYPE html><title>{escape(name)}</title><a>Cart ({cart})</a><p>{total} offers</p>{body}"
    )


def _offer(row: tuple[Any, ...]) -> str:
    pk, title, about, category, item, string_id, cents, least, most, terms, cycles, needed, _total = row
    plans = "".join(f'<option value="{t}:{c}">{t}, {c}</option>' for t in terms for c in cycles)
    bases = "".join(f"<li>{escape(base)}</li>" for base in needed)
    return (
        f'<article id="offer-{pk}"><h2>{escape(title)}</h2><p>{escape(about)}</p><ul>{bases}</ul>'
        f"<p>{escape(category)} {item} {escape(string_id)}</p><p>${cents / 100:,.2f} {least:,} to {most:,}</p>"
        f'<form method="post"><input type="hidden" name="offer" value="{pk}"><select name="plan">{plans}</select>'
        f'<input name="quantity" value="{least}"><button>Add to cart</button></form></article>'
    )
