"""Makes and writes audit entries, and finds those about an object."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people.actors import Actor


def entry(
    actor: Actor,
    action: str,
    subject: models.Model,
    *,
    from_state: str = "",
    to_state: str = "",
    reason: object = "",
    refused: bool = False,
    customer_id: UUID | None = None,
    data: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Return an unsaved entry about `subject`. A `UnitOfWork` writes many with one `bulk_create`.

    `data` holds what changed, `{field: [before, after]}`; `labels.py` makes sentences from it when it is shown.
    `customer_id` is for acts whose subject belongs to no customer, such as the use of a validation ID.
    """
    return AuditEntry(
        at=timezone.now(),
        user_id=actor.user_id,
        actor_label=actor.name[:200],
        role=actor.role,
        channel=actor.channel,
        action=action,
        refused=refused,
        object_type=type_of(subject),
        object_id=str(subject.pk),
        object_label=str(subject)[:250],
        from_state=from_state,
        to_state=to_state,
        reason=str(reason),
        data=dict(data or {}),
        partner_id=partner_of(subject) or actor.partner_id,
        customer_id=customer_id or customer_of(subject),
        application_id=actor.application_id,
        address=actor.address[:45],
        correlation_id=actor.correlation_id[:64],
    )


def record(actor: Actor, action: str, subject: models.Model, **details: Any) -> AuditEntry:
    """Write one entry in the running transaction and return it."""
    written = entry(actor, action, subject, **details)
    written.save(force_insert=True)
    return written


def type_of(subject: models.Model) -> str:
    """Return the object type under which audit and outbox keep the object: its `audit_type`, else the model's name.

    Forms of both kinds have `audit_type = "intakeform"`, so that their history does not depend on the table.
    """
    return str(getattr(subject, "audit_type", subject._meta.model_name))


def partner_of(subject: models.Model) -> int | None:
    """Return the partner in whose audit list an object belongs: its `audit_partner_id`, else its `partner_id`."""
    if hasattr(subject, "audit_partner_id"):
        return subject.audit_partner_id
    return getattr(subject, "partner_id", None)


def customer_of(subject: models.Model) -> UUID | None:
    """Return the tenant ID of the customer that an object belongs to: `audit_customer_id`, else `customer_id`."""
    if hasattr(subject, "audit_customer_id"):
        return subject.audit_customer_id
    return getattr(subject, "customer_id", None)


def history_of(subject: models.Model) -> models.QuerySet[AuditEntry]:
    """Return the entries about one object, newest first."""
    return AuditEntry.objects.filter(object_type=type_of(subject), object_id=str(subject.pk)).order_by("-id")
