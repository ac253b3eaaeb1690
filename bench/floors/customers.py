"""The customers list as one SQL statement and one string."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, QueryDict
from django.utils.html import escape

COLUMNS = """
SELECT c.id, c.name, c.domain, c.created_at,
       (SELECT true FROM customers_customeragreement a WHERE a.customer_id = c.id LIMIT 1),
       ARRAY(SELECT q.kind FROM customers_specialqualification q WHERE q.customer_id = c.id AND q.state = 'granted')
"""
OWN = """
FROM customers_relationship r JOIN customers_customer c ON c.id = r.customer_id
WHERE r.partner_id = %s AND r.state = 'active'
"""
KIND = """
AND EXISTS (SELECT 1 FROM customers_specialqualification q
            WHERE q.customer_id = r.customer_id AND q.kind = %s AND q.state = 'granted')
"""
UNAGREED = "AND NOT EXISTS (SELECT 1 FROM customers_customeragreement a WHERE a.customer_id = r.customer_id)"
ORDER = "ORDER BY r.customer_name, r.customer_id LIMIT 26"


def customer_list(request: HttpRequest) -> HttpResponse:
    """Return the same rows in the same table, with nothing around it."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partner_id FROM partners_agent WHERE user_id = %s AND is_active", [request.user.pk]
        )
        partner = cursor.fetchone()[0]
        cursor.execute(*_statement(request.GET, partner))
        rows = cursor.fetchall()
    body = "".join(map(_row, rows[:25]))
    return HttpResponse(f"<!DOCTYPE html><title>Customers</title><table>{body}</table>")


def _statement(query: QueryDict, partner: int) -> tuple[str, list[Any]]:
    """Return the statement and its values. What begins with a word is found by two indexes, each to its first rows."""
    own = OWN
    values: list[Any] = [partner]
    if kind := query.get("qualification"):
        own, values = own + KIND, [*values, kind]
    if query.get("agreement"):
        own += UNAGREED
    if after := query.get("name"):
        own += "AND (r.customer_name, r.customer_id) > (%s, %s::uuid)"
        values = [*values, after, query["id"]]
    if prefix := query.get("q"):
        first = f"SELECT r.id {own} AND r.customer_{{}} LIKE upper(%s) {ORDER}"
        both = f"({first.format('name')}) UNION ({first.format('domain')})"
        values = [*values, f"{prefix}%"]
        return f"{COLUMNS} {OWN} AND r.id IN ({both}) {ORDER}", [partner, *values, *values]
    return f"{COLUMNS} {own} {ORDER}", values


def _row(row: tuple[Any, ...]) -> str:
    pk, name, domain, since, agreed, kinds = row
    return (
        f'<tr><th><a href="/customers/{pk}/">{escape(name)}</a><br>{escape(domain)}</th><td>{", ".join(kinds)}</td>'
        f"<td>{'In force' if agreed else 'Missing'}</td><td>{since:%b %d, %Y}</td></tr>"
    )
