"""The customers list as one SQL statement and one string."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.html import escape

SELECT = """
SELECT c.id, c.name, c.domain, c.created_at,
       EXISTS (SELECT 1 FROM customers_customeragreement a WHERE a.customer_id = c.id),
       ARRAY(SELECT q.kind FROM customers_specialqualification q WHERE q.customer_id = c.id AND q.state = 'granted')
FROM customers_customer c
WHERE EXISTS (SELECT 1 FROM customers_relationship r
              WHERE r.customer_id = c.id AND r.partner_id = %s AND r.state = 'active')
"""


def customer_list(request: HttpRequest) -> HttpResponse:
    """Return the same rows in the same table, with nothing around it."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partner_id FROM partners_agent WHERE user_id = %s AND is_active", [request.user.pk]
        )
        partner = cursor.fetchone()[0]
        sql, values = SELECT, [partner]
        if prefix := request.GET.get("q"):
            sql += " AND c.name LIKE %s"
            values.append(f"{prefix}%")
        if kind := request.GET.get("qualification"):
            sql += (
                " AND EXISTS (SELECT 1 FROM customers_specialqualification q"
                " WHERE q.customer_id = c.id AND q.kind = %s AND q.state = 'granted')"
            )
            values.append(kind)
        if after := request.GET.get("name"):
            sql += " AND (c.name, c.id) > (%s, %s::uuid)"
            values += [after, request.GET["id"]]
        cursor.execute(f"{sql} ORDER BY c.name, c.id LIMIT 26", values)
        rows = cursor.fetchall()
    body = "".join(map(_row, rows[:25]))
    return HttpResponse(f"<!DOCTYPE html><title>Customers</title><table>{body}</table>")


def _row(row: tuple[Any, ...]) -> str:
    pk, name, domain, since, agreed, kinds = row
    return (
        f'<tr><th><a href="/customers/{pk}/">{escape(name)}</a><br>{escape(domain)}</th><td>{", ".join(kinds)}</td>'
        f"<td>{'In force' if agreed else 'Missing'}</td><td>{since:%b %d, %Y}</td></tr>"
    )
