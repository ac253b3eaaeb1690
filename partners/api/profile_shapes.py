"""The schemas of a partner's profiles (answered and sent), and how they are built from the rows."""

from types import SimpleNamespace
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field

from gcc_portal.api.addresses import Address, AddressBody, PersonName, address_of_row
from gcc_portal.api.schema import (
    Attributes,
    Body,
    Guid,
    Resource,
    SelfLinks,
    SentAttributes,
    self_link,
    typed,
)
from gcc_portal.api.texts import EMAIL, ONE_LINE, Culture, Language
from gcc_portal.core.hosts import host_of
from partners.models import OrganizationProfiles, Partner
from partners.services.profiles import PREFERENCES, shown_in, version_of

Vetting = Literal["none", "pending", "authorized", "rejected"]
VettingStep = Literal[
    "none",
    "entry",
    "email_ownership",
    "email_domain",
    "employment_verification",
    "decision",
    "other",
    "business_verification",
]
VETTING_STEP: VettingStep = "none"


def _website(text: str) -> str:
    if text and ("@" in text or host_of(text) is None):
        raise ValueError(_("Enter the web site's address, such as https://contoso.example."))
    return text


Email = Annotated[str, Field(max_length=254), ONE_LINE, EMAIL]
Phone = Annotated[str, Field(max_length=30), ONE_LINE]
Name = Annotated[str, Field(max_length=200), ONE_LINE]
Short = Annotated[str, Field(max_length=50), ONE_LINE]
Website = Annotated[str, Field(max_length=253), ONE_LINE, AfterValidator(_website)]
Currency = Annotated[str, Field(pattern=r"^[A-Za-z]{3}$"), AfterValidator(str.upper)]


class ProfileContact(Resource):
    """A person or an office to turn to."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone_number: str | None = None


class ProfileContactBody(Body):
    """A person or an office to turn to."""

    first_name: PersonName = ""
    last_name: PersonName = ""
    email: Email = ""
    phone_number: Phone = ""


class OrganizationProfile(Resource):
    """The organization as it is enrolled, and how it is reached."""

    id: Guid
    company_name: str
    default_address: Address
    tenant_id: Guid
    domain: str
    email: str | None = None
    language: str
    culture: str
    profile_type: Literal["OrganizationProfile"] = "OrganizationProfile"
    links: SelfLinks
    attributes: Attributes


class OrganizationProfileBody(Body):
    """The organization profile as it is sent. `id`, `tenantId`, `domain` and `companyName` can't be changed."""

    id: Guid | None = None
    company_name: Name = ""
    default_address: AddressBody | None = None
    tenant_id: Guid | None = None
    domain: Annotated[str, Field(max_length=253)] = ""
    email: Email = ""
    language: Language | None = None
    culture: Culture | None = None
    attributes: SentAttributes = Field(default_factory=SentAttributes)


class CompanyProfile(Resource):
    """What the legal business profile and the billing profile have in common."""

    company_name: str
    address: Address
    primary_contact: ProfileContact


class CompanyProfileBody(Body):
    """What the legal business profile and the billing profile have in common, as they are sent."""

    company_name: Name = ""
    address: AddressBody | None = None
    primary_contact: ProfileContactBody | None = None


class LegalBusinessProfile(CompanyProfile):
    """The organization as a legal person, and whether it was vetted: `authorized` once it is enrolled in CSP."""

    company_approver_address: Address
    company_approver_email: str | None = None
    vetting_status: Vetting
    vetting_sub_status: VettingStep
    profile_type: Literal["LegalBusinessProfile"] = "LegalBusinessProfile"
    links: SelfLinks
    attributes: Attributes


class LegalBusinessProfileBody(CompanyProfileBody):
    """The legal business profile as it is sent. `companyName` and the vetting can't be changed."""

    company_approver_address: AddressBody | None = None
    company_approver_email: Email = ""
    vetting_status: Annotated[str, Field(max_length=50)] = ""
    vetting_sub_status: Annotated[str, Field(max_length=50)] = ""
    attributes: SentAttributes = Field(default_factory=SentAttributes)


class PartnerBillingProfile(CompanyProfile):
    """Whom the partner's bill goes to."""

    purchase_order_number: str | None = None
    tax_id: str | None = None
    billing_currency: str
    billing_day: int
    profile_type: Literal["BillingProfile"] = "BillingProfile"
    links: SelfLinks
    attributes: Attributes


class PartnerBillingProfileBody(CompanyProfileBody):
    """The billing profile as it is sent."""

    purchase_order_number: Short = ""
    tax_id: Short = ""
    billing_currency: Currency | None = None
    billing_day: Annotated[int, Field(ge=1, le=31)] | None = None
    attributes: SentAttributes = Field(default_factory=SentAttributes)


