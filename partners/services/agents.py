"""Use cases of a partner's agents: invite, join, change the role, remove."""

from datetime import timedelta
from typing import cast

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Token
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import WrongState, guard
from gcc_portal.core.machine import require
from gcc_portal.core.mail.outbox import queue_email
from gcc_portal.core.people.actors import Actor, Channel
from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import Right, Role
from gcc_portal.core.use_case import refused_on, use_case
from partners.emails import qualification as emails
from partners.gates import agents as agent_gates
from partners.models import Agent, Invitation, Partner
from partners.queries import partners as queries


@use_case
def add_agent(actor: Actor, partner: Partner, *, email: str, name: str, role: str, password: str) -> Agent:
    """Add an agent without an invitation, such as the first admin agent of an organization. Returns the agent."""
    require(actor, Right.ACT_AS_PORTAL)
    user = _new_user(email, name, make_password(password))
    agent = Agent.objects.create(user=user, partner=partner, role=role)
    record(actor, "accept_invitation", agent, reason=Role(role).label)
    return agent


@use_case
def invite(actor: Actor, *, email: str, role: str) -> Invitation:
    """Invite a person by mail to the actor's own organization. Returns the invitation.

    Raises `Http404`, `NotAllowed`, or `Blocked` where the person is an agent already or was invited.
    """
    partner = queries.own_partner_locked(actor)
    require(actor, Right.MANAGE_AGENTS)
    guard(agent_gates.can_invite(partner, email))
    now = timezone.now()
    for old in partner.invitations.unanswered().filter(email__iexact=email):
        # Expired (an open one is refused by the gate): the new one replaces it.
        old.cancelled_at = now
        old.save(update_fields=["cancelled_at"])
        record(actor, "cancel_invitation", old, reason=_("Expired; invited anew."))
    invitation = Invitation.objects.create(
        partner=partner,
        email=email.lower(),
        role=role,
        invited_by_id=actor.user_id,
        expires_at=now + timedelta(days=settings.INVITATION_DAYS),
        sends=1,
    )
    record(actor, "invite_agent", invitation, reason=Role(role).label)
    _send(invitation)
    return invitation


@use_case
def resend_invitation(actor: Actor, invitation_id: int) -> Invitation:
    """Send an invitation again and let its days start anew. Returns the invitation.

    Raises `Http404`, `NotAllowed`, `WrongState` for one that is accepted or cancelled, `Blocked` after too many.
    """
    invitation = queries.invitation_locked(actor, invitation_id)
    require(actor, Right.MANAGE_AGENTS)
    _require_unanswered(invitation)
    guard(agent_gates.can_resend(invitation))
    invitation.expires_at = timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    invitation.sends += 1
    invitation.save(update_fields=["expires_at", "sends"])
    record(actor, "resend_invitation", invitation)
    _send(invitation)
    return invitation


@use_case
def cancel_invitation(actor: Actor, invitation_id: int) -> Invitation:
    """Cancel an invitation: its link stops working. Raises `Http404`, `NotAllowed`, `WrongState`."""
    invitation = queries.invitation_locked(actor, invitation_id)
    require(actor, Right.MANAGE_AGENTS)
    _require_unanswered(invitation)
    invitation.cancelled_at = timezone.now()
    invitation.save(update_fields=["cancelled_at"])
    record(actor, "cancel_invitation", invitation)
    return invitation


@use_case
def join_as_new(actor: Actor, token: str, *, name: str, password: str) -> Agent:
    """Accept an invitation as someone without an account: make the account and the agent. Returns the agent.

    Raises `Http404` for an unknown link, `WrongState` for one that was used, cancelled or expired, and `Blocked`
    where the address has an account: its owner signs in instead.
    """
    invitation = queries.invitation_by_token_locked(token)
    _require_open(invitation)
    guard(agent_gates.has_no_account(invitation))
    user = _new_user(invitation.email, name, make_password(password))
    return _join(invitation, user, actor)


