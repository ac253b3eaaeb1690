"""The floors of pages and API: bare Django views with SQL by hand and one string, nothing around the rows."""

import hashlib
import json
import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.html import escape
from redis import Redis

PARTNER = "SELECT partner_id FROM partners_agent WHERE user_id = %s AND is_active"
CUSTOMERS = """
SELECT c.id, c.name, c.domain, c.created_at,
       (SELECT true FROM customers_customeragreement a WHERE a.customer_id = c.id LIMIT 1),
       ARRAY(SELECT q.kind FROM customers_specialqualification q WHERE q.customer_id = c.id AND q.state = 'granted')
FROM customers_relationship r JOIN customers_customer c ON c.id = r.customer_id
WHERE r.partner_id = %s AND r.state = 'active' AND (r.customer_name, r.customer_id) > (%s, %s::uuid)
ORDER BY r.customer_name, r.customer_id LIMIT 26
"""
QUEUE = """
SELECT f.reference, f.organization_name, f.kind, f.contact_name, f.state, f.respond_by, f.escalated_at, f.error = '',
       u.name
FROM gcc_portal_intakeform f LEFT JOIN gcc_portal_user u ON u.id = f.reviewer_id
WHERE f.state IN ('submitted', 'in_review') ORDER BY f.respond_by, f.id LIMIT 26
"""
BUYER = """
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
ORDER BY o.category <> 'Productivity suites' OR o.kind <> 'base', o.category, o.sku_title, o.id LIMIT 15
)
SELECT o.id, o.sku_title, o.description, o.category, o.product_id || ':' || o.sku_id || ':' || o.availability_id,
       o.string_id, o.price_cents, o.min_quantity, o.max_quantity, o.terms, o.billing_cycles,
       ARRAY(SELECT b.sku_title FROM orders_offer_prerequisites x JOIN orders_offer b ON b.id = x.to_offer_id
             WHERE x.from_offer_id = o.id),
       o.total
FROM o
"""
COPY = """
COPY (
SELECT c.name, c.domain, c.id,
       (SELECT string_agg(CASE q.kind WHEN 'education' THEN 'Education' WHEN 'nonprofit' THEN 'Nonprofit'
                          WHEN 'government_community_cloud' THEN 'Government Community Cloud'
                          ELSE 'State-owned entity' END, '; ' ORDER BY q.kind)
        FROM customers_specialqualification q WHERE q.customer_id = c.id AND q.state = 'granted'),
       EXISTS (SELECT 1 FROM customers_customeragreement a WHERE a.customer_id = c.id),
       to_char(c.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), c.first_name || ' ' || c.last_name,
       c.email, c.phone, c.city, c.state, c.postal_code
FROM customers_customer c
WHERE EXISTS (SELECT 1 FROM customers_relationship r
              WHERE r.customer_id = c.id AND r.partner_id = %s AND r.state = 'active')
ORDER BY c.name, c.id
) TO STDOUT WITH (FORMAT csv)
"""
CALLER = """
SELECT p.id, a.client_id, a.last_used_at IS NULL OR a.last_used_at < now() - interval '1 minute'
FROM allauth_idp_oidc_token t
JOIN partners_apiapplication a ON a.client_id = t.client_id
JOIN partners_partner p ON p.id = a.partner_id
LEFT JOIN gcc_portal_user u ON u.id = t.user_id AND u.is_active
LEFT JOIN partners_agent g ON g.user_id = u.id AND g.partner_id = p.id AND g.is_active
WHERE t.type = 'at' AND t.hash = %s AND t.expires_at > now() AND a.revoked_at IS NULL
  AND CASE WHEN t.user_id IS NULL THEN a.kind = 'app_only' ELSE a.kind = 'app_user' AND g.id IS NOT NULL END
"""
USED = "UPDATE partners_apiapplication SET last_used_at = now() WHERE client_id = %s"
CUSTOMER = """
SELECT c.id, c.name, c.domain, c.email, c.first_name, c.last_name, c.address_line1, c.address_line2, c.city, c.state,
       c.postal_code, c.country, c.phone, c.culture, c.language, s.tenant_id
FROM customers_customer c
JOIN customers_relationship r ON r.customer_id = c.id AND r.partner_id = %s AND r.state = 'active'
LEFT JOIN partners_partner s ON s.id = r.reseller_id
WHERE c.id = %s
"""
CUSTOMER_ITEMS = """
SELECT c.id, c.name, c.domain, r.customer_name FROM customers_relationship r
JOIN customers_customer c ON c.id = r.customer_id
WHERE r.partner_id = %s AND r.state = 'active' ORDER BY r.customer_name, r.customer_id LIMIT %s
"""
COUNT = "SELECT count(*) FROM customers_relationship WHERE partner_id = %s AND state = 'active'"
# As long as the links and attributes that the product's items carry.
ITEM = {
    "links": {"self": {"uri": "/customers/", "method": "GET", "headers": []}},
    "attributes": "Customer" * 8,
}
PIECE = 65536  # bytes
View = Callable[..., HttpResponseBase]
Row = tuple[Any, ...]


