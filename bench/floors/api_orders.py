"""The API's cart and checkout by hand: the same locks, gates, rows, kept answers, audit and mail, in few statements."""

import base64
import hashlib
import json
import secrets
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from bench.floors.api import Caller, Row, admitted, ask, many, redis, told
from gcc_portal.core.sealing import PURPOSE

KEPT = """
SELECT status, answer FROM gcc_portal_repeatablecall
WHERE partner_id = %s AND verb = 'POST' AND path = %s AND request_id = %s AND body = %s
"""
KEEP = """
INSERT INTO gcc_portal_repeatablecall (partner_id, verb, path, request_id, body, status, answer, at)
VALUES (%s, 'POST', %s, %s, %s, %s, %s, now())
ON CONFLICT (partner_id, verb, path, request_id)
DO UPDATE SET body = excluded.body, status = excluded.status, answer = excluded.answer, at = excluded.at
"""
# What the gates ask of partner and customer: role, qualification, kinds granted, agreement, what is held, the name.
PARTIES = """
SELECT p.role, p.qualification, c.name,
       ARRAY(SELECT kind FROM customers_specialqualification q WHERE q.customer_id = c.id AND q.state = 'granted'),
       EXISTS (SELECT 1 FROM customers_customeragreement a WHERE a.customer_id = c.id),
       ARRAY(SELECT s.offer_id FROM orders_subscription s WHERE s.customer_id = c.id AND s.partner_id = p.id
             AND s.state = 'active' AND (s.auto_renew OR s.commitment_ends_at > now()))
FROM customers_customer c, partners_partner p
WHERE c.id = %(customer)s AND p.id = %(partner)s AND EXISTS (SELECT 1 FROM customers_relationship r
    WHERE r.customer_id = c.id AND r.partner_id = p.id AND r.state = 'active')
"""
LOCKS = (
    "SELECT 1 FROM partners_partner WHERE id = %(partner)s FOR SHARE",
    "SELECT 1 FROM customers_relationship WHERE partner_id = %(partner)s AND customer_id = %(customer)s"
    " ORDER BY id FOR SHARE",
    "SELECT 1 FROM customers_customer WHERE id = %(customer)s FOR SHARE",
    "SELECT 1 FROM customers_specialqualification WHERE customer_id = %(customer)s ORDER BY id FOR SHARE",
)
HELD = """
SELECT 1 FROM orders_subscription WHERE partner_id = %(partner)s AND customer_id = %(customer)s AND state = 'active'
ORDER BY purchased_at, id FOR UPDATE
"""
CART = """
SELECT lines, order_id FROM orders_apicart
WHERE id = %(cart)s AND partner_id = %(partner)s AND customer_id = %(customer)s
  AND (order_id IS NOT NULL OR expires_at > now()) FOR UPDATE
"""
NEW_CART = """
INSERT INTO orders_apicart (id, partner_id, customer_id, created_by_id, application_id, lines, created_at, changed_at,
    expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
OFFERS = """
SELECT o.product_id || ':' || o.sku_id || ':' || o.availability_id, o.id, o.title, o.sku_title, o.segment, o.is_active,
       o.terms, o.billing_cycles, o.min_quantity, o.max_quantity, o.price_cents,
       ARRAY(SELECT to_offer_id FROM orders_offer_prerequisites p WHERE p.from_offer_id = o.id)
FROM orders_offer o WHERE o.product_id = ANY (%s)
"""
ORDER = """
INSERT INTO orders_order (number, partner_id, customer_id, created_by_id, application_id, state, revision, created_at,
    expires_at, submitted_at, finished_at, touched_at, attempts, line_count, month_cents, due_cents)
VALUES (%s, %s, %s, %s, %s, 'completed', 1, %s, %s, %s, %s, %s, 1, %s, %s, %s) RETURNING id
"""
LINES = """
INSERT INTO orders_orderline (order_id, offer_id, catalog_item_id, title, sku_title, friendly_name, partner_on_record,
    quantity, term, billing_cycle, unit_price_cents, outcome, cause) VALUES {} RETURNING id
"""
SUBSCRIPTIONS = """
INSERT INTO orders_subscription (id, partner_id, customer_id, offer_id, line_id, state, sku_title, friendly_name,
    partner_on_record, quantity, term, billing_cycle, unit_price_cents, purchased_at, period_started_at,
    commitment_ends_at, auto_renew, revision) VALUES {}
"""
AUDIT = """
INSERT INTO gcc_portal_auditentry (at, user_id, actor_label, role, channel, action, refused, object_type, object_id,
    object_label, from_state, to_state, reason, partner_id, customer_id, application_id, address, correlation_id)
