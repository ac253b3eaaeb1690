"""Reads orders with all that the gates, the letters and the fulfilment ask of them, however many, in three statements.

Written by hand: these are read at every order, and Django takes longer to write such statements than PostgreSQL to
answer them. What comes of it are the usual instances, with their relations at hand; columns that nobody asks for here
are left out, and would be read when they are.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

from customers.models import Customer, SpecialQualification
from gcc_portal.people.models import User
from orders.models import Offer, Order, OrderLine
from partners.models import ApiApplication, Partner

Row = Sequence[Any]


class Columns:
    """The columns of a model under an alias, and the way from a row of them to an instance."""

    def __init__(self, model: type[models.Model], alias: str, *names: str) -> None:
        self.model = model
        fields = [each for each in model._meta.concrete_fields if not names or each.attname in names]
        self.names = [each.attname for each in fields]
        self.sql = ", ".join(f"{alias}.{connection.ops.quote_name(str(each.column))}" for each in fields)
        self.pk = self.names.index(model._meta.pk.attname)
        # Columns that the database does not give as Python has them: JSON.
        self.given = [(place, each) for place, each in enumerate(fields) if hasattr(each, "from_db_value")]

    def __len__(self) -> int:
        return len(self.names)

    def instance(self, values: Row) -> Any:
        """Return the row's instance; None for the empty side of an outer join."""
        if values[self.pk] is None:
            return None
        row = list(values)
        for place, field in self.given:
            row[place] = field.from_db_value(row[place], None, connection)
        return self.model.from_db(connection.alias, self.names, row)


ORDER = Columns(Order, "o")
PARTNER = Columns(Partner, "p", "id", "name", "role", "mpn_id", "provider_id", "qualification")
PROVIDER = Columns(Partner, "v", "id", "name")
CUSTOMER = Columns(Customer, "c", "id", "name", "domain")
PERSON = Columns(User, "u", "id", "name", "email")
APPLICATION = Columns(ApiApplication, "a", "client_id", "name")
JOINED = (ORDER, PARTNER, PROVIDER, CUSTOMER, PERSON, APPLICATION)
LINE = Columns(OrderLine, "l")
OFFER = Columns(Offer, "f")
BASE = ("id", "sku_title")
BASES_SQL = """(
    SELECT json_agg(json_build_array(b.id, b.sku_title) ORDER BY b.sku_title, b.id)
    FROM orders_offer_prerequisites n JOIN orders_offer b ON b.id = n.to_offer_id WHERE n.from_offer_id = f.id)"""

# Table names are ours and values are parameters.
ORDERS_SQL = f"""
SELECT {", ".join(each.sql for each in JOINED)},
       (SELECT json_agg(json_build_array(q.id, q.kind, q.state) ORDER BY q.id)
        FROM customers_specialqualification q WHERE q.customer_id = o.customer_id)
FROM orders_order o
JOIN partners_partner p ON p.id = o.partner_id LEFT JOIN partners_partner v ON v.id = p.provider_id
JOIN customers_customer c ON c.id = o.customer_id
LEFT JOIN gcc_portal_user u ON u.id = o.created_by_id
LEFT JOIN partners_apiapplication a ON a.client_id = o.application_id
WHERE o.id = ANY(%s) ORDER BY o.id
"""  # noqa: S608
LINES_SQL = f"""
SELECT {LINE.sql}, {OFFER.sql},
       {BASES_SQL}
FROM orders_orderline l JOIN orders_offer f ON f.id = l.offer_id WHERE l.order_id = ANY(%s) ORDER BY l.id
"""  # noqa: S608


def read_orders(pks: Sequence[int], before: str = "", values: Sequence[Any] = ()) -> list[Order]:
    """Return the orders of these keys, by key, with parties, lines, offers, bases and qualifications at hand.

    `before` are statements (with their `values`) that are sent along and done first: locks.
    """
    with connection.cursor() as cursor:
        cursor.execute(before + ORDERS_SQL, [*values, list(pks)])
        orders = [_order(row) for row in cursor.fetchall()]
        cursor.execute(LINES_SQL, [[order.pk for order in orders]])
        lines: dict[int, list[OrderLine]] = {order.pk: [] for order in orders}
        offers: dict[int, Offer] = {}
        for row in cursor.fetchall():
            line = LINE.instance(row[: len(LINE)])
            line.offer = offers.get(line.offer_id) or offers.setdefault(
                line.offer_id, offer_of(row[len(LINE) :])
            )
            lines[line.order_id].append(line)
    for order in orders:
        for line in lines[order.pk]:
            line.order = order
        at_hand(order, "lines", lines[order.pk])
    return orders


def _order(row: Row) -> Order:
    found, start = [], 0
    for columns in JOINED:
        found.append(columns.instance(row[start : start + len(columns)]))
        start += len(columns)
    order, partner, provider, customer, person, application = found
    partner.provider = provider
    kept = [
        SpecialQualification(pk=pk, kind=kind, state=state, customer=customer)
        for pk, kind, state in row[start] or ()
    ]
    order.partner, order.customer = partner, customer
    order.created_by, order.application = person, application
    at_hand(customer, "qualifications", kept)
    return order


def offer_of(row: Row) -> Offer:
    """Return the offer of a row of `OFFER` and `BASES_SQL`, its prerequisites at hand."""
    offer = OFFER.instance(row[: len(OFFER)])
    bases = [Offer.from_db(connection.alias, BASE, base) for base in row[len(OFFER)] or ()]
    at_hand(offer, "prerequisites", bases)
    return offer


def at_hand(instance: models.Model, name: str, rows: Iterable[models.Model]) -> None:
    """Let `instance.name.all()` be these rows, as Django's prefetch does."""
    kept = list(rows)
    held = getattr(instance, name).get_queryset() if kept else _nothing(instance, name)
    held._result_cache, held._prefetch_done = kept, True
    if not hasattr(instance, "_prefetched_objects_cache"):
        instance._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    instance._prefetched_objects_cache[name] = held  # type: ignore[attr-defined]


def _nothing(instance: models.Model, name: str) -> Any:
    return getattr(instance, name).model._default_manager.none()
