"""The customers list as a file: what the filter shows, written by the database, safe to open in a spreadsheet."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, Exists, F, Func, OuterRef, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer, CustomerAgreement, SpecialQualification
from customers.states import QualificationKind, QualificationState
from gcc_portal.web.csv_copy import copied

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


def as_csv(rows: QuerySet[Customer]) -> StreamingHttpResponse:
    """Return the download of these customers, in their order; the rows are sent while the database writes them."""
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
    return copied(name, header, cells_of(rows))


def cells_of(rows: QuerySet[Customer]) -> QuerySet[Customer, tuple[str, ...]]:
    """Return the cells of the file, each a text in the language of whoever asks."""
    agreements = CustomerAgreement.objects.filter(customer=OuterRef("pk"))
    cells = {
        "cell_id": Cast("id", TEXT),
        "cell_kinds": _kinds(),
        "cell_agreement": Case(
            When(Exists(agreements), then=Value(_("In force"))), default=Value(_("Missing"))
        ),
        "cell_since": Minute("created_at"),
        "cell_contact": Trimmed(Concat("first_name", Value(" "), "last_name"), Value(BLANKS)),
    }
    return rows.annotate(**cells).values_list(
        "name", "domain", *cells, "email", "phone", "city", "state", "postal_code"
    )  # fmt: skip


def _kinds() -> Case | Func:
    """Return the names of the special qualifications in force, in the order of `Customer.granted`."""
    named = Case(
        *(When(kind=kind, then=Value(str(kind.label))) for kind in QualificationKind), default=F("kind")
    )
    held = SpecialQualification.objects.filter(customer=OuterRef("pk"), state=QualificationState.GRANTED)
    return Func(
        Joined(ArraySubquery(held.order_by("kind").values_list(named))),
        Value(_("None")),
        function="COALESCE",
        output_field=TEXT,
    )