VALUES {}
"""
MAIL = """
WITH mail AS (
    INSERT INTO post_office_email (from_email, "to", cc, bcc, subject, message, html_message, status, priority, created,
        last_updated, backend_alias)
    VALUES (%s, %s, '', '', %s, %s, %s, 2, 1, now(), now(), '') RETURNING id
)
INSERT INTO gcc_portal_outboxmail (email_id, kind, key, about_type, about_id, partner_id, created_at)
SELECT id, %s, %s, 'order', %s, %s, now() FROM mail
"""
ORDERED = "UPDATE orders_apicart SET order_id = %s, changed_at = %s WHERE id = %s"


def once(
    request: HttpRequest, caller: Caller, act: Callable[[], tuple[int, dict[str, object]]]
) -> HttpResponse:
    """Act in one transaction and keep the answer, or return the one that is kept."""
    path = hashlib.sha256(f"{request.path_info}?".encode()).hexdigest()
    named, body = request.headers["MS-RequestId"], hashlib.sha256(request.body).hexdigest()
    key = [caller.partner, path, named]
    with transaction.atomic():
        _lock(f"{caller.partner} POST {path} {named}")
        kept = ask(KEPT, [*key, body])
        if kept:
            return told(request, _seal().decrypt(kept[0][1].encode()).decode(), kept[0][0])
        status, answer = act()
        text = json.dumps(answer)
        if status < 300:
            ask(KEEP, [*key, body, status, _seal().encrypt(text.encode()).decode()])
    return told(request, text, status)


def _lock(name: str) -> None:
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    ask("SELECT pg_advisory_xact_lock(%s)", [number])


@cache
def _seal() -> Fernet:
    drawn = hashlib.blake2b(settings.SECRET_KEY.encode(), key=PURPOSE, digest_size=32).digest()
    return Fernet(base64.urlsafe_b64encode(drawn))


def _parties(caller: Caller, customer: uuid.UUID) -> dict[str, object]:
    return {"partner": caller.partner, "customer": customer}


@admitted
def create_cart(request: HttpRequest, caller: Caller, customer: uuid.UUID) -> HttpResponse:
    """Keep the lines that were sent, and say of each whether it can be ordered."""
    return once(request, caller, lambda: _created(caller, customer, json.loads(request.body)["lineItems"]))


def _created(
    caller: Caller, customer: uuid.UUID, sent: list[dict[str, Any]]
) -> tuple[int, dict[str, object]]:
    parties = ask(PARTIES, _parties(caller, customer))
    if not parties:
        return 404, {"code": 60003}
    now, pk = datetime.now(UTC), uuid.uuid4()
    later = now + timedelta(days=7)
    lines = [
        {
            "id": line["id"], "item": line["catalogItemId"].upper(), "quantity": line["quantity"],
            "term": line["termDuration"], "billing_cycle": line["billingCycle"], "friendly_name": "",
            "partner_on_record": "", "addons": [],
        }
        for line in sent
    ]  # fmt: skip
    ask(
        NEW_CART,
        [pk, caller.partner, customer, caller.user, caller.application, json.dumps(lines), now, now, later],
    )
    offers = _offers(lines)
    held = set(parties[0][5]) | {offers[line["item"]][1] for line in lines if line["item"] in offers}
    items = [
        {
            "id": line["id"], "catalogItemId": line["item"], "quantity": line["quantity"], "currencyCode": "USD",
            "billingCycle": line["billing_cycle"], "termDuration": line["term"], "orderGroup": "0",
            **({} if _sold(line, offers, parties[0], held) else {"error": {"errorCode": 10006}}),
        }
        for line in lines
    ]  # fmt: skip
    return 201, {
        "id": str(pk), "creationTimestamp": now.isoformat(), "lastModifiedTimestamp": now.isoformat(),
        "expirationTimestamp": later.isoformat(), "lastModifiedUser": caller.name, "status": "Active",
        "lineItems": items, "links": {"self": _link(f"/customers/{customer}/carts/{pk}")},
        "attributes": {"objectType": "Cart"},
    }  # fmt: skip


def _offers(lines: Sequence[dict[str, Any]]) -> dict[str, Row]:
    return {row[0]: row for row in ask(OFFERS, [[line["item"].partition(":")[0] for line in lines]])}


def _sold(line: dict[str, Any], offers: dict[str, Row], parties: Row, held: set[int]) -> bool:
    """O1, O2: whether the line's offer can be sold so."""
    offer = offers.get(line["item"])
    return offer is not None and bool(
        parties[0] != "indirect_reseller" and "government_community_cloud" in parties[3]
        and offer[4] == "government" and offer[5] and line["term"] in offer[6]
        and line["billing_cycle"] in offer[7] and offer[8] <= line["quantity"] <= offer[9]
        and (not offer[11] or held & set(offer[11]))
    )  # fmt: skip


