"""Relationship requests by the partner (R1): written, edited, sent, cancelled, ended, expired."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.emails import relationships as emails
from customers.gates.relationship import can_request, is_sandbox, may_be_answered, message_may_go
from customers.models import Relationship
from customers.queries.account import relationship_of
from customers.queries.customers import customer_or_404
from customers.queries.relationships import locked_or_404
from customers.states import RelationshipState
from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import Blocked, Blocker, Stale, WrongState, guard
from gcc_portal.core.machine import apply_transition, require
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.mail.outbox import build_email, queue_email, queue_emails
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import Right
from gcc_portal.core.use_case import refused_on, use_case
from partners.models import Partner
from partners.queries.partners import admin_addresses

BATCH = 200
# The same asked again within this time, and not sent yet, is a second click.
REPEAT = timedelta(minutes=1)


@use_case
def request(
    actor: Actor, *, organization_name: str, contact_name: str, contact_email: str, for_gcc: bool
) -> Relationship:
    """Begin a relationship request with its letter from the template; return it (R1).

    Raises `NotAllowed` without the right, `Blocked` when the partner may not request it.
    """
    require(actor, Right.REQUEST_RELATIONSHIPS)
    # Locked, so that of two clicks the second finds the request of the first.
    rows = Partner.objects.select_for_update(of=("self",)).select_related("provider")
    partner = rows.get(pk=actor.partner_id)
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
    if (there := same.first()) is not None:
        return there
    return _begin(
        actor,
        Relationship(
            partner=partner,
            for_gcc=for_gcc,
            organization_name=organization_name,
            contact_name=contact_name,
            contact_email=contact_email,
        ),
    )


@use_case
def open_link(actor: Actor) -> Relationship:
    """Return the partner's request that names no organization, so that its link can be handed to any (R1).

    The one that is open stands until it is answered, taken back or expired; then a new one is begun. It is for a
    Government Community Cloud customer where the partner is qualified, and for any other where it is not: whoever
    accepts meets the gates of its own tenant either way (R2). Raises `NotAllowed` without the right, `Blocked` for an
    indirect reseller (P2).
    """
    require(actor, Right.REQUEST_RELATIONSHIPS)
    rows = Partner.objects.select_for_update(of=("self",)).select_related("provider")
    partner = rows.get(pk=actor.partner_id)
    with refused_on(partner, "request_relationship"):
        guard(can_request(partner, for_gcc=partner.is_qualified))
    there = partner.relationships.filter(
        state=RelationshipState.INVITED,
        is_request=True,
        for_gcc=partner.is_qualified,
        organization_name="",
        expires_at__gt=timezone.now(),
    )
    begun = there.order_by("pk").last()
    return begun or _begin(actor, Relationship(partner=partner, for_gcc=partner.is_qualified))


def _begin(actor: Actor, begun: Relationship) -> Relationship:
    """Write a new request with its letter from the template and return it. Its partner is locked."""
    partner, now = begun.partner, timezone.now()
    begun.created_at, begun.created_by_id = now, actor.user_id
    begun.expires_at = now + timedelta(days=settings.RELATIONSHIP_REQUEST_DAYS)
    begun.message_subject, begun.message = emails.template(begun, actor.name)
    with refused_on(partner, "request_relationship"):
        guard(message_may_go(begun, begun.message, begun.message_subject))
    begun.save()
    record(actor, "request_relationship", begun, to_state=RelationshipState.INVITED)
    return begun


@use_case
def edit_message(actor: Actor, request_id: int, *, subject: str, message: str, revision: int) -> Relationship:
    """Keep the letter as edited and return the request (R1: not without the link).

    Raises `Blocked` for a letter without the link or past its day, `Stale` when somebody else changed it meanwhile,
    `WrongState` when it was answered.
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
    """Mail the letter to the contact; return the request.

    `sends` is how often it had been sent when the person pressed the button: a second press sends nothing. Raises
    `Blocked` when the partner may not request it any more, or the letter has no address or no link.
    """
    locked = _open(actor, request_id)
    if locked.sends != sends:
        return locked
    with refused_on(locked, "send_message"):
        guard(
            can_request(locked.partner, for_gcc=locked.for_gcc)
            + _has_address(locked)
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
    """Take a request back: its link answers no more. Returns it. Raises `WrongState` when it was answered."""
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
    """Take a customer out of the partner's sandbox: the relationship ends, as it does everywhere; return it.

    Nothing is cancelled on the way: what still runs stands in the way. Nothing is erased either: the tenant keeps
    its domain, and the audit is never written over. Raises `Blocked` outside a sandbox, and what `end` raises.
    """
    customer = customer_or_404(actor, customer_id)
    with refused_on(customer, "leave_sandbox"):
        guard(is_sandbox())
    return end_with(actor, customer_id, reason=_("Removed from the sandbox."))


def expire_due(actor: Actor) -> int:
    """Expire the requests past their day and tell the partner; return how many were. May run many times."""
    expired = 0
    while True:
        with transaction.atomic():
            due = Relationship.objects.select_for_update(skip_locked=True, of=("self",)).filter(
                state=RelationshipState.INVITED, expires_at__lte=timezone.now()
            )
            batch = list(
                due.select_related("partner", "created_by__agent").order_by("expires_at", "id")[:BATCH]
            )
            for each in batch:
                apply_transition(each, "expire", actor, reason=_("Nobody answered in time."))
            queue_emails(
                build_email(
                    "relationship_expired",
                    emails.expired(each),
                    to,
                    each,
                    key=f"relationship-expired:{each.pk}",
                )
                for each in batch
                if (to := notice_addresses(each))
            )
        expired += len(batch)
        if len(batch) < BATCH:
            return expired


def notice_addresses(relationship: Relationship) -> list[str]:
    """Return who at the partner is told: whoever asked, or the admin agents when that person has left."""
    requester = relationship.created_by
    place = getattr(requester, "agent", None)
    if requester and requester.is_active and place and place.is_active:
        return [requester.email]
    return admin_addresses(relationship.partner)


def tell_partner(relationship: Relationship, kind: str, message: EmailContent) -> None:
    """Queue the notice of an answer to the partner; an answer is given once, so is the key."""
    to = notice_addresses(relationship)
    if to:
        queue_email(
            f"relationship_{kind}", message, to, relationship, key=f"relationship-{kind}:{relationship.pk}"
        )


def _open(actor: Actor, request_id: int) -> Relationship:
    """Return the actor's request, locked, when it waits for an answer."""
    require(actor, Right.REQUEST_RELATIONSHIPS)
    locked = locked_or_404(actor, request_id)
    if locked.state != RelationshipState.INVITED:
        raise WrongState(
            _("This request is %(state)s, so its letter can’t be changed or sent any more.")
            % {"state": locked.get_state_display().lower()}
        )
    if may_be_answered(locked):
        raise Blocked([_past_its_day()])
    return locked


def _past_its_day() -> Blocker:
    return Blocker(
        "R1.expired",
        _("The link of this request has expired."),
        _("Request the relationship anew: the letter then carries a new link."),
        to=("relationships:new", ()),
        url_label=_("Request a relationship"),
    )


def _has_address(relationship: Relationship) -> list[Blocker]:
    if relationship.contact_email:
        return []
    return [
        Blocker(
            "R1.no_address",
            _("The request names no e-mail address of the customer."),
            _("Copy the letter, or open it in your mail program, and send it yourself."),
        )
    ]
