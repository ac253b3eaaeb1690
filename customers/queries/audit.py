"""The audit as API clients read it: entries whose act has an operation type in the API's contract.

Each app registers the operation types of its acts (`name_operations`). Java's client knows a closed set of them and
can't read a page that holds another, so acts without one are left out.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from customers.models import Customer, SpecialQualification
from customers.states import QualificationKind
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.machine import require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.web.audit.search import visible_entries

OperationWord = Literal[
    "add_customer",
    "delete_customer",
    "update_customer_qualification",
    "update_customer_billing_profile",
    "remove_partner_customer_relationship",
    "create_order",
    "update_order",
    "update_subscription",
    "create_agreement",
    "create_partner_relationship",
]
ResourceWord = Literal["customer", "order", "subscription", "license", "agreement", "partner_relationship"]


Members = dict[str, Any]


def _state_alone(entry: AuditEntry) -> tuple[Members, Members]:
    """Return the states before and after as the members that an act changed."""
    old, new = ({"status": state} if state else {} for state in (entry.from_state, entry.to_state))
    return old, new


@dataclass(frozen=True)
class Operation:
    """The operation type of an act, and the type of the resource that it changed."""

    word: OperationWord
    resource: ResourceWord
    # Only refusals are reported: what the act leads to has an audit entry of its own.
    refused_only: bool = False
    unless_from: str = ""  # from this state, the act is none of the contract's
    # The resource's members before and after the act.
    changes: Callable[[AuditEntry], tuple[Members, Members]] = _state_alone


Key = tuple[str, str]
_operations: dict[Key, Operation] = {}


def name_operations(operations: dict[str, Operation]) -> None:
    """Register operation types; a key is the kind of object and the action: `order.submit`."""
    for key, operation in operations.items():
        kind, _dot, action = key.partition(".")
        _operations[kind, action] = operation


def operation_of(entry: AuditEntry) -> Operation:
    """Return the operation of an entry of `reported`."""
    return _operations[entry.object_type, entry.action]


def reported(actor: Actor, resource: str = "") -> QuerySet[AuditEntry]:
    """Return the entries of the actor's partner that have an operation type, of one resource type if it is named.

    Raises `NotAllowed` without the right to see the audit.
    """
    require(actor, Right.SEE_AUDIT)
    found = Q(pk__in=[])
    for (kind, action), operation in _operations.items():
        if resource and operation.resource != resource:
            continue
        one = Q(object_type=kind, action=action)
        if operation.refused_only:
            one &= Q(refused=True)
        if operation.unless_from:
            one &= ~Q(from_state=operation.unless_from)
        if (kind, action) == EXAMINATION:
            one &= _takes_time()
        found |= one
    return visible_entries(actor).filter(found).select_related("user")


def about_customer(entries: QuerySet[AuditEntry], customer_id: uuid.UUID) -> QuerySet[AuditEntry]:
    """Return those of the entries that are about the customer with this tenant ID."""
    return entries.filter(customer_id=customer_id)


def about_customers_named(entries: QuerySet[AuditEntry], text: str) -> QuerySet[AuditEntry]:
    """Return those of the entries that are about customers with the text in their name, in any case."""
    return entries.filter(customer_id__in=Customer.objects.filter(name__icontains=text).values("pk"))


def names_of(entries: Iterable[AuditEntry]) -> dict[uuid.UUID, str]:
    """Return the names of the customers whom the entries are about, by tenant ID, with one query."""
    ids = {entry.customer_id for entry in entries if entry.customer_id is not None}
    return dict(Customer.objects.filter(pk__in=ids).values_list("pk", "name"))


def qualifications_of(entries: Iterable[AuditEntry]) -> dict[str, SpecialQualification]:
    """Return the special qualifications whose acts are among the entries, by the entries' `object_id`, one query."""
    ids = {int(entry.object_id) for entry in entries if entry.object_type == QUALIFICATION}
    rows = SpecialQualification.objects.filter(pk__in=ids).select_related("validation")
    return {str(each.pk): each for each in rows}


QUALIFICATION = "specialqualification"
EXAMINATION: Key = (QUALIFICATION, "examine")


def _takes_time() -> Q:
    """Return the condition of an examination that takes time. Others end at once, with an entry that is reported."""
    reviewed = SpecialQualification.objects.filter(kind=QualificationKind.EDUCATION)
    return Q(object_id__in=reviewed.annotate(text=Cast("pk", CharField())).values("text"))


name_operations(
    {
        "customer.create": Operation("add_customer", "customer"),
        "partner.start_creation": Operation("add_customer", "customer", refused_only=True),
        "customercreation.provision": Operation("add_customer", "customer", refused_only=True),
        "customercreation.fail": Operation("add_customer", "customer"),
        "customer.leave_sandbox": Operation("delete_customer", "customer", refused_only=True),
        "customer.qualify": Operation("update_customer_qualification", "customer", refused_only=True),
        "specialqualification.examine": Operation("update_customer_qualification", "customer"),
        "specialqualification.grant": Operation("update_customer_qualification", "customer"),
        "specialqualification.deny": Operation("update_customer_qualification", "customer"),
        "specialqualification.revoke": Operation("update_customer_qualification", "customer"),
        "customer.change_billing_profile": Operation("update_customer_billing_profile", "customer"),
        "customer.attest_agreement": Operation("create_agreement", "agreement"),
        "customer.accept_agreement": Operation("create_agreement", "agreement"),
        "relationship.activate": Operation("create_partner_relationship", "partner_relationship"),
        "relationship.end": Operation("remove_partner_customer_relationship", "customer"),
    }
)
