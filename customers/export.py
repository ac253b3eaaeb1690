"""The customers list as a file: what the filter shows, streamed, safe to open in a spreadsheet."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from gcc_portal.csv_stream import download

CHUNK = 500


def as_csv(rows: QuerySet[Customer]) -> StreamingHttpResponse:
    """Return the download. The rows are read from the database in chunks of 500 while they are sent."""
    header = [
        _("Legal name"),
        _("Domain"),
        _("Tenant ID"),
        _("Special qualifications"),
        _("Customer agreement"),
        _("Since (UTC)"),
        _("Contact"),
        _("E-mail"),
        _("Phone"),
        _("City"),
        _("State"),
        _("ZIP code"),
    ]
    name = f"customers-{timezone.localdate().isoformat()}.csv"
    return download(name, header, _lines(rows))


def _lines(rows: QuerySet[Customer]) -> Iterator[list[object]]:
    for customer in rows.iterator(chunk_size=CHUNK):
        kinds = [str(each.get_kind_display()) for each in customer.granted]
        yield [
            customer.name,
            customer.domain,
            str(customer.pk),
            "; ".join(kinds) or _("None"),
            _("In force") if customer.has_agreement else _("Missing"),  # type: ignore[attr-defined]
            customer.created_at.strftime("%Y-%m-%d %H:%M"),
            f"{customer.first_name} {customer.last_name}".strip(),
            customer.email,
            customer.phone,
            customer.city,
            customer.state,
            customer.postal_code,
        ]
