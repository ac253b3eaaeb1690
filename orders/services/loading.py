"""Reads orders with all that the gates, the letters and the fulfilment ask of them, however many, in one statement.

Written by hand: these are read at every order, and Django takes longer to write such statements than PostgreSQL to
answer them. What comes of it are the usual instances, with their relations at hand; columns that nobody asks for here
are left out, and would be read when they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState

from customers.models import Customer, SpecialQualification
from gcc_portal.core.people.models import User
from orders.gates.facts import COLUMNS, Facts, facts_in
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
        # Columns that neither a row nor a list in JSON gives as Python has them.
        self.texts = [(place, each) for place, each in enumerate(fields) if hasattr(each, "from_db_value")]
        self.uuids = [place for place, each in enumerate(fields) if isinstance(each, models.UUIDField)]

    def __len__(self) -> int:
        return len(self.names)

    def instance(self, values: Row) -> Any:
        """Return the row's instance; None for the empty side of an outer join."""
        if values[self.pk] is None:
            return None
        row = list(values)
        for place, field in self.texts:
            row[place] = field.from_db_value(row[place], None, connection)
        return self._instance(row)

    def told(self, values: list[Any]) -> Any:
        """Return the instance of a list that came in JSON."""
        for place in self.uuids:
            values[place] = UUID(values[place]) if values[place] else None
        return self._instance(values)

    def _instance(self, values: Row) -> Any:
        # As `from_db` does it, without asking each field and two signals that nobody here listens to.
        made = self.model.__new__(self.model)
        made.__dict__.update(zip(self.names, values, strict=True))
        made._state = ModelState()
        made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
        return made


ORDER = Columns(Order, "o")
PARTNER = Columns(Partner, "p", "id", "name", "role", "mpn_id", "provider_id", "qualification")
PROVIDER = Columns(Partner, "v", "id", "name")
CUSTOMER = Columns(Customer, "c", "id", "name", "domain")
PERSON = Columns(User, "u", "id", "name", "email")
APPLICATION = Columns(ApiApplication, "a", "client_id", "name")
JOINED = (ORDER, PARTNER, PROVIDER, CUSTOMER, PERSON, APPLICATION)
LINE = Columns(OrderLine, "l")
OFFER = Columns(Offer, "f")
BASE = Columns(Offer, "b", "id", "sku_title")
QUALIFICATION = Columns(SpecialQualification, "q", "id", "customer_id", "kind", "state")
BASES_SQL = f"""(
    SELECT json_agg(json_build_array({BASE.sql}) ORDER BY b.sku_title, b.id)
    FROM orders_offer_prerequisites n JOIN orders_offer b ON b.id = n.to_offer_id WHERE n.from_offer_id = f.id)"""  # noqa: S608

# Table names are ours and values are parameters.
LINES_SQL = f"""(
    SELECT json_agg(json_build_array({LINE.sql}, {OFFER.sql}, {BASES_SQL}) ORDER BY l.id)
    FROM orders_orderline l JOIN orders_offer f ON f.id = l.offer_id WHERE l.order_id = o.id)"""  # noqa: S608
ORDERS_SQL = f"""
SELECT {", ".join(each.sql for each in JOINED)},
       (SELECT json_agg(json_build_array({QUALIFICATION.sql}) ORDER BY q.id)
        FROM customers_specialqualification q WHERE q.customer_id = o.customer_id), {LINES_SQL}{{more}}
FROM orders_order o
JOIN partners_partner p ON p.id = o.partner_id LEFT JOIN partners_partner v ON v.id = p.provider_id
JOIN customers_customer c ON c.id = o.customer_id
LEFT JOIN gcc_portal_user u ON u.id = o.created_by_id
LEFT JOIN partners_apiapplication a ON a.client_id = o.application_id
WHERE o.id = ANY({{keys}}) ORDER BY o.id
"""  # noqa: S608
BY_KEY = ORDERS_SQL.format(more="", keys="%s")
FACTS = COLUMNS.format(partner="o.partner_id", customer="o.customer_id")
WITH_FACTS = ORDERS_SQL.format(more=f", {FACTS}", keys="ARRAY(SELECT id {own})")


