"""Making a creation's tenant and customer. The Celery task calls `provision`, which may run twice."""

from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.emails import creation as emails
from customers.gates.contact import domain_taken
from customers.gates.segments import Acceptance
from customers.models import Customer, CustomerCreation, Relationship, SpecialQualification
from customers.queries.creations import live_use
from customers.services import validation as validations
from customers.services.agreement import write_agreement
from customers.services.provisioner import (
    NewTenant,
    Provisioner,
    ProvisioningFailed,
    TenantOrder,
    provisioner,
)
from customers.states import GCC
from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import Blocked
from gcc_portal.core.machine import apply_transition
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.mail.outbox import queue_email
from gcc_portal.core.people.actors import Actor, portal
from gcc_portal.core.sealing import seal

GIVEN_UP_AFTER = timedelta(minutes=15)
MAKING_TENANT = "tenant"


def provision(creation_id: int, maker: Provisioner | None = None) -> str:
    """Make the tenant and the customer of a creation; return its state afterwards, "" when it is gone.

    Does nothing to a creation that is not being provisioned (any more). A refusal that a person can act on makes it
    failed, releases the create of the validation ID and is e-mailed; any other error is raised.
    """
    if _announce(creation_id):
        try:
            with transaction.atomic():
                if (creation := _locked(creation_id)) is not None:
                    complete(_actor(creation), creation, maker)
                    email_created(creation)
        except (ProvisioningFailed, Blocked) as refusal:
            give_up(creation_id, str(refusal))
    return CustomerCreation.objects.filter(pk=creation_id).values_list("state", flat=True).first() or ""


def _announce(creation_id: int) -> bool:
    """Set the progress that the page shows; return False if the creation is not being provisioned."""
    return bool(CustomerCreation.objects.provisioning().filter(pk=creation_id).update(progress=MAKING_TENANT))


def _locked(creation_id: int) -> CustomerCreation | None:
    """Return the creation under lock while it is being provisioned, else None."""
    rows = CustomerCreation.objects.provisioning().select_for_update(of=("self",))
    return rows.select_related("partner", "created_by").filter(pk=creation_id).first()


def _actor(creation: CustomerCreation) -> Actor:
    """Return the portal as actor, with the partner whose audit list shows its entries."""
    return replace(portal(), partner_id=creation.partner_id)


def complete(actor: Actor, creation: CustomerCreation, maker: Provisioner | None = None) -> Customer:
    """Make the tenant of a locked creation that is being provisioned, and its customer; return the customer.

    Part of the caller's transaction; the actor does the portal's own work. Raises `ProvisioningFailed`, and `Blocked`
    when a gate says no.
    """
    if Customer.objects.filter(domain__iexact=creation.domain).exists():
        raise ProvisioningFailed(domain_taken(creation.domain).message)
    tenant = (maker or provisioner()).create(
        TenantOrder(str(creation.pk), creation.domain, creation.company_name, is_gcc=creation.wants_gcc)
    )
    customer = _make_customer(actor, creation, tenant)
    if creation.wants_gcc:
        _qualify(actor, creation, customer)
    _relate(actor, creation, customer)
    _record_agreement(actor, creation, customer)
    reserved = live_use(creation)
    if reserved is not None:
        validations.use(actor, reserved.pk, customer)
    creation.admin_user_name, creation.sealed_password = tenant.admin_user_name, seal(tenant.password)
    apply_transition(creation, "succeed", actor, customer=customer)
    return customer


def email_created(creation: CustomerCreation) -> None:
    """Queue the e-mail about the new customer to the person who started its creation."""
    _email(creation, "creation_done", emails.created(creation))


def _make_customer(actor: Actor, creation: CustomerCreation, tenant: NewTenant) -> Customer:
    account = creation.answer("account")
    fields = (
        "first_name",
        "last_name",
        "email",
        "phone",
        "address_line1",
        "address_line2",
        "city",
        "state",
        "postal_code",
    )
    with_defaults = {field: account[field] for field in ("culture", "language") if account.get(field)}
    customer = Customer.objects.create(
        id=tenant.tenant_id,
        name=creation.company_name,
        domain=tenant.domain,
        **{field: account.get(field, "") for field in fields},
        **with_defaults,
    )
    record(actor, "create", customer, reason=_("Tenant %(domain)s") % {"domain": tenant.domain})
    return customer


def _qualify(actor: Actor, creation: CustomerCreation, customer: Customer) -> None:
    number = creation.validation.number if creation.validation else ""
    qualification = SpecialQualification.objects.create(
        customer=customer,
        kind=GCC,
        validation=creation.validation,
        source=_("Validation ID %(number)s") % {"number": number} if number else "",
    )
    apply_transition(qualification, "examine", actor)
    apply_transition(qualification, "grant", actor)


def _relate(actor: Actor, creation: CustomerCreation, customer: Customer) -> None:
    """Make the relationship that comes with a creation. After the qualification, which its gate reads (R1)."""
    relationship = Relationship.objects.create(
        partner=creation.partner,
        reseller_id=creation.answer("account").get("reseller_id"),
        is_request=False,
        for_gcc=creation.wants_gcc,
        organization_name=customer.name,
        contact_name=f"{customer.first_name} {customer.last_name}".strip(),
        contact_email=customer.email,
        created_by=creation.created_by,
    )
    by = str(creation.created_by or creation.partner)
    apply_transition(
        relationship, "activate", actor, customer=customer, by=by, reason=_("Came with the creation.")
    )


def _record_agreement(actor: Actor, creation: CustomerCreation, customer: Customer) -> None:
    answer = creation.answer("agreement")
    if answer.get("later"):
        return
    acceptance = Acceptance(
        first_name=answer["first_name"],
        last_name=answer["last_name"],
        email=answer["email"],
        phone=answer.get("phone", ""),
        agreed_on=date.fromisoformat(answer["agreed_on"]),
    )
    write_agreement(actor, customer, creation.partner_id, acceptance, recorded_by_id=creation.created_by_id)


def give_up(creation_id: int, sentence: str) -> None:
    """Make a creation failed, with the reason; release its create of the validation ID; e-mail who started it.

    Does nothing to a creation that is not being provisioned.
    """
    with transaction.atomic():
        creation = _locked(creation_id)
        if creation is None:
            return
        actor = _actor(creation)
        reserved = live_use(creation)
        if reserved is not None:
            validations.release(actor, reserved.pk, sentence)
        apply_transition(creation, "fail", actor, failure=sentence, reason=sentence)
        _email(creation, "creation_failed", emails.failed(creation))


def _email(creation: CustomerCreation, kind: str, content: EmailContent) -> None:
    if creation.created_by is not None:
        key = f"{kind}:{creation.pk}:{creation.attempts}"
        queue_email(kind, content, creation.created_by.email, creation, key=key)


def give_up_overdue() -> int:
    """Make the creations failed that have been in provisioning for too long; return how many were."""
    overdue = CustomerCreation.objects.provisioning().filter(started_at__lte=timezone.now() - GIVEN_UP_AFTER)
    ids = list(overdue.values_list("pk", flat=True))
    for creation_id in ids:
        give_up(creation_id, _("The tenant could not be made in time. Try again; nothing was created."))
    return len(ids)