@admitted
def check_out(request: HttpRequest, caller: Caller, customer: uuid.UUID, cart: uuid.UUID) -> HttpResponse:
    """Order and fulfil what the cart holds."""
    answer = once(request, caller, lambda: _ordered(request, caller, customer, cart))
    if answer.status_code == 201 and caller.email and redis().set("floor:awake", 1, nx=True, ex=5):
        redis().lpush("floor", json.dumps({"task": "deliver"}))
    return answer


def _ordered(
    request: HttpRequest, caller: Caller, customer: uuid.UUID, cart: uuid.UUID
) -> tuple[int, dict[str, object]]:
    both = {**_parties(caller, customer), "cart": cart}
    for lock in LOCKS:
        ask(lock, both)
    kept = ask(CART, both)
    if not kept or kept[0][1] is not None:
        return 404, {"code": 800008}
    _lock(f"subscriptions {caller.partner} {customer}")
    ask(HELD, both)
    parties = ask(PARTIES, both)
    if not parties:
        return 404, {"code": 60003}
    lines = json.loads(kept[0][0]) if isinstance(kept[0][0], str) else kept[0][0]
    offers = _offers(lines)
    held = set(parties[0][5]) | {offers[line["item"]][1] for line in lines if line["item"] in offers}
    plans = {(line["item"], line["term"], line["billing_cycle"]) for line in lines}
    if not (
        lines and len(plans) == len(lines) and parties[0][1] == "qualified" and parties[0][4]
        and all(_sold(line, offers, parties[0], held) for line in lines)
    ):  # fmt: skip
        return 400, {"code": 800009}
    sold = [(line, offers[line["item"]]) for line in lines]
    return 201, _written(request, caller, customer, cart, parties[0][2], sold)


def _written(
    request: HttpRequest, caller: Caller, customer: uuid.UUID, cart: uuid.UUID, name: str,
    sold: Sequence[tuple[dict[str, Any], Row]],
) -> dict[str, object]:  # fmt: skip
    """Write order, lines, subscriptions, audit and mail; return the answer."""
    now = datetime.now(UTC)
    number, end = secrets.token_hex(6).upper(), now.replace(year=now.year + 1)
    number = "-".join((number[:4], number[4:8], number[8:]))
    month = sum(line["quantity"] * offer[10] for line, offer in sold)
    order = ask(
        ORDER,
        [
            number, caller.partner, customer, caller.user, caller.application, now, now + timedelta(days=7), now, now,
            now, len(sold), month, month * 12,
        ],
    )[0][0]  # fmt: skip
    made = [uuid.uuid4() for _each in sold]
    lines = many(
        LINES,
        [
            (order, offer[1], offer[0], offer[2], offer[3], line["friendly_name"], line["partner_on_record"],
             line["quantity"], line["term"], line["billing_cycle"], offer[10], "fulfilled", "")
            for line, offer in sold
        ],
    )  # fmt: skip
    many(
        SUBSCRIPTIONS,
        [
            (pk, caller.partner, customer, offer[1], number_of[0], "active", offer[3], line["friendly_name"],
             line["partner_on_record"], line["quantity"], line["term"], line["billing_cycle"], offer[10], now, now,
             end, True, 0)
            for pk, number_of, (line, offer) in zip(made, lines, sold, strict=True)
        ],
    )  # fmt: skip
    _audit(request, caller, customer, (order, number), list(zip(made, sold, strict=True)))
    if caller.email:
        letters = _letters(caller, customer, number, name, sold, f"order:{order}")
        for kind, key, subject, text, html in letters:
            values = [settings.DEFAULT_FROM_EMAIL, caller.email, subject, text, html, kind, key]
            ask(MAIL, [*values, str(order), caller.partner])
    ask(ORDERED, [order, now, cart])
    return _told(customer, number, now, list(zip(made, sold, strict=True)))