class SupportProfile(Resource):
    """Where the partner's customers find help."""

    email: str | None = None
    telephone: str | None = None
    website: str | None = None
    profile_type: Literal["SupportProfile"] = "SupportProfile"
    links: SelfLinks
    attributes: Attributes


class SupportProfileBody(Body):
    """The support profile as it is sent."""

    email: Email = ""
    telephone: Phone = ""
    website: Website = ""
    attributes: SentAttributes = Field(default_factory=SentAttributes)


class MpnProfile(Resource):
    """A partner by its ID in the Microsoft Partner Network."""

    mpn_id: str
    partner_name: str
    profile_type: Literal["MpnProfile"] = "MpnProfile"
    links: SelfLinks
    attributes: Attributes


def sent_members(body: Body, *members: str) -> dict[str, Any]:
    """Return the members that were sent, in the form in which they are stored; an empty one is stored as none."""
    return {name: _as_kept(getattr(body, name)) for name in members if name in body.model_fields_set}


def _as_kept(value: Any) -> Any:
    match value:
        case AddressBody():
            return {**value.as_kept(), "first_name": value.first_name, "last_name": value.last_name}
        case ProfileContactBody():
            return {name: each for name, each in value.model_dump().items() if each}
    return value


def _address(kept: dict[str, str]) -> Address:
    names = {"first_name": kept["first_name"], "last_name": kept["last_name"]}
    return address_of_row(SimpleNamespace(**kept), **names)


def vetting_of(partner: Partner) -> Vetting:
    """Return the vetting's state: the enrolment in CSP is the only vetting that the portal records."""
    return "authorized" if partner.csp_enrolled else "none"


def organization_profile(partner: Partner, profiles: OrganizationProfiles) -> OrganizationProfile:
    """Return the organization profile."""
    return OrganizationProfile(
        id=partner.tenant_id,
        company_name=partner.name,
        default_address=address_of_row(partner),
        tenant_id=partner.tenant_id,
        domain=partner.domain,
        email=partner.email or None,
        language=profiles.language,
        culture=profiles.culture,
        links=self_link("/profiles/organization"),
        attributes=typed("OrganizationProfile", version_of(partner, profiles, PREFERENCES)),
    )


def legal_business_profile(partner: Partner, profiles: OrganizationProfiles) -> LegalBusinessProfile:
    """Return the legal business profile."""
    shown = shown_in(partner, profiles, "legal")
    return LegalBusinessProfile(
        company_name=partner.name,
        address=address_of_row(partner),
        primary_contact=ProfileContact(**shown["primary_contact"]),
        company_approver_address=_address(shown["company_approver_address"]),
        company_approver_email=shown["company_approver_email"] or None,
        vetting_status=vetting_of(partner),
        vetting_sub_status=VETTING_STEP,
        links=self_link("/profiles/legalbusiness"),
        attributes=typed("LegalBusinessProfile", version_of(partner, profiles, "legal")),
    )


def billing_profile(partner: Partner, profiles: OrganizationProfiles) -> PartnerBillingProfile:
    """Return the billing profile."""
    shown = shown_in(partner, profiles, "billing")
    return PartnerBillingProfile(
        company_name=shown["company_name"],
        address=_address(shown["address"]),
        primary_contact=ProfileContact(**shown["primary_contact"]),
        purchase_order_number=shown.get("purchase_order_number"),
        tax_id=shown.get("tax_id"),
        billing_currency=shown["billing_currency"],
        billing_day=shown["billing_day"],
        links=self_link("/profiles/billing"),
        attributes=typed("BillingProfile", version_of(partner, profiles, "billing")),
    )


def support_profile(partner: Partner, profiles: OrganizationProfiles) -> SupportProfile:
    """Return the support profile."""
    shown = shown_in(partner, profiles, "support")
    return SupportProfile(
        email=shown["email"] or None,
        telephone=shown["telephone"] or None,
        website=shown["website"] or None,
        links=self_link("/profiles/support"),
        attributes=typed("SupportProfile", version_of(partner, profiles, "support")),
    )


def mpn_profile(partner: Partner, mpn_id: str) -> MpnProfile:
    """Return a partner by its MPN ID; `mpn_id` is the query's, or empty, and stands in the self link."""
    return MpnProfile(
        mpn_id=partner.mpn_id,
        partner_name=partner.name,
        links=self_link("/profiles/mpn", mpnId=mpn_id or None),
        attributes=typed("MpnProfile"),
    )
