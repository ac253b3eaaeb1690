"""The CSV file as it is usually made: a queryset's iterator, and csv.writer in a StreamingHttpResponse."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from customers.models import Customer, CustomerAgreement, Relationship, SpecialQualification
from partners.models import Agent

HEADER = (
    "Legal name", "Domain", "Tenant ID", "Special qualifications", "Customer agreement", "Since (UTC)", "Contact",
    "E-mail", "Phone", "City", "State", "ZIP code",
)  # fmt: skip


class Echo:
    """What csv.writer writes to: it gives each line back."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def export(request: HttpRequest) -> HttpResponseBase:
    """Return the customers of whoever is signed in as a CSV file."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    agent = Agent.objects.get(user_id=request.user.pk, is_active=True)
    active = Relationship.objects.filter(customer=OuterRef("pk"), partner_id=agent.partner_id, state="active")
    agreements = CustomerAgreement.objects.filter(customer=OuterRef("pk"))
    granted = SpecialQualification.objects.filter(state="granted").order_by("kind")
    rows = Customer.objects.filter(Exists(active)).annotate(agreed=Exists(agreements))
    rows = rows.prefetch_related(Prefetch("qualifications", granted, to_attr="held")).order_by("name", "id")
    return StreamingHttpResponse(_lines(rows), content_type="text/csv")


def _lines(rows: QuerySet[Any]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(HEADER)
    for row in rows.iterator(chunk_size=2000):
        yield writer.writerow(
            [
                row.name, row.domain, row.pk, "; ".join(each.get_kind_display() for each in row.held),
                "In force" if row.agreed else "Missing", row.created_at.strftime("%Y-%m-%d %H:%M"),
                f"{row.first_name} {row.last_name}", row.email, row.phone, row.city, row.state, row.postal_code,
            ]
        )  # fmt: skip


urlpatterns = [path("customers/export/", export)]