def _audit(
    request: HttpRequest, caller: Caller, customer: uuid.UUID, order: tuple[int, str], made: Sequence[Any]
) -> None:
    now, (pk, number) = datetime.now(UTC), order
    label = f"Order {number}"
    own = (now, caller.user, caller.name, caller.role, "api")
    portal = (now, None, "GCC Portal", "system", "task")
    where = (caller.partner, customer)
    quiet = (*where, "", "", "")
    at = (*where, caller.application, request.META["REMOTE_ADDR"] or "127.0.0.1", str(uuid.uuid4()))
    many(
        AUDIT,
        [
            (*own, "submit", False, "order", str(pk), label, "cart", "submitted", "", *at),
            (*portal, "begin", False, "order", str(pk), label, "submitted", "processing", "", *quiet),
            *(
                (*portal, "activate_subscription", False, "subscription", str(each), offer[3], "pending", "active",
                 label, *quiet)
                for each, (_line, offer) in made
            ),
            (*portal, "complete", False, "order", str(pk), label, "processing", "completed",
             "Every line is fulfilled.", *quiet),
        ],
    )  # fmt: skip


def _letters(
    caller: Caller,
    customer: uuid.UUID,
    number: str,
    name: str,
    sold: Sequence[tuple[dict[str, Any], Row]],
    key: str,
) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield kind, key, subject, text and HTML of two letters with the same facts: of receipt, and of the end."""
    points = [f"{offer[3]}: {line['quantity']:,} seats, 1 year, billed yearly" for line, offer in sold]
    priced = [f"{point}, ${offer[10] / 100:,.2f}" for point, (_line, offer) in zip(points, sold, strict=True)]
    place = f"{settings.PORTAL_URL}orders/{number}/"
    said = ["This was ordered:", "Fulfilment begins now. You get another e-mail when it has ended.", place]
    subject = f"We have your order {number} for {name}"
    yield "order_submitted", f"{key}:submitted", subject, *_written_out(caller, subject, said, priced)
    said = [
        "Every line is fulfilled. These subscriptions are active now:",
        "Seats can be taken off, or a subscription cancelled, within seven calendar days; later only at the renewal.",
        f"{settings.PORTAL_URL}customers/{customer}/subscriptions/",
    ]
    subject = f"Order {number} for {name} is complete"
    yield "order_result", f"{key}:1", subject, *_written_out(caller, subject, said, points)


def _written_out(caller: Caller, subject: str, said: list[str], points: list[str]) -> tuple[str, str]:
    said = [f"Hello {caller.name},", f"{subject}. {said[0]}", *said[1:]]
    text = "\n\n".join([*said[:2], "\n".join(f"- {point}" for point in points), *said[2:]])
    body = "".join(f"<p>{escape(each)}</p>" for each in said)
    listed = "".join(f"<li>{escape(point)}</li>" for point in points)
    return (
        text,
        f"<!doctype html><html lang='en'><title>{escape(subject)}</title>{body}<ul>{listed}</ul></html>",
    )


def _told(customer: uuid.UUID, number: str, now: datetime, made: Sequence[Any]) -> dict[str, object]:
    place = f"/customers/{customer}/orders/{number}"
    lines = []
    for at, (pk, (line, offer)) in enumerate(made):
        product, sku, _availability = offer[0].split(":")
        lines.append({
            "lineItemNumber": at, "offerId": offer[0], "subscriptionId": str(pk),
            "friendlyName": line["friendly_name"] or offer[3], "quantity": line["quantity"],
            "termDuration": line["term"], "billingCycle": line["billing_cycle"], "transactionType": "New",
            "links": {
                "product": _link(f"/products/{product}?country=US"),
                "sku": _link(f"/products/{product}/skus/{sku}?country=US"),
                "subscription": _link(f"/customers/{customer}/subscriptions/{pk}"),
                "provisioningStatus": _link(f"{place}/provisioningstatus"),
            },
        })  # fmt: skip
    cycles = {line["billing_cycle"] for _pk, (line, _offer) in made}
    etag = hashlib.sha256(json.dumps([number, 1, "completed"]).encode()).hexdigest()[:16]
    order = {
        "id": number, "alternateId": number, "referenceCustomerId": str(customer),
        "billingCycle": cycles.pop() if len(cycles) == 1 else "unknown", "currencyCode": "USD", "currencySymbol": "$",
        "lineItems": lines, "creationDate": now.isoformat(), "status": "completed",
        "transactionType": "UserPurchase",
        "links": {"self": _link(place), "provisioningStatus": _link(f"{place}/provisioningstatus")},
        "attributes": {"objectType": "Order", "etag": etag},
    }  # fmt: skip
    return {"orders": [order], "orderErrors": [], "attributes": {"objectType": "CartCheckoutResult"}}


def _link(uri: str) -> dict[str, object]:
    return {"uri": uri, "method": "GET", "headers": []}