@use_case
def join_with_account(actor: Actor, token: str) -> Agent:
    """Accept an invitation with the account that the actor is signed in to. Returns the agent.

    Raises `Http404`, `WrongState`, or `Blocked` where the account is another person's or works elsewhere.
    """
    invitation = queries.invitation_by_token_locked(token)
    _require_open(invitation)
    user = User.objects.select_for_update().filter(pk=actor.user_id, is_active=True).first()
    guard(agent_gates.can_join(invitation, user))
    return _join(invitation, cast(User, user), actor)


@use_case
def change_role(actor: Actor, agent_id: int, role: str) -> Agent:
    """Give an agent of the actor's own organization another role. Returns the agent.

    Raises `Http404`, `NotAllowed`, or `Blocked` where nobody would be admin agent any more.
    """
    agent = queries.agent_locked(actor, agent_id)
    require(actor, Right.MANAGE_AGENTS)
    if agent.role == role:
        return agent
    with refused_on(agent, "change_agent_role"):
        guard(agent_gates.keeps_an_admin(agent))
    before, agent.role = agent.role, role
    agent.save(update_fields=["role"])
    record(actor, "change_agent_role", agent, data={"role": [before, role]})
    return agent


@use_case
def remove(actor: Actor, agent_id: int) -> Agent:
    """Remove an agent: access, sessions and API tokens end at once; the person's records stay.

    Returns the agent. Raises `Http404`, `NotAllowed`, or `Blocked` for the last admin agent.
    """
    agent = queries.agent_locked(actor, agent_id)
    require(actor, Right.MANAGE_AGENTS)
    with refused_on(agent, "remove_agent"):
        guard(agent_gates.keeps_an_admin(agent))
    agent.is_active = False
    agent.save(update_fields=["is_active"])
    Token.objects.filter(user_id=agent.user_id).delete()
    record(actor, "remove_agent", agent)
    transaction.on_commit(lambda: end_sessions(agent.user_id))
    return agent


def end_sessions(user_id: int) -> None:
    """Sign a person out everywhere."""
    for session in UserSession.objects.filter(user_id=user_id):
        session.end()


def _join(invitation: Invitation, user: User, actor: Actor) -> Agent:
    agent, _made = Agent.objects.update_or_create(
        user=user, defaults={"partner": invitation.partner, "role": invitation.role, "is_active": True}
    )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    newcomer = Actor(
        role=invitation.role,
        channel=Channel.LINK,
        name=str(user),
        user_id=user.pk,
        partner_id=invitation.partner_id,
        address=actor.address,
        correlation_id=actor.correlation_id,
    )
    record(newcomer, "accept_invitation", invitation, reason=invitation.get_role_display())
    record(newcomer, "accept_invitation", agent, reason=invitation.get_role_display())
    return agent


def _new_user(email: str, name: str, password_hash: str) -> User:
    try:
        with transaction.atomic():
            user = User(email=email.lower(), name=name, password=password_hash)
            user.save(force_insert=True)
            # Verified: the invitation's link came by e-mail to this address, or an operator entered it.
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    except IntegrityError as error:
        raise WrongState(_("An account with this address was made just now. Sign in with it.")) from error
    return user


def _send(invitation: Invitation) -> None:
    email = emails.agent_invitation(invitation)
    key = f"agent-invitation:{invitation.pk}:{invitation.sends}"
    queue_email("agent_invitation", email, invitation.email, invitation, key=key)


def _require_unanswered(invitation: Invitation) -> None:
    if invitation.accepted_at is not None:
        raise WrongState(_("This invitation was accepted already."))
    if invitation.cancelled_at is not None:
        raise WrongState(_("This invitation was cancelled already."))


def _require_open(invitation: Invitation) -> None:
    _require_unanswered(invitation)
    if not invitation.is_open():
        raise WrongState(
            _("This invitation has expired. Ask an admin agent of the organization to send it again.")
        )