def fetch(sql: str, *values: Any) -> list[Row]:
    """Return the rows of a statement, none of one that returns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


def signed_in(view: View) -> View:
    """Return the view for those who are signed in."""

    @wraps(view)
    def checked(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        return view(request, **arguments) if request.user.is_authenticated else HttpResponse(status=403)

    return checked


def page(title: str, body: str) -> HttpResponse:
    """Return HTML."""
    return HttpResponse(f"<!DOCTYPE html><title>{escape(title)}</title>{body}")


@signed_in
def customers(request: HttpRequest) -> HttpResponseBase:
    """Return a page of the customers, past a name and an ID."""
    (partner,) = fetch(PARTNER, request.user.pk)[0]
    after = request.GET.get("name", ""), request.GET.get("id", str(uuid.UUID(int=0)))
    body = "".join(
        f'<tr><th><a href="/customers/{pk}/">{escape(name)}</a><br>{escape(domain)}</th><td>{", ".join(kinds)}</td>'
        f"<td>{'In force' if agreed else 'Missing'}</td><td>{since:%b %d, %Y}</td></tr>"
        for pk, name, domain, since, agreed, kinds in fetch(CUSTOMERS, partner, *after)[:25]
    )
    return page("Customers", f"<table>{body}</table>")


@signed_in
def review_queue(request: HttpRequest) -> HttpResponseBase:
    """Return the first page of the review queue."""
    if not getattr(request.user, "is_reviewer", False):
        return HttpResponse(status=403)
    body = "".join(
        f'<tr><th><a href="/review/{reference}/">{escape(organization)}</a><br>{reference}</th>'
        f"<td>{kind}<br>{escape(contact)}</td><td>{state}{' escalated' if escalated else ''}"
        f"{'' if fine else ' set aside'}</td><td>{due:%b %d, %Y, %I:%M %p}</td>"
        f"<td>{escape(reviewer or 'Unassigned')}</td></tr>"
        for reference, organization, kind, contact, state, due, escalated, fine, reviewer in fetch(QUEUE)[:25]
    )
    return page("Review queue", f"<table>{body}</table>")


@signed_in
def catalog(request: HttpRequest, customer_id: uuid.UUID) -> HttpResponseBase:
    """Return the offers for a customer, each with its form."""
    name, partner, kinds = fetch(BUYER, customer_id, request.user.pk)[0]
    segment = "government" if "government_community_cloud" in kinds else "commercial"
    (in_cart,) = fetch(CART, partner, customer_id, request.user.pk)[0]
    offers = fetch(OFFERS, [segment])
    total = offers[0][-1] if offers else 0
    return page(name, f"<a>Cart ({in_cart})</a><p>{total} offers</p>{''.join(map(_offer, offers))}")


def _offer(row: Row) -> str:
    pk, title, about, category, item, string_id, cents, least, most, terms, cycles, needed, _total = row
    plans = "".join(f'<option value="{t}:{c}">{t}, {c}</option>' for t in terms for c in cycles)
    bases = "".join(f"<li>{escape(base)}</li>" for base in needed)
    return (
        f'<article id="offer-{pk}"><h2>{escape(title)}</h2><p>{escape(about)}</p><ul>{bases}</ul>'
        f"<p>{escape(category)} {item} {escape(string_id)}</p><p>${cents / 100:,.2f} {least:,} to {most:,}</p>"
        f'<form method="post"><input type="hidden" name="offer" value="{pk}"><select name="plan">{plans}</select>'
        f'<input name="quantity" value="{least}"><button>Add to cart</button></form></article>'
    )


@signed_in
def export(request: HttpRequest) -> HttpResponseBase:
    """Return the customers as CSV, as COPY writes them: without labels, and without a guard against formulas."""
    (partner,) = fetch(PARTNER, request.user.pk)[0]
    with connection.cursor() as cursor:
        statement = cursor.mogrify(COPY, [partner])
    return StreamingHttpResponse(_copied(statement), content_type="text/csv")


class _Pieces:
    """What COPY writes to: it gathers rows to pieces, of which at most four wait."""

    def __init__(self) -> None:
        self.waiting: queue.Queue[bytes] = queue.Queue(4)
        self.rows: list[bytes] = []
        self.size = 0

    def write(self, row: bytes) -> None:
        self.rows.append(row)
        self.size += len(row)
        if self.size > PIECE:
            self.flush()

    def flush(self) -> None:
        self.waiting.put(b"".join(self.rows))
        self.rows, self.size = [], 0


def _copied(statement: bytes) -> Iterator[bytes]:
    pieces, raw = _Pieces(), connection.connection

    def run() -> None:
        with raw.cursor() as cursor:
            cursor.copy_expert(statement, pieces)
        pieces.flush()
        pieces.waiting.put(b"")

    thread = threading.Thread(target=run)
    thread.start()
    while piece := pieces.waiting.get():
        yield piece
    thread.join()


@cache
def redis() -> Redis:
    """Return the Redis in which the API's calls are counted."""
    return Redis.from_url(settings.API_LIMITS_URL)


