"""Placing an order by hand: one transaction of psycopg2 with the locks, the checks and the writes of the product."""

import time
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from bench.carts import Cart
from bench.counting import kind_of

CART = """
SELECT id, partner_id, customer_id::text FROM orders_order
WHERE number = %s AND created_by_id = %s AND application_id IS NULL
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
    object_label, from_state, to_state, reason, partner_id, customer_id, application_id, address, correlation_id)
VALUES (now(), %s, %s, 'admin_agent', 'command', 'submit', false, 'order', %s, %s, 'cart', 'submitted', '', %s, %s,
    '', '', '')
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
Row = tuple[Any, ...]


class Refused(Exception):
    """A check said no."""


def times(connection: Any, user: int, carts: Sequence[Cart]) -> list[float]:
    """Place these carts of a person; return the seconds of each."""
    seconds = []
    for cart in carts:
        began = time.perf_counter()
        place(connection, user, cart)
        seconds.append(time.perf_counter() - began)
    return seconds


def statements(connection: Any, user: int, cart: Cart) -> Mapping[str, int]:
    """Place a cart; return the statements by kind."""
    found: dict[str, int] = {}

    def note(sql: str) -> None:
        found[kind_of(sql)] = found.get(kind_of(sql), 0) + 1

    place(connection, user, cart, note)
    return found


def place(connection: Any, user: int, cart: Cart, note: Callable[[str], None] = lambda _sql: None) -> None:
    """Place a cart. Raises `Refused`."""
    with connection.cursor() as cursor:

        def ask(sql: str, values: Any) -> list[Row]:
            note(sql)
            cursor.execute(sql, values)
            return list(cursor.fetchall()) if cursor.description else []

        pk, partner, customer = ask(CART, [cart.number, user])[0]
        parties = ask(PARTIES, {"partner": partner, "customer": customer})
        order = ask(ORDER, [pk])[0]
        lines = ask(LINES, [pk])
        _check(cart, parties, order, lines)
        month = sum(line[1] * line[15] for line in lines)
        ask(PLACED, [len(lines), month, cart.due_cents, pk])
        label = f"Order {cart.number}"
        ask(AUDIT, [user, order[4], str(pk), label, partner, customer])
        name = next(row[2] for row in parties if row[0] == "customer")
        subject, text, html = _letter(cart, order[4], name, lines)
        ask(MAIL, [order[3], subject, text, html, f"order:{pk}:submitted", str(pk), partner])
    connection.commit()


def _check(cart: Cart, parties: Sequence[Row], order: Row, lines: Sequence[Row]) -> None:
    """O1, O2, O3, P2 of what was read under lock."""
    state, revision, past, _email, _name, agreed, held = order
    partner = next(row for row in parties if row[0] == "partner")
    active = any(row[0] == "relationship" and row[2] == "active" for row in parties)
    kinds = {row[2] for row in parties if row[0] == "qualification" and row[3] == "granted"}
    bases = {*held, *(line[7] for line in lines if line[10] and line[9] == "government")}
    plans = [(line[7], line[2], line[3]) for line in lines]
    if not (
        state == "cart" and revision == cart.revision and not past and agreed and active and lines
        and partner[2] != "indirect_reseller" and partner[3] == "qualified"
        and "government_community_cloud" in kinds and len(set(plans)) == len(plans)
        and all(_sold(line, bases) for line in lines)
        and sum(line[1] * line[15] * 12 for line in lines) == cart.due_cents
    ):  # fmt: skip
        raise Refused


def _sold(line: Row, bases: set[int]) -> bool:
    return bool(
        line[10] and line[9] == "government" and line[2] in line[11] and line[3] in line[12]
        and line[13] <= line[1] <= line[14] and line[5] == line[15] and line[6] == line[8]
        and not line[4] and (not line[16] or bases & set(line[16]))
    )  # fmt: skip


def _letter(cart: Cart, person: str, customer: str, lines: Sequence[Row]) -> tuple[str, str, str]:
    """Return subject, text and HTML of a letter with the same facts."""
    points = [
        f"{line[8]}: {line[1]:,} seats, 1 year, billed yearly, ${line[15] / 100:,.2f}" for line in lines
    ]
    subject = f"We have your order {cart.number} for {customer}"
    said = [
        f"Hello {person},",
        f"We have your order {cart.number} for {customer}. This was ordered:",
        f"First bill: ${cart.due_cents / 100:,.2f}",
        "Fulfilment begins now. You get another e-mail when it has ended.",
        f"http://127.0.0.1/orders/{cart.number}/",
    ]
    text = "\n\n".join([*said[:2], "\n".join(f"- {point}" for point in points), *said[2:]])
    body = "".join(f"<p>{escape(each)}</p>" for each in said)
    listed = "".join(f"<li>{escape(point)}</li>" for point in points)
    html = f"<!doctype html><html lang='en'><title>{escape(subject)}</title>{body}<ul>{listed}</ul></html>"
    return subject, text, html
