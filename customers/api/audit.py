"""The audit: what was done for the partner's customers, by whom and with which application."""

import json
import uuid
from datetime import timedelta
from typing import Annotated, Any, Literal, get_args

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import Field

from customers.api.qualifications import ASYNC, VETTINGS
from customers.models import SpecialQualification
from customers.queries import audit as queries
from customers.queries.audit import OperationWord, ResourceWord
from customers.states import QualificationState
from gcc_portal.api.call import Call
from gcc_portal.api.dates import read_end, read_start
from gcc_portal.api.errors import INPUT, ApiError
from gcc_portal.api.filters import read_filter
from gcc_portal.api.paging import Collection, PageSize, SeekRequest
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Attributes, Guid, Moment, Resource, folded, guid_of, typed
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people.roles import Role

resources = Resources("Audit", "audit")

WINDOW, OLDEST = timedelta(days=30), timedelta(days=90)
PORTAL = "portal"  # the application of what was done on a page
ORDER = ("-at", "-id")
# Names the list in continuation tokens. A token from before the order changed fits no place in this one.
LIST = "auditrecords by time"
FIELDS = {"CompanyName": "name", "CustomerId": "customer", "ResourceType": "resource"}
ADDED = "add_customer"


class Pair(Resource):
    """One more detail of a record."""

    key: str
    value: str


class AuditRecord(Resource):
    """One act, done or refused."""

    id: str
    partner_id: Guid
    customer_id: Guid | None = None
    customer_name: str | None = None
    user_principal_name: str | None = None
    application_id: str
    resource_type: ResourceWord
    resource_old_value: str | None = None
    resource_new_value: str | None = None
    operation_type: OperationWord
    operation_date: Moment
    operation_status: Literal["succeeded", "failed"]
    customized_data: list[Pair]
    attributes: Attributes


@resources.get("auditrecords", Collection[AuditRecord])
def list_audit_records(
    call: Call,
    start_date: Annotated[str, Field(max_length=40)] = "",
    end_date: Annotated[str, Field(max_length=40)] = "",
    filter: str = "",
    size: PageSize = 0,
    seek_operation: str = "",
) -> Any:
    """List what was done for the partner's customers, the newest first. For admin agents.

    Days are UTC, and both ends belong to the window: by default the last 30 days, and nothing older than 90. One
    filter: `CompanyName` (substring), `CustomerId` or `ResourceType` (equals). The next page is asked for by
    `links.next`, or by a seek with the `continuationToken`; size, window and filter travel in the token.
    """
    filters = None if call.continuation else [*window(start_date, end_date), filter]
    seek = SeekRequest(call, LIST, size=size, filters=filters, operation=seek_operation)
    since, until, condition = seek.filters
    rows = _narrowed(call, condition).filter(at__gte=since, at__lt=until)
    return seek.page(rows, ORDER, lambda page: records_of(call.tenant_id, page), "/auditrecords")


def window(start: str, end: str) -> tuple[str, str]:
    """Return the window of records as two moments (ISO), the end excluded. Raises `ApiError` (400)."""
    now = timezone.now()
    oldest = read_start((now - OLDEST).date().isoformat())
    until = read_end(end) if end.strip() else now + timedelta(seconds=1)
    # An end before the oldest has no thirty days before it: the calendar itself begins somewhere.
    since = read_start(start) if start.strip() else max(min(max(until, oldest), now) - WINDOW, oldest)
    if since < oldest:
        raise ApiError(INPUT, _("Records are kept for programs for 90 days. Ask for a later startDate."))
    if since >= until:
        raise ApiError(INPUT, _("endDate lies before startDate, or more than 90 days back."))
    return since.isoformat(), until.isoformat()


def _narrowed(call: Call, condition: str) -> QuerySet[AuditEntry]:
    found = read_filter(condition, fields=FIELDS, operators=("substring", "equals"))
    if found is None:
        return queries.reported(call.actor)
    if found.field == "resource":
        return queries.reported(call.actor, _resource_word(found.value))
    if found.field == "name":
        return queries.about_customers_named(queries.reported(call.actor), found.value)
    customer_id = guid_of(found.value)
    if customer_id is None:
        raise ApiError(INPUT, _("The filter's CustomerId is a GUID."))
    return queries.about_customer(queries.reported(call.actor), customer_id)


def _resource_word(value: str) -> str:
    """Return the resource type in its own spelling; "none", which matches nothing, for an unknown one."""
    return next((word for word in get_args(ResourceWord) if folded(word) == folded(value.strip())), "none")


def records_of(partner_id: uuid.UUID, entries: list[AuditEntry]) -> list[AuditRecord]:
    """Return the entries as records. Two queries for any number of them."""
    names, qualifications = queries.names_of(entries), queries.qualifications_of(entries)
    return [
        _record(partner_id, entry, names, qualifications.get(entry.object_id) if _is_tag(entry) else None)
        for entry in entries
    ]


def _is_tag(entry: AuditEntry) -> bool:
    return entry.object_type == queries.QUALIFICATION


def _record(
    partner_id: uuid.UUID,
    entry: AuditEntry,
    names: dict[uuid.UUID, str],
    qualification: SpecialQualification | None,
) -> AuditRecord:
    operation = queries.operation_of(entry)
    old, new = _values(entry, qualification)
    failed = entry.refused or (operation.word == ADDED and entry.action == "fail")
    # A reviewer's own address is not the partner's to read.
    person = entry.user if entry.role != Role.REVIEWER else None
    return AuditRecord(
        id=f"{partner_id}_{operation.word}_{entry.pk}",
        partner_id=partner_id,
        customer_id=entry.customer_id,
        customer_name=names.get(entry.customer_id) if entry.customer_id else None,
        user_principal_name=person.email if person else None,
        application_id=entry.application_id or PORTAL,
        resource_type=operation.resource,
        resource_old_value=json.dumps(old) if old else None,
        resource_new_value=json.dumps(new) if new and not failed else None,
        operation_type=operation.word,
        operation_date=entry.at,
        operation_status="failed" if failed else "succeeded",
        customized_data=_more(entry, qualification),
        attributes=typed("AuditRecord"),
    )


def _values(
    entry: AuditEntry, qualification: SpecialQualification | None
) -> tuple[queries.Members, queries.Members]:
    """Return the resource's changed members before and after."""
    if qualification is not None:
        return _tag(qualification, entry.from_state), _tag(qualification, entry.to_state)
    old, new = queries.operation_of(entry).changes(entry)
    return old, {"id": entry.object_id, "name": entry.object_label, **new}


def _tag(qualification: SpecialQualification, state: str) -> queries.Members:
    """Return a special qualification as it was in a state, as `None` before it was granted and after it was revoked."""
    if state not in VETTINGS or state == QualificationState.NONE:
        return {"qualification": "None"}
    return {"qualification": ASYNC[qualification.kind], "vettingStatus": VETTINGS[state]}


def _more(entry: AuditEntry, qualification: SpecialQualification | None) -> list[Pair]:
    pairs = [Pair(key="Action", value=entry.action)]
    code = qualification.validation if qualification is not None else None
    if code is not None and code.partner_id == entry.partner_id:
        pairs.append(Pair(key="ValidationId", value=code.number))
    if entry.shown_reason:
        pairs.append(Pair(key="Reason", value=entry.shown_reason))
    return pairs