def admitted(view: View) -> View:
    """Return the API view behind its token and its limit: it gets the partner's key."""

    @wraps(view)
    def checked(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        found = fetch(CALLER, hashlib.sha256(token.encode()).hexdigest())
        if not found:
            return HttpResponse(status=401)
        partner, client_id, unmarked = found[0]
        if unmarked:
            fetch(USED, client_id)
        return view(request, partner, **arguments) if _within(partner) else HttpResponse(status=429)

    return checked


def _within(partner: int) -> bool:
    """Count the call and return whether the sliding minute has room: one round trip."""
    minute, into = divmod(time.time(), 60)
    with redis().pipeline(transaction=False) as pipeline:
        pipeline.incr(f"floor:{partner}:{minute:.0f}")
        pipeline.expire(f"floor:{partner}:{minute:.0f}", 120)
        pipeline.get(f"floor:{partner}:{minute - 1:.0f}")
        now, _set, before = pipeline.execute()
    return bool(now + int(before or 0) * (1 - into / 60) <= 100_000_000)


def _json(content: object) -> HttpResponse:
    headers = {
        "MS-RequestId": str(uuid.uuid4()),
        "MS-CorrelationId": str(uuid.uuid4()),
        "Cache-Control": "no-store",
    }
    return HttpResponse(json.dumps(content), content_type="application/json", headers=headers)


@admitted
def api_customers(request: HttpRequest, partner: int) -> HttpResponseBase:
    """Return the first customers, how many there are, and where the next ones begin."""
    size = int(request.GET["size"])
    found = fetch(CUSTOMER_ITEMS, partner, size + 1)
    items = [
        {"id": str(pk), "companyProfile": {"domain": domain, "companyName": name}, **ITEM}
        for pk, name, domain, _key in found[:size]
    ]
    following = {"continuationToken": found[size - 1][3]} if len(found) > size else {}
    return _json({"totalCount": fetch(COUNT, partner)[0][0], "items": items, **following})


@admitted
def api_customer(request: HttpRequest, partner: int, customer_id: uuid.UUID) -> HttpResponseBase:
    """Return a customer in full, with its version."""
    found = fetch(CUSTOMER, partner, customer_id)
    if not found:
        return HttpResponse(status=404)
    pk, name, domain, *others, _reseller = found[0]
    profile = {"companyName": name, "domain": domain, "values": others, **ITEM}
    etag = hashlib.sha256(json.dumps(others).encode()).hexdigest()[:16]
    return _json({"id": str(pk), "companyProfile": profile, "billingProfile": profile, "etag": etag, **ITEM})


urlpatterns = [
    path("customers/", customers),
    path("customers/export/", export),
    path("customers/<uuid:customer_id>/catalog/", catalog),
    path("review/", review_queue),
    path("v1/customers", api_customers),
    path("v1/customers/<uuid:customer_id>", api_customer),
]
