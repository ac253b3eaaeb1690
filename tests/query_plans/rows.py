"""100,000 rows of every kind, made by the database; and the plans of what is asked of them."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import psycopg2
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from bench import rows as bench_rows
from gcc_portal.core.audit.models import AuditEntry
from orders.models import Order, Subscription

CUSTOMERS = 100_000
OWN = f"('11111111-0000-4000-8000-' || lpad((1 + n % {CUSTOMERS // 10}) || '0', 12, '0'))::uuid"
PARTNER = "(SELECT min(id) FROM partners_partner) + n % 10"
AGO = "now() - n * interval '1 minute'"
# The seconds between making the rows and asking are none of a sweep's due ones.
LATER = "now() + (1 + n) * interval '1 minute'"


def fill(name: str) -> None:
    """Fill the database of this name. Foreign keys and triggers are left out, and what triggers keep is written."""
    settings = connection.settings_dict
    raw = psycopg2.connect(
        dbname=name, user=settings["USER"], host=settings["HOST"], port=settings["PORT"] or None
    )
    raw.autocommit = True
    with contextlib.closing(raw), raw.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        cursor.execute(bench_rows.PEOPLE)
        cursor.execute(bench_rows.CUSTOMERS, {"words": list(bench_rows.WORDS), "customers": CUSTOMERS})
        cursor.execute(
            "UPDATE customers_relationship r SET customer_name = upper(c.name), customer_domain = upper(c.domain),"
            " customer_since = c.created_at FROM customers_customer c WHERE c.id = r.customer_id"
        )
        for statement in _more():
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")


def _more() -> Iterator[str]:
    from customers.models import Relationship, ValidationId

    yield _insert(
        AuditEntry,
        at="now() - (100000 - n) * interval '1 minute'",
        partner_id="(SELECT min(id) FROM partners_partner) + n % 100",
        refused="n / 100 % 50 = 0",
        object_type="'order'",
        object_id="(n % 5000)::text",
        action="'submit'",
        actor_label="'Ada Agent'",
        channel="'page'",
    )
    yield _insert(
        Relationship,
        partner_id=PARTNER,
        state="CASE WHEN n % 1000 = 0 THEN 'invited' ELSE 'declined' END",
        is_request="true",
        organization_name="'Town ' || n",
        token="'request-' || n",
        created_at=AGO,
        expires_at=LATER,
    )
    yield _insert(
        ValidationId,
        number="(100000000 + n)::text",
        partner_id=PARTNER,
        state="CASE WHEN n % 1000 = 0 THEN 'issued' ELSE 'expired' END",
        organization_name="'Town ' || n",
        max_creates="5",
        issued_at=AGO,
        expires_at=LATER,
    )
    yield _insert(
        Order,
        number="'ORDER-' || n",
        partner_id=PARTNER,
        customer_id=OWN,
        created_by_id="1",
        state="CASE WHEN n % 1000 = 0 THEN 'processing' ELSE 'completed' END",
        submitted_at=AGO,
        expires_at=LATER,
        touched_at=AGO,
    )
    yield _insert(
        Subscription,
        partner_id=PARTNER,
        customer_id=OWN,
        state="CASE WHEN n % 10 = 0 THEN 'active' ELSE 'expired' END",
        sku_title="'Product ' || n % 100",
        quantity="1",
        line_id="n",
        period_started_at=AGO,
        commitment_ends_at=LATER,
        ended_at=AGO,
        term="'P1Y'",
        billing_cycle="'annual'",
        segment="'commercial'",
    )


def _insert(model: type[models.Model], **columns: str) -> str:
    """Return an INSERT of 100,000 rows: expressions of `n` for some columns, nothing much in the others."""
    names, values = [], []
    for field in model._meta.concrete_fields:
        if field.primary_key and isinstance(field, models.AutoField):
            continue
        names.append(f'"{field.column}"')
        values.append(columns.get(str(field.column)) or _nothing(field))
    # The table's and columns' names are the models' own.
    return (
        f'INSERT INTO "{model._meta.db_table}" ({", ".join(names)})'
        f" SELECT {', '.join(values)} FROM generate_series(1, {CUSTOMERS}) AS n"
    )


def _nothing(field: "models.Field[Any, Any]") -> str:
    if field.null:
        return "NULL"
    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()"
    if isinstance(field, models.DateTimeField | models.DateField):
        return "now()"
    if isinstance(field, models.BooleanField):
        return "false"
    if isinstance(field, models.CharField | models.TextField):
        return "''"
    if isinstance(field, models.JSONField):
        return "'{}'"
    return "1" if isinstance(field, models.ForeignKey) else "0"


@contextlib.contextmanager
def asked() -> Iterator[list[str]]:
    """Collect the statements that read, as they were sent, while the context lasts."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    found += [each["sql"] for each in queries.captured_queries if each["sql"].startswith("SELECT")]


class Plan:
    """What the database does for a statement."""

    def __init__(self, sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
            (answer,) = cursor.fetchone()
        top = (answer if isinstance(answer, list) else json.loads(answer))[0]["Plan"]
        self.nodes = list(_nodes(top))

    @property
    def indexes(self) -> set[str]:
        """Return the names of the indexes that are used."""
        return {node["Index Name"] for node in self.nodes if "Index Name" in node}

    @property
    def read_whole(self) -> set[str]:
        """Return the tables that are read from one end to the other, the small ones left out."""
        return {
            node["Relation Name"]
            for node in self.nodes
            if node["Node Type"] == "Seq Scan"
            and node["Actual Rows"] + node.get("Rows Removed by Filter", 0) > 100
        }

    @property
    def most(self) -> int:
        """Return the most rows that any step hands on or throws away, in all its turns."""
        return max(
            round((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
            for node in self.nodes
        )

    def __repr__(self) -> str:
        return "\n".join(
            f"{node['Node Type']} {node.get('Index Name') or node.get('Relation Name', '')}"
            f" {node['Actual Rows']} x {node['Actual Loops']}"
            for node in self.nodes
        )


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for each in node.get("Plans", []):
        yield from _nodes(each)
