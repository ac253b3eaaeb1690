"""A customer's country, domain, reseller and legal name. No writes."""

from django.conf import settings
from django.utils.translation import gettext as _

from customers.models import Customer, CustomerCreation
from gcc_portal.core.gates import Blocker
from gcc_portal.identity.postal import COUNTRY, domain_prefix_problem
from gcc_portal.identity.tenants.models import DirectoryTenant
from partners.gates.qualification import transacting
from partners.models import Partner


def country_is_served(country: str, registration_number: str = "") -> list[Blocker]:
    """Return a blocker for a country that is not sold to, or for a registration number that this one does not know."""
    if country != COUNTRY:
        return [
            Blocker(
                "country.not_served",
                _("No customers are added in %(country)s.") % {"country": country},
                _("The address must be in the United States (US)."),
                field="country",
            )
        ]
    if not registration_number:
        return []
    return [
        Blocker(
            "registration.not_asked",
            _("An organization in the United States (US) has no registration number here."),
            _("Leave organizationRegistrationNumber out."),
            field="registration_number",
        )
    ]


def domain_of(prefix: str) -> str:
    """Return the domain that a prefix stands for, in lower case."""
    return f"{prefix.lower()}.{settings.TENANT_SUFFIX}"


def domain_is_well_formed(domain: str) -> list[Blocker]:
    """Return a blocker for a domain that can't be a new tenant's: its suffix or its prefix is wrong."""
    prefix, dot, suffix = domain.lower().partition(".")
    if f"{dot}{suffix}" == f".{settings.TENANT_SUFFIX}":
        problem = domain_prefix_problem(prefix)
    else:
        problem = _("A new tenant's domain ends in .%(suffix)s, such as harborview.%(suffix)s.") % {
            "suffix": settings.TENANT_SUFFIX
        }
    return [Blocker("domain.malformed", problem, field="domain")] if problem else []


def domain_is_free(
    domain: str, creation: CustomerCreation | None = None, *, field: str = "prefix"
) -> list[Blocker]:
    """Return a blocker when a tenant, a customer or another creation has this domain, as far as the portal knows."""
    others = CustomerCreation.objects.owning_domain(domain)
    if creation is not None:
        others = others.exclude(pk=creation.pk)
    taken = (
        DirectoryTenant.objects.filter(domain__iexact=domain).exists()
        or Customer.objects.filter(domain__iexact=domain).exists()
        or others.exists()
    )
    return [domain_taken(domain, field=field)] if taken else []


def domain_taken(domain: str, *, field: str = "prefix") -> Blocker:
    """Return the blocker of a domain that somebody else has."""
    sentence = _("The domain %(domain)s is taken. Choose another domain prefix.") % {"domain": domain}
    return Blocker("domain.taken", sentence, field=field)


def is_no_reseller(partner: Partner) -> list[Blocker]:
    """P2: an indirect reseller adds customers and requests relationships through its indirect provider."""
    if not transacting(partner):
        return []
    ask = _("Ask your indirect provider, %(provider)s, to do it.")
    return [
        Blocker(
            "P2.reseller",
            _(
                "%(partner)s is an indirect reseller: its indirect provider adds customers and requests "
                "relationships."
            )
            % {"partner": partner.name},
            ask % {"provider": partner.provider.name}
            if partner.provider
            else _("Ask your indirect provider to do it."),
            to=("partners:profile", ()),
            url_label=_("Organization profile"),
        )
    ]


def serves_through(provider: Partner, reseller: Partner | None) -> list[Blocker]:
    """P2: a customer is added for a reseller by the indirect provider through which it works."""
    if reseller is not None and not reseller.is_transacting and reseller.provider_id == provider.pk:
        return []
    return [
        Blocker(
            "P2.not_your_reseller",
            _("There is no indirect reseller with this ID that works through %(provider)s.")
            % {"provider": provider.name},
            _("Name the tenant ID of one of your indirect resellers, or none."),
            field="reseller",
        )
    ]


def name_may_become(customer: Customer, company_name: str) -> list[Blocker]:
    """A2: the legal name stays as it was created: validation IDs are issued for it."""
    if company_name == customer.name:
        return []
    return [
        Blocker(
            "A2.name_fixed",
            _("The legal name of %(customer)s can't be changed: its validation rests on it.")
            % {"customer": customer.name},
            _("Leave the company name as it is. An organization of another name is another customer."),
            field="company_name",
        )
    ]
