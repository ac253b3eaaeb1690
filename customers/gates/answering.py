"""Who may answer a relationship request, for which tenant, and when the relationship begins: R1, R2. No writes."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers.gates.contact import is_no_reseller
from customers.gates.relationship import (
    may_be_answered,
    not_yet_customer,
    partner_may_serve,
    tenant_may_accept,
)
from customers.models import Customer, CustomerAnswer, Relationship
from gcc_portal.core.gates import Blocker, gate_of
from gcc_portal.core.people.actors import Actor
from gcc_portal.identity.registry.names import names_agree
from gcc_portal.identity.tenants.kinds import TenantAnswer
from partners.models import Agent, Partner


def may_answer(signed_in: Actor | None) -> list[Blocker]:
    """R2: the customer answers. Whoever is signed in as an agent, of whichever partner, does not."""
    if signed_in is None or not signed_in.is_partner:
        return []
    partner = Partner.objects.filter(pk=signed_in.partner_id).first()
    names = {"name": signed_in.name, "partner": partner.name if partner else ""}
    return [
        Blocker(
            "R2.agent",
            _("You are signed in as %(name)s, an agent of %(partner)s. This page is for the customer.")
            % names,
            _(
                "A partner can’t answer for its customer. If you are the customer, sign out first or open the link "
                "in a private window."
            ),
        )
    ]


@gate_of(Relationship, "decline")
def can_decline(relationship: Relationship, *, signed_in: Actor | None = None) -> list[Blocker]:
    """R1, R2: a request is declined before its day is over, and by no agent of a partner."""
    return may_answer(signed_in) or may_be_answered(relationship)


@gate_of(Relationship, "activate")
def can_activate(
    relationship: Relationship, *, customer: Customer, answer: CustomerAnswer | None = None
) -> list[Blocker]:
    """R1, R2: return what keeps a relationship from beginning.

    A request needs the customer's own answer, for this very tenant; one that comes with a creation needs none. Both
    need a partner that transacts, qualified for a GCC tenant, once a pair, and never a partner's own tenant.
    """
    if relationship.is_request:
        found = can_accept(relationship, answer)
        if answer is not None and not found and answer.tenant.tenant_id != str(customer.pk):
            found = can_accept(relationship, None)
    else:
        found = may_be_answered(relationship) + no_partners_own(customer.pk)
    partner = relationship.partner
    found = found + is_no_reseller(partner) + partner_may_serve(partner, customer.granted_kinds)
    return found + not_yet_customer(relationship, customer)


def can_accept(relationship: Relationship, answer: CustomerAnswer | None) -> list[Blocker]:
    """R1, R2: return what is wrong with an acceptance. A request without an answer of the customer is not accepted."""
    if answer is None:
        return [
            Blocker(
                "R2.no_answer",
                _("Nobody of the customer has answered this request."),
                _("Send the customer its personal link."),
            )
        ]
    found = may_answer(answer.signed_in)
    if found:
        return found
    found = may_be_answered(relationship) + tenant_may_be_named(relationship, answer.tenant)
    return found + administrator_is_the_customers(relationship.partner, answer.email)


def tenant_may_be_named(relationship: Relationship, tenant: TenantAnswer) -> list[Blocker]:
    """R2: the tenant is in a cloud that is served here, no partner's own, and the requested organisation's."""
    found = tenant_may_accept(tenant)
    if found:
        return found
    return no_partners_own(tenant.tenant_id) or _is_the_organizations(relationship, tenant)


def no_partners_own(tenant_id: object) -> list[Blocker]:
    """R2: a tenant in which a partner itself works does not become a customer."""
    if not Partner.objects.filter(tenant_id=tenant_id).exists():
        return []
    return [
        Blocker(
            "R2.partner",
            _("This is the tenant of a partner. A partner’s own tenant can’t become a customer."),
            _("Name the tenant of your organization, for which the request was made."),
            field="tenant_id",
        )
    ]


def _is_the_organizations(relationship: Relationship, tenant: TenantAnswer) -> list[Blocker]:
    """R2: what the directory calls the tenant agrees with the request.

    Nothing is compared where the directory gives no name, or where the request names no organization.
    """
    owner, requested = tenant.organization_name, relationship.organization_name
    if not (owner and requested) or names_agree(owner, requested):
        return []
    names = {"told": owner, "asked": requested, "partner": relationship.partner.name}
    return [
        Blocker(
            "R2.other_organization",
            _("This tenant belongs to %(told)s; the request is for %(asked)s.") % names,
            _("If you are %(told)s, ask %(partner)s for a request in your name. Nothing was written.")
            % names,
            field="tenant_id",
        )
    ]


def administrator_is_the_customers(partner: Partner, email: str) -> list[Blocker]:
    """R2: the administrator's address is neither at the partner's own domain nor an agent's of any partner."""
    address = email.strip().lower()
    host = address.rpartition("@")[2]
    own = {domain.lower().removeprefix("www.") for domain in (partner.web_domain, partner.domain) if domain}
    at_partner = any(host == domain or host.endswith(f".{domain}") for domain in own)
    if not at_partner and not Agent.objects.filter(user__email__iexact=address).exists():
        return []
    return [
        Blocker(
            "R2.partner_address",
            _("%(email)s is the address of a partner, not of the customer.") % {"email": email},
            _(
                "An administrator of the customer accepts, with an e-mail address of the organization. "
                "Questions go to %(address)s."
            )
            % {"address": settings.ELIGIBILITY_ADDRESS},
            field="email",
        )
    ]
