"""The partner's side of relationships (R1): request, edit, send, cancel, end; and requests that expire."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.emails import relationships as emails
from customers.gates.relationship import can_request, has_address, is_sandbox, may_be_sent, message_may_go
from customers.models import Relationship
from customers.queries.account import relationship_of
from customers.queries.customers import customer_or_404
from customers.queries.relationships import locked_or_404
from customers.states import RelationshipState
from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import Stale, WrongState, guard
from gcc_portal.core.machine import apply_transition, collect_transition, require
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.mail.outbox import build_email, queue_email
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import Right
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.core.use_case import refused_on, use_case
from partners.models import Partner
from partners.queries.partners import admin_addresses, admin_addresses_of

BATCH = 200
# An equal request within this time, not sent yet, is a second click.
REPEAT = timedelta(minutes=1)


@use_case
def request(
    actor: Actor, *, organization_name: str, contact_name: str, contact_email: str, for_gcc: bool
) -> Relationship:
    """Start a relationship request with a message from the template; return it (R1).

    Raises `NotAllowed` without the right, `Blocked` when the partner may not request it.
    """
    partner = _locked_partner(actor)
    with refused_on(partner, "request_relationship"):
        guard(can_request(partner, for_gcc=for_gcc))
    same = partner.relationships.filter(
        state=RelationshipState.INVITED,
        is_request=True,
        created_by_id=actor.user_id,
        for_gcc=for_gcc,
        organization_name=organization_name,
        contact_name=contact_name,
        contact_email=contact_email,
        sends=0,
        created_at__gt=timezone.now() - REPEAT,
    )
    new = Relationship(
        partner=partner,
        for_gcc=for_gcc,
        organization_name=organization_name,
        contact_name=contact_name,
        contact_email=contact_email,
    )
    return same.first() or _create_request(actor, new)


@use_case
def open_link(actor: Actor) -> Relationship:
    """Return the partner's open request that names no organization; its link can be given to any (R1).

    It is used again until it is answered, cancelled or expired. It is for a Government Community Cloud customer if
    the partner is qualified; whoever accepts meets the gates of its own tenant either way (R2). Raises `NotAllowed`
    without the right, `Blocked` for an indirect reseller (P2).
    """
    partner = _locked_partner(actor)
    with refused_on(partner, "request_relationship"):
        guard(can_request(partner, for_gcc=partner.is_qualified))
    same = partner.relationships.open().filter(
        is_request=True, for_gcc=partner.is_qualified, organization_name="", expires_at__isnull=False
    )
    new = Relationship(partner=partner, for_gcc=partner.is_qualified)
    return same.order_by("pk").last() or _create_request(actor, new)


def _locked_partner(actor: Actor) -> Partner:
    """Return the actor's partner, locked, so that the second of two clicks finds the request of the first."""
    require(actor, Right.REQUEST_RELATIONSHIPS)
    rows = Partner.objects.select_for_update(of=("self",)).select_related("provider")
    return rows.get(pk=actor.partner_id)


def _create_request(actor: Actor, new: Relationship) -> Relationship:
    """Write a new request with a message from the template and return it. Its partner is locked."""
    new.created_at, new.created_by_id = timezone.now(), actor.user_id
    new.expires_at = new.created_at + timedelta(days=settings.RELATIONSHIP_REQUEST_DAYS)
    new.message_subject, new.message = emails.template(new, actor.name)
    with refused_on(new.partner, "request_relationship"):
        guard(message_may_go(new, new.message, new.message_subject))
    new.save()
    record(actor, "request_relationship", new, to_state=RelationshipState.INVITED)
    return new


@use_case
def edit_message(actor: Actor, request_id: int, *, subject: str, message: str, revision: int) -> Relationship:
    """Save the edited message and return the request (R1: not without the link).

    Raises `Blocked` for a message without the link or a request past its day, `Stale` when somebody else changed it
    meanwhile, `WrongState` when it was answered.
    """
    locked = _open(actor, request_id)
    if locked.revision != revision:
        raise Stale(
            _("Somebody changed this letter meanwhile. Look at it as it is now, then change it again.")
        )
    with refused_on(locked, "edit_message"):
        guard(message_may_go(locked, message, subject))
    if (locked.message_subject, locked.message) == (subject, message):
        return locked
    locked.message_subject, locked.message = subject, message
    locked.revision += 1
    locked.save(update_fields=["message_subject", "message", "revision"])
    record(actor, "edit_message", locked)
    return locked


