"""Making the tenant of a creation, and the customer in it: what the Celery task does. It may run twice."""

import logging
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.emails import creation as letters
from customers.models import Customer, CustomerCreation, Relationship, SpecialQualification
from customers.queries.creations import live_use
from customers.services import validation as validations
from customers.services.agreement import Acceptance, write_agreement
from customers.services.provisioner import (
    NewTenant,
    Provisioner,
    ProvisioningFailed,
    TenantOrder,
    provisioner,
    taken_sentence,
)
from customers.states import GCC, CreationState
from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import Blocked
from gcc_portal.core.machine import apply_transition
from gcc_portal.core.mail.outbox import queue_email
from gcc_portal.core.people.actors import Actor, portal
from gcc_portal.core.sealing import seal

logger = logging.getLogger(__name__)
STUCK_AFTER = timedelta(seconds=60)
GIVEN_UP_AFTER = timedelta(minutes=15)
UNDER_WAY = "tenant"


def provision(creation_id: int, maker: Provisioner | None = None) -> str:
    """Make the tenant and the customer of a creation; return the state it is in then, "" when it is gone.

    Does nothing to a creation that is not (any more) being provisioned. A reason that a person can do something
    about makes it failed, gives the validation ID's create back, and is told; anything else is raised.
    """
    if _announce(creation_id):
        try:
            with transaction.atomic():
                if (creation := _locked(creation_id)) is not None:
                    complete(_actor(creation), creation, maker)
                    tell_done(creation)
        except (ProvisioningFailed, Blocked) as refusal:
            give_up(creation_id, str(refusal))
    return CustomerCreation.objects.filter(pk=creation_id).values_list("state", flat=True).first() or ""


def _announce(creation_id: int) -> bool:
    """Say on the page that work has begun; return whether there is work."""
    under_way = CustomerCreation.objects.filter(pk=creation_id, state=CreationState.PROVISIONING)
    return bool(under_way.update(progress=UNDER_WAY))


def _locked(creation_id: int) -> CustomerCreation | None:
    """Return the creation under lock while it is being provisioned, else None."""
    rows = CustomerCreation.objects.select_for_update(of=("self",)).select_related("partner", "created_by")
    return rows.filter(pk=creation_id, state=CreationState.PROVISIONING).first()


def _actor(creation: CustomerCreation) -> Actor:
    """Return the portal, at work for this partner: its entries belong in the partner's audit list."""
    return replace(portal(), partner_id=creation.partner_id)


def complete(actor: Actor, creation: CustomerCreation, maker: Provisioner | None = None) -> Customer:
    """Make the tenant of a locked creation that is being provisioned, and its customer; return the customer.

    Part of the caller's transaction; the actor does the portal's own work. Raises `ProvisioningFailed`, and `Blocked`
    when a gate says no.
    """
    if Customer.objects.filter(domain__iexact=creation.domain).exists():
        raise ProvisioningFailed(taken_sentence(creation.domain))
    tenant = (maker or provisioner()).create(
        TenantOrder(str(creation.pk), creation.domain, creation.company_name, is_gcc=creation.wants_gcc)
    )
    customer = _make_customer(actor, creation, tenant)
    if creation.wants_gcc:
        _qualify(actor, creation, customer)
    _relate(actor, creation, customer)
    _record_agreement(actor, creation, customer)
    held = live_use(creation)
    if held is not None:
        validations.use(actor, held.pk, customer)
    creation.admin_user_name, creation.sealed_password = tenant.admin_user_name, seal(tenant.password)
    apply_transition(creation, "succeed", actor, customer=customer)
    return customer


def tell_done(creation: CustomerCreation) -> None:
    """Queue the letter to whoever began the creation that it is done."""
    _tell(creation, "creation_done", letters.created(creation))


def _make_customer(actor: Actor, creation: CustomerCreation, tenant: NewTenant) -> Customer:
    account = creation.answer("account")
    kept = ("first_name", "last_name", "email", "phone", "address_line1", "address_line2", "city", "state")
    told = {field: account[field] for field in ("culture", "language") if account.get(field)}
    customer = Customer.objects.create(
        id=tenant.tenant_id,
        name=creation.company_name,
        domain=tenant.domain,
        postal_code=account.get("postal_code", ""),
        **{field: account.get(field, "") for field in kept},
        **told,
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
    """Make the relationship that comes with a creation. After the qualification: its gate asks for it (R1)."""
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
    """Make a creation failed, with the reason in words; give its create of the validation ID back; tell who began it.

    Does nothing to a creation that is not being provisioned.
    """
    with transaction.atomic():
        creation = _locked(creation_id)
        if creation is None:
            return
        actor = _actor(creation)
        held = live_use(creation)
        if held is not None:
            validations.release(actor, held.pk, sentence)
        apply_transition(creation, "fail", actor, failure=sentence, reason=sentence)
        _tell(creation, "creation_failed", letters.failed(creation))


def _tell(creation: CustomerCreation, kind: str, letter: letters.EmailContent) -> None:
    if creation.created_by is not None:
        key = f"{kind}:{creation.pk}:{creation.attempts}"
        queue_email(kind, letter, creation.created_by.email, creation, key=key)


def resume_stuck() -> int:
    """Hand creations that hang in provisioning to the worker again, and give up what hangs for long; return how many.

    A worker that was killed leaves nothing half done: the tenant and the customer are one transaction.
    """
    from customers import tasks

    now = timezone.now()
    stuck = CustomerCreation.objects.filter(
        state=CreationState.PROVISIONING, started_at__lte=now - STUCK_AFTER
    ).values_list("pk", "started_at")
    for creation_id, started_at in stuck:
        if started_at is not None and started_at <= now - GIVEN_UP_AFTER:
            give_up(creation_id, _("The tenant could not be made in time. Try again; nothing was created."))
        else:
            tasks.provision.delay(creation_id)
    if stuck:
        logger.warning("%s creations were stuck in provisioning", len(stuck))
    return len(stuck)
