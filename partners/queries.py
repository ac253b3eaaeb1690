"""What a person may see of partners, agents, invitations and partner forms. Nothing else decides it."""

from django.db.models import QuerySet
from django.http import Http404

from gcc_portal.people.actors import Actor
from gcc_portal.people.roles import Right
from partners.models import Agent, Invitation, Partner, PartnerForm


def partners_for(actor: Actor) -> QuerySet[Partner]:
    """Return the partners that the actor may see: an agent its own, a reviewer all, others none."""
    if actor.may(Right.REVIEW_FORMS):
        return Partner.objects.all()
    if actor.is_partner:
        return Partner.objects.filter(pk=actor.partner_id)
    return Partner.objects.none()


def own_partner(actor: Actor) -> Partner:
    """Return the partner that the actor works for. Raises `Http404` for anybody who works for none."""
    partner = Partner.objects.select_related("provider").filter(pk=actor.partner_id).first()
    if partner is None or not actor.is_partner:
        raise Http404
    return partner


def name_of(partner_id: int) -> str:
    """Return a partner's name, or an empty string."""
    return Partner.objects.filter(pk=partner_id).values_list("name", flat=True).first() or ""


def agents_for(actor: Actor) -> QuerySet[Agent]:
    """Return the active agents of the actor's own partner, by name."""
    if not actor.is_partner:
        return Agent.objects.none()
    own = Agent.objects.filter(partner_id=actor.partner_id, is_active=True)
    return own.select_related("user").order_by("user__name", "user__email", "pk")


def invitations_for(actor: Actor) -> QuerySet[Invitation]:
    """Return the invitations of the actor's own partner that were neither accepted nor cancelled, newest first."""
    if not actor.is_partner:
        return Invitation.objects.none()
    own = Invitation.objects.filter(partner_id=actor.partner_id, accepted_at=None, cancelled_at=None)
    return own.select_related("invited_by").order_by("-created_at", "-pk")


def forms_for(actor: Actor) -> QuerySet[PartnerForm]:
    """Return the intake forms that the actor may see: an agent its partner's, a reviewer all, newest first."""
    forms = PartnerForm.objects.select_related("partner").order_by("-created_at", "-pk")
    if actor.may(Right.REVIEW_FORMS):
        return forms
    if actor.is_partner:
        return forms.filter(partner_id=actor.partner_id)
    return forms.none()


def admin_addresses(partner: Partner) -> list[str]:
    """Return the e-mail addresses of the partner's admin agents, in a stable order."""
    admins = Agent.objects.filter(partner=partner, is_active=True, role="admin_agent", user__is_active=True)
    return list(admins.order_by("pk").values_list("user__email", flat=True))