def read_orders(pks: Sequence[int], before: str = "", values: Sequence[Any] = ()) -> list[Order]:
    """Return the orders of these keys, by key, with parties, lines, offers, bases and qualifications at hand.

    `before` are statements (with their `values`) that are sent along and done first: locks.
    """
    with connection.cursor() as cursor:
        cursor.execute(before + BY_KEY, [*values, list(pks)])
        offers: dict[int, Offer] = {}
        return [_order(row, offers)[0] for row in cursor.fetchall()]


def read_own(own: str, before: str, values: Mapping[str, Any]) -> tuple[Order, Facts] | None:
    """Return the order that `own` (FROM, WHERE) names as `read_orders` does, and the facts of its parties."""
    with connection.cursor() as cursor:
        cursor.execute(before + WITH_FACTS.format(own=own), values)
        row = cursor.fetchone()
    if row is None:
        return None
    order, facts = _order(row, {})
    return order, facts_in(facts)


def _order(row: Row, offers: dict[int, Offer]) -> tuple[Order, Row]:
    """Return the order of a row, and the columns that stand behind it; `offers` are those that were met before."""
    found, start = [], 0
    for columns in JOINED:
        found.append(columns.instance(row[start : start + len(columns)]))
        start += len(columns)
    order, partner, provider, customer, person, application = found
    partner.provider = provider
    order.partner, order.customer = partner, customer
    order.created_by, order.application = person, application
    give_qualifications(customer, row[start])
    prefetched(order, "lines", [_line(values, order, offers) for values in row[start + 1] or ()])
    return order, row[start + 2 :]


def give_qualifications(customer: Customer, rows: Iterable[Row] | None) -> None:
    """Let `customer.qualifications` be these rows of `QUALIFICATION`."""
    kept = [QUALIFICATION.told(list(values)) for values in rows or ()]
    for each in kept:
        each.customer = customer
    prefetched(customer, "qualifications", kept)


def _line(values: list[Any], order: Order, offers: dict[int, Offer]) -> OrderLine:
    line: OrderLine = LINE.told(values[: len(LINE)])
    offer = offers.get(line.offer_id)
    if offer is None:
        offer = offers[line.offer_id] = _with_bases(OFFER.told(values[len(LINE) : -1]), values[-1])
    line.order, line.offer = order, offer
    return line


def offer_of(row: Row) -> Offer:
    """Return the offer of a row of `OFFER` and `BASES_SQL`, its prerequisites at hand."""
    return _with_bases(OFFER.instance(row[: len(OFFER)]), row[len(OFFER)])


def _with_bases(offer: Offer, bases: list[Row] | None) -> Offer:
    prefetched(offer, "prerequisites", [BASE.told(list(base)) for base in bases or ()])
    return offer


def prefetched(instance: models.Model, name: str, rows: Iterable[models.Model]) -> None:
    """Let `instance.name.all()` be these rows, as Django's prefetch does."""
    kept = list(rows)
    held: Any
    if kept:
        held = getattr(instance, name).get_queryset()
        held._result_cache, held._prefetch_done = kept, True
    else:
        held = _nothing(type(instance), name)
    if not hasattr(instance, "_prefetched_objects_cache"):
        instance._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    instance._prefetched_objects_cache[name] = held  # type: ignore[attr-defined]


@cache
def _nothing(model: type[models.Model], name: str) -> Any:
    """Return what nothing ever comes of: one for all, since whatever is asked of it makes another."""
    related: Any = model._meta.get_field(name).related_model
    held: Any = related._default_manager.none()
    held._result_cache, held._prefetch_done = [], True
    return held
