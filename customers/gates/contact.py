"""A customer's country, reseller and legal name: what the programme takes, wherever it is given. No writes."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from gcc_portal.core.gates import Blocker
from gcc_portal.identity.postal import COUNTRY

if TYPE_CHECKING:
    from customers.models import Customer
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


def serves_through(provider: "Partner", reseller: "Partner | None") -> list[Blocker]:
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


def name_may_become(customer: "Customer", company_name: str) -> list[Blocker]:
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
