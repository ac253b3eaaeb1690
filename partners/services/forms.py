"""Starts the partner intake form. `gcc_portal.intake` saves, signs and reviews it."""

from typing import Any

from django.utils.translation import gettext as _

from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import guard
from gcc_portal.core.machine import require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import Right
from gcc_portal.core.use_case import refused_on, use_case
from gcc_portal.intake.models import IntakeForm
from partners.gates import qualification as gates
from partners.models import Partner, PartnerForm
from partners.queries import partners as queries


@use_case
def start_form(actor: Actor, answers: dict[str, Any] | None = None) -> PartnerForm:
    """Start the actor's own organization's intake form as a draft, filled in from its profile. Returns it.

    `answers` come from the self-check. Raises `Http404`, `NotAllowed`, `Blocked` (P1, P2, P4).
    """
    partner = queries.own_partner_locked(actor)
    require(actor, Right.SIGN_PARTNER_FORM)
    with refused_on(partner, "start_partner_form"):
        guard(gates.can_apply(partner))
    answers = {**answers_from_profile(partner, actor), **(answers or {})}
    form = PartnerForm.objects.create(
        kind=IntakeForm.Kind.PARTNER,
        partner=partner,
        applicant_key=f"partner:{partner.pk}",
        answers=answers,
        organization_name=answers["organization_name"],
        contact_name=answers["contact_name"],
        contact_email=answers["contact_email"],
    )
    record(
        actor,
        "start_partner_form",
        form,
        to_state=str(form.state),
        reason=_("By %(name)s") % {"name": actor.name},
    )
    return form


def answers_from_profile(partner: Partner, actor: Actor) -> dict[str, Any]:
    """Return the answers that the portal can fill in. Not the tenant ID: the person must give it (P3)."""
    user = User.objects.filter(pk=actor.user_id).first()
    return {
        "contact_name": user.name if user else "",
        "contact_email": user.email if user else "",
        "organization_name": partner.name,
        "address_line1": partner.address_line1,
        "address_line2": partner.address_line2,
        "city": partner.city,
        "state": partner.state,
        "postal_code": partner.postal_code,
        "web_domain": partner.web_domain,
    }
