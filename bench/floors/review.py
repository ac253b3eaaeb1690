"""The review queue as one SQL statement and one string."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.html import escape

SELECT = """
SELECT f.reference, f.organization_name, f.kind, f.contact_name, f.state, f.respond_by, f.escalated_at, f.error = '',
       u.name
FROM gcc_portal_intakeform f LEFT JOIN gcc_portal_user u ON u.id = f.reviewer_id
WHERE f.state IN ('submitted', 'in_review')
"""


def queue(request: HttpRequest) -> HttpResponse:
    """Return the same rows in the same table, with nothing around it."""
    if not request.user.is_authenticated or not request.user.is_reviewer:
        return HttpResponseForbidden()
    sql, values = SELECT, []
    if kind := request.GET.get("kind"):
        sql += " AND f.kind = %s"
        values.append(kind)
    if due := request.GET.get("due"):
        sql += " AND (f.respond_by, f.id) > (%s::timestamptz, %s)"
        values += [due, request.GET["id"]]
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY f.respond_by, f.id LIMIT 26", values)
        rows = cursor.fetchall()
    body = "".join(map(_row, rows[:25]))
    return HttpResponse(f"<!DOCTYPE html><title>Review queue</title><table>{body}</table>")


def _row(row: tuple[Any, ...]) -> str:
    reference, organization, kind, contact, state, due, escalated, fine, reviewer = row
    return (
        f'<tr><th><a href="/review/{reference}/">{escape(organization)}</a><br>{reference}</th>'
        f"<td>{kind}<br>{escape(contact)}</td><td>{state}{' escalated' if escalated else ''}"
        f"{'' if fine else ' set aside'}</td><td>{due:%b %d, %Y, %I:%M %p}</td>"
        f"<td>{escape(reviewer or 'Unassigned')}</td></tr>"
    )
