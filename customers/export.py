"""The customers list as a CSV file, written by the database (see `web/csv_copy.py`)."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, Exists, F, Func, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Relationship
from customers.queries.search_params import agreements, qualifications_in_force
from customers.states import QualificationKind
from gcc_portal.web.csv_copy import copy_as_csv

# What str.strip takes away.
BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
TEXT = CharField()


class Trimmed(Func):
    """A text without the blanks around it."""

    function = "btrim"
    output_field = TEXT


class Minute(Func):
    """A moment in UTC, to the minute."""

    function = "to_char"
    template = "%(function)s(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')"
    output_field = TEXT


class Joined(Func):
    """The texts of an array, one after the other; NULL for none."""

    function = "array_to_string"
    template = "NULLIF(%(function)s(%(expressions)s, '; '), '')"
    output_field = TEXT


def as_csv(rows: QuerySet[Relationship]) -> StreamingHttpResponse:
    """Return the download of the customers of these relationships, in their order."""
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
    return copy_as_csv(name, header, cells_of(rows))


def cells_of(rows: QuerySet[Relationship]) -> QuerySet[Any, Any]:
    """Return the cells of the file, each a text in the language of the request."""
    return rows.annotate(
        cell_id=Cast("customer_id", TEXT),
        cell_kinds=_kinds(),
        cell_agreement=Case(
            When(Exists(agreements()), then=Value(_("In force"))), default=Value(_("Missing"))
        ),
        cell_since=Minute("customer_since"),
        cell_contact=Trimmed(
            Concat("customer__first_name", Value(" "), "customer__last_name"), Value(BLANKS)
        ),
    ).values_list(
        "customer__name", "customer__domain", "cell_id", "cell_kinds", "cell_agreement", "cell_since", "cell_contact",
        "customer__email", "customer__phone", "customer__city", "customer__state", "customer__postal_code",
    )  # fmt: skip


def _kinds() -> Case | Func:
    """Return the labels of the special qualifications in force, in the order of `Customer.granted`."""
    label = Case(
        *(When(kind=kind, then=Value(str(kind.label))) for kind in QualificationKind), default=F("kind")
    )
    return Func(
        Joined(ArraySubquery(qualifications_in_force().order_by("kind").values_list(label))),
        Value(_("None")),
        function="COALESCE",
        output_field=TEXT,
    )
