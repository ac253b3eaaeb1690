"""Filled carts, made by the database itself, so that a measurement begins at the submit."""

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from bench import data

SKUS = ("ENTERPRISEPACK_GOV", "MCOEV_GOV", "VISIOCLIENT_GOV")
"""Three lines: a base, an add-on that stands on it, and another base."""
SEATS = 25
# Of the first partner's customers these lack the qualification or the agreement (see `data`).
UNFIT = ("20", "40", "60")

CARTS = """
WITH fit AS (
    SELECT c.id, row_number() OVER (ORDER BY c.id) AS place FROM customers_customer c
    JOIN customers_relationship r ON r.customer_id = c.id AND r.partner_id = %(partner)s
    WHERE right(c.id::text, 2) <> ALL (%(unfit)s)
      AND NOT EXISTS (SELECT 1 FROM orders_order o WHERE o.customer_id = c.id AND o.state = 'cart')
    ORDER BY c.id LIMIT %(count)s
), carts AS (
    INSERT INTO orders_order (number, partner_id, customer_id, created_by_id, application_id, state, revision,
        created_at, expires_at, attempts, line_count, month_cents, due_cents)
    SELECT %(run)s || lpad(place::text, 8, '0'), %(partner)s, id, %(user)s, NULL, 'cart', 0,
        now(), now() + interval '7 days', 0, 0, 0, 0
    FROM fit RETURNING id, number, customer_id
), lines AS (
    INSERT INTO orders_orderline (order_id, offer_id, catalog_item_id, title, sku_title, friendly_name,
        partner_on_record, quantity, term, billing_cycle, unit_price_cents, outcome, cause)
    SELECT carts.id, o.id, o.product_id || ':' || o.sku_id || ':' || o.availability_id, o.title, o.sku_title, '', '',
        %(seats)s, 'P1Y', 'annual', o.price_cents, 'pending', ''
    FROM carts, orders_offer o WHERE o.string_id = ANY (%(skus)s)
    RETURNING order_id, quantity * unit_price_cents * 12 AS due
)
SELECT carts.number, carts.customer_id::text, (SELECT sum(due) FROM lines WHERE order_id = carts.id)::bigint FROM carts
"""


@dataclass(frozen=True)
class Cart:
    """A cart of an agent that is ready to be ordered, and what its first bill comes to in US cents."""

    number: str
    customer: str
    due_cents: int
    revision: int = 0

    def plain(self) -> dict[str, Any]:
        """Return it for a worker."""
        return asdict(self)


def make(connection: Any, count: int, email: str = data.ADMIN) -> list[Cart]:
    """Return so many new carts of an agent, each for another customer. Raises `ValueError` when customers run out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.id, a.partner_id FROM gcc_portal_user u JOIN partners_agent a ON a.user_id = u.id"
            " WHERE u.email = %s",
            [email],
        )
        user, partner = cursor.fetchone()
        asked = {
            "partner": partner, "user": user, "unfit": list(UNFIT), "count": count, "seats": SEATS,
            "skus": list(SKUS), "run": secrets.token_hex(3).upper(),
        }  # fmt: skip
        cursor.execute(CARTS, asked)
        made = [Cart(*row) for row in cursor.fetchall()]
    connection.commit()
    if len(made) < count:
        raise ValueError(f"{count} carts were asked for, and only {len(made)} customers can have one")
    return made
