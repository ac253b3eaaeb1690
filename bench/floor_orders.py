"""The floor of placing an order: one transaction by psycopg2 with the product's locks, checks and writes."""

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

import psycopg2

from bench import rows
from bench.child import note, timed

CART = """
SELECT o.id, o.partner_id, o.customer_id::text, u.id
FROM orders_order o JOIN gcc_portal_user u ON u.id = o.created_by_id
WHERE o.number = %s AND u.email = %s AND o.application_id IS NULL
"""
# Shared locks in the product's order; a subquery each, since PostgreSQL takes them one after the other.
PARTIES = """
SELECT 'partner', id::text, role, qualification, name
    FROM (SELECT id, role, qualification, name FROM partners_partner WHERE id = %(partner)s FOR SHARE) p
UNION ALL
SELECT 'relationship', id::text, state, '', '' FROM (SELECT id, state FROM customers_relationship
    WHERE partner_id = %(partner)s AND customer_id = %(customer)s ORDER BY id FOR SHARE) r
UNION ALL
SELECT 'customer', id::text, name, '', ''
    FROM (SELECT id, name FROM customers_customer WHERE id = %(customer)s FOR SHARE) c
UNION ALL
SELECT 'qualification', id::text, kind, state, '' FROM (SELECT id, kind, state FROM customers_specialqualification
    WHERE customer_id = %(customer)s ORDER BY id FOR SHARE) q
"""
ORDER = """
SELECT o.state, o.revision, o.expires_at <= now(), u.email, u.name,
       EXISTS (SELECT 1 FROM customers_customeragreement a WHERE a.customer_id = o.customer_id),
       ARRAY(SELECT s.offer_id FROM orders_subscription s WHERE s.customer_id = o.customer_id
             AND s.partner_id = o.partner_id AND s.state = 'active' AND (s.auto_renew OR s.commitment_ends_at > now()))
FROM orders_order o JOIN gcc_portal_user u ON u.id = o.created_by_id WHERE o.id = %s FOR UPDATE OF o
"""
LINES = """
SELECT l.id, l.quantity, l.term, l.billing_cycle, l.partner_on_record, l.unit_price_cents, l.sku_title,
       o.id, o.sku_title, o.segment, o.is_active, o.terms, o.billing_cycles, o.min_quantity, o.max_quantity,
       o.price_cents, ARRAY(SELECT to_offer_id FROM orders_offer_prerequisites p WHERE p.from_offer_id = o.id)
FROM orders_orderline l JOIN orders_offer o ON o.id = l.offer_id WHERE l.order_id = %s ORDER BY l.id
"""
PLACED = """
UPDATE orders_order SET state = 'submitted', submitted_at = now(), touched_at = now(), line_count = %s,
    month_cents = %s, due_cents = %s, revision = revision + 1 WHERE id = %s
"""
AUDIT = """
INSERT INTO gcc_portal_auditentry (at, user_id, actor_label, role, channel, action, refused, object_type, object_id,
    object_label, from_state, to_state, reason, data, partner_id, customer_id, application_id, address, correlation_id)
VALUES (now(), %s, %s, 'admin_agent', 'command', 'submit', false, 'order', %s, %s, 'cart', 'submitted', '', '{}', %s,
    %s, '', '', '')
"""
MAIL = """
WITH mail AS (
    INSERT INTO post_office_email (from_email, "to", cc, bcc, subject, message, html_message, status, priority, created,
        last_updated, backend_alias)
    VALUES ('Portal <portal@bench.example>', %s, '', '', %s, %s, %s, 2, 1, now(), now(), '') RETURNING id
)
INSERT INTO gcc_portal_outboxmail (email_id, kind, key, about_type, about_id, partner_id, created_at)
SELECT id, 'order_submitted', %s, 'order', %s, %s, now() FROM mail
"""
# As long as the e-mail that the product writes for such an order.
TEXT, HTML = "We have your order. " * 30, "<p>We have your order.</p>" * 60
Row = tuple[Any, ...]


class Refused(Exception):
    """A check said no."""


@cache
def connection() -> Any:
    """Return the connection that all orders use."""
    return psycopg2.connect(os.environ["DATABASE_URL"])


def place_orders(n: int) -> list[float]:
    """Place n new carts; return the seconds of each."""
    return timed(place, rows.make_carts(n))


def place(cart: dict[str, Any]) -> None:
    """Place a cart. Raises `Refused`."""
    with connection() as transaction, transaction.cursor() as cursor:

        def execute(sql: str, values: Any) -> list[Row]:
            note(sql)
            cursor.execute(sql, values)
            return list(cursor.fetchall()) if cursor.description else []

        pk, partner, customer, user = execute(CART, [cart["number"], rows.AGENT])[0]
        parties = execute(PARTIES, {"partner": partner, "customer": customer})
        order = execute(ORDER, [pk])[0]
        lines = execute(LINES, [pk])
        check(cart, parties, order, lines)
        month = sum(line[1] * line[15] for line in lines)
        execute(PLACED, [len(lines), month, cart["due_cents"], pk])
        label, name = f"Order {cart['number']}", next(row[2] for row in parties if row[0] == "customer")
        execute(AUDIT, [user, order[4], str(pk), label, partner, customer])
        subject = f"We have your order {cart['number']} for {name}"
        execute(MAIL, [order[3], subject, TEXT, HTML, f"order:{pk}:submitted", str(pk), partner])


def check(cart: dict[str, Any], parties: Sequence[Row], order: Row, lines: Sequence[Row]) -> None:
    """Raise `Refused` where O1, O2, O3 or P2 is not kept by what was read under lock."""
    state, revision, past, _email, _name, agreed, owned = order
    partner = next(row for row in parties if row[0] == "partner")
    active = any(row[0] == "relationship" and row[2] == "active" for row in parties)
    kinds = {row[2] for row in parties if row[0] == "qualification" and row[3] == "granted"}
    bases = {*owned, *(line[7] for line in lines if line[10] and line[9] == "government")}
    plans = [(line[7], line[2], line[3]) for line in lines]
    if not (
        state == "cart" and revision == cart["revision"] and not past and agreed and active and lines
        and partner[2] != "indirect_reseller" and partner[3] == "qualified"
        and "government_community_cloud" in kinds and len(set(plans)) == len(plans)
        and all(_sold(line, bases) for line in lines)
        and sum(line[1] * line[15] * 12 for line in lines) == cart["due_cents"]
    ):  # fmt: skip
        raise Refused


def _sold(line: Row, bases: set[int]) -> bool:
    return bool(
        line[10] and line[9] == "government" and line[2] in line[11] and line[3] in line[12]
        and line[13] <= line[1] <= line[14] and line[5] == line[15] and line[6] == line[8]
        and not line[4] and (not line[16] or bases & set(line[16]))
    )  # fmt: skip
