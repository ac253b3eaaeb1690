"""Reads of partners, agents, invitations and partner forms, narrowed to what the actor may see."""

import re
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.intake.models import OPEN_STATES
from partners.models import Agent, Invitation, OrganizationProfiles, Partner, PartnerForm

TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


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


def profiles_of(partner: Partner) -> OrganizationProfiles:
    """Return what the API's profiles hold of a partner: the defaults, unsaved, where nothing was written yet."""
    return OrganizationProfiles.objects.filter(partner=partner).first() or OrganizationProfiles(
        partner=partner
    )


def resellers_of(actor: Actor) -> QuerySet[Partner]:
    """Return the indirect resellers that sell through the actor's own partner, by name."""
    if not actor.is_partner:
        return Partner.objects.none()
    return Partner.objects.filter(provider_id=actor.partner_id).order_by("name", "pk")


def providers_of(actor: Actor) -> QuerySet[Partner]:
    """Return the indirect provider that the actor's own partner sells through: one or none."""
    if not actor.is_partner:
        return Partner.objects.none()
    return Partner.objects.filter(resellers__pk=actor.partner_id).order_by("name", "pk")


def network_of(actor: Actor) -> QuerySet[Partner]:
    """Return the partners that the actor may ask about: its own, its resellers and its provider."""
    if not actor.is_partner:
        return Partner.objects.none()
    own = actor.partner_id
    return Partner.objects.filter(Q(pk=own) | Q(provider_id=own) | Q(resellers__pk=own)).order_by("pk")


def in_network_by_mpn(actor: Actor, mpn_id: str) -> Partner | None:
    """Return the one of `network_of` with this MPN ID, or None."""
    return network_of(actor).filter(mpn_id=mpn_id).first()


def in_network_by_tenant(actor: Actor, tenant_id: UUID) -> Partner | None:
    """Return the one of `network_of` with this tenant ID, or None."""
    return network_of(actor).filter(tenant_id=tenant_id).first()


def named(partners: QuerySet[Partner], text: str, *, anywhere: bool) -> QuerySet[Partner]:
    """Return those of the partners whose name begins with the text, or holds it anywhere, in any case."""
    lookup = "icontains" if anywhere else "istartswith"
    return partners.filter(**{f"name__{lookup}": text})


def name_of(partner_id: int) -> str:
    """Return a partner's name, or an empty string."""
    return Partner.objects.filter(pk=partner_id).values_list("name", flat=True).first() or ""


def agents_for(actor: Actor) -> QuerySet[Agent]:
    """Return the active agents of the actor's own partner, by name."""
    if not actor.is_partner:
        return Agent.objects.none()
    own = Agent.objects.filter(partner_id=actor.partner_id, is_active=True)
    return own.select_related("user", "partner").order_by("user__name", "user__email", "pk")


def invitations_for(actor: Actor) -> QuerySet[Invitation]:
    """Return the invitations of the actor's own partner that were neither accepted nor cancelled, newest first."""
    if not actor.is_partner:
        return Invitation.objects.none()
    own = Invitation.objects.unanswered().filter(partner_id=actor.partner_id)
    return own.select_related("invited_by").order_by("-created_at", "-pk")


def forms_for(actor: Actor) -> QuerySet[PartnerForm]:
    """Return the intake forms that the actor may see: an agent its partner's, a reviewer all, newest first."""
    forms = PartnerForm.objects.select_related("partner").order_by("-created_at", "-pk")
    if actor.may(Right.REVIEW_FORMS):
        return forms
    if actor.is_partner:
        return forms.filter(partner_id=actor.partner_id)
    return forms.none()


def form_or_404(actor: Actor, reference: str) -> PartnerForm:
    """Return the form with this reference if the actor's organization has it. Raises `Http404`."""
    form = forms_for(actor).filter(reference=reference[:12]).first()
    if form is None:
        raise Http404
    return form


def open_form(actor: Actor) -> PartnerForm | None:
    """Return the organization's open form, or None."""
    return forms_for(actor).filter(state__in=OPEN_STATES).first()