@use_case
def send(actor: Actor, request_id: int, *, sends: int) -> Relationship:
    """E-mail the message to the contact; return the request.

    `sends` is how often it had been sent when the page was drawn: a second click sends nothing. Raises `Blocked` when
    the partner may not request it any more, or there is no address or no link.
    """
    locked = _open(actor, request_id)
    if locked.sends != sends:
        return locked
    with refused_on(locked, "send_message"):
        guard(
            can_request(locked.partner, for_gcc=locked.for_gcc)
            + has_address(locked)
            + message_may_go(locked, locked.message, locked.message_subject)
        )
    locked.sends += 1
    locked.sent_at = timezone.now()
    locked.save(update_fields=["sends", "sent_at"])
    record(actor, "send_message", locked, reason=_("to %(address)s") % {"address": locked.contact_email})
    sender = User.objects.filter(pk=actor.user_id).values_list("email", flat=True).first() or ""
    key = f"relationship-request:{locked.pk}:{locked.sends}"
    queue_email(
        "relationship_request",
        emails.request(locked),
        locked.contact_email,
        locked,
        key=key,
        reply_to=sender,
    )
    return locked


@use_case
def cancel(actor: Actor, request_id: int) -> Relationship:
    """Cancel a request, so that its link can't be answered; return it. Raises `WrongState` when it was answered."""
    require(actor, Right.REQUEST_RELATIONSHIPS)
    locked = locked_or_404(actor, request_id)
    apply_transition(locked, "expire", actor, cancelled=True, reason=_("Cancelled by the partner."))
    return locked


@use_case
def end(actor: Actor, relationship_id: int, *, reason: str = "") -> Relationship:
    """End an active relationship; return it. Raises `Blocked` with what still runs under it."""
    require(actor, Right.REQUEST_RELATIONSHIPS)
    locked = locked_or_404(actor, relationship_id)
    with refused_on(locked, "end"):
        apply_transition(locked, "end", actor, reason=reason)
    return locked


@use_case
def end_with(actor: Actor, customer_id: uuid.UUID | str, *, reason: str = "") -> Relationship:
    """End the actor's relationship with a customer; return it.

    Raises `Http404` for a customer that is not the actor's, and what `end` raises.
    """
    relationship = relationship_of(actor, customer_or_404(actor, customer_id))
    if relationship is None:
        raise WrongState(_("There is no active relationship to end."))
    return end(actor, relationship.pk, reason=reason)


@use_case
def leave_sandbox(actor: Actor, customer_id: uuid.UUID | str) -> Relationship:
    """End the relationship with a customer of a sandbox; return it.

    Cancels and deletes nothing: orders and subscriptions block it as they do everywhere, the tenant keeps its domain.
    Raises `Blocked` outside a sandbox, and what `end` raises.
    """
    customer = customer_or_404(actor, customer_id)
    with refused_on(customer, "leave_sandbox"):
        guard(is_sandbox())
    return end_with(actor, customer_id, reason=_("Removed from the sandbox."))


def expire_due(actor: Actor) -> int:
    """Expire the requests past their day and e-mail their partners; return how many were. Idempotent."""
    expired = 0
    while True:
        with transaction.atomic():
            # skip_locked: a request that is being answered right now is left to the next run.
            due = Relationship.objects.past().select_for_update(skip_locked=True, of=("self",))
            batch = list(
                due.select_related("partner", "created_by__agent").order_by("expires_at", "id")[:BATCH]
            )
            _expire(actor, batch)
        expired += len(batch)
        if len(batch) < BATCH:
            return expired


def _expire(actor: Actor, batch: Sequence[Relationship]) -> None:
    """Expire locked requests, in a number of statements that does not grow with them."""
    unit = UnitOfWork()
    left = {each.partner_id for each in batch if _requester_address(each) is None}
    admins = admin_addresses_of(left) if left else {}
    for each in batch:
        reason = _("Nobody answered in time.")
        collect_transition(unit, each, "expire", actor, fields=("state",), reason=reason)
        requester = _requester_address(each)
        to = [requester] if requester else admins.get(each.partner_id, [])
        if to:
            key = f"relationship-expired:{each.pk}"
            unit.email([build_email("relationship_expired", emails.expired(each), to, each, key=key)])
    unit.write()


def _requester_address(relationship: Relationship) -> str | None:
    """Return the address of the agent who made the request; None when that person has left the partner."""
    requester = relationship.created_by
    agent = getattr(requester, "agent", None)
    return requester.email if requester and requester.is_active and agent and agent.is_active else None


def email_partner(relationship: Relationship, kind: str, content: EmailContent) -> None:
    """Queue the notice of the customer's answer to who made the request, or to the admin agents.

    A request is answered once, so its key stands for the answer.
    """
    requester = _requester_address(relationship)
    to = [requester] if requester else admin_addresses(relationship.partner)
    if to:
        key = f"relationship-{kind}:{relationship.pk}"
        queue_email(f"relationship_{kind}", content, to, relationship, key=key)


def _open(actor: Actor, request_id: int) -> Relationship:
    """Return the actor's request, locked. Raises `WrongState` or `Blocked` when it can't be answered any more."""
    require(actor, Right.REQUEST_RELATIONSHIPS)
    locked = locked_or_404(actor, request_id)
    if locked.state != RelationshipState.INVITED:
        raise WrongState(
            _("This request is %(state)s, so its letter can’t be changed or sent any more.")
            % {"state": locked.get_state_display().lower()}
        )
    guard(may_be_sent(locked))
    return locked