def admin_addresses(partner: Partner) -> list[str]:
    """Return the e-mail addresses of the partner's admin agents, in a stable order."""
    return admin_addresses_of([partner.pk])[partner.pk]


def admin_addresses_of(partners: Iterable[int]) -> dict[int, list[str]]:
    """Return the e-mail addresses of the admin agents of each of these partners, in a stable order."""
    found: dict[int, list[str]] = {partner: [] for partner in partners}
    admins = Agent.objects.admins_at_work().filter(partner_id__in=found)
    for partner, address in admins.order_by("pk").values_list("partner_id", "user__email"):
        found[partner].append(address)
    return found


def own_partner_locked(actor: Actor) -> Partner:
    """Return the actor's own partner, locked until the transaction ends. Raises `Http404`."""
    partner = partners_for(actor).filter(pk=actor.partner_id).select_for_update().first()
    if partner is None:
        raise Http404
    return partner


def partner_locked(actor: Actor, partner_id: int) -> Partner:
    """Return a partner that the actor may see, locked. Raises `Http404`."""
    partner = partners_for(actor).filter(pk=partner_id).select_for_update().first()
    if partner is None:
        raise Http404
    return partner


def agent_locked(actor: Actor, agent_id: int) -> Agent:
    """Return an active agent of the actor's own partner, locked behind the partner's row. Raises `Http404`.

    The partner is locked first, so that two admin agents who remove each other at once cannot both succeed.
    """
    own_partner_locked(actor)
    own = Agent.objects.filter(partner_id=actor.partner_id, is_active=True, pk=agent_id)
    agent = own.select_for_update(of=("self",)).select_related("partner", "user").first()
    if agent is None:
        raise Http404
    return agent


def invitation_locked(actor: Actor, invitation_id: int) -> Invitation:
    """Return an invitation of the actor's own partner, locked. Raises `Http404`."""
    if not actor.is_partner:
        raise Http404
    own = Invitation.objects.filter(partner_id=actor.partner_id, pk=invitation_id)
    invitation = own.select_for_update(of=("self",)).select_related("partner", "invited_by").first()
    if invitation is None:
        raise Http404
    return invitation


def invitation_by_token(token: str) -> Invitation | None:
    """Return the invitation of a personal link, in whatever state, or None."""
    if not TOKEN.fullmatch(token):
        return None
    return Invitation.objects.select_related("partner", "invited_by").filter(token=token).first()


def invitation_by_token_locked(token: str) -> Invitation:
    """Return the invitation of a personal link, locked. Raises `Http404`."""
    found = Invitation.objects.select_for_update(of=("self",)).select_related("partner", "invited_by")
    invitation = found.filter(token=token).first() if TOKEN.fullmatch(token) else None
    if invitation is None:
        raise Http404
    return invitation


def agent_or_404(actor: Actor, agent_id: int) -> Agent:
    """Return an active agent of the actor's own partner. Raises `Http404`."""
    agent = agents_for(actor).filter(pk=agent_id).first()
    if agent is None:
        raise Http404
    return agent


def invitation_or_404(actor: Actor, invitation_id: int) -> Invitation:
    """Return an invitation of the actor's own partner that is not accepted or cancelled. Raises `Http404`."""
    invitation = invitations_for(actor).filter(pk=invitation_id).first()
    if invitation is None:
        raise Http404
    return invitation


def partner_or_404(actor: Actor, partner_id: int) -> Partner:
    """Return a partner that the actor may see. Raises `Http404`."""
    partner = partners_for(actor).select_related("provider").filter(pk=partner_id).first()
    if partner is None:
        raise Http404
    return partner


def search_partners(actor: Actor, text: str, qualification: str) -> QuerySet[Partner]:
    """Return the partners that the actor may see whose name, domain or partner ID holds the text, by name."""
    found = partners_for(actor).order_by("name", "pk")
    if text:
        found = found.filter(
            Q(name__icontains=text) | Q(domain__icontains=text) | Q(mpn_id__istartswith=text)
        )
    if qualification:
        found = found.filter(qualification=qualification)
    return found
